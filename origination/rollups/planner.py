"""Which part of a question is answered by which stored sums, and which by the CDRs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connections

from origination import conf
from origination.metrics import cdr_aggregates
from origination.sampling import HOUR, MINUTE, Buckets, Hour
from origination.statistics import Part
from origination.zones import EPOCH

from .models import CountryHourSums, HourSums, MinuteSums

# Parameters that choose no CDRs beside those of an account in a range.
RANGE = {"account-id", "from-time", "to-time", "sampling", "time-zone", "fill-gaps", "format"}
TICK = timedelta(microseconds=1)


class Source(NamedTuple):
    """Stored sums of ``grain`` seconds, keyed by the parameter ``by`` beside account and time."""

    name: str
    sums: Any
    grain: int
    by: str | None

    def serves(self, filters: set[str], step: int) -> bool:
        """Whether these filters and buckets that begin at multiples of ``step`` get exact sums."""
        return filters == ({self.by} if self.by else set()) and step % self.grain == 0

    def part(self, filters: Any, span: Span) -> Part:
        """What these sums answer of a question."""
        conditions = {**self._keys(filters), **_within(span, "start")}
        return Part.of_sums(self.name, self.sums.objects.filter(**conditions))

    def _keys(self, filters: Any) -> dict[str, Any]:
        country = {"dst_country_id": filters.cleaned[self.by]} if self.by else {}
        return {"account": filters.cleaned["account-id"], **country}


class Projection(Source):
    """Sums that ClickHouse keeps, and finds by the words of a question about CDRs.

    Where it does not keep them, the CDRs themselves answer.
    """

    def part(self, filters: Any, span: Span) -> Part:
        calls = filters.calls(filters.queryset).alias(hour=Hour("time_start"))
        conditions = {**self._keys(filters), **_within(span, "hour")}
        return Part(self.name, calls.filter(**conditions), "hour", cdr_aggregates())


# Coarsest first. Any other filter, and ends of a range finer than the last source that
# serves, are for the CDRs themselves.
STORED = (
    #      name             sums             grain   filter             samplings
    Source("country-hours", CountryHourSums, HOUR, "dst-country-id"),  # hour to month
    Source("hours", HourSums, HOUR, None),  #                            hour to month
    Source("minutes", MinuteSums, MINUTE, None),  #                      all
)
PROJECTED = (
    Projection("country-hours", None, HOUR, "dst-country-id"),
    Projection("hours", None, HOUR, None),
)
SOURCES: dict[str, Sequence[Source]] = {"postgresql": STORED, "clickhouse": PROJECTED}


class Span(NamedTuple):
    """A stretch of a range: from ``start`` to before ``end``; None: no upper bound."""

    source: Source | None
    start: datetime
    end: datetime | None


def plan(filters: Any) -> list[Part]:
    """The parts that together answer a validated ``StatisticsFilterSet``.

    Finest first, the order in which a TRUNCATE and its trigger lock: no deadlock with them.
    """
    given = {name for name, value in filters.cleaned.items() if value is not None} - RANGE
    step = Buckets.of(filters.sampling_word, filters.calendar).step
    sources = _usable(filters.queryset.db, given, step)
    if not sources:
        return [Part.of_cdrs(filters.qs)]
    end = filters.range_end and filters.range_end + TICK
    found = spans(filters.range_start, end, sources)
    if not found:
        return [Part.of_cdrs(filters.qs.none())]
    return [_part(span, filters) for span in sorted(found, key=_grain)]


def spans(start: datetime, end: datetime | None, sources: list[Source]) -> list[Span]:
    """Cover a range with the coarsest source that fits, its ragged ends with finer ones."""
    if end is not None and start >= end:
        return []
    if not sources:
        return [Span(None, start, end)]
    source, *finer = sources
    first = _floor(start + timedelta(seconds=source.grain) - TICK, source.grain)
    last = end and _floor(end, source.grain)
    if last is not None and first >= last:
        return spans(start, end, finer)
    tail = spans(last, end, finer) if last is not None else []
    return [*spans(start, first, finer), Span(source, first, last), *tail]


def _grain(span: Span) -> int:
    return span.source.grain if span.source else 0


def _usable(alias: str, given: set[str], step: int) -> list[Source]:
    sources = SOURCES.get(connections[alias].vendor, ()) if conf.rollups() else ()
    return [source for source in sources if source.serves(given, step)]


def _part(span: Span, filters: Any) -> Part:
    if span.source is None:
        return Part.of_cdrs(filters.qs.filter(**_within(span, "time_start")))
    return span.source.part(filters, span)


def _within(span: Span, time: str) -> dict[str, Any]:
    """Conditions: the field ``time`` lies in the span."""
    end = {} if span.end is None else {f"{time}__lt": span.end}
    return {f"{time}__gte": span.start, **end}


def _floor(moment: datetime, grain: int) -> datetime:
    return moment - (moment - EPOCH) % timedelta(seconds=grain)
