"""Sends the CDR model to the database named by ``ORIGINATION["CDR_DATABASE"]``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connections, router

from . import conf

# Kept by triggers of the CDR table, hence beside it.
SUMS = {"minutesums", "hoursums", "countryhoursums", "keptsums", "stalemark"}


def _is_cdr(app_label: str, model_name: str | None) -> bool:
    """Whether the model belongs into the database of the CDRs."""
    if app_label == "origination" and str(model_name).lower() in SUMS:
        return True
    return f"{app_label}.{model_name}".lower() == conf.cdr_model().lower()


def _is_clickhouse(alias: str) -> bool:
    return alias in connections and connections[alias].vendor == "clickhouse"


def _is_cdr_model(model: Any) -> bool:
    meta = getattr(model, "_meta", None)
    return meta is not None and _is_cdr(meta.app_label, meta.model_name)


class CDRRouter:
    """Routes the CDR model; has no opinion on any other."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        if _is_cdr_model(model):
            return conf.cdr_database()
        # Django would look for the account of a CDR where the CDR came from.
        if _is_cdr_model(type(hints.get("instance"))):
            return router.db_for_read(model)
        return None

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return conf.cdr_database() if _is_cdr_model(model) else None

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool | None:
        return True if _is_cdr_model(type(first)) or _is_cdr_model(type(second)) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        try:
            cdrs = conf.cdr_database()
        # A check tells of it, and checks ask this as well.
        except ImproperlyConfigured:
            return False if app_label == "origination" or _is_cdr(app_label, model_name) else None
        # ClickHouse holds the CDRs and nothing else: its own projections take the sums' place.
        if db == cdrs and _is_clickhouse(db):
            return f"{app_label}.{model_name}".lower() == conf.cdr_model().lower()
        if _is_cdr(app_label, model_name):
            return db == cdrs
        # A database that is only there for CDRs gets no other table of ours.
        if app_label == "origination" and db == cdrs != "default":
            return False
        return None
