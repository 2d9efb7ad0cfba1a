"""The options by which a command is told how CDRs are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError, CommandParser

from origination.importing.countries import WAYS
from origination.importing.formats import FORMATS, LEGS, Format, FormatError
from origination.importing.seconds import ROUNDINGS

DELIMITERS = {"tab": "\t", "\\t": "\t", "\\|": "|", "semicolon": ";", "comma": ","}


def add_format_arguments(parser: CommandParser) -> None:
    parser.add_argument("--format", required=True, choices=FORMATS)
    parser.add_argument("--timezone", help="IANA zone of times that are written without an offset")
    parser.add_argument("--source", default="", help="name of the switch, whose IDs are its own")
    parser.add_argument("--delimiter", default="", help="of cells: a character, or tab")
    parser.add_argument(
        "--columns", default="", help="names of the cells where no header has them: a,b,-,c"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="NAME=FIELD",
        help="the field that a column of another name holds; - leaves it out; may be repeated",
    )
    parser.add_argument("--map-file", metavar="FILE", help="lines of NAME=FIELD")
    parser.add_argument(
        "--round", default="", choices=ROUNDINGS, help="of seconds that have a fraction"
    )
    parser.add_argument(
        "--legs",
        choices=LEGS,
        default="calls",
        help="calls: several records of one call count as one call (the default); all: every "
        "record counts",
    )
    parser.add_argument(
        "--countries", default="", choices=WAYS, help="find countries by the numbers"
    )


def format_of(options: dict[str, Any]) -> Format:
    """Raises CommandError."""
    try:
        return Format(
            name=options["format"],
            zone=_zone(options["timezone"]),
            delimiter=_delimiter(options["delimiter"]),
            columns=tuple(name.strip() for name in options["columns"].split(",") if name.strip()),
            mapping=tuple(_mapping(options["map"], options["map_file"])),
            rounding=options["round"],
            source=options["source"].strip(),
            legs=options["legs"],
            countries=options["countries"],
        )
    except FormatError as e:
        raise CommandError(str(e)) from e


def _delimiter(text: str) -> str:
    delimiter = DELIMITERS.get(text, text)
    if len(delimiter) > 1:
        raise CommandError(f"--delimiter: {text!r} is not one character: write e.g. ';' or tab")
    return delimiter


def _mapping(told: list[str], path: str | None) -> list[tuple[str, str]]:
    return [_pair("--map", line) for line in told] + (_of_file(path) if path else [])


def _of_file(path: str) -> list[tuple[str, str]]:
    """Blank lines and those that begin with ``#`` say nothing."""
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as e:
        raise CommandError(f"--map-file: {e}") from e
    return [
        _pair(f"--map-file: {path}, line {number}", line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]


def _pair(where: str, text: str) -> tuple[str, str]:
    """A name of theirs may hold ``=``, a field never does."""
    name, equals, field = text.rpartition("=")
    if not equals or not name.strip():
        raise CommandError(f"{where}: {text!r} is not NAME=FIELD")
    return name.strip(), field.strip()


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, LookupError) as e:
        raise CommandError(f"No such time zone: {name}") from e
