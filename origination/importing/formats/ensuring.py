"""What is told of a format: whether it can be, before a file is opened."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..countries import NotInstalled, ensure_installed
from . import asterisk, freeswitch
from .fields import FIELDS, REQUIRED
from .names import IGNORED, Names

if TYPE_CHECKING:
    from .format import Format

# The columns that a file of theirs cannot be without.
COLUMNS = {"asterisk": asterisk.REQUIRED, "freeswitch": freeswitch.REQUIRED}
MAPPED = ("csv", "jsonl", "freeswitch-json")


class FormatError(ValueError):
    """A format that cannot be read as it is told; the message names the cure."""


def ensure_known(what: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise FormatError(f"{what}: {value!r} is none of {', '.join(filter(None, known))}")


def ensure_mapping(format: Format) -> None:
    """That every name is mapped to a field that there is."""
    if format.mapping and format.name not in MAPPED:
        raise FormatError(f"--map is for {', '.join(MAPPED)}; --columns names those of a switch")
    for name, field in format.mapping:
        if field not in (*FIELDS, IGNORED):
            raise FormatError(
                f"--map: {name}={field}: {field!r} is none of {', '.join(FIELDS)}, "
                "nor - for a column to leave out"
            )


def ensure_countries() -> None:
    """That the libraries are there."""
    try:
        ensure_installed()
    except NotInstalled as e:
        raise FormatError(str(e)) from e


def ensure_columns(format: Format) -> None:
    """That the columns that are told hold what a CDR cannot be without."""
    if not format.columns:
        return
    if format.name not in (*COLUMNS, "csv"):
        raise FormatError("--columns is for CSV: a JSON object names its values itself")
    found = format.columns
    if format.name == "csv":
        found = tuple(Names(format.mapping).header(list(format.columns)))
    needed = COLUMNS.get(format.name, REQUIRED)
    if lacking := [name for name in needed if name not in found]:
        raise FormatError(f"--columns lacks {' and '.join(lacking)}")
