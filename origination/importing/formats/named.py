"""Rows whose values have names (JSONL, CSV with a header): our field names or YETI's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import values
from ..values import NESTED, Reader, Rejected, remembered, text_of

# Field -> its reader; uuid and account are found by more than one name and have no line here.
FEW: dict[str, Reader] = {
    "time_start": values.moment,
    "time_connect": values.optional_moment,
    "time_end": values.optional_moment,
    "duration": values.integer,
    "customer_duration": values.optional(values.integer),
    "customer_price": values.defaulting(values.price, "0"),
    "src_country_id": values.optional(values.integer),
    "dst_country_id": values.optional(values.integer),
    "auth_orig_ip": values.optional(values.address),
    "is_last_cdr": values.defaulting(values.boolean, "true"),
    "disconnect_code": values.optional(values.integer),
    "disconnect_reason": values.label,
    "routing_attempt": values.defaulting(values.integer, "1"),
}
# Of these hardly two are alike.
MANY: dict[str, Reader] = {
    "src_prefix_routing": values.number,
    "dst_prefix_routing": values.number,
    "orig_call_id": values.label,
}
YETI_NAMES = {
    "disconnect_code": "lega_disconnect_code",
    "disconnect_reason": "lega_disconnect_reason",
}
ACCOUNT_NAMES = ("account", "customer_acc_id", "customer_acc_external_id")
NAMES = {"uuid", "id", *ACCOUNT_NAMES, *FEW, *MANY, *YETI_NAMES.values()}


def cdr(row: dict[str, Any]) -> dict[str, Any]:
    """Field values of one CDR, the account still a code; the row gets our names beside YETI's.

    Raises Rejected, and Inexact where a value is a float.
    """
    for field, name in YETI_NAMES.items():
        if row.get(field) is None:
            row[field] = row.get(name)
    get = row.get
    try:
        cdr = {field: read(get(field)) for field, read in READERS.items()}
    except TypeError as e:
        # Neither can be remembered.
        if any(type(get(field)) in (list, dict) for field in FEW):
            raise Rejected(NESTED) from e
        raise
    if cdr["customer_duration"] is None:
        cdr["customer_duration"] = cdr["duration"]
    cdr["uuid"] = _identity(row)
    cdr["account"] = _account_code(row)
    return cdr


def _identity(row: dict[str, Any]) -> Any:
    if own := text_of(row.get("uuid")):
        return values.identity("uuid", own)
    if number := text_of(row.get("id")):
        return values.derived_identity("yeti", number)
    raise Rejected("neither uuid nor id")


def _account_code(row: dict[str, Any]) -> str:
    for name in ACCOUNT_NAMES:
        if code := text_of(row.get(name)):
            return code
    return ""


def _of_few(field: str, read: Reader) -> Callable[[Any], Any]:
    """Remembered from the value as it came: that spares every step of reading it again."""
    return remembered(lambda value: read(field, text_of(value)))


def _of_many(field: str, read: Reader) -> Callable[[Any], Any]:
    def value(value: Any) -> Any:
        # Nearly all are text: a call for each is dearer than the rest.
        return read(field, value.strip() if type(value) is str else text_of(value))

    return value


READERS = {field: _of_few(field, read) for field, read in FEW.items()} | {
    field: _of_many(field, read) for field, read in MANY.items()
}
