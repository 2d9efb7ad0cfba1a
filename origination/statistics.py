"""From parts of the question's range and a sampling word to rows and totals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from .metrics import COLUMNS, Sums, cdr_aggregates, stored_aggregates
from .sampling import SAMPLINGS


class Part(NamedTuple):
    """What answers one part of a range: CDRs or stored sums, and how they are summed.

    ``source`` is its name for people.
    """

    source: str
    rows: QuerySet
    time: str
    aggregates: dict[str, Any]

    @classmethod
    def of_cdrs(cls, cdrs: QuerySet) -> Part:
        return cls("cdrs", cdrs, "time_start", cdr_aggregates())

    @classmethod
    def of_sums(cls, source: str, sums: QuerySet) -> Part:
        return cls(source, sums, "start", stored_aggregates())

    def grouped(self, sampling: str) -> QuerySet:
        """Bucket start and the four sums, one row per bucket, in no order."""
        return (
            self.rows.order_by()
            .values(bucket=SAMPLINGS[sampling](self.time))
            .annotate(**self.aggregates)
            .values_list("bucket", *Sums._fields)
        )


class Statistics(NamedTuple):
    """``rows``: bucket start (Unix seconds) and its sums, ascending; ``totals``: their sum."""

    rows: list[tuple[int, Sums]]
    totals: Sums

    def columns(self) -> dict[str, list[Any]]:
        """Column name -> a value per bucket, in the order of the answer."""
        columns: dict[str, list[Any]] = {"t": [start for start, _ in self.rows]}
        for name, metric in COLUMNS.items():
            columns[name] = [metric(sums) for _, sums in self.rows]
        return columns

    def total(self) -> dict[str, Any]:
        """Column name -> value over all buckets; ``t`` is always 0."""
        return {"t": 0, **{name: metric(self.totals) for name, metric in COLUMNS.items()}}


def statistics(parts: Sequence[Part], sampling: str, limit: int | None = None) -> Statistics:
    """Group every part by the buckets of ``sampling``, in one query.

    With a ``limit``, rows beyond it may be left out: more than ``limit`` rows are too many.
    """
    first, *others = (part.grouped(sampling) for part in parts)
    query = first.union(*others, all=True) if others else first
    # An end of the range may share its bucket with the part beside it.
    rows = query if limit is None else query[: limit + len(parts)]
    buckets: dict[int, Sums] = {}
    for bucket, *sums in rows:
        buckets[bucket] = _add([buckets.get(bucket, Sums()), sums])
    # Deltas of a bucket may cancel each other out; sorted here, for a sort in the database
    # comes before the grouping, and spills.
    ordered = sorted((bucket, sums) for bucket, sums in buckets.items() if sums.calls)
    return Statistics(ordered, _add([Sums(), *(sums for _, sums in ordered)]))


def _add(rows: Iterable[Sequence[Any]]) -> Sums:
    return Sums(*(sum(column) for column in zip(*rows, strict=True)))
