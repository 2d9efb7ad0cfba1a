"""Rejected records of switches, kept where an operator sees them.

Nobody reads a file on a server, and what a switch has handed over it does not hand over again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections, router
from django.utils import timezone

from origination import conf

from .formats import Format
from .models import FeedKey, RejectedRecord

BATCH = 1_000
SECONDS_BETWEEN_PRUNING = 3_600
UPDATED = ["received_at", "key", "kind", "reason", "reading"]
_pruned = -float(SECONDS_BETWEEN_PRUNING)


def keep(
    source: str,
    records: Iterable[tuple[bytes, str]],
    key: FeedKey | None = None,
    format: Format | None = None,
) -> None:
    """Keep records with the reasons why they were rejected; one that comes again is kept once.

    ``source``: the switch or the file. The format of ``key``, or ``format``, is how they are read
    when they are tried again (:mod:`.again`); without either they can only be looked at.
    """
    reading = told(format) if format else None
    kept = [_record(source, text_of(raw), reason, key, reading) for raw, reason in records]
    unique = {record.digest: record for record in kept}
    if unique:
        # In order: of two writers with the same records, one waits for the other.
        _save([unique[digest] for digest in sorted(unique)])
    prune()


def _record(
    source: str, text: str, reason: str, key: FeedKey | None, reading: dict[str, Any] | None
) -> RejectedRecord:
    return RejectedRecord(
        digest=hashlib.sha256(f"{source}\n{text}".encode()).hexdigest(),
        source=source[:255],
        key=key,
        kind=kind_of(reason),
        reason=storable(reason),
        text=text,
        reading=reading,
    )


def _save(records: list[RejectedRecord]) -> None:
    alias = router.db_for_write(RejectedRecord)
    # MySQL knows by itself which index it is about.
    names_index = connections[alias].features.supports_update_conflicts_with_target
    RejectedRecord.objects.bulk_create(
        records,
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=UPDATED,
        unique_fields=["digest"] if names_index else None,
    )


def kind_of(reason: str) -> str:
    """What reasons that differ in a value have in common."""
    return storable(reason.partition(":")[0])[:64]


def storable(text: str) -> str:
    """Without what databases refuse: NUL, and lone surrogates of a JSON escape."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def text_of(raw: bytes) -> str:
    """A record as it is read: UTF-8, else Latin-1."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return storable(text)


def told(format: Format) -> dict[str, Any]:
    """As JSON holds it."""
    return asdict(format) | {"zone": str(format.zone) if format.zone else None}


def format_of(told: dict[str, Any]) -> Format:
    """What :func:`told` tells. Raises FormatError, and what a wrong zone raises."""
    lists = {
        "columns": tuple(told["columns"]),
        "needs": tuple(told["needs"]),
        "mapping": tuple((theirs, ours) for theirs, ours in told["mapping"]),
    }
    return Format(**told | lists | {"zone": ZoneInfo(told["zone"]) if told["zone"] else None})


def prune() -> None:
    """Delete what is older than ``REJECTS_KEPT_FOR``, at most once an hour in a process."""
    global _pruned
    if time.monotonic() - _pruned < SECONDS_BETWEEN_PRUNING:
        return
    _pruned = time.monotonic()
    oldest = timezone.now() - conf.rejects_kept_for()
    RejectedRecord.objects.filter(received_at__lt=oldest).delete()
