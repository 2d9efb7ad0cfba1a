"""Tables and texts of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def inline(docstring: str) -> str:
    """Of a docstring, whose code stands between two backticks."""
    return docstring.replace("``", "`")


def sentences(docstring: str) -> str:
    """A docstring on one line, its ``Raises …`` left out: that is for who calls the function."""
    text = " ".join(docstring.split())
    return inline(re.sub(r"\s*Raises \w+ [^.]*\.", "", text)).strip()
