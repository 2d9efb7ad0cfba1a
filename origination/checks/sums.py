"""Stored sums that are on and answer nothing: each request is answered from its CDRs."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist
from django.db import connections

from origination import conf
from origination.models import get_cdr_model
from origination.statistics.overriding import is_every_row
from origination.statistics.sources import SOURCES

from .messages import register, warning


@register
def check_sums_answer(**kwargs: Any) -> list[CheckMessage]:
    """W020: the default manager leaves CDRs out or changes them, so stored sums do not answer."""
    model = _cdr_model_with_sums()
    return _check_manager(model) if model else []


def _cdr_model_with_sums() -> Any:
    """None where there are none, or the settings are wrong in a way that another check names."""
    alias = conf.cdr_database()
    if not conf.rollups() or alias not in connections or connections[alias].vendor not in SOURCES:
        return None
    try:
        model: Any = get_cdr_model()
        return model if model._meta.get_field("account").remote_field else None
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _check_manager(model: Any) -> list[CheckMessage]:
    if is_every_row(model._default_manager.all()):
        return []
    return [
        warning(
            20,
            f"ORIGINATION['ROLLUPS'] is on, but sums do not answer: {model._meta.label}'s default "
            "manager leaves rows out, computes, or has a queryset of its own.",
            "Sums are of every row of the table. Let a manager that changes nothing be the "
            "first of the model (or Meta.default_manager_name), or set ROLLUPS to False.",
        )
    ]
