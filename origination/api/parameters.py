"""The parameters of the endpoint in OpenAPI, made of its filters."""

from __future__ import annotations

import inspect
from typing import Any

from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import OpenApiParameter

from origination.statistics.conditions import NumberCondition

from . import fields
from .filters import REQUIRED, ConditionFilter, StatisticsFilterSet

# Formats that OpenAPI does not name; the strings themselves are told in the description.
FORMATS: dict[type, dict[str, Any]] = {
    fields.UUIDField: {"format": "uuid"},
    fields.TimeField: {"format": "date-time"},
    fields.TextField: {"format": "printable", "maxLength": fields.MAX_LENGTH},
    fields.ZoneField: {"format": "iana-time-zone"},
    fields.HintField: {},
}
COMPARISONS = {
    "exact": "is",
    "gt": "is greater than",
    "lt": "is less than",
    "gte": "is at or after",
    "lte": "is at or before",
}

# What a field of a CDR is to a customer.
WORDS = {
    "time_start": "start",
    "src_country_id": "caller's country ID",
    "dst_country_id": "called country ID",
    "src_prefix_routing": "caller's number",
    "dst_prefix_routing": "called number",
    "duration": "duration in seconds",
    "auth_orig_ip": "origination address",
    "customer_price": "price",
    "disconnect_code": "SIP code",
}


def value_schema(field: Any) -> dict[str, Any]:
    """What a form field of a parameter reads, as JSON Schema."""
    match field:
        case fields.IntegerField():
            return {"type": "integer", "minimum": field.lowest, "maximum": field.highest}
        case fields.DecimalField():
            return _between(10**field.whole_digits)
        case fields.AddressField():
            return {"anyOf": [{"type": "string", "format": f} for f in ("ipv4", "ipv6")]}
        case fields.FlagField():
            return {"type": "boolean"}
        case fields.WordField() if type(field) is fields.WordField:
            return {"type": "string", "enum": list(field.words)}
    return {"type": "string", **FORMATS[type(field)]}


def _is_3_0() -> bool:
    return spectacular_settings.OAS_VERSION.startswith("3.0")


def _between(limit: int) -> dict[str, Any]:
    """A number whose amount is below this."""
    if _is_3_0():
        exclusive = {"exclusiveMinimum": True, "exclusiveMaximum": True}
        return {"type": "number", "minimum": -limit, "maximum": limit, **exclusive}
    return {"type": "number", "exclusiveMinimum": -limit, "exclusiveMaximum": limit}


def nullable(name: str) -> dict[str, Any]:
    """A value of this type, or null."""
    return {"type": name, "nullable": True} if _is_3_0() else {"type": [name, "null"]}


def described(name: str, chosen: Any) -> str:
    """A sentence on what a filter does."""
    if not isinstance(chosen, ConditionFilter):
        return inspect.getdoc(type(chosen)) or ""
    if isinstance(chosen.means, NumberCondition):
        verb = name.removeprefix(chosen.field_name.replace("_", "-")).strip("-").replace("-", " ")
    else:
        verb = COMPARISONS[chosen.means.lookup]
    words = WORDS.get(chosen.field_name, chosen.field_name.replace("_", " "))
    return f"Calls whose {words} {verb} this."


def parameters() -> list[OpenApiParameter]:
    """Every parameter of the endpoint, in the order of its filters."""
    return [_parameter(name, chosen) for name, chosen in StatisticsFilterSet.base_filters.items()]


def _parameter(name: str, chosen: Any) -> OpenApiParameter:
    schema, required = value_schema(chosen.field), name in REQUIRED
    return OpenApiParameter(
        name,
        # An empty value counts as absent.
        schema if required else {"anyOf": [schema, {"type": "string", "maxLength": 0}]},
        required=required,
        description=described(name, chosen),
    )
