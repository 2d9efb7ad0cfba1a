"""The public names of ``origination.statistics``, with signature and docstring."""

from __future__ import annotations

import inspect
from typing import Any

from origination import statistics


def python() -> str:
    return "\n\n".join(_entry(name, getattr(statistics, name)) for name in statistics.__all__)


def _entry(name: str, thing: Any) -> str:
    told = inspect.getdoc(thing) or ""
    return f"```text\n{_signature(name, thing)}\n\n{told}\n```"


def _signature(name: str, thing: Any) -> str:
    if isinstance(thing, type) and issubclass(thing, Exception):
        return f"exception {name}({thing.__base__.__name__})"
    lines = [f"    {_argument(each)}," for each in inspect.signature(thing).parameters.values()]
    return "\n".join([f"{name}(", *lines, ")"])


def _argument(of: inspect.Parameter) -> str:
    stars = "**" if of.kind is of.VAR_KEYWORD else ""
    default = "" if of.default is of.empty else f" = {_default(of.default)}"
    return f"{stars}{of.name}: {_annotation(of.annotation)}{default}"


def _annotation(of: Any) -> str:
    return str(getattr(of, "__forward_arg__", of))


def _default(value: Any) -> str:
    return value.__name__ if callable(value) else repr(value)
