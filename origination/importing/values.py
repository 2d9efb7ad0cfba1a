"""Text of a switch -> a value of a CDR field. Every reader raises ``Rejected`` with its reason."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from origination.statistics.spellings import plain

INT32 = 2**31 - 1
PRICE_STEP = Decimal("0.000001")
PRICE_LIMIT = Decimal(10) ** 12
# Some writers have every number as a decimal.
INTEGER = re.compile(r"([+-]?[0-9]{1,10})(\.0{1,9})?", re.ASCII)
DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
BOOLEANS = {
    **dict.fromkeys(("1", "t", "true", "yes"), True),
    **dict.fromkeys(("0", "f", "false", "no"), False),
}
NESTED = "nested value where one was expected"

Reader = Callable[[str, str], Any]

# A switch repeats itself: durations, prices, countries, addresses and the seconds of a busy hour
# are few, and reading them again costs more than remembering them. 1, True and 1.0 are three.
REMEMBERED = 1 << 14
_memories: list[Any] = []


def remembered(read: Callable[..., Any]) -> Callable[..., Any]:
    """The reader, with what it made of values; see :func:`forget`."""
    memory = lru_cache(maxsize=REMEMBERED, typed=True)(read)
    _memories.append(memory)
    return memory


def forget() -> None:
    """Let go of the values that were read, which a switch may have padded with blanks."""
    for memory in _memories:
        memory.cache_clear()


class Rejected(ValueError):
    """A line that is not a CDR; the message is the reason in the rejects file."""


class Inexact(ValueError):
    """A number that a reader needs has been read as a binary float."""


def text_of(value: Any) -> str:
    """A JSON scalar or CSV cell as text; null is empty. Raises Inexact for a float."""
    kind = type(value)
    if kind is str:
        return value.strip()
    if kind is int:
        return str(value)
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    if kind is float:
        raise Inexact(value)
    raise Rejected(NESTED)


def integer(name: str, text: str) -> int:
    """A non-negative integer of the column's range."""
    match = INTEGER.fullmatch(text)
    if match is None:
        raise Rejected(f"{name}: not an integer: {text[:40]!r}")
    number = int(match[1])
    if not 0 <= number <= INT32:
        raise Rejected(f"{name}: out of range: {number}")
    return number


def price(name: str, text: str) -> Decimal:
    """A finite decimal of the column; digits finer than the column are rounded half up."""
    if not DECIMAL.fullmatch(text):
        raise Rejected(f"{name}: not a decimal: {text[:40]!r}")
    number = Decimal(text)
    if abs(number) >= PRICE_LIMIT:
        raise Rejected(f"{name}: out of range: {text[:40]}")
    return number.quantize(PRICE_STEP, ROUND_HALF_UP)


def boolean(name: str, text: str) -> bool:
    try:
        return BOOLEANS[text.lower()]
    except KeyError as e:
        raise Rejected(f"{name}: not a boolean: {text[:40]!r}") from e


def address(name: str, text: str) -> str:
    try:
        return plain(text)
    except ValueError as e:
        raise Rejected(f"{name}: not an address: {text[:40]!r}") from e


def short_text(longest: int) -> Reader:
    """A reader of text of at most ``longest`` characters."""

    def read(name: str, text: str) -> str:
        if len(text) > longest:
            raise Rejected(
                f"{name}: {len(text)} characters, the column takes {longest}: give the field of "
                "your CDR model a greater max_length"
            )
        # What is printable is storable, and faster to see.
        if not text.isprintable() and UNSTORABLE.search(text):
            raise Rejected(f"{name}: holds a character that no database takes")
        return text

    return read


def optional(read: Reader) -> Reader:
    """The reader, but an empty text is None."""
    return lambda name, text: read(name, text) if text else None


def defaulting(read: Reader, default: str) -> Reader:
    """The reader, but an empty text is ``default``."""
    return lambda name, text: read(name, text or default)


def identity(name: str, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as e:
        raise Rejected(f"{name}: not a uuid: {text[:40]!r}") from e


def derived_identity(source: str, *parts: str) -> uuid.UUID:
    """The uuid of a call that has none: the same call gives the same uuid on every import."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\x1f".join((f"cdr:{source}", *parts)))
