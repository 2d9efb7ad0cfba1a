"""Sends the CDR model to the database named by ``ORIGINATION["CDR_DATABASE"]``."""

from __future__ import annotations

from typing import Any

from . import conf


def _is_cdr(app_label: str, model_name: str | None) -> bool:
    return f"{app_label}.{model_name}".lower() == conf.cdr_model().lower()


class CDRRouter:
    """Routes the CDR model; has no opinion on any other."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return (
            conf.cdr_database() if _is_cdr(model._meta.app_label, model._meta.model_name) else None
        )

    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool | None:
        labels = [(m._meta.app_label, m._meta.model_name) for m in (first, second)]
        return True if any(_is_cdr(*label) for label in labels) else None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        if _is_cdr(app_label, model_name):
            return db == conf.cdr_database()
        # A database that is only there for CDRs gets no other table of ours.
        if app_label == "origination" and db == conf.cdr_database() != "default":
            return False
        return None
