"""Stored sums that would answer although nothing keeps them."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning
from django.db import OperationalError

from origination import conf
from origination.rollups.maintenance import Rollups
from origination.rollups.relations import relation_of

from .messages import register


@register(Tags.database)
def check_sums(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W002: the stored sums are in doubt, so CDRs answer.

    W040: the stored sums of the newest day are not those of its CDRs.
    """
    if conf.cdr_database() not in (databases or ()) or not conf.rollups():
        return []
    rollups = Rollups()
    if not rollups.supported or relation_of(rollups.cdrs, rollups.alias) is None:
        return []
    return _check_doubt(rollups) or _check_newest_day(rollups)


def _check_doubt(rollups: Rollups) -> list[CheckMessage]:
    reason = rollups.doubt
    if reason is None:
        return []
    return [
        Warning(
            f"CDRs answer, because the stored sums are in doubt: {reason}.",
            hint="Run manage.py verify_rollups --rebuild, or set ORIGINATION['ROLLUPS'] = False.",
            id="origination.W002",
        )
    ]


def _check_newest_day(rollups: Rollups) -> list[CheckMessage]:
    """Cheap, and finds whatever writes past the triggers, as a replication does."""
    try:
        difference = rollups.newest_difference()
    except OperationalError:
        # A large day takes longer than this check may.
        return []
    if difference is None:
        return []
    return [
        Warning(
            f"The stored sums of the newest day are not those of its CDRs: {difference}.",
            hint="Something writes past the triggers. Find it, then run verify_rollups --rebuild.",
            id="origination.W040",
        )
    ]
