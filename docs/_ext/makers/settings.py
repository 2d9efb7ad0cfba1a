"""Each entry of ``ORIGINATION``: what reads it tells its default and its meaning."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

from origination import conf

from .markdown import code, sentences, table

READERS = {"value_of", "called", "timedelta_of"}


def settings() -> str:
    rows = ((code(name), default_of(name), meaning_of(name)) for name in sorted(conf.SETTINGS))
    return table(("name", "default", "meaning"), rows)


def meaning_of(name: str) -> str:
    return sentences(_docstring(name).partition("Default: ")[0])


def default_of(name: str) -> str:
    """As the docstring says it after ``Default:``, else as the code has it."""
    _, told, default = _docstring(name).partition("Default: ")
    return sentences(default).rstrip(".") if told else code(_coded(name))


def _docstring(name: str) -> str:
    return inspect.getdoc(getattr(conf, name.lower())) or ""


def _coded(name: str) -> str:
    source = textwrap.dedent(inspect.getsource(getattr(conf, name.lower())))
    reads = [call for call in ast.walk(ast.parse(source)) if _reads(call, name)]
    return ast.unparse(reads[0].args[1])


def _reads(node: Any, name: str) -> bool:
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in READERS
        and ast.literal_eval(node.args[0]) == name
    )
