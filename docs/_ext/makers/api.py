"""Endpoints, parameters and errors, as the OpenAPI description has them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from .markdown import code, table

Operation = tuple[str, str, dict[str, Any]]


@cache
def described() -> dict[str, Any]:
    """The description of the demo site."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def operations() -> Iterator[Operation]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def endpoints() -> str:
    rows = (
        (code(f"{method} {path}"), _told(operation), ", ".join(operation["responses"]))
        for method, path, operation in operations()
    )
    return table(("endpoint", "what it does", "statuses"), rows)


def parameters() -> str:
    found = [entry for _, path, entry in operations() if path.endswith("origination-statistics")]
    return table(("parameter", "type", "required"), map(_parameter, found[0]["parameters"]))


def _parameter(of: dict[str, Any]) -> tuple[str, ...]:
    schema = of["schema"]
    choices = ", ".join(code(str(choice)) for choice in schema.get("enum", ()))
    required = "yes" if of.get("required") else ""
    return code(of["name"]), choices or _type(schema), required


def _type(schema: dict[str, Any]) -> str:
    """One schema, or the first of several: what else is taken is nothing at all."""
    kinds = [schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    found = (str(kind.get("format") or kind.get("type") or "") for kind in kinds)
    return next(filter(None, found))


def _told(operation: dict[str, Any]) -> str:
    return str(operation.get("description") or operation.get("summary") or "")
