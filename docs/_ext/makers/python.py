"""The public names of ``origination.statistics``, with signature and docstring."""

from __future__ import annotations

import inspect
from typing import Any

from origination import statistics


def python() -> str:
    return "\n\n".join(_entry(name, getattr(statistics, name)) for name in statistics.__all__)


def _entry(name: str, thing: Any) -> str:
    parts = [_signature(name, thing), inspect.getdoc(thing) or "", *_members(thing)]
    text = "\n\n".join(parts)
    return f"```text\n{text}\n```"


def _members(thing: Any) -> list[str]:
    """Properties and methods that it adds to what it inherits."""
    own = vars(thing).items() if isinstance(thing, type) else ()
    return [_member(name, each) for name, each in own if _is_public(name, each)]


def _is_public(name: str, thing: Any) -> bool:
    is_member = isinstance(thing, property) or inspect.isfunction(thing)
    return is_member and not name.startswith("_") and bool(thing.__doc__)


def _member(name: str, of: Any) -> str:
    call = f".{name}" if isinstance(of, property) else f".{name}()"
    return f"{call}\n    {inspect.getdoc(of)}"


def _signature(name: str, thing: Any) -> str:
    if isinstance(thing, type) and issubclass(thing, Exception):
        return f"exception {name}({thing.__base__.__name__})"
    arguments = inspect.signature(thing).parameters.values()
    lines = [f"    {_argument(each)}," for each in arguments]
    if keywords := [n for n, each in enumerate(arguments) if each.kind is each.KEYWORD_ONLY]:
        lines.insert(keywords[0], "    *,")
    return "\n".join([f"{name}(", *lines, ")"])


def _argument(of: inspect.Parameter) -> str:
    stars = "**" if of.kind is of.VAR_KEYWORD else ""
    default = "" if of.default is of.empty else f" = {_default(of.default)}"
    return f"{stars}{of.name}: {_annotation(of.annotation)}{default}"


def _annotation(of: Any) -> str:
    return str(getattr(of, "__forward_arg__", of))


def _default(value: Any) -> str:
    return value.__name__ if callable(value) else repr(value)
