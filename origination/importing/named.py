"""Rows whose values have names (JSONL, CSV with a header): our field names or YETI's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from . import values
from .values import Reader, Rejected, text_of

# Field -> its reader; uuid and account are found by more than one name and have no line here.
READERS: dict[str, Reader] = {
    "time_start": values.moment,
    "time_connect": values.optional_moment,
    "time_end": values.optional_moment,
    "duration": values.integer,
    "customer_duration": values.optional(values.integer),
    "customer_price": values.defaulting(values.price, "0"),
    "src_country_id": values.optional(values.integer),
    "dst_country_id": values.optional(values.integer),
    "src_prefix_routing": values.number,
    "dst_prefix_routing": values.number,
    "auth_orig_ip": values.optional(values.address),
    "is_last_cdr": values.defaulting(values.boolean, "true"),
    "disconnect_code": values.optional(values.integer),
    "disconnect_reason": values.label,
    "orig_call_id": values.label,
    "routing_attempt": values.defaulting(values.integer, "1"),
}
YETI_NAMES = {
    "disconnect_code": "lega_disconnect_code",
    "disconnect_reason": "lega_disconnect_reason",
}
ACCOUNT_NAMES = ("account", "customer_acc_id", "customer_acc_external_id")
NAMES = {"uuid", "id", *ACCOUNT_NAMES, *READERS, *YETI_NAMES.values()}


def cdr(row: Mapping[str, Any], account: Callable[[str], Any]) -> dict[str, Any]:
    """Field values of one CDR; ``account`` turns an account code into a primary key."""
    texts = _texts(row)
    cdr = {field: read(field, texts.get(field, "")) for field, read in READERS.items()}
    if cdr["customer_duration"] is None:
        cdr["customer_duration"] = cdr["duration"]
    cdr["uuid"] = _identity(texts)
    cdr["account"] = account(_account_code(texts))
    return cdr


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    """The values that have a name of ours or of YETI's, under ours; null is absent."""
    # Most values are text: in line, because a call per value takes longer than the rest.
    texts = {
        name: value.strip() if type(value) is str else text_of(value)
        for name, value in row.items()
        if name in NAMES and value is not None
    }
    for field, name in YETI_NAMES.items():
        if field not in texts and name in texts:
            texts[field] = texts[name]
    return texts


def _identity(texts: dict[str, str]) -> Any:
    if own := texts.get("uuid"):
        return values.identity("uuid", own)
    if number := texts.get("id"):
        return values.derived_identity("yeti", number)
    raise Rejected("neither uuid nor id")


def _account_code(texts: dict[str, str]) -> str:
    return next((texts[name] for name in ACCOUNT_NAMES if texts.get(name)), "")
