"""Which part of a question is answered by which stored sums, and which by the CDRs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import ProgrammingError, connections
from django.db.models import DateTimeField, Field, QuerySet

from origination import conf
from origination.api.filters import calls_of
from origination.models import account_key, get_cdr_model
from origination.statistics.aggregates import cdr_aggregates, has_whole_seconds
from origination.statistics.answers import NO_CALLS, Part, Question, Statistics
from origination.statistics.columns import TYPED, alias_of
from origination.statistics.mismatches import ensure_answerable
from origination.statistics.overriding import every_row, is_every_row
from origination.statistics.sampling import HOUR, MINUTE, Bucket, Buckets, Hour, Seconds
from origination.statistics.statements import Kept, Parameter
from origination.statistics.zones import EPOCH

from . import guard, triggers
from .models import CountryHourSums, HourSums, MinuteSums

# Parameters that choose no CDRs beside those of an account in a range.
RANGE = {"account-id", "from-time", "to-time", "sampling", "time-zone", "fill-gaps", "format"}
# Parameters that CDRs or sums are looked up by, beside the time -> the field.
KEYS = {"account-id": "account", "dst-country-id": "dst_country_id"}
TICK = timedelta(microseconds=1)
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
KEPT: Kept[Question] = Kept(8 << 20)
# The name of what answers where no sums do.
CDRS = "cdrs"


class Source(NamedTuple):
    """Stored sums of ``grain`` seconds, keyed by the parameter ``by`` beside account and time."""

    name: str
    sums: Any
    grain: int
    by: str | None

    def serves(self, filters: set[str], step: int) -> bool:
        """Whether these filters and buckets that begin at multiples of ``step`` get exact sums."""
        return filters == ({self.by} if self.by else set()) and step % self.grain == 0

    def part(self, stretch: Stretch, cdrs: QuerySet) -> Part:
        """What these sums answer of a question; of which values, is told later."""
        rows = self.sums.objects.using(cdrs.db).filter(**stretch.conditions(self.sums, "start"))
        return Part.of_sums(self.name, rows, cdrs.model)

    def guarded(self, part: Part, cdrs: QuerySet) -> Part:
        """Which fails where the sums are in doubt."""
        kept = guard.SumsAreKept(*triggers.identity(cdrs.model, cdrs.db))
        return part._replace(rows=part.rows.filter(kept))


class Projection(Source):
    """Sums that ClickHouse keeps, and finds by the words of a question about CDRs.

    Where it does not keep them, the CDRs themselves answer.
    """

    def part(self, stretch: Stretch, cdrs: QuerySet) -> Part:
        calls = calls_of(cdrs).alias(hour=Hour("time_start"))
        rows = calls.filter(**stretch.conditions(cdrs.model, "hour", Seconds()))
        return Part(self.name, rows, "hour", cdr_aggregates(cdrs.model))

    def guarded(self, part: Part, cdrs: QuerySet) -> Part:
        return part


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


class Shape(NamedTuple):
    """All that the SQL of a question depends on beside values and further filters."""

    cdrs: Any
    alias: str
    stretches: tuple[Stretch, ...]
    bucket: type[Bucket]
    changes: int
    limit: int | None
    # Read where the sums are named.
    use_customer_duration: bool

    def question(self, cdrs: QuerySet, buckets: Buckets) -> Question:
        """``cdrs``: those that pass the further filters."""
        parts = [stretch.part(cdrs) for stretch in self.stretches]
        # The sums are kept all of them, or none.
        for n, source in [(s.number, s.source) for s in self.stretches if s.source][:1]:
            parts[n] = source.guarded(parts[n], cdrs)
        return Question.of(parts, buckets, self.limit)


class Plan(NamedTuple):
    """``source``: names of what answers, finest first, joined by a plus."""

    alias: str
    source: str
    question: Question | None
    values: Mapping[str, Any]

    def answer(self) -> Statistics:
        """Raises SumsInDoubt where sums of it are not to be believed, or not even there."""
        if self.question is None:
            return NO_CALLS
        try:
            return self.question.answer(self.values)
        except ProgrammingError as e:
            if self.source == CDRS:
                raise
            raise guard.SumsInDoubt(e) from e


def answered(filters: Any, limit: int | None, run: Callable[[Plan], Statistics]) -> Statistics:
    """What ``run`` makes of the plan; where sums are in doubt, of one that has none."""
    try:
        return run(plan(filters, limit))
    except guard.SumsInDoubt as e:
        guard.tell(e)
        return run(plan(filters, limit, sums=False))


def plan(filters: Any, limit: int | None, sums: bool = True) -> Plan:
    """How a validated ``StatisticsFilterSet`` is answered, in at most some ``limit`` rows.

    Raises Unreadable where a host's table would give no answer, or a wrong one.

    Parts are finest first, the order in which a TRUNCATE and its trigger lock: no deadlock with
    them.
    """
    given = {name for name, value in filters.cleaned.items() if value is not None} - RANGE
    buckets = Buckets.of(filters.sampling_word, filters.calendar)
    cdrs = filters.queryset
    ensure_answerable(cdrs.model)
    whole = is_every_row(cdrs)
    end = filters.range_end + TICK if filters.range_end else _forever(cdrs.model)
    sources = _usable(cdrs, given, buckets.step) if whole and sums else []
    found = spans(filters.range_start, end, sources)
    found.sort(key=_grain)
    keys = ("account-id", *(name for name in KEYS if name in given))
    ends = [_end(span, filters.range_end) for span in found]
    stretches = tuple(Stretch(n, s.source, ends[n], keys) for n, s in enumerate(found))
    sql = (stretches, buckets.kind, buckets.changes, limit, conf.use_customer_duration())
    shape = Shape(cdrs.model, cdrs.db, *sql)
    further = given - KEYS.keys()
    question = _question(shape, filters, further, buckets, whole) if found else None
    names = dict.fromkeys(s.source.name if s.source else CDRS for s in found)
    return Plan(cdrs.db, "+".join(names) or CDRS, question, _values(filters, found, stretches))


def spans(start: datetime, end: datetime | None, sources: Sequence[Source]) -> list[Span]:
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


def _end(span: Span, end: datetime | None) -> str | None:
    """How the end of a span is compared; ``end`` is that of the question, inclusive."""
    if span.end is None:
        return None
    return "lte" if end and span.source is None and span.end == end + TICK else "lt"


def _forever(model: Any) -> datetime | None:
    """Before when CDRs are counted though no end was asked for: a host's may be infinite.

    ClickHouse has no infinite times, and none so late.
    """
    is_ours = model._meta.label in conf.OWN_CDR_MODELS
    is_finite = is_ours or connections[alias_of(model)].vendor not in TYPED
    return None if is_finite else END_OF_TIME


def _grain(span: Span) -> int:
    return span.source.grain if span.source else 0


def _usable(cdrs: QuerySet, given: set[str], step: int) -> list[Source]:
    """The sums that answer; they are of every row of the table."""
    # Stored seconds are integers.
    is_kept = conf.rollups() and _is_of_the_site(cdrs.model) and has_whole_seconds(cdrs.model)
    kept = SOURCES.get(connections[cdrs.db].vendor, ()) if is_kept else ()
    return [source for source in kept if source.serves(given, step)]


def _is_of_the_site(model: Any) -> bool:
    """Whether sums are of this table: an admin may show another one than that of the site."""
    return model._meta.concrete_model is get_cdr_model()._meta.concrete_model


def _question(
    shape: Shape, filters: Any, further: set[str], buckets: Buckets, whole: bool
) -> Question:
    if whole and not further:
        return _compiled(shape, buckets)._replace(buckets=buckets)
    return shape.question(filters.narrow(filters.queryset, further), buckets)


def _compiled(shape: Shape, buckets: Buckets) -> Question:
    cdrs = every_row(shape.cdrs, shape.alias)
    return KEPT.get(shape, partial(shape.question, cdrs, buckets), attrgetter("size"))


def _values(filters: Any, found: Sequence[Span], stretches: Sequence[Stretch]) -> dict[str, Any]:
    values = {name: filters.cleaned[name] for name in KEYS}
    key = account_key(filters.queryset.model).attname
    values["account-id"] = getattr(values["account-id"], key)
    for number, (span, stretch) in enumerate(zip(found, stretches, strict=True)):
        end = filters.range_end if stretch.end == "lte" else span.end
        values |= {f"start {number}": span.start, f"end {number}": end}
    return values


def _value_field(model: Any, name: str) -> Field:
    """The field whose values a column holds."""
    field = model._meta.get_field(name)
    return field.target_field if field.is_relation else field


def _floor(moment: datetime, grain: int) -> datetime:
    return moment - (moment - EPOCH) % timedelta(seconds=grain)
