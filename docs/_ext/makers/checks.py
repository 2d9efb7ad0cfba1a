"""Each system check: its cause from the docstring, its cure from there or from its hint."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import origination

from .markdown import code, inline, table

HOME = Path(origination.__file__).parent
TOLD = re.compile(r"\b([EW]\d{3}): (.*?)(?=\s[EW]\d{3}: |\Z)", re.DOTALL)
LEVELS = {"error": "E", "warning": "W", "Error": "E", "Warning": "W"}
CURE = re.compile(r"\s*\bCure: ")


class Check(NamedTuple):
    id: str
    cause: str
    cure: str


def checks() -> str:
    rows = ((code(check.id), check.cause, check.cure) for check in sorted(all_checks()))
    return table(("id", "cause", "cure"), rows)


def all_checks() -> list[Check]:
    found = (checks_of(path) for path in _modules())
    return [check for checks_there in found for check in checks_there]


def _modules() -> list[Path]:
    return [*HOME.glob("checks/*.py"), *HOME.glob("contrib/*/checks.py")]


def checks_of(path: Path) -> Iterator[Check]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    app = "origination" if path.parent.name == "checks" else f"origination_{path.parent.name}"
    cures = dict(_cures(tree))
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            for number, cause in TOLD.findall(ast.get_docstring(function) or ""):
                cause, _, cure = CURE.sub("\0", cause).partition("\0")
                yield Check(f"{app}.{number}", *map(_sentence, (cause, cure or cures[number])))


def _sentence(text: str) -> str:
    text = inline(" ".join(text.split()))
    return text[0].upper() + text[1:]


def _cures(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """``("E002", hint)`` of each message that is made; what a hint computes is an ellipsis."""
    constants = dict(_named_texts(tree.body))
    for function in tree.body:
        texts = constants | dict(_named_texts(ast.walk(function)))
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LEVELS:
                number, hint = _number(node), _hint(node)
                text = _text(hint, texts) if hint else ""
                if number and text:
                    yield number, text


def _named_texts(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        is_named = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if is_named and (text := _text(node.value, {})):
            yield node.targets[0].id, text


def _number(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, int):
        return f"{LEVELS[call.func.id]}{first.value:03d}"
    ids = [_text(keyword.value, {}) for keyword in call.keywords if keyword.arg == "id"]
    return ids[0].rpartition(".")[2] if ids else ""


def _hint(call: ast.Call) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
    return named[0] if named else (call.args[2] if len(call.args) > 2 else None)


def _text(node: ast.expr, texts: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, texts) or "…" for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, texts)
    return texts.get(node.id, "") if isinstance(node, ast.Name) else ""
