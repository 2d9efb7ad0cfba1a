"""The fields of a CDR by the names that files have for them, and what reads each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from functools import lru_cache, partial
from typing import Any

from .. import values
from ..limits import longest
from ..moments import moment, optional_moment
from ..seconds import seconds
from ..values import Reader, remembered, text_of

TIMES = ("time_start", "time_connect", "time_end")
YETI_NAMES = {
    "lega_disconnect_code": "disconnect_code",
    "lega_disconnect_reason": "disconnect_reason",
}
ACCOUNT_NAMES = ("account", "customer_acc_id", "customer_acc_external_id")
# Known, and none of them a column of a CDR.
IDENTIFYING = ("id", "local_tag")
TEXTS = ("src_prefix_routing", "dst_prefix_routing", "orig_call_id")
REQUIRED = ("time_start", "duration")


def _few(zone: tzinfo, rounding: str, reason: int) -> dict[str, Reader]:
    """Of those whose values are few; uuid and account have more than one name and no line here."""
    return {
        "time_start": partial(moment, zone=zone),
        "time_connect": partial(optional_moment, zone=zone),
        "time_end": partial(optional_moment, zone=zone),
        # A switch may write null for a call that failed.
        "duration": values.defaulting(seconds(rounding), "0"),
        "customer_duration": values.optional(seconds(rounding)),
        "customer_price": values.defaulting(values.price, "0"),
        "src_country_id": values.optional(values.integer),
        "dst_country_id": values.optional(values.integer),
        "auth_orig_ip": values.optional(values.address),
        "is_last_cdr": values.defaulting(values.boolean, "true"),
        "disconnect_code": values.optional(values.integer),
        "disconnect_reason": values.short_text(reason),
        "routing_attempt": values.defaulting(values.integer, "1"),
    }


FEW = tuple(_few(None, "", 0))  # type: ignore[arg-type]
NAMES = {"uuid", *IDENTIFYING, *ACCOUNT_NAMES, *FEW, *TEXTS, *YETI_NAMES}
# What may be told of a column.
FIELDS = tuple(sorted({"uuid", "account", *IDENTIFYING, *FEW, *TEXTS}))


def readers(zone: tzinfo, rounding: str) -> dict[str, Callable[[Any], Any]]:
    """Field -> what reads its value as it came; the same for all files of a zone and a rounding."""
    limits = {field: longest(field) for field in ("disconnect_reason", *TEXTS)}
    return _readers(zone, rounding, tuple(limits.items()))


@lru_cache(maxsize=64)
def _readers(
    zone: tzinfo, rounding: str, limits: tuple[tuple[str, int], ...]
) -> dict[str, Callable[[Any], Any]]:
    longest = dict(limits)
    few = _few(zone, rounding, longest["disconnect_reason"])
    return {field: _of_few(field, read) for field, read in few.items()} | {
        field: _of_many(field, values.short_text(longest[field])) for field in TEXTS
    }


def _of_few(field: str, read: Reader) -> Callable[[Any], Any]:
    """Remembered from the value as it came: that spares every step of reading it again."""
    return remembered(lambda value: read(field, text_of(value)))


def _of_many(field: str, read: Reader) -> Callable[[Any], Any]:
    def value(value: Any) -> Any:
        # Nearly all are text: a call for each is dearer than the rest.
        return read(field, value.strip() if type(value) is str else text_of(value))

    return value
