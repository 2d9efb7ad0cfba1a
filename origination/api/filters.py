"""Every query parameter of the endpoint, declared once, in the order of the contract."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from origination.models import PRICE_DIGITS, PRICE_PLACES, account_key
from origination.statistics import lookups
from origination.statistics.accounts import account_uuid, visible_account
from origination.statistics.columns import has_field
from origination.statistics.readings import is_true
from origination.statistics.sampling import SAMPLINGS, UTC_CALENDAR, Calendar

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
    """One condition on one field."""

    def condition(self, model: Any, value: Any) -> Any:
        """What a CDR must fulfil; None: no CDR does."""
        return Q(**{f"{self.field_name}__{self.lookup_expr}": value})


class TimeFilter(ConditionFilter):
    field_class = fields.TimeField


class IntegerFilter(ConditionFilter):
    field_class = fields.IntegerField


class AddressFilter(ConditionFilter):
    field_class = fields.AddressField

    def condition(self, model: Any, value: str) -> Any:
        return lookups.address_condition(model, self.field_name, value)


class TextFilter(ConditionFilter):
    field_class = fields.TextField


class NumberFilter(TextFilter):
    """A routed number, by a lookup that is the same on every engine."""

    def __init__(self, field_name: str, lookup: type) -> None:
        super().__init__(field_name)
        self.lookup = lookup

    def condition(self, model: Any, value: str) -> Any:
        return self.lookup(F(self.field_name), value)


class SecondsFilter(IntegerFilter):
    """Seconds that are not known, of a call that goes on or failed, are 0."""

    def condition(self, model: Any, value: int) -> Any:
        return lookups.seconds_condition(model, self.field_name, self.lookup_expr, value)


class PriceFilter(ConditionFilter):
    field_class = fields.DecimalField

    def __init__(self, lookup_expr: str) -> None:
        super().__init__("customer_price", lookup_expr, whole_digits=PRICE_DIGITS - PRICE_PLACES)

    def condition(self, model: Any, value: Decimal) -> Any:
        return lookups.price_condition(model, self.field_name, self.lookup_expr, value)


class AccountFilter(ConditionFilter):
    field_class = fields.UUIDField

    def condition(self, model: Any, value: Any) -> Q:
        """``value``: the account itself."""
        return Q(account=getattr(value, account_key(model).attname))


class StatisticsFilterSet(django_filters.FilterSet):
    account_id = AccountFilter("account")
    from_time = TimeFilter("time_start", "gte")
    sampling = SamplingFilter(words=SAMPLINGS)
    to_time = TimeFilter("time_start", "lte")
    src_country_id = IntegerFilter("src_country_id", lowest=0)
    dst_country_id = IntegerFilter("dst_country_id", lowest=0)
    src_prefix_routing_eq = TextFilter("src_prefix_routing")
    src_prefix_routing_starts_with = NumberFilter("src_prefix_routing", lookups.NumberStartsWith)
    src_prefix_routing_ends_with = NumberFilter("src_prefix_routing", lookups.NumberEndsWith)
    src_prefix_routing_contains = NumberFilter("src_prefix_routing", lookups.NumberContains)
    dst_prefix_routing_eq = TextFilter("dst_prefix_routing")
    dst_prefix_routing_starts_with = NumberFilter("dst_prefix_routing", lookups.NumberStartsWith)
    dst_prefix_routing_ends_with = NumberFilter("dst_prefix_routing", lookups.NumberEndsWith)
    dst_prefix_routing_contains = NumberFilter("dst_prefix_routing", lookups.NumberContains)
    duration_eq = SecondsFilter("duration")
    duration_gt = SecondsFilter("duration", "gt")
    duration_lt = SecondsFilter("duration", "lt")
    auth_orig_ip = AddressFilter("auth_orig_ip")
    customer_price_eq = PriceFilter("exact")
    customer_price_gt = PriceFilter("gt")
    customer_price_lt = PriceFilter("lt")
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

    @cached_property
    def calendar(self) -> Calendar:
        """By whose clock days, weeks and months are counted."""
        sunday = dialect().weeks_from_sunday
        if self.cleaned["time-zone"] is None:
            return UTC_CALENDAR._replace(weeks_from_sunday=sunday)
        return Calendar.expected(*self._zone_and_range, sunday)

    def expect_calls_later(self) -> None:
        """Have a calendar that knows all changes of clocks in the range."""
        self.calendar = Calendar.of(*self._zone_and_range, dialect().weeks_from_sunday)

    @property
    def _zone_and_range(self) -> tuple[Any, datetime, datetime]:
        return self.cleaned["time-zone"], self.range_start, self.range_end or fields.LAST

    @cached_property
    def listed_end(self) -> datetime | None:
        """Up to when every bucket is listed, without calls as well; None: only those with calls."""
        return (self.range_end or timezone.now()) if self.cleaned["fill-gaps"] else None

    def narrow(self, queryset: QuerySet, names: Collection[str] | None = None) -> QuerySet:
        """CDRs that pass every given parameter, or those of ``names``, after :meth:`validate`."""
        conditions = [
            self.filters[name].condition(queryset.model, value)
            for name, value in self.cleaned.items()
            if value is not None
            and (names is None or name in names)
            and isinstance(self.filters[name], ConditionFilter)
        ]
        return queryset.none() if None in conditions else queryset.filter(*conditions)

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


def calls_of(cdrs: QuerySet) -> QuerySet:
    """CDRs that stand for a call: not attempts before a rerouting."""
    model = cdrs.model
    return cdrs.filter(is_true(model, "is_last_cdr")) if has_field(model, "is_last_cdr") else cdrs
