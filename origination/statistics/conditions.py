"""What CDRs may be chosen by, beside their account and their time: each condition, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from origination.models import account_key

from . import lookups
from .columns import has_field
from .readings import is_true
from .spellings import plain

# Outcome of a call -> how its seconds compare with 0.
OUTCOMES = {"successful": "gt", "failed": "lte"}


class Condition:
    """One condition on one field of a CDR; what the field is compared with comes later.

    ``kind``: what reads a value of Python's; it raises ValueError for one that is none.
    """

    def __init__(self, field: str, lookup: Any = "exact", kind: Callable[[Any], Any] = str) -> None:
        self.field, self.lookup, self.kind = field, lookup, kind

    def of(self, model: Any, value: Any) -> Any:
        """What a CDR of the model must fulfil; None: no CDR does."""
        return Q(**{f"{self.field}__{self.lookup}": value})


class AccountCondition(Condition):
    """``value``: the account itself."""

    def of(self, model: Any, value: Any) -> Any:
        return super().of(model, getattr(value, account_key(model).attname))


class NumberCondition(Condition):
    """Of a routed number, by a lookup that is the same on every engine."""

    def of(self, model: Any, value: str) -> Any:
        return self.lookup(F(self.field), value)


class SecondsCondition(Condition):
    """Seconds that are not known, of a call that goes on or failed, are 0."""

    def of(self, model: Any, value: int) -> Any:
        return lookups.seconds_condition(model, self.field, self.lookup, value)


class PriceCondition(Condition):
    def of(self, model: Any, value: Decimal) -> Any:
        return lookups.price_condition(model, self.field, self.lookup, value)


class AddressCondition(Condition):
    def of(self, model: Any, value: str) -> Any:
        return lookups.address_condition(model, self.field, value)


class UUIDCondition(Condition):
    def of(self, model: Any, value: UUID) -> Any:
        return lookups.uuid_condition(model, self.field, value)


class FlagCondition(Condition):
    def of(self, model: Any, value: bool) -> Any:
        says_yes = is_true(model, self.field)
        return says_yes if value else ~says_yes


class OutcomeCondition(Condition):
    """As the columns ``successful_calls`` and ``failed_calls`` count them."""

    def of(self, model: Any, value: str) -> Any:
        return lookups.seconds_condition(model, self.field, OUTCOMES[value], 0)


def whole(value: Any) -> int:
    number = int(value)
    if number != value:
        raise ValueError(f"{value!r} is no whole number")
    return number


def amount(value: Any) -> Decimal:
    """Exactly; of a float, the decimal that it is written as."""
    number = Decimal(str(value)) if str(value).strip() else None
    if number is None or not number.is_finite():
        raise ValueError(f"{value!r} is no amount")
    return number


def outcome(value: Any) -> str:
    if value not in OUTCOMES:
        raise ValueError(f"{value!r} is none of {', '.join(OUTCOMES)}")
    return value


def _of_number(field: str) -> dict[str, Condition]:
    return {
        f"{field}_eq": Condition(field),
        f"{field}_starts_with": NumberCondition(field, lookups.NumberStartsWith),
        f"{field}_ends_with": NumberCondition(field, lookups.NumberEndsWith),
        f"{field}_contains": NumberCondition(field, lookups.NumberContains),
    }


CONDITIONS: dict[str, Condition] = {
    "src_country_id": Condition("src_country_id", kind=whole),
    "dst_country_id": Condition("dst_country_id", kind=whole),
    **_of_number("src_prefix_routing"),
    **_of_number("dst_prefix_routing"),
    "duration_eq": SecondsCondition("duration", kind=whole),
    "duration_gt": SecondsCondition("duration", "gt", whole),
    "duration_lt": SecondsCondition("duration", "lt", whole),
    "auth_orig_ip": AddressCondition("auth_orig_ip", kind=lambda value: plain(str(value))),
    "customer_price_eq": PriceCondition("customer_price", "exact", amount),
    "customer_price_gt": PriceCondition("customer_price", "gt", amount),
    "customer_price_lt": PriceCondition("customer_price", "lt", amount),
    "outcome": OutcomeCondition("duration", kind=outcome),
    "disconnect_code": Condition("disconnect_code", kind=whole),
    "orig_call_id": Condition("orig_call_id"),
    "uuid": UUIDCondition("uuid", kind=lambda value: UUID(str(value))),
    "is_last_cdr": FlagCondition("is_last_cdr", kind=bool),
}
# What every question has, and lists of CDRs may have.
RANGE: dict[str, Condition] = {
    "account": AccountCondition("account"),
    "from_time": Condition("time_start", "gte"),
    "to_time": Condition("time_start", "lte"),
}


def narrowed(cdrs: QuerySet, conditions: Mapping[str, Any]) -> QuerySet:
    """Those that fulfil every one of the conditions: name -> value."""
    found = [(RANGE | CONDITIONS)[name].of(cdrs.model, value) for name, value in conditions.items()]
    return cdrs.none() if None in found else cdrs.filter(*found)


def calls_of(cdrs: QuerySet) -> QuerySet:
    """CDRs that stand for a call: not attempts before a rerouting."""
    model = cdrs.model
    return cdrs.filter(is_true(model, "is_last_cdr")) if has_field(model, "is_last_cdr") else cdrs
