"""The fields of the two models; what subclasses them inherits these."""

from __future__ import annotations

from typing import Any

from django.db.models import Field, Model

from origination.models import CDR, Account

from .markdown import code, table

HEADS = ("field", "class", "NULL", "default", "meaning")


def models() -> str:
    return "\n\n".join(f"**{model.__name__}**\n\n{fields(model)}" for model in (Account, CDR))


def fields(model: type[Model]) -> str:
    own = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return table(HEADS, (_row(field) for field in own if not field.primary_key))


def _row(field: Any) -> tuple[str, ...]:
    null = "yes" if field.null else ""
    return code(field.name), code(_class(field)), null, code(_default(field)), str(field.help_text)


def _class(field: Any) -> str:
    if field.remote_field:
        return f"{type(field).__name__}({field.remote_field.model._meta.label})"
    size = getattr(field, "max_length", None)
    bounded = size and field.get_internal_type() == "CharField"
    return f"{type(field).__name__}({size})" if bounded else type(field).__name__


def _default(field: Field[Any, Any]) -> str:
    if not field.has_default():
        return ""
    return f"{field.default.__name__}()" if callable(field.default) else repr(field.default)
