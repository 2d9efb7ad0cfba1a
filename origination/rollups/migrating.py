"""The triggers come and go with the tables of the sums."""

from __future__ import annotations

from typing import Any

from django.db import connections

from origination import conf
from origination.models import get_cdr_model

from . import bucket_counts, triggers
from .maintenance import Rollups
from .relations import relation_of


def keep(using: str, **kwargs: Any) -> None:
    """After ``migrate``, also of a site that has no migrations (its tests may not).

    Our own table gets its triggers here, and its sums where it is empty. A host's table, and one
    that had CDRs before, gets them by ``verify_rollups --rebuild``.
    """
    if conf.cdr_model() != "origination.CDR" or not conf.rollups():
        return
    rollups = Rollups()
    if using != rollups.alias or not rollups.supported:
        return
    if rollups.has_tables and triggers.missing(rollups.cdrs, using):
        rollups.install()


def leave(apps: Any, schema_editor: Any) -> None:
    """Take triggers, functions and statistics from every table, a host's own too."""
    alias = schema_editor.connection.alias
    if connections[alias].vendor != "postgresql":
        return
    own = relation_of(get_cdr_model(), alias)
    for table in {*triggers.tables(alias), *([own] if own else [])}:
        bucket_counts.forget(table, alias)
    triggers.uninstall(alias)
