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
UNMANAGED = (
    "No migration makes the table of an unmanaged model. Write its name into Meta.db_table as the "
    "database has it. On PostgreSQL the search_path of the site's role must name its schema. Is "
    "the table in another database? Set ORIGINATION['CDR_DATABASE'], or a router for accounts."
)


@register(Tags.database)
def check_tables(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W022: a model that a setting names has no table, and the app's own tables are there.

    It is a warning, because ``migrate`` runs this check before it makes a table.
    Cure: correct the setting. Run ``manage.py migrate`` for a model that it makes the table of. For
    an unmanaged model correct ``db_table``, or name the database that has the table.
    """
    names = {
        "ORIGINATION_ACCOUNT_MODEL": conf.account_model(),
        "ORIGINATION_CDR_MODEL": conf.cdr_model(),
    }
    return [
        _message(name, _model(label))
        for name, label in names.items()
        if _lacks_table(_model(label), databases or ())
    ]


def _message(name: str, model: Any) -> CheckMessage:
    label, table, alias = model._meta.label, model._meta.db_table, alias_of(model)
    if not model._meta.managed:
        return warning(22, f"{label} has no table {table!r} in {alias!r}.", UNMANAGED)
    return warning(
        22,
        f"{label} has no table {table!r}. {name} was another model when the tables were made, or "
        "a migration has not run.",
        f"Set {name} to what it was. Do you mean this model? Run manage.py migrate. If that makes "
        "no table, run manage.py migrate origination zero (it drops the app's tables) and "
        "migrate again.",
    )


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
