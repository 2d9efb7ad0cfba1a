"""What operators choose CDRs by: the endpoint's parameters, of any account, and more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from origination.api import fields
from origination.api.filters import (
    REQUIRED,
    ConditionFilter,
    IntegerFilter,
    ShapeFilter,
    StatisticsFilterSet,
)
from origination.statistics.conditions import OUTCOMES

from .accounts import account_of
from .window import PERIODS, period, window


class WordFilter(ConditionFilter):
    field_class = fields.WordField


class FlagFilter(ConditionFilter):
    field_class = fields.FlagField


class CallIdFilter(ConditionFilter):
    field_class = fields.CallIdField


class UUIDFilter(ConditionFilter):
    field_class = fields.UUIDField


class PeriodFilter(ShapeFilter):
    field_class = fields.WordField


class MomentFilter(ShapeFilter):
    field_class = fields.TimeField


class OperatorFilterSet(StatisticsFilterSet):
    """Of the statistics page: the parameters of the endpoint and some of SIP."""

    outcome = WordFilter("outcome", words=tuple(OUTCOMES))
    disconnect_code = IntegerFilter("disconnect_code")
    orig_call_id = CallIdFilter("orig_call_id")

    # Operators get the published columns, whichever dialect customers are answered in.
    is_future = False

    model_admin: Any = None

    @classmethod
    def of(cls, model_admin: Any, request: HttpRequest) -> Self:
        """What a page of this admin is asked, about the CDRs that it shows to this operator."""
        filters = cls(request.GET, model_admin.get_queryset(request), request=request)
        filters.model_admin = model_admin
        return filters

    def account(self, uuid: UUID) -> Any:
        return account_of(self.model_admin, self.request, uuid)


class BucketFilterSet(OperatorFilterSet):
    """One bucket of the statistics page, named by its start."""

    required = (*REQUIRED, "bucket")
    bucket = MomentFilter()


class CDRFilterSet(OperatorFilterSet):
    """Of the list: attempts as well as calls, of all accounts, of a period."""

    required: Sequence[str] = ()
    # Of the list, by its name; None: of times that were given.
    shown_period: str | None = None
    # A list has no buckets, and one format.
    sampling = time_zone = fill_gaps = format = None  # type: ignore[assignment]
    uuid = UUIDFilter("uuid")
    is_last_cdr = FlagFilter("is_last_cdr")
    period = PeriodFilter(words=tuple(PERIODS))

    def validate(self) -> None:
        super().validate()
        self.shown_period = period(self.cleaned)
        if self.shown_period:
            self.cleaned |= window(self.shown_period, timezone.now())
