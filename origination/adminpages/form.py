"""The form of filters: which inputs there are, in groups that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest

from origination.api.fields import UUIDField
from origination.api.filters import ShapeFilter
from origination.statistics.accounts import account_currency, account_name
from origination.statistics.columns import has_field
from origination.statistics.conditions import OUTCOMES
from origination.statistics.sampling import SAMPLINGS

from .accounts import account_of

ANY = ("", "any")
ATTEMPTS = (("", "all attempts"), ("true", "last of each call"), ("false", "rerouted"))
CHOICES: dict[str, Iterable[tuple[str, str]]] = {
    "outcome": (ANY, *((word, word) for word in OUTCOMES)),
    "is-last-cdr": ATTEMPTS,
    "sampling": tuple((word, word) for word in SAMPLINGS),
}


EXAMPLES = dict.fromkeys(("from-time", "to-time"), "2026-06-11 15:40:07")


class Input(NamedTuple):
    """``choices``: value and label of each option; none: it is for text."""

    name: str
    label: str
    value: str
    choices: Iterable[tuple[str, str]]

    @property
    def example(self) -> str:
        return EXAMPLES.get(self.name, "")


class Group(NamedTuple):
    legend: str
    inputs: list[Input]

    @property
    def in_use(self) -> int:
        return sum(bool(given.value) for given in self.inputs)


def _number(side: str) -> dict[str, str]:
    return {
        f"{side}-country-id": "Country id",
        f"{side}-prefix-routing-eq": "Number is",
        f"{side}-prefix-routing-starts-with": "Number starts with",
        f"{side}-prefix-routing-ends-with": "Number ends with",
        f"{side}-prefix-routing-contains": "Number contains",
    }


# Legend -> name of the parameter -> label.
GROUPS: dict[str, dict[str, str]] = {
    "Caller": _number("src"),
    "Called": _number("dst"),
    "Call": {
        "duration-eq": "Duration is, s",
        "duration-gt": "Duration over, s",
        "duration-lt": "Duration under, s",
        "customer-price-eq": "Price is",
        "customer-price-gt": "Price over",
        "customer-price-lt": "Price under",
    },
    "SIP": {
        "disconnect-code": "SIP code",
        "auth-orig-ip": "Origination address",
        "orig-call-id": "Call-ID",
        "uuid": "CDR uuid",
        "is-last-cdr": "Attempts",
    },
}
ALWAYS_SHOWN = {
    "from-time": "From, UTC",
    "to-time": "To, UTC",
    "sampling": "Sampling",
    "outcome": "Outcome",
}


class FilterForm:
    """Inputs for the parameters that a filter set has and its model has the fields for."""

    def __init__(
        self, filterset: Any, model_admin: Any, request: HttpRequest, values: Mapping[str, str]
    ) -> None:
        self.filters, self.model = filterset.base_filters, model_admin.model
        self.model_admin, self.request, self.values = model_admin, request, values

    @property
    def account_id(self) -> str:
        return self.values.get("account-id", "")

    @property
    def period(self) -> str:
        """It stays chosen, until times are given."""
        return self.values.get("period", "") if "period" in self.filters else ""

    @cached_property
    def account(self) -> Any:
        """None where there is no such account, or it is not found in time."""
        try:
            uuid = UUIDField().clean(self.account_id)
            return uuid and account_of(self.model_admin, self.request, uuid)
        except (ValidationError, OperationalError):
            return None

    @property
    def account_label(self) -> str:
        return account_name(self.account) if self.account else ""

    @property
    def currency(self) -> str | None:
        return account_currency(self.account) if self.account else None

    @property
    def shown(self) -> list[Input]:
        return self._inputs(ALWAYS_SHOWN)

    @property
    def groups(self) -> list[Group]:
        found = (Group(legend, self._inputs(labels)) for legend, labels in GROUPS.items())
        return [group for group in found if group.inputs]

    @property
    def in_use(self) -> int:
        return sum(group.in_use for group in self.groups)

    def _inputs(self, labels: dict[str, str]) -> list[Input]:
        return [
            Input(name, label, self.values.get(name, ""), CHOICES.get(name, ()))
            for name, label in labels.items()
            if self._has(name)
        ]

    def _has(self, name: str) -> bool:
        chosen = self.filters.get(name)
        return isinstance(chosen, ShapeFilter) or (
            chosen is not None and has_field(self.model, chosen.field_name)
        )
