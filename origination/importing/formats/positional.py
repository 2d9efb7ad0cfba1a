"""What the formats without a header share: text CSV in the wall clock of the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import values

if TYPE_CHECKING:
    from .format import Format

moment = values.remembered(values.moment)
optional_moment = values.remembered(values.optional_moment)
integer = values.remembered(values.integer)


class Positional:
    """A reader of one file; subclasses say which column is what."""

    # A switch writes a record for each leg and each attempt.
    joins_records = True

    def __init__(self, format: Format) -> None:
        self.zone = format.clock

    def times(self, start: str, answer: str, end: str) -> dict[str, Any]:
        return {
            "time_start": moment("start", start, self.zone),
            "time_connect": optional_moment("answer", answer, self.zone),
            "time_end": optional_moment("end", end, self.zone),
        }

    def talk_time(self, billsec: str) -> dict[str, int]:
        """Their *billsec* is our duration; what they call duration includes the ringing."""
        seconds = integer("billsec", billsec)
        return {"duration": seconds, "customer_duration": seconds}

    def numbers(self, source: str, destination: str, reason: str) -> dict[str, str]:
        return {
            "src_prefix_routing": values.number("src", source),
            "dst_prefix_routing": values.number("dst", destination),
            "disconnect_reason": values.label("reason", reason),
        }
