"""Which part of a question is answered by which source, and which by the CDRs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import ProgrammingError, connections
from django.db.models import QuerySet

from origination import conf
from origination.models import account_key, get_cdr_model

from .aggregates import has_whole_seconds
from .answers import NO_CALLS, Grouping, Statistics
from .buckets import Buckets
from .columns import TYPED, alias_of
from .conditions import narrowed
from .mismatches import ensure_answerable
from .overriding import every_row, is_every_row
from .question import Question
from .sampling import Bucket
from .sources import KEYS, SOURCES, Source, Span, Stretch
from .statements import Kept
from .zones import EPOCH

logger = logging.getLogger("origination.rollups")

TICK = timedelta(microseconds=1)
END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
KEPT: Kept[Grouping] = Kept(8 << 20)
# The name of what answers where no source does.
CDRS = "cdrs"
_told: set[str] = set()


class SourceInDoubt(Exception):
    """A statement would have answered from what is not to be believed."""


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

    def grouping(self, cdrs: QuerySet, buckets: Buckets) -> Grouping:
        """``cdrs``: those that pass the further filters."""
        parts = [stretch.part(cdrs) for stretch in self.stretches]
        # The sources of an engine are to be believed all of them, or none.
        for n, source in [(s.number, s.source) for s in self.stretches if s.source][:1]:
            parts[n] = source.guarded(parts[n], cdrs)
        return Grouping.of(parts, buckets, self.limit)


class Plan(NamedTuple):
    """``source``: names of what answers, finest first, joined by a plus."""

    alias: str
    source: str
    grouping: Grouping | None
    values: Mapping[str, Any]

    def answer(self) -> Statistics:
        """Raises SourceInDoubt where a source of it is not to be believed, or not even there."""
        if self.grouping is None:
            return NO_CALLS
        try:
            return self.grouping.answer(self.values)
        except ProgrammingError as e:
            if self.source == CDRS:
                raise
            raise SourceInDoubt(e) from e


def answered(
    question: Question, limit: int | None, run: Callable[[Plan], Statistics]
) -> Statistics:
    """What ``run`` makes of the plan; where a source is in doubt, of one that has none."""
    try:
        return run(plan(question, limit))
    except SourceInDoubt as e:
        _tell(e)
        return run(plan(question, limit, sources=False))


def plan(question: Question, limit: int | None, sources: bool = True) -> Plan:
    """How a question is answered, in at most some ``limit`` rows.

    Raises Unreadable where a host's table would give no answer, or a wrong one.

    Parts are finest first, the order in which a TRUNCATE and its trigger lock: no deadlock with
    them.
    """
    cdrs, given, buckets = question.cdrs, question.conditions.keys(), question.buckets
    ensure_answerable(cdrs.model)
    whole = is_every_row(cdrs)
    end = question.end + TICK if question.end else _forever(cdrs.model)
    usable = _usable(cdrs, set(given), buckets.step) if whole and sources else []
    found = sorted(spans(question.start, end, usable), key=_grain)
    keys = ("account", *(name for name in KEYS if name in given))
    ends = [_end(span, question.end) for span in found]
    stretches = tuple(Stretch(n, s.source, ends[n], keys) for n, s in enumerate(found))
    sql = (stretches, buckets.kind, buckets.changes, limit, conf.use_customer_duration())
    shape = Shape(cdrs.model, cdrs.db, *sql)
    grouping = _grouping(shape, question, buckets, whole) if found else None
    names = dict.fromkeys(s.source.name if s.source else CDRS for s in found)
    return Plan(cdrs.db, "+".join(names) or CDRS, grouping, _values(question, found, stretches))


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


def _grouping(shape: Shape, question: Question, buckets: Buckets, whole: bool) -> Grouping:
    further = {name: of for name, of in question.conditions.items() if name not in KEYS}
    if whole and not further:
        return _compiled(shape, buckets)._replace(buckets=buckets)
    return shape.grouping(narrowed(question.cdrs, further), buckets)


def _compiled(shape: Shape, buckets: Buckets) -> Grouping:
    cdrs = every_row(shape.cdrs, shape.alias)
    return KEPT.get(shape, partial(shape.grouping, cdrs, buckets), attrgetter("size"))


def _values(
    question: Question, found: Sequence[Span], stretches: Sequence[Stretch]
) -> dict[str, Any]:
    key = account_key(question.cdrs.model).attname
    values = {name: question.conditions.get(name) for name in KEYS}
    values["account"] = getattr(question.account, key)
    for number, (span, stretch) in enumerate(zip(found, stretches, strict=True)):
        end = question.end if stretch.end == "lte" else span.end
        values |= {f"start {number}": span.start, f"end {number}": end}
    return values


def _floor(moment: datetime, grain: int) -> datetime:
    return moment - (moment - EPOCH) % timedelta(seconds=grain)


def _tell(reason: Exception) -> None:
    """In the log, once for each reason in a process: every request may meet it."""
    text = str(reason).partition("\n")[0]
    if text not in _told:
        _told.add(text)
        logger.warning("CDRs answer, because the stored sums are in doubt: %s", text)
