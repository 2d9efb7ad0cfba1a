"""Form fields that read one query parameter: strict, cheap, never raising anything but
``ValidationError``, whatever the text."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from origination.statistics.calendars import LAST
from origination.statistics.spellings import plain
from origination.statistics.zones import zone_names

INTEGER = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)
DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
TIME = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d)"
    r"([Tt ](?P<time>\d\d:\d\d(:\d\d([.,]\d{1,9})?)?)"
    # A plus that arrived as a space was not encoded by the client.
    r"(?P<offset>[Zz]|[+\- ]\d\d(:?\d\d)?)?)?",
    re.ASCII,
)
# As the columns of the numbers.
MAX_LENGTH = 80
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
INT32 = 2**31 - 1
FLAGS = {"true": True, "false": False}


class ParameterField(forms.Field):
    """Text -> value; an empty text is None. Subclasses read the text in :meth:`parse`."""

    max_length = MAX_LENGTH

    def to_python(self, value: Any) -> Any:
        if value in (None, ""):
            return None
        if len(value) > self.max_length or not _printable(value):
            raise ValidationError("invalid")
        try:
            return self.parse(value)
        except (ValueError, OverflowError) as e:
            raise ValidationError("invalid") from e

    def parse(self, text: str) -> Any:
        raise NotImplementedError


class TextField(ParameterField):
    """A routed number or part of one, as it is."""

    def parse(self, text: str) -> str:
        return text


class CallIdField(TextField):
    """A SIP Call-ID, as long as the column is."""

    max_length = 255


class IntegerField(ParameterField):
    """An integer of the column's range."""

    def __init__(self, *, lowest: int = -INT32 - 1, highest: int = INT32, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest, self.highest = lowest, highest

    def parse(self, text: str) -> int:
        number = int(_matched(INTEGER, text.strip()))
        if not self.lowest <= number <= self.highest:
            raise ValueError(text)
        return number


class DecimalField(ParameterField):
    """A finite decimal with at most ``max_digits - decimal_places`` digits before the point."""

    def __init__(self, *, whole_digits: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole_digits = whole_digits

    def parse(self, text: str) -> Decimal:
        number = Decimal(_matched(DECIMAL, text.strip()))
        if number and number.adjusted() >= self.whole_digits:
            raise ValueError(text)
        return number


class TimeField(ParameterField):
    """ISO 8601 -> aware datetime in UTC, 1970 to 2200; without an offset it is UTC."""

    def parse(self, text: str) -> datetime:
        match = TIME.fullmatch(text)
        if match is None:
            raise ValueError(text)
        clock = (match["time"] or "00:00").replace(",", ".")
        offset = (match["offset"] or "Z").upper().replace(" ", "+")
        moment = datetime.fromisoformat(f"{match['date']}T{clock}{offset}").astimezone(UTC)
        if not FIRST <= moment <= LAST:
            raise ValueError(text)
        return moment


class AddressField(ParameterField):
    """IPv4 or IPv6 address -> its normal form; a mapped IPv4 address is that address."""

    def parse(self, text: str) -> str:
        return plain(text.strip())


class UUIDField(ParameterField):
    def parse(self, text: str) -> uuid.UUID:
        return uuid.UUID(_matched(UUID, text.strip()))


class WordField(ParameterField):
    """One word of a list."""

    def __init__(self, *, words: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def parse(self, text: str) -> str:
        if text not in self.words:
            raise ValueError(text)
        return text


class HintField(WordField):
    """One word of a list; any other one is as if it were not given."""

    def to_python(self, value: Any) -> str | None:
        return value if value in self.words else None


class FlagField(ParameterField):
    """``true`` or ``false``."""

    def parse(self, text: str) -> bool:
        if text not in FLAGS:
            raise ValueError(text)
        return FLAGS[text]


class ZoneField(ParameterField):
    """A name of the IANA time zone database -> the zone."""

    def parse(self, text: str) -> ZoneInfo:
        if text not in zone_names():
            raise ValueError(text)
        return ZoneInfo(text)


def _matched(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _printable(text: str) -> bool:
    """No control character, no lone surrogate, no mark of bytes that were not UTF-8."""
    return (text.isascii() and text.isprintable()) or _printable_unicode(text)


def _printable_unicode(text: str) -> bool:
    return text.isprintable() and "\ufffd" not in text
