"""The site's models: what ours need of them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist

from origination import conf

from .messages import error, register, warning

CDR_FIELDS = ("account", "time_start", "duration")


@register
def check_models(**kwargs: Any) -> list[CheckMessage]:
    """E005: no such model. E006: an account without its contract. E007: a CDR without a field.

    W012: a CDR's uuid that need not be unique."""
    found: list[CheckMessage] = []
    for name, label in (
        ("ORIGINATION_ACCOUNT_MODEL", conf.account_model()),
        ("ORIGINATION_CDR_MODEL", conf.cdr_model()),
    ):
        try:
            apps.get_model(label)
        except (LookupError, ValueError):
            found.append(
                error(
                    5,
                    f"{name} names no installed model: {label!r}.",
                    "Write it as 'app_label.ModelName' and install the app.",
                )
            )
    return found or [*_check_account(), *_check_cdr()]


def _check_account() -> list[CheckMessage]:
    model = apps.get_model(conf.account_model())
    manager = getattr(model, "objects", None)
    if _has_field(model, "uuid") and hasattr(manager, "visible_to"):
        return []
    return [
        error(
            6,
            f"{model._meta.label} has no field 'uuid' or no 'objects.visible_to(user)'.",
            "Give it both, or subclass origination.models.AbstractAccount.",
        )
    ]


def _check_cdr() -> list[CheckMessage]:
    model = apps.get_model(conf.cdr_model())
    duration = ("customer_duration",) if conf.use_customer_duration() else ()
    lacking = [name for name in (*CDR_FIELDS, *duration) if not _has_field(model, name)]
    if lacking:
        return [
            error(
                7,
                f"{model._meta.label} lacks {', '.join(lacking)}.",
                "Subclass origination.models.AbstractCDR and name the columns with db_column.",
            )
        ]
    if not _has_field(model, "uuid") or model._meta.get_field("uuid").unique:
        return []
    return [
        warning(
            12,
            f"{model._meta.label}.uuid is not unique; an import could not be repeated.",
            "Set unique=True; the table needs a unique index on that column.",
        )
    ]


def _has_field(model: Any, name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True
