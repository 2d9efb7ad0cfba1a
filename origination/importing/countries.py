"""The countries of a call by its numbers, for switches that write none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .lines import Line

WAYS = ("e164",)
# Numbers that are remembered: a busy customer calls the same ones again and again.
REMEMBERED = 1 << 15
INSTALL = "--countries needs two libraries: pip install 'django-origination-statistics[countries]'"


class NotInstalled(Exception):
    """The libraries of ``countries`` are not there; the message names the cure."""


def ensure_installed() -> None:
    try:
        import phonenumbers  # noqa: F401
        import pycountry  # noqa: F401
    except ImportError as e:
        raise NotInstalled(INSTALL) from e


class WithCountries:
    """A reader that fills in what its rows lack of ``src_country_id`` and ``dst_country_id``."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader
        self.joins_records = reader.joins_records

    @property
    def is_usable(self) -> bool:
        return getattr(self.reader, "is_usable", True)

    def __call__(self, line: Line) -> dict[str, Any] | None:
        row = self.reader(line)
        if row is not None:
            for side in ("src", "dst"):
                if row.get(f"{side}_country_id") is None:
                    row[f"{side}_country_id"] = country_id(row[f"{side}_prefix_routing"])
        return row

    def explained(self, line: Line) -> Any:
        return self.reader.explained(line)

    def records(self, lines: Iterator[Line]) -> Iterator[Line]:
        return self.reader.records(lines)


@lru_cache(maxsize=REMEMBERED)
def country_id(number: str) -> int | None:
    """The site's id of the country of a number in E.164, with or without ``+`` or ``00``.

    None for a number of no country: a short one, a name, a satellite's.
    """
    iso2 = iso2_of(number)
    return site_id(iso2) if iso2 else None


def iso2_of(number: str) -> str | None:
    """The ISO 3166 letters of a number's country."""
    import phonenumbers

    digits = number.removeprefix("+").removeprefix("00")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    return _region(phonenumbers, parsed)


def _region(phonenumbers: Any, parsed: Any) -> str | None:
    """By the whole number where several countries share a code; else by its code."""
    region = phonenumbers.region_code_for_number(parsed)
    if region is None and phonenumbers.is_possible_number(parsed):
        regions = phonenumbers.region_codes_for_country_code(parsed.country_code)
        region = regions[0] if len(regions) == 1 else None
    return region if region and region.isalpha() else None


def site_id(iso2: str) -> int | None:
    """What this site calls a country: its ISO 3166 number."""
    import pycountry

    country = pycountry.countries.get(alpha_2=iso2)
    return int(country.numeric) if country else None
