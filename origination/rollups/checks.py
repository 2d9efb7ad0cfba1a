"""Stored sums that would answer although nothing keeps them."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning
from django.db import connections

from origination import conf
from origination.checks.messages import register

from . import triggers
from .maintenance import Rollups
from .models import MinuteSums


@register(Tags.database)
def check_triggers(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W002: triggers missing, outdated or disabled."""
    if conf.cdr_database() not in (databases or ()) or not conf.rollups():
        return []
    rollups = Rollups()
    missing = triggers.missing(rollups.cdrs, rollups.alias) if _are_stored(rollups) else []
    if not missing:
        return []
    return [
        Warning(
            f"Nothing keeps the stored sums; not installed: {', '.join(missing)}.",
            hint="Run manage.py verify_rollups --rebuild, or set ORIGINATION['ROLLUPS'] = False.",
            id="origination.W002",
        )
    ]


def _are_stored(rollups: Rollups) -> bool:
    """Before the first ``migrate`` there is nothing to look at."""
    tables = connections[rollups.alias].introspection.table_names
    return rollups.supported and MinuteSums._meta.db_table in tables()
