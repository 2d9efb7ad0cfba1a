"""Every query parameter of the endpoint, declared once, in the order of the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from origination.models import PRICE_DIGITS, PRICE_PLACES
from origination.statistics.accounts import account_uuid, visible_account
from origination.statistics.columns import has_field
from origination.statistics.conditions import CONDITIONS, RANGE, narrowed
from origination.statistics.question import Question
from origination.statistics.sampling import SAMPLINGS

from . import fields
from .dialects import dialect
from .errors import array, asking_the_host, invalid, missing

REQUIRED = ("account-id", "from-time", "sampling")


class ShapeFilter(django_filters.Filter):
    """Validated with the others; it shapes the answer, it chooses no CDRs."""


class SamplingFilter(ShapeFilter):
    """The step of time that a row stands for."""

    field_class = fields.WordField


class ZoneFilter(ShapeFilter):
    """Name of the IANA time zone by whose clock days, weeks and months begin; UTC if absent."""

    field_class = fields.ZoneField


class GapsFilter(ShapeFilter):
    """Whether buckets without calls are listed as well, up to the end or now."""

    field_class = fields.FlagField


class FormatFilter(ShapeFilter):
    """`csv` gives CSV whatever `Accept` says; any other value is ignored."""

    field_class = fields.HintField


class ConditionFilter(django_filters.Filter):
    """One of the conditions of statistics, under its name there."""

    conditions = CONDITIONS

    def __init__(self, name: str, **options: Any) -> None:
        self.name, self.means = name, self.conditions[name]
        super().__init__(self.means.field, **options)


class TimeFilter(ConditionFilter):
    conditions = RANGE
    field_class = fields.TimeField


class AccountFilter(ConditionFilter):
    conditions = RANGE
    field_class = fields.UUIDField


class IntegerFilter(ConditionFilter):
    field_class = fields.IntegerField


class AddressFilter(ConditionFilter):
    field_class = fields.AddressField


class TextFilter(ConditionFilter):
    field_class = fields.TextField


class PriceFilter(ConditionFilter):
    field_class = fields.DecimalField

    def __init__(self, name: str) -> None:
        super().__init__(name, whole_digits=PRICE_DIGITS - PRICE_PLACES)


class StatisticsFilterSet(django_filters.FilterSet):
    account_id = AccountFilter("account")
    from_time = TimeFilter("from_time")
    sampling = SamplingFilter(words=SAMPLINGS)
    to_time = TimeFilter("to_time")
    src_country_id = IntegerFilter("src_country_id", lowest=0)
    dst_country_id = IntegerFilter("dst_country_id", lowest=0)
    src_prefix_routing_eq = TextFilter("src_prefix_routing_eq")
    src_prefix_routing_starts_with = TextFilter("src_prefix_routing_starts_with")
    src_prefix_routing_ends_with = TextFilter("src_prefix_routing_ends_with")
    src_prefix_routing_contains = TextFilter("src_prefix_routing_contains")
    dst_prefix_routing_eq = TextFilter("dst_prefix_routing_eq")
    dst_prefix_routing_starts_with = TextFilter("dst_prefix_routing_starts_with")
    dst_prefix_routing_ends_with = TextFilter("dst_prefix_routing_ends_with")
    dst_prefix_routing_contains = TextFilter("dst_prefix_routing_contains")
    duration_eq = IntegerFilter("duration_eq")
    duration_gt = IntegerFilter("duration_gt")
    duration_lt = IntegerFilter("duration_lt")
    auth_orig_ip = AddressFilter("auth_orig_ip")
    customer_price_eq = PriceFilter("customer_price_eq")
    customer_price_gt = PriceFilter("customer_price_gt")
    customer_price_lt = PriceFilter("customer_price_lt")
    # Ours, which the published page does not have.
    time_zone = ZoneFilter()
    fill_gaps = GapsFilter()
    format = FormatFilter(words=("csv",))

    required: Sequence[str] = REQUIRED

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """The wire names: hyphens, here and nowhere else."""
        return {name.replace("_", "-"): f for name, f in super().get_filters().items()}

    def __init__(self, data: Any, queryset: QuerySet, *, request: Any) -> None:
        # Not the base class's, which copies every filter for every request; none has a state.
        self.data, self.queryset, self.request = data, queryset, request
        self.filters = self.base_filters

    def validate(self) -> None:
        """Read every parameter; raise the error of the contract that comes first.

        One at a time, so that nothing behind the first bad one costs anything.
        """
        if absent := [name for name in self.required if not self._given(name)]:
            raise missing(absent)
        self.cleaned: dict[str, Any] = dict.fromkeys(self.filters)
        asked = {name.removesuffix("[]") for name in self.data}
        for name in filter(asked.__contains__, self.filters):
            self.cleaned[name] = self._read(name)
            if name == "account-id" and self.cleaned[name]:
                self.cleaned[name] = self._account(self.cleaned[name])

    def account(self, uuid: UUID) -> Any:
        """The account of this uuid that the caller may see, or None."""
        with asking_the_host("visible_to of the account model"):
            return visible_account(self.request.user, uuid)

    @property
    def sampling_word(self) -> str:
        """The sampling word, after :meth:`validate`."""
        return self.cleaned["sampling"]

    @property
    def range_start(self) -> datetime:
        """Start of the range, inclusive."""
        return self.cleaned["from-time"]

    @property
    def range_end(self) -> datetime | None:
        """End of the range, inclusive; None: no upper bound."""
        return self.cleaned["to-time"]

    @property
    def summary(self) -> dict[str, Any]:
        """What was asked, as far as it may be logged."""
        return {
            "account": account_uuid(self.cleaned["account-id"]),
            "from": self.range_start.isoformat(),
            "to": self.range_end and self.range_end.isoformat(),
            "sampling": self.sampling_word,
        }

    @property
    def is_future(self) -> bool:
        return self.range_start > timezone.now()

    @property
    def conditions(self) -> dict[str, Any]:
        """Condition -> value, of those that are given, after :meth:`validate`."""
        filters = ((self.filters[name], value) for name, value in self.cleaned.items())
        return {
            chosen.name: value
            for chosen, value in filters
            if isinstance(chosen, ConditionFilter) and value is not None
        }

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of ``statistics.ask``, after :meth:`validate`."""
        conditions = self.conditions
        return {
            "account": conditions.pop("account"),
            "start": conditions.pop("from_time"),
            "end": conditions.pop("to_time", None),
            "sampling": self.sampling_word,
            "time_zone": self.cleaned["time-zone"],
            "fill_gaps": bool(self.cleaned["fill-gaps"]),
            "cdrs": self.queryset,
            "weeks_from_sunday": dialect().weeks_from_sunday,
            **conditions,
        }

    @property
    def question(self) -> Question:
        """What is asked, after :meth:`validate`."""
        asked = self.asked
        asked.pop("fill_gaps")
        return Question.of(**asked)

    def narrow(self, queryset: QuerySet) -> QuerySet:
        """CDRs that pass every given parameter, after :meth:`validate`."""
        return narrowed(queryset, self.conditions)

    def _given(self, name: str) -> bool:
        return any(self.data.getlist(name) + self.data.getlist(f"{name}[]"))

    def _read(self, name: str) -> Any:
        if f"{name}[]" in self.data or len(self.data.getlist(name)) > 1:
            raise array(name)
        value = self.data.get(name)
        if not value:
            return None
        if not self._has_column(name):
            raise invalid(name)
        try:
            return self.filters[name].field.clean(value)
        except ValidationError as e:
            raise invalid(name) from e

    def _account(self, uuid: UUID) -> Any:
        """Foreign, unknown and malformed are one and the same answer."""
        account = self.account(uuid)
        if account is None:
            raise invalid("account-id")
        return account

    def _has_column(self, name: str) -> bool:
        """Whether the host's CDR model still has what this parameter filters by."""
        chosen = self.filters[name]
        return isinstance(chosen, ShapeFilter) or has_field(self.queryset.model, chosen.field_name)
