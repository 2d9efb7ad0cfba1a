"""Account code of a switch -> what a CDR holds of an account; never a guess."""

from __future__ import annotations

import csv
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import router
from django.db.models import Exists, OuterRef, Q

from origination.models import account_key, get_account_model, get_cdr_model
from origination.statistics.accounts import of_uuid

from .models import AccountCode
from .values import UNSTORABLE, Rejected

# What a code stands for may be changed while an import runs for days.
SECONDS_TO_REMEMBER = 60
# No code of the table is longer.
LONGEST_CODE = AccountCode._meta.get_field("code").max_length or 0


class MapError(ValueError):
    """The account map is wrong; the message names its line."""


class Accounts:
    """Looks account codes up, for one import.

    A code stands for the account that ``codes`` (of a map) says, else the site's table of account
    codes: there ``source``, the name of the switch, goes before codes of any switch. Else the
    code is the account's uuid itself. ``own_codes_only``: the codes of ``source``, nothing else.
    ``only``: one account for all rows, whatever their codes.
    """

    def __init__(
        self,
        only: UUID | None = None,
        codes: dict[str, UUID] | None = None,
        source: str = "",
        own_codes_only: bool = False,
    ) -> None:
        self.only, self.codes = only, codes or {}
        self.source, self.own_codes_only = source, own_codes_only
        # Those that stand for no account are not kept: one may be made while an import runs.
        self.found: dict[str | None, Any] = {}
        self.until = time.monotonic() + SECONDS_TO_REMEMBER
        self.key = account_key(get_cdr_model())

    def __call__(self, code: str) -> Any:
        """What the CDRs hold of it; raises Rejected for a code that stands for no account."""
        key = self.known(code)
        if key is not None:
            return key
        kept = None if self.only else code
        key = self._key(self.only) if self.only else self._of_code(code)
        self.found[kept] = key
        return key

    def known(self, code: str) -> Any:
        """The same of a code that has been looked up and found, or None; asks no database."""
        if time.monotonic() > self.until:
            self.until = time.monotonic() + SECONDS_TO_REMEMBER
            self.found = {}
        return self.found.get(None if self.only else code)

    def look_up(self, codes: Iterable[str]) -> None:
        """Find many codes of the table at once, which :meth:`known` then tells."""
        if self.only is None:
            wanted = {code for code in codes if self.known(code) is None} - self.codes.keys()
            self.found |= self._of_table(wanted)

    def _of_code(self, code: str) -> Any:
        if code in self.codes:
            return self._key(self.codes[code])
        found = self._of_table([code])
        if code in found:
            return found[code]
        return self._key(self._uuid(code))

    def _uuid(self, code: str) -> UUID:
        try:
            if not self.own_codes_only:
                return UUID(code)
        except ValueError:
            pass
        raise Rejected(f"unknown account: {code[:64]!r}")

    def _of_table(self, codes: Collection[str]) -> dict[str | None, Any]:
        """Code -> key, of those codes that the table has."""
        storable = list(filter(_may_be_held, codes))
        if not storable:
            return {}
        sources = {self.source} if self.own_codes_only else {"", self.source}
        rows = AccountCode.objects.filter(code__in=storable, source__in=sources)
        # Those of any switch come first, and give way.
        rows = rows.order_by("source")
        model: Any = get_account_model()
        if router.db_for_read(model) == rows.db:
            # Without a constraint an account may be gone, and its code still there.
            rows = rows.filter(Exists(model._base_manager.filter(pk=OuterRef("account_id"))))
            return dict(rows.values_list("code", f"account__{self.key.attname}"))
        held = dict(rows.values_list("code", "account_id"))
        keys = dict(self._keys(Q(pk__in=set(held.values())), "pk"))
        return {code: keys[account] for code, account in held.items() if account in keys}

    def _key(self, uuid: UUID) -> Any:
        for (key,) in self._keys(of_uuid(uuid)):
            return key
        raise Rejected(f"unknown account: {uuid}")

    def _keys(self, condition: Q, *before: str) -> Iterable[Any]:
        model: Any = get_account_model()
        # An account is there for its calls, whether a host's managers show it or not.
        accounts = model._base_manager.filter(condition)
        return accounts.values_list(*before, self.key.attname)


def _may_be_held(code: str) -> bool:
    """What no column takes is in none, and some databases refuse to look for it."""
    return 0 < len(code) <= LONGEST_CODE and not UNSTORABLE.search(code)


def read_map(path: str) -> dict[str, UUID]:
    """``accountcode,uuid`` lines, with or without a header."""
    codes = {}
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if not row or [cell.strip() for cell in row] == ["accountcode", "uuid"]:
                continue
            try:
                code, uuid = row
                codes[code.strip()] = UUID(uuid.strip())
            except ValueError as e:
                raise MapError(f"{path}, line {number}: not accountcode,uuid") from e
    return codes
