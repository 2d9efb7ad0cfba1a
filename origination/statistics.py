"""From a queryset of CDRs and a sampling word to rows and totals."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import QuerySet

from .metrics import COLUMNS, Sums, aggregates
from .sampling import SAMPLINGS


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


def statistics(cdrs: QuerySet, sampling: str) -> Statistics:
    """Group ``cdrs`` by the buckets of ``sampling``, in one query."""
    grouped = (
        cdrs.order_by()
        .values(bucket=SAMPLINGS[sampling]("time_start"))
        .annotate(**aggregates())
        .order_by("bucket")
        .values_list("bucket", *Sums._fields)
    )
    rows = [(start, Sums(*sums)) for start, *sums in grouped]
    return Statistics(rows, _add(sums for _, sums in rows))


def _add(rows: Any) -> Sums:
    columns: list[Any] = list(zip(*rows, strict=True))
    return Sums(*(sum(column) for column in columns)) if columns else Sums()
