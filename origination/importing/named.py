"""Rows whose values have names (JSONL, CSV with a header): our field names or YETI's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any

from . import values
from .values import Rejected, text_of

# Ours first; then what a YETI switch calls it.
YETI_NAMES = {
    "disconnect_code": "lega_disconnect_code",
    "disconnect_reason": "lega_disconnect_reason",
}
ACCOUNT_NAMES = ("account", "customer_acc_id", "customer_acc_external_id")


def cdr(row: Mapping[str, Any], account: Callable[[str], Any]) -> dict[str, Any]:
    """Field values of one CDR; ``account`` turns an account code into a primary key."""

    def get(name: str) -> str:
        return text_of(row.get(name, row.get(YETI_NAMES.get(name, ""))))

    duration = values.integer("duration", get("duration"))
    return {
        "uuid": _identity(row),
        "account": account(_account_code(row)),
        "time_start": values.moment("time_start", get("time_start"), UTC),
        "time_connect": values.optional_moment("time_connect", get("time_connect"), UTC),
        "time_end": values.optional_moment("time_end", get("time_end"), UTC),
        "duration": duration,
        "customer_duration": values.integer(
            "customer_duration", get("customer_duration") or str(duration)
        ),
        "customer_price": values.price("customer_price", get("customer_price") or "0"),
        "src_country_id": values.optional_integer("src_country_id", get("src_country_id")),
        "dst_country_id": values.optional_integer("dst_country_id", get("dst_country_id")),
        "src_prefix_routing": values.short_text(
            "src_prefix_routing", get("src_prefix_routing"), 64
        ),
        "dst_prefix_routing": values.short_text(
            "dst_prefix_routing", get("dst_prefix_routing"), 64
        ),
        "auth_orig_ip": values.address("auth_orig_ip", get("auth_orig_ip")),
        "is_last_cdr": values.boolean("is_last_cdr", get("is_last_cdr") or "true"),
        "disconnect_code": values.optional_integer("disconnect_code", get("disconnect_code")),
        "disconnect_reason": values.short_text("disconnect_reason", get("disconnect_reason"), 255),
        "orig_call_id": values.short_text("orig_call_id", get("orig_call_id"), 255),
        "routing_attempt": values.integer("routing_attempt", get("routing_attempt") or "1"),
    }


def _number(name: str, get: Callable[[str], str]) -> str:
    return values.short_text(name, get(name), 64)


def _identity(row: Mapping[str, Any]) -> Any:
    if own := text_of(row.get("uuid")):
        return values.identity("uuid", own)
    if number := text_of(row.get("id")):
        return values.derived_identity("yeti", number)
    raise Rejected("neither uuid nor id")


def _account_code(row: Mapping[str, Any]) -> str:
    return next((code for name in ACCOUNT_NAMES if (code := text_of(row.get(name)))), "")
