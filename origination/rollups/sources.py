"""Stored sums as sources of answers. Any other condition, and ends of a range finer than the last
source that serves, are for the CDRs themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from origination.statistics import sources
from origination.statistics.answers import Part
from origination.statistics.sampling import HOUR, MINUTE

from . import guard, triggers
from .models import CountryHourSums, HourSums, MinuteSums


class StoredSums(sources.Source):
    def __init__(self, name: str, sums: Any, grain: int, by: str | None = None) -> None:
        super().__init__(name, grain, by)
        self.sums = sums

    def part(self, stretch: sources.Stretch, cdrs: QuerySet) -> Part:
        rows = self.sums.objects.using(cdrs.db).filter(**stretch.conditions(self.sums, "start"))
        return Part.of_sums(self.name, rows, cdrs.model)

    def guarded(self, part: Part, cdrs: QuerySet) -> Part:
        kept = guard.SumsAreKept(*triggers.identity(cdrs.model, cdrs.db))
        return part._replace(rows=part.rows.filter(kept))


STORED = (
    #          name             sums             grain   condition            samplings
    StoredSums("country-hours", CountryHourSums, HOUR, "dst_country_id"),  # hour to month
    StoredSums("hours", HourSums, HOUR),  #                                  hour to month
    StoredSums("minutes", MinuteSums, MINUTE),  #                            all
)
sources.register("postgresql", STORED)
