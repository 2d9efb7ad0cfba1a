"""What answers whole steps of a range sooner than the CDRs themselves.

An engine's app registers its sources when it is ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Field, QuerySet

from .answers import Part
from .conditions import calls_of
from .statements import Parameter

# What CDRs or sums are looked up by, beside the time -> the field.
KEYS = {"account": "account", "dst_country_id": "dst_country_id"}


class Source:
    """Answers for steps of ``grain`` seconds; ``by``: the condition that it knows, if any."""

    def __init__(self, name: str, grain: int, by: str | None = None) -> None:
        self.name, self.grain, self.by = name, grain, by

    def serves(self, conditions: set[str], step: int) -> bool:
        """Whether these conditions and buckets that begin at multiples of ``step`` are answered
        exactly."""
        return conditions == ({self.by} if self.by else set()) and step % self.grain == 0

    def part(self, stretch: Stretch, cdrs: QuerySet) -> Part:
        """What this answers of a question; of which values, is told later."""
        raise NotImplementedError

    def guarded(self, part: Part, cdrs: QuerySet) -> Part:
        """The part, of a statement that fails where this is not to be believed."""
        return part


class Span(NamedTuple):
    """A stretch of a range: from ``start`` to before ``end``; None: no upper bound."""

    source: Source | None
    start: datetime
    end: datetime | None


class Stretch(NamedTuple):
    """A span without its values: the ``number``-th of a question, looked up by ``keys``.

    ``end``: how its end is compared, ``lt`` or, where it is the question's own, ``lte``.
    """

    number: int
    source: Source | None
    end: str | None
    keys: tuple[str, ...]

    def conditions(self, model: Any, time: str, kind: Field | None = None) -> dict[str, Any]:
        """Conditions: the keys are the question's, and the field ``time`` lies in the span."""
        kind = kind or DateTimeField()
        keys = {KEYS[name]: Parameter(name, _value_field(model, KEYS[name])) for name in self.keys}
        start = {f"{time}__gte": Parameter(f"start {self.number}", kind)}
        end = {f"{time}__{self.end}": Parameter(f"end {self.number}", kind)} if self.end else {}
        return {**keys, **start, **end}

    def part(self, cdrs: QuerySet) -> Part:
        if self.source:
            return self.source.part(self, cdrs)
        time = cdrs.model._meta.get_field("time_start")
        conditions = self.conditions(cdrs.model, "time_start", time)
        return Part.of_cdrs(calls_of(cdrs).filter(**conditions))


def _value_field(model: Any, name: str) -> Field:
    """The field whose values a column holds."""
    field = model._meta.get_field(name)
    return field.target_field if field.is_relation else field


# Vendor of a database -> its sources, coarsest first.
SOURCES: dict[str, Sequence[Source]] = {}


def register(vendor: str, sources: Sequence[Source]) -> None:
    SOURCES[vendor] = sources
