"""What is asked: one validated value, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from origination.models import get_cdr_model

from .buckets import Buckets
from .calendars import LAST, UTC_CALENDAR, Calendar
from .columns import has_field
from .conditions import CONDITIONS, narrowed
from .sampling import SAMPLINGS
from .zones import zone_names


class Question(NamedTuple):
    """Whose calls, of when, in which steps of time, and which of them.

    ``cdrs``: those that may be counted at all. ``end``: inclusive; None: no upper bound.
    ``conditions``: name of a condition -> value.
    """

    cdrs: QuerySet
    account: Any
    start: datetime
    end: datetime | None
    sampling: str
    calendar: Calendar
    conditions: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        account: Any,
        start: datetime,
        end: datetime | None = None,
        *,
        sampling: str,
        time_zone: str | tzinfo | None = None,
        cdrs: QuerySet | None = None,
        weeks_from_sunday: bool = False,
        **conditions: Any,
    ) -> Question:
        """Raises ValueError for a value that is none of its kind, TypeError for an unknown name."""
        if sampling not in SAMPLINGS:
            raise ValueError(f"sampling is one of {', '.join(SAMPLINGS)}, not {sampling!r}")
        for moment in filter(None, (start, end)):
            if moment.utcoffset() is None:
                raise ValueError(f"{moment} has no time zone")
        rows = get_cdr_model()._default_manager.all() if cdrs is None else cdrs
        calendar = _calendar(_zone(time_zone), start, end or LAST, weeks_from_sunday)
        given = {name: value for name, value in conditions.items() if value is not None}
        values = {name: _read(rows.model, name, value) for name, value in given.items()}
        return cls(rows, account, start, end, sampling, calendar, values)

    @property
    def chosen(self) -> QuerySet:
        """The CDRs that it is about, attempts as well as calls."""
        given = {"account": self.account, "from_time": self.start, **self.conditions}
        return narrowed(self.cdrs, given | ({"to_time": self.end} if self.end else {}))

    @property
    def buckets(self) -> Buckets:
        return Buckets.of(self.sampling, self.calendar)

    def expecting_calls_later(self) -> Question:
        """By a calendar that knows all changes of clocks in the range."""
        zone, sunday = self.calendar.zone, self.calendar.weeks_from_sunday
        whole = Calendar.of(zone, self.start, self.end or LAST, sunday)
        return self._replace(calendar=whole)


def _calendar(zone: tzinfo | None, start: datetime, end: datetime, sunday: bool) -> Calendar:
    if zone is None:
        return UTC_CALENDAR._replace(weeks_from_sunday=sunday)
    return Calendar.expected(zone, start, end, sunday)


def _zone(zone: str | tzinfo | None) -> tzinfo | None:
    if not isinstance(zone, str):
        return zone
    if zone not in zone_names():
        raise ValueError(f"{zone!r} is no time zone")
    return ZoneInfo(zone)


def _read(model: Any, name: str, value: Any) -> Any:
    if name not in CONDITIONS:
        raise TypeError(f"there is no condition {name!r}; there are {', '.join(CONDITIONS)}")
    condition = CONDITIONS[name]
    if not has_field(model, condition.field):
        raise ValueError(f"{name}: {model._meta.label} has no {condition.field}")
    try:
        return condition.kind(value)
    except (TypeError, ValueError, ArithmeticError) as e:
        raise ValueError(f"{name}: {e}") from e
