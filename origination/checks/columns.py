"""The tables that the site's models stand for: their real columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Tags
from django.db import connections, router
from django.db.migrations.loader import MigrationLoader

from origination import conf
from origination.statistics.aggregates import has_whole_seconds
from origination.statistics.bounds import engines
from origination.statistics.columns import real_columns
from origination.statistics.mismatches import (
    LOCAL_TIME,
    Mismatch,
    local_clock_of_sqlite,
    mismatches,
    misread_fields,
)

from .messages import error, register, warning

ENGINES = {"postgresql": "PostgreSQL", "sqlite": "SQLite", "clickhouse": "ClickHouse"}
# Engines of apps of their own.
APPS = {"clickhouse": "origination.contrib.clickhouse"}


@register
def check_engine(**kwargs: Any) -> list[CheckMessage]:
    """E034: the CDRs are in a database of an engine that the app cannot read.
    Cure: copy them to PostgreSQL, SQLite or ClickHouse, or let PostgreSQL reach the table by a
    foreign data wrapper. For ClickHouse add its app to ``INSTALLED_APPS``.

    E037: the CDRs are on SQLite with a ``TIME_ZONE`` in ``DATABASES``, so times are misread.
    """
    alias = conf.cdr_database()
    if alias not in connections:
        return []
    vendor = connections[alias].vendor
    if vendor not in engines():
        return [error(34, f"CDRs live in {alias!r}, whose engine is {vendor}.", _cure(vendor))]
    clock = local_clock_of_sqlite(alias)
    return [error(37, clock, "Leave it out, and write times in UTC.")] if clock else []


def _cure(vendor: str) -> str:
    if vendor in APPS:
        return f"Add {APPS[vendor]!r} to INSTALLED_APPS."
    return (
        f"CDRs can be read from {', '.join(ENGINES.values())}. Copy them there, or reach the table "
        "from PostgreSQL by a foreign data wrapper."
    )


@register
def check_fields(**kwargs: Any) -> list[CheckMessage]:
    """E035: the CDR model's ``account`` is no foreign key.
    Cure: write ``models.ForeignKey(…, models.DO_NOTHING, db_constraint=False)``. Does the column
    hold something else than the account's key? Name that field with ``to_field``.

    E036: a field of the CDR model is of a class that cannot be read.
    Cure: write a field of a class that the hint names. Let a view cast the column where none fits.
    """
    model = _installed(conf.cdr_model()) if conf.cdr_database() in connections else None
    return [
        error(35 if found.field.name == "account" else 36, found.message, found.cure)
        for found in (misread_fields(model) if model else ())
    ]


@register(Tags.database)
def check_columns(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E030: a field has no column in the table.
    Cure: name the column with ``db_column``. Does the table lack it? Write the field as ``None``.

    E031: a column has a type that its field cannot read.
    Cure: write the field that the hint names. Let a view cast the column where it names none.

    W032: a column of times has no zone, and ``DATABASES`` names none for it.

    W033: a column can be read, but is not as its field says.
    Cure: write the field that the hint names.
    """
    found: list[CheckMessage] = []
    for label in dict.fromkeys((conf.account_model(), conf.cdr_model())):
        model = _installed(label)
        alias = (router.db_for_read(model) or "default") if model else None
        if model and alias in (databases or ()) and not _awaits_migration(model, str(alias)):
            found += map(_told, mismatches(model, str(alias)))
            found += _local_times(model, str(alias))
    return found


@register(Tags.database)
def check_whole_seconds(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W038: seconds have fractions, which stored sums do not hold, so they answer nothing."""
    model = _installed(conf.cdr_model())
    is_kept = model and conf.cdr_database() in (databases or ()) and conf.rollups()
    if not is_kept or has_whole_seconds(model):
        return []
    return [
        warning(
            38,
            f"ORIGINATION['ROLLUPS'] is on, but {model._meta.label} has fractions of seconds, "
            "which stored sums do not hold: CDRs answer.",
            "Set ORIGINATION['ROLLUPS'] = False, or make the column an integer.",
        )
    ]


def _told(found: Mismatch) -> CheckMessage:
    if found.found is None:
        return error(30, found.message, found.cure)
    return (error if found.is_fatal else warning)(
        31 if found.is_fatal else 33, found.message, found.cure
    )


def _local_times(model: Any, alias: str) -> Iterable[CheckMessage]:
    if connections[alias].settings_dict["TIME_ZONE"] is not None:
        return
    columns = real_columns(model, alias)
    for field in model._meta.concrete_fields:
        column = columns.get(field.column)
        if column and column.family == LOCAL_TIME:
            yield warning(
                32,
                f"{model._meta.db_table}.{field.column} is {column.type}: it is read as UTC.",
                f"Name the zone of its times in DATABASES[{alias!r}]['TIME_ZONE'], also where "
                "it is 'UTC'.",
            )


def _awaits_migration(model: Any, alias: str) -> bool:
    """Whether the columns may still come: ``migrate`` asks the checks before it makes any."""
    loader = MigrationLoader(connections[alias])
    nodes = {node for node in loader.graph.nodes if node[0] == model._meta.app_label}
    return model._meta.managed and not nodes <= set(loader.applied_migrations)


def _installed(label: str) -> Any:
    """The model; None where there is none, which another check tells."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
