"""From parts of the question's range and a sampling word to rows and totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import QuerySet

from .aggregates import NoPrice, PriceSum, cdr_aggregates, exact_seconds, number, stored_aggregates
from .buckets import Buckets
from .metrics import COLUMNS, Columns, Sums, exact_prices, total
from .readings import Moment, is_local_time
from .statements import Statement

ROW = ("bucket", *Sums._fields)
NOTHING = (0,) * len(Sums._fields)
UNKNOWN = "NaN"
NO_VALUES: Mapping[str, Any] = {}
START, CALLS = ROW.index("bucket"), ROW.index("calls")


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
        time = "time_start"
        if is_local_time(cdrs.model, time):
            cdrs, time = cdrs.alias(moment=Moment(time)), "moment"
        return cls("cdrs", cdrs, time, cdr_aggregates(cdrs.model))

    @classmethod
    def of_sums(cls, source: str, sums: QuerySet, cdr_model: Any) -> Part:
        return cls(source, sums, "start", stored_aggregates(cdr_model))

    def grouped(self, buckets: Buckets) -> QuerySet:
        """Bucket and the four sums, one row per bucket, in no order."""
        return (
            self.rows.order_by()
            .values(bucket=buckets.local(self.time))
            .annotate(**self.aggregates)
            .values_list(*ROW)
        )


class Statistics(NamedTuple):
    """The answer of ``ask``.

    - ``starts``: Unix seconds of each bucket, ascending.
    - ``sums``: lists of ``calls``, ``successful`` calls and ``seconds``, with a number per bucket.
    """

    starts: list[int]
    sums: Sums

    @property
    def totals(self) -> Sums:
        """The sums of all buckets, as those of one."""
        return Sums(*([total(values)] for values in self.sums))

    @property
    def prices(self) -> list[Decimal | None]:
        """The price of each bucket, not rounded; None where a price is not known."""
        return exact_prices(self.sums.price)

    @property
    def total_price(self) -> Decimal | None:
        """The price of all buckets, not rounded; None where a price is not known."""
        return exact_prices(self.totals.price)[0]

    def columns(self, columns: Columns = COLUMNS) -> dict[str, list[Any]]:
        """``data`` of the endpoint: name of a column -> a value per bucket."""
        return {"t": self.starts, **{name: column(self.sums) for name, column in columns.items()}}

    def total(self, columns: Columns = COLUMNS) -> dict[str, Any]:
        """``totals`` of the endpoint: name of a column -> its value over all buckets."""
        totals = self.totals
        return {"t": 0, **{name: column(totals)[0] for name, column in columns.items()}}

    def filled(self, starts: Iterable[int]) -> Statistics:
        """The same, with zeros for each of ``starts`` that has no calls."""
        rows: dict[int, tuple[Any, ...]] = dict.fromkeys(starts, NOTHING)
        rows.update(zip(self.starts, zip(*self.sums, strict=True), strict=True))
        ordered = sorted(rows)
        sums: Any = ([rows[start][n] for start in ordered] for n, _ in enumerate(Sums._fields))
        return Statistics(ordered, Sums(*sums))


# Engines whose threads sort what Python then finds in order; of a union, the last part alone.
SORTING: set[str] = set()
NO_CALLS = Statistics([], Sums([], [], [], []))


class Grouping(NamedTuple):
    """Parts that are grouped by the same buckets in one query; its values are given later."""

    statement: Statement | None
    buckets: Buckets
    is_merged: bool
    price: PriceSum | NoPrice
    vendor: str

    @classmethod
    def of(cls, parts: Sequence[Part], buckets: Buckets, limit: int | None = None) -> Grouping:
        """With a ``limit``, rows beyond it may be left out: more than that are too many."""
        first, *others = (part.grouped(buckets) for part in parts)
        query = first.union(*others, all=True) if others else first
        vendor = connections[first.db].vendor
        if vendor in SORTING:
            query = query.order_by("bucket")
        # An end of the range may share its bucket with the part beside it.
        statement = Statement.of(query if limit is None else query[: limit + len(parts)])
        price: Any = first.query.annotations["price"]
        return cls(statement, buckets, bool(others), price, vendor)

    @property
    def size(self) -> int:
        """Bytes that it holds, about."""
        return self.statement.size if self.statement else 0

    def answer(self, values: Mapping[str, Any] = NO_VALUES) -> Statistics:
        """What the database says where the parameters of the parts have these values."""
        rows = self.statement.rows({**values, **self.buckets.values}) if self.statement else []
        merged = _merged(rows) if self.is_merged else rows
        # Deltas of a bucket may cancel each other out. Sorted here: PostgreSQL would sort before it
        # groups, and spill; ClickHouse sorts no union.
        kept = sorted(filter(itemgetter(CALLS), merged), key=itemgetter(START))
        if not kept:
            return NO_CALLS
        # Column by column: zip(*kept) would make an iterator of each row.
        columns = (list(map(itemgetter(n), kept)) for n, _ in enumerate(ROW))
        local, calls, successful, seconds, price = columns
        sums = Sums(calls, successful, exact_seconds(seconds), self.price.read(price, self.vendor))
        return Statistics(self.buckets.starts(local), sums)


def _merged(rows: list[Any]) -> list[Any]:
    """One row per bucket."""
    buckets: dict[int, Any] = {}
    for row in rows:
        start = row[START]
        buckets[start] = _added(buckets[start], row) if start in buckets else row
    return list(buckets.values())


def _added(row: Sequence[Any], other: Sequence[Any]) -> Sequence[Any]:
    return (row[START], *(_plus(a, b) for a, b in zip(row[1:], other[1:], strict=True)))


def _plus(first: Any, second: Any) -> Any:
    try:
        return number(first) + number(second)
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN
