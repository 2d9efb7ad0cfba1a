"""What is told of a switch, from which the readers of its files are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import Any

from .. import countries
from ..seconds import ROUNDINGS
from .ensuring import FormatError, ensure_columns, ensure_countries, ensure_known, ensure_mapping
from .kinds import FORMATS, KINDS, LOCAL_TIME
from .presets import PRESETS

LEGS = ("calls", "all")
COUNTRIES = countries.WAYS


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

    The others are those of a preset. Raises FormatError.
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
    needs: tuple[str, ...] = ()
    has_header: bool = False
    in_log: bool = False

    def __post_init__(self) -> None:
        ensure_known("format", self.name, FORMATS)
        ensure_known("round", self.rounding, ("", *ROUNDINGS))
        ensure_known("legs", self.legs, LEGS)
        ensure_known("countries", self.countries, ("", *COUNTRIES))
        if self.countries:
            ensure_countries()
        if self.zone is None and self.name in LOCAL_TIME:
            raise FormatError(
                f"{self.name} writes local time: name the switch's zone, "
                "e.g. --timezone Europe/Berlin"
            )
        if self.name in KINDS:
            ensure_mapping(self)
            ensure_columns(self)
        else:
            # Whatever is told beside it has to fit as well.
            self.resolved()

    def reader(self) -> Any:
        """A reader of the lines of one file, from the first one on."""
        told = self.resolved()
        reader = KINDS[told.name](told)
        return countries.WithCountries(reader) if self.countries else reader

    def resolved(self) -> Format:
        """The same with all that its preset tells, where it has one."""
        preset = PRESETS.get(self.name)
        if preset is None:
            return self
        return replace(
            self,
            name=preset.of,
            zone=self.clock,
            delimiter=self.delimiter or preset.delimiter,
            columns=self.columns or preset.columns,
            mapping=preset.mapping + self.mapping,
            quotes=preset.quotes,
            needs=preset.needs,
            has_header=preset.has_header,
            in_log=preset.in_log,
        )

    @property
    def clock(self) -> tzinfo:
        """The zone of a time that has no offset."""
        return UTC if self.zone is None or str(self.zone) == "UTC" else self.zone

    @property
    def joins_records(self) -> bool:
        """Whether several records may be one call, of which one has to stand for it."""
        return self.legs == "calls" and bool(
            getattr(KINDS[self.resolved().name], "joins_records", False)
        )
