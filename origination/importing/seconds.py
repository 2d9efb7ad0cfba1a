"""Talk times as switches write them -> whole seconds."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from .values import INT32, INTEGER, Rejected, integer

ROUNDINGS = {"up": ROUND_CEILING, "half-up": ROUND_HALF_UP, "down": ROUND_FLOOR}
FRACTION = re.compile(r"[0-9]{1,10}\.[0-9]{1,20}", re.ASCII)
CLOCK = re.compile(r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9]):(?P<seconds>[0-5][0-9].*)")


def seconds(rounding: str) -> Callable[[str, str], int]:
    """A reader of seconds, ``1:02:03`` included; without a rounding they have to be whole."""

    def read(name: str, text: str) -> int:
        # Nearly all are.
        if INTEGER.fullmatch(text):
            return integer(name, text)
        if match := CLOCK.fullmatch(text):
            before = 3600 * int(match["hours"]) + 60 * int(match["minutes"])
            return before + read(name, match["seconds"])
        return _rounded(name, text, rounding)

    return read


def _rounded(name: str, text: str, rounding: str) -> int:
    if not FRACTION.fullmatch(text):
        return integer(name, text)
    if not rounding:
        raise Rejected(
            f"{name}: not whole seconds: {text[:40]!r}: --round up, half-up or down says "
            "which they become"
        )
    exact = Decimal(text)
    if exact > INT32:
        raise Rejected(f"{name}: out of range: {text[:40]}")
    # A call that was answered stays one, however short it was.
    least = 1 if exact else 0
    return max(int(exact.quantize(Decimal(1), ROUNDINGS[rounding])), least)
