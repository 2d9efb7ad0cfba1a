"""What the switches' own CSV has in common: no header, the wall clock of the switch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .. import values
from ..cells import Cells
from ..clocks import times_of
from ..limits import longest
from ..lines import Line
from ..records import joined

if TYPE_CHECKING:
    from .format import Format

integer = values.remembered(values.integer)


class Positional:
    """A reader of one file; subclasses say which column is what."""

    # A switch writes a record for each leg and each attempt.
    joins_records = True

    def __init__(self, format: Format, widths: range) -> None:
        self.zone, self.source = format.clock, format.source
        self.cells = Cells(format.delimiter or ",", widths)
        self.source_number = values.short_text(longest("src_prefix_routing"))
        self.destination_number = values.short_text(longest("dst_prefix_routing"))
        self.reason = values.short_text(longest("disconnect_reason"))
        self.call_id = values.short_text(longest("orig_call_id"))

    def records(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines, those of one record as one."""
        return joined(lines, lambda: self.cells)

    def times(
        self, start: str, answer: str, end: str, billsec: str, made: int | None = None
    ) -> dict[str, Any]:
        """Times and talk time: their *billsec*; what they call duration includes the ringing."""
        seconds = integer("billsec", billsec)
        start_time, answer_time, end_time = times_of(start, answer, end, seconds, self.zone, made)
        return {
            "time_start": start_time,
            "time_connect": answer_time,
            "time_end": end_time,
            "duration": seconds,
            "customer_duration": seconds,
        }

    def numbers(self, source: str, destination: str, reason: str) -> dict[str, str]:
        return {
            "src_prefix_routing": self.source_number("src", source),
            "dst_prefix_routing": self.destination_number("dst", destination),
            "disconnect_reason": self.reason("reason", reason),
        }
