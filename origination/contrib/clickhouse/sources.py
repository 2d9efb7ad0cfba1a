"""Sums that ClickHouse keeps, and finds by the words of a question about CDRs.

Where it does not keep them, the CDRs themselves answer.
"""

from __future__ import annotations

from django.db.models import QuerySet

from origination.statistics import sources
from origination.statistics.aggregates import cdr_aggregates
from origination.statistics.answers import SORTING, Part
from origination.statistics.conditions import calls_of
from origination.statistics.sampling import HOUR, Hour, Seconds


class Projection(sources.Source):
    def part(self, stretch: sources.Stretch, cdrs: QuerySet) -> Part:
        calls = calls_of(cdrs).alias(hour=Hour("time_start"))
        rows = calls.filter(**stretch.conditions(cdrs.model, "hour", Seconds()))
        return Part(self.name, rows, "hour", cdr_aggregates(cdrs.model))


PROJECTED = (Projection("country-hours", HOUR, "dst_country_id"), Projection("hours", HOUR))
sources.register("clickhouse", PROJECTED)
SORTING.add("clickhouse")
