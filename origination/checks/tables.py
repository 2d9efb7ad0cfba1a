"""Models whose tables nobody made."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Tags
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from origination import conf
from origination.statistics.columns import alias_of, real_columns

from .messages import register, warning

FIRST = ("origination", "0001_initial")


@register(Tags.database)
def check_tables(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W022: a model that a setting names has no table, and ours have been made.

    A warning: ``migrate``, which runs this check, may be about to make it.
    """
    names = {
        "ORIGINATION_ACCOUNT_MODEL": conf.account_model(),
        "ORIGINATION_CDR_MODEL": conf.cdr_model(),
    }
    return [
        warning(
            22,
            f"{label} has no table {_model(label)._meta.db_table!r}; {name} names another model "
            "now than when the tables were made, or a migration has not run.",
            f"Set {name} to what it was. Where this model is meant: run manage.py migrate; if "
            "that makes no table, manage.py migrate origination zero (it drops our tables) and "
            "migrate again.",
        )
        for name, label in names.items()
        if _lacks_table(_model(label), databases or ())
    ]


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    # E005 tells.
    except (LookupError, ValueError):
        return None


def _lacks_table(model: Any, databases: Any) -> bool:
    if model is None or (alias := alias_of(model)) not in databases:
        return False
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return FIRST in applied and not real_columns(model, alias)
