"""What is told of a switch, from which the readers of its files are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from .kinds import FORMATS, LOCAL_TIME

ROUNDINGS = ("up", "half-up", "down")
LEGS = ("calls", "all")
COUNTRIES = ("e164",)


class FormatError(ValueError):
    """A format that cannot be read as it is told; the message names the cure."""


@dataclass(frozen=True)
class Format:
    """How CDRs are written. One object for a file, a key of the feed, a file that is followed.

    ``zone``: of times without an offset; UTC where None, which a switch's own format refuses.
    ``delimiter``: of cells; "" is found by the first line.
    ``columns``: names of the cells where no header tells them; ``-`` is left out.
    ``mapping``: pairs of a name of theirs and a field of ours.
    ``rounding``: of seconds with a fraction; "" rejects them.
    ``source``: the name of the switch, where its ids are its own.
    ``legs``: whether the records of a call are joined, ``calls``, or each counts, ``all``.
    ``countries``: how countries are found that nobody wrote; "" leaves them unknown.
    ``quotes``: whether cells may stand between quotes.

    Raises FormatError.
    """

    name: str
    zone: tzinfo | None = None
    delimiter: str = ""
    columns: tuple[str, ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    rounding: str = ""
    source: str = ""
    legs: str = "calls"
    countries: str = ""
    quotes: bool = True

    def __post_init__(self) -> None:
        _ensure("format", self.name, FORMATS)
        _ensure("round", self.rounding, ("", *ROUNDINGS))
        _ensure("legs", self.legs, LEGS)
        _ensure("countries", self.countries, ("", *COUNTRIES))
        if self.zone is None and self.name in LOCAL_TIME:
            raise FormatError(
                f"{self.name} writes local time: name the switch's zone, "
                "e.g. --timezone Europe/Berlin"
            )

    def reader(self) -> Any:
        """A reader of the lines of one file, from the first one on."""
        return FORMATS[self.name](self)

    @property
    def clock(self) -> tzinfo:
        """The zone of a time that has no offset."""
        return UTC if self.zone is None or str(self.zone) == "UTC" else self.zone

    @property
    def joins_records(self) -> bool:
        """Whether several records may be one call, of which one has to stand for it."""
        return self.legs == "calls" and getattr(FORMATS[self.name], "joins_records", False)


def _ensure(what: str, value: str, known: Any) -> None:
    if value not in known:
        raise FormatError(f"{what}: {value!r} is none of {', '.join(filter(None, known))}")
