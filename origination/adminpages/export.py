"""CDRs as CSV, in constant memory however many there are."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Field, QuerySet

from origination.importing.formulas import guarded
from origination.models import account_key, get_account_model
from origination.statistics.accounts import account_name, account_uuid

from .times import aware, iso

BATCH = 2_000
ACCOUNT_COLUMNS = ("account", "account_name")


def csv_of(cdrs: QuerySet) -> Iterator[bytes]:
    """A header line, then a line per CDR: every field, the account as uuid and name.

    Times are in UTC. On PostgreSQL the rows come through a cursor of the server.
    """
    key = account_key(cdrs.model)
    fields = [field for field in cdrs.model._meta.concrete_fields if field.name != "account"]
    yield _lines([[*ACCOUNT_COLUMNS, *(field.name for field in fields)]])
    values = cdrs.values_list("account_id", *(field.attname for field in fields))
    # Outside of a transaction the server would write the whole result to a file first.
    rows: Any = values.iterator(chunk_size=BATCH)
    # Closed before the transaction ends, also where the client goes away in the middle.
    with transaction.atomic(using=cdrs.db), closing(rows):
        while batch := list(islice(rows, BATCH)):
            yield _lines(_cells(batch, key, cdrs.db))


def _cells(batch: list[Any], key: Field, alias: str) -> Iterator[list[Any]]:
    accounts = _accounts(key, {row[0] for row in batch})
    for account, *values in batch:
        known = (aware(v, alias) if isinstance(v, datetime) else v for v in values)
        yield [*accounts.get(account, ("", "")), *map(cell, known)]


def _accounts(key: Field, values: set[Any]) -> dict[Any, tuple[str, str]]:
    """Uuid and name of the accounts whose ``key`` has these values.

    They may live in another database than the CDRs.
    """
    model: Any = get_account_model()
    found = model._base_manager.filter(**{f"{key.name}__in": values})
    return {getattr(account, key.attname): _named(account) for account in found}


def _named(account: Any) -> tuple[str, str]:
    return str(account_uuid(account) or ""), cell(account_name(account))


def cell(value: Any) -> Any:
    """A value as CSV holds it; text that a spreadsheet would compute begins with an apostrophe."""
    return _WRITTEN.get(type(value), _as_is)(value)


def _as_is(value: Any) -> Any:
    return value


def _flag(value: bool) -> str:
    return "true" if value else "false"


_WRITTEN: dict[type, Callable[[Any], Any]] = {str: guarded, bool: _flag, datetime: iso}


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
