"""The site's models: what ours need of them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from origination import conf

from .messages import error, register, warning

CDR_FIELDS = ("account", "time_start", "duration")


@register
def check_models(**kwargs: Any) -> list[CheckMessage]:
    """E005: a setting names a model that is not installed.

    E006: the account model lacks its uuid or ``visible_to``.
    Cure: name its unique field of uuids in ``ORIGINATION['ACCOUNT_UUID_FIELD']``. Give its manager
    ``objects`` a method ``visible_to(user)`` that returns a queryset.

    E007: the CDR model lacks a field
    that every answer needs. W012: the CDR's ``uuid`` is not unique, so an import cannot be
    repeated. E023: the CDR model points to another account model than the setting names.
    """
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
    lacking = [*_check_uuid(model), *_check_visibility(model)]
    return [error(6, message, hint) for message, hint in lacking]


def _check_uuid(model: Any) -> list[tuple[str, str]]:
    name, label = conf.account_uuid_field(), model._meta.label
    hint = (
        "Name the field that the API knows an account by in ORIGINATION['ACCOUNT_UUID_FIELD']: "
        "a UUIDField that is unique, or a unique text that holds uuids. A property is none."
    )
    if not isinstance(name, str) or not _has_field(model, name):
        named = f"{label} has no field {name!r}, which ORIGINATION['ACCOUNT_UUID_FIELD'] names."
        return [(named, hint)]
    field = model._meta.get_field(name)
    holds = field.output_field if isinstance(field, models.GeneratedField) else field
    if not isinstance(holds, models.UUIDField | models.CharField | models.TextField):
        return [(f"{label}.{name} is a {type(field).__name__}, which holds no uuids.", hint)]
    return [] if _is_unique(model, field) else [(f"{label}.{name} is not unique.", hint)]


def _is_unique(model: Any, field: Any) -> bool:
    constraints = model._meta.total_unique_constraints
    return field.unique or any(c.fields == (field.name,) for c in constraints)


def _check_visibility(model: Any) -> list[tuple[str, str]]:
    if hasattr(getattr(model, "objects", None), "visible_to"):
        return []
    return [
        (
            f"{model._meta.label}.objects has no visible_to(user).",
            "Let the manager 'objects' of the model say which accounts a user may see, or "
            "subclass origination.models.AbstractAccount.",
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
    return [*_check_account_of(model), *_check_identity(model)]


def _check_account_of(model: Any) -> list[CheckMessage]:
    meant = apps.get_model(conf.account_model())
    pointed_to = model._meta.get_field("account").related_model
    if pointed_to is None or pointed_to._meta.db_table == meant._meta.db_table:
        return []
    return [
        error(
            23,
            f"{model._meta.label}.account points to {pointed_to._meta.label}, and "
            f"ORIGINATION_ACCOUNT_MODEL is {conf.account_model()}.",
            "Let both name the same model, or a proxy of it.",
        )
    ]


def _check_identity(model: Any) -> list[CheckMessage]:
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
