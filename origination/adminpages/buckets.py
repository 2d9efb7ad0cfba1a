"""From a bucket of the statistics page to the list of exactly its calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from origination.statistics.columns import has_field

from .filters import BucketFilterSet, CDRFilterSet
from .times import iso

TICK = timedelta(microseconds=1)


def list_parameters(filters: BucketFilterSet) -> dict[str, str]:
    """Parameters of the list, for a validated question and its bucket."""
    start, end = bucket_range(filters)
    given = filters.data.items()
    kept = {name: value for name, value in given if value and name in CDRFilterSet.base_filters}
    return {**kept, "from-time": iso(start), "to-time": iso(end), **_calls(filters.queryset.model)}


def bucket_range(filters: Any) -> tuple[datetime, datetime]:
    """First and last moment of the bucket, as far as the question's range covers it."""
    start = filters.cleaned["bucket"]
    end = next_bucket(start, filters) - TICK
    return max(start, filters.range_start), min(end, filters.range_end or end)


def next_bucket(start: datetime, filters: Any) -> datetime:
    buckets = filters.question.buckets
    # Any bucket ends within twice the least width: the longest month has 31 days, the least 28.
    near = buckets.listed(start, start + timedelta(seconds=2 * buckets.kind.width))
    following = next(second for second in near if second > start.timestamp())
    return datetime.fromtimestamp(following, start.tzinfo)


def _calls(model: Any) -> dict[str, str]:
    """Only the last attempt of a call is counted."""
    return {"is-last-cdr": "true"} if has_field(model, "is_last_cdr") else {}
