"""A CDR table as a switch made it, and a host's model over it, for the length of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite
from django.db import connections, models, router
from django.test import Client, override_settings
from django.urls import include, path, reverse

from origination.admin import CDRAdmin
from origination.models import AbstractCDR, get_account_model, get_cdr_model
from origination.statistics import columns

from .factories import UserFactory

ALIAS = router.db_for_write(get_cdr_model()) or "default"
VENDOR = connections[ALIAS].vendor
TABLE = "calls_of_the_switch"
LABEL = "origination"
_numbers = count(1)

# Column -> its type, of a table that our own model could have made.
COLUMNS = {
    "postgresql": {
        "id": "bigserial PRIMARY KEY",
        "uuid": "uuid UNIQUE",
        "account_id": "bigint",
        "time_start": "timestamptz",
        "duration": "integer",
        "customer_duration": "integer",
        "customer_price": "numeric(18, 6)",
        "is_last_cdr": "boolean DEFAULT true",
    },
    "sqlite": {
        "id": "integer PRIMARY KEY",
        "uuid": "char(32) UNIQUE",
        "account_id": "bigint",
        "time_start": "datetime",
        "duration": "integer",
        "customer_duration": "integer",
        "customer_price": "decimal",
        "is_last_cdr": "bool DEFAULT 1",
    },
}

# What a table lacks that has no more than these columns.
LACKING = {field.name for field in AbstractCDR._meta.fields} - {"account", *COLUMNS["sqlite"]}

of_a_switch = pytest.mark.skipif(VENDOR not in COLUMNS, reason="a table of PostgreSQL or SQLite")
on_postgresql = pytest.mark.skipif(VENDOR != "postgresql", reason="a type of PostgreSQL")


def created(table: str = TABLE, /, **types: str | None) -> str:
    """CREATE TABLE of plain columns, with other ``types`` for some; None: it has no such column."""
    columns_of = COLUMNS.get(VENDOR, {}) | types
    listed = ", ".join(f'"{name}" {kind}' for name, kind in columns_of.items() if kind)
    return f'CREATE TABLE "{table}" ({listed})'


def switch_model(table: str = TABLE, /, **fields: Any) -> Any:
    """An unmanaged CDR model over the table; a field that is None is left out."""
    meta = {"managed": False, "db_table": table, "app_label": LABEL}
    given = {
        "account": models.ForeignKey(
            get_account_model(), models.DO_NOTHING, db_constraint=False, related_name="+"
        ),
        **dict.fromkeys(LACKING),
        **{name: field and field.clone() for name, field in fields.items()},
        "Meta": type("Meta", (), meta),
        "__module__": __name__,
    }
    return type(f"Switch{next(_numbers)}", (AbstractCDR,), given)


@contextmanager
def mounted(model: Any, *statements: str) -> Iterator[Any]:
    """The site's CDR model is this one; ``statements`` make its table."""
    run(*statements)
    columns.forget()
    site = getattr(settings, "ORIGINATION", {})
    label = f"{LABEL}.{model.__name__}"
    try:
        with override_settings(ORIGINATION_CDR_MODEL=label, ORIGINATION={**site, "ROLLUPS": False}):
            yield model
    finally:
        columns.forget()
        del apps.all_models[LABEL][model._meta.model_name]
        apps.clear_cache()


def run(*statements: str) -> None:
    with connections[ALIAS].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def insert(table: str = TABLE, /, **values: str) -> None:
    """One CDR; ``values`` are SQL, as a switch writes it."""
    names = ", ".join(f'"{name}"' for name in values)
    run(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(values.values())})')


class Backoffice(AdminSite):
    """Of a host whose users have no ``is_staff``."""

    def has_permission(self, request: Any) -> bool:
        return request.user.is_active


@contextmanager
def administered(model: Any) -> Iterator[Any]:
    """Asks pages of the admin over a mounted model: ``get(name, *args, **query)``."""
    site = Backoffice(name="admin")
    site.register(model, CDRAdmin)
    urls = ModuleType("urls_of_the_test")
    urls.urlpatterns = [path("admin/", site.urls), path("", include("origination.urls"))]
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    prefix = f"admin:{LABEL}_{model._meta.model_name}"

    def get(name: str, *args: Any, **query: str) -> Any:
        given = {key.replace("_", "-"): value for key, value in query.items()}
        return client.get(reverse(f"{prefix}_{name}", args=args), given)

    with override_settings(ROOT_URLCONF=urls):
        yield get
