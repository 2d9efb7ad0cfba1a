"""Names in a file -> names of CDR fields: ours, YETI's, titles of its exports, and those told."""

from __future__ import annotations

from typing import Any

from .fields import NAMES, YETI_NAMES

IGNORED = "-"


class Names:
    """``mapping``: pairs of a name of theirs and a field of ours, or ``-`` for one to leave out."""

    def __init__(self, mapping: tuple[tuple[str, str], ...] = ()) -> None:
        self.mapping = dict(mapping)
        self.folded = {_folded(name): field for name, field in mapping}
        self.targets = set(self.mapping.values()) - {IGNORED}

    def field(self, name: str) -> str:
        """The field that a column is read for; "" where it is left out."""
        folded = _folded(name)
        if told := self.mapping.get(name) or self.folded.get(folded):
            return "" if told == IGNORED else told
        # Rails cuts the end of "orig_call_id" off where it makes a title of it.
        known = next((each for each in (folded, f"{folded}_id") if each in NAMES), "")
        return "" if YETI_NAMES.get(known, known) in self.targets else known

    def header(self, row: list[str]) -> list[str]:
        """The field of each cell of a header."""
        return [self.field(name.strip()) for name in row]

    def renamed(self, row: dict[str, Any]) -> dict[str, Any]:
        """An object with the fields that were told for its keys; ``a.b`` is b within a."""
        values = {field: value_of(row, name) for name, field in self.mapping.items()}
        kept = {name: value for name, value in row.items() if name not in self.mapping}
        values.pop(IGNORED, None)
        return kept | {field: value for field, value in values.items() if value is not None}


def _folded(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def value_of(row: dict[str, Any], name: str) -> Any:
    """By the whole name, else step by step."""
    if name in row:
        return row[name]
    first, _, rest = name.partition(".")
    inner = row.get(first)
    return value_of(inner, rest) if rest and type(inner) is dict else None
