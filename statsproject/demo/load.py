"""CDRs of the demo into the database: as many as wanted, each once, whatever happened before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.utils import timezone

from origination.importing.loader import make_loader
from origination.models import get_cdr_model

from .customers import Account
from .traffic import DAYS, Traffic, identity

BATCH = 10_000


def cdrs_of(accounts: Iterable[Any]) -> Any:
    """Queryset of the CDRs of these primary keys."""
    return get_cdr_model()._default_manager.filter(account__in=list(accounts))


def fill(
    seed: int, wanted: int, accounts: dict[Any, Account], progress: Callable[[int], object]
) -> int:
    """Store the first ``wanted`` CDRs of the seed that are not there; returns how many were not.

    Batches are stored in order, each whole or not at all: the last CDR is there only if all
    are. CDRs of another seed are kept instead, and nothing is added.
    """
    if _stored(seed, wanted - 1) or _of_another_seed(seed, accounts):
        return 0
    cdrs = islice(Traffic(seed, _start(seed), accounts), wanted)
    return _insert(cdrs, progress)


def differs(seed: int, wanted: int, accounts: Iterable[Any]) -> bool:
    """Whether what is stored is something else than what was asked for."""
    return cdrs_of(accounts).count() != wanted or _of_another_seed(seed, accounts)


def _insert(cdrs: Iterator[dict[str, Any]], progress: Callable[[int], object]) -> int:
    loader, added = make_loader(), 0
    while batch := list(islice(cdrs, BATCH)):
        added += loader.insert(batch)
        progress(len(batch))
    return added


def _stored(seed: int, number: int) -> Any:
    model = get_cdr_model()
    return model._default_manager.filter(uuid=identity(seed, number)).first()


def _of_another_seed(seed: int, accounts: Iterable[Any]) -> bool:
    return not _stored(seed, 0) and cdrs_of(accounts).exists()


def _start(seed: int) -> datetime:
    """Start of the window: where an earlier run put it, else 30 days ago."""
    first: Any = _stored(seed, 0)
    if first:
        return first.time_start
    return timezone.now().replace(microsecond=0) - timedelta(days=DAYS)
