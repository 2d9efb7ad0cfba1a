"""What the commands of the stored sums share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from origination.rollups.maintenance import Rollups


def postgresql_only(rollups: Rollups) -> None:
    if not rollups.supported:
        raise CommandError("Stored sums are kept on PostgreSQL only; here CDRs answer everything.")


def progress(days: list[datetime], silent: bool) -> Iterable[datetime]:
    bar: Any = tqdm(days, unit="day", disable=True if silent else None)
    return bar
