"""Lines -> records: a quoted cell may go on in the next line."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from .cells import Cells
from .lines import MAX_LINE_BYTES, Line
from .values import Rejected

# Lines that a record has at most. So many are read ahead of one whose quote is open.
MOST_LINES = 50


def joined(lines: Iterator[Line], cells_of: Callable[[], Cells]) -> Iterator[Line]:
    """The lines, those of one record as one. ``cells_of``: what splits them, a header being read.

    They are joined only where they make a record and none of them is one by itself: a quote that
    nobody closed costs its own line alone.
    """
    waiting: deque[Line] = deque()
    while line := waiting.popleft() if waiting else next(lines, None):
        if line.raw.count(b'"') % 2 and not _holds(cells_of().is_record, line):
            line = _whole(line, waiting, lines, cells_of()) or line
        yield line


def _whole(
    first: Line,
    waiting: deque[Line],
    lines: Iterator[Line],
    cells: Cells,
) -> Line | None:
    """The record that begins with the line; its other lines are taken from those that wait."""
    record = first
    for taken in range(1, MOST_LINES):
        if len(waiting) < taken:
            following = next(lines, None)
            if following is None:
                return None
            waiting.append(following)
        following = waiting[taken - 1]
        if _holds(cells.is_plain_record, following):
            return None
        record = _both(record, following, first.number + record.raw.count(b"\n"))
        if len(record.raw) > MAX_LINE_BYTES:
            return None
        if _holds(cells.is_record, record):
            for _ in range(taken):
                waiting.popleft()
            return record
    return None


def _both(first: Line, second: Line, last_number: int) -> Line:
    """One line of two; blank lines between them were left out."""
    ends = first.end * max(1, second.number - last_number)
    return Line(first.number, first.raw + ends + second.raw, second.ended, second.end)


def _holds(condition: Callable[[str], bool], line: Line) -> bool:
    try:
        return condition(line.text)
    except Rejected:
        return False
