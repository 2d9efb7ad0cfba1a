"""What makes a CDR known again: its uuid, else the uuid that what identifies it gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from .. import values
from ..values import Rejected, text_of

# What two attempts of one call differ by. No prices: those may be computed anew.
OF_AN_ATTEMPT = (
    "orig_call_id", "time_start", "time_connect", "time_end", "duration", "dst_prefix_routing",
    "routing_attempt", "is_last_cdr", "disconnect_code",
)  # fmt: skip


def identity(row: dict[str, Any], cdr: dict[str, Any], source: str) -> UUID:
    """By the uuid; the id, which is of one switch only; the Call-ID; all that was read.

    ``row`` is what was written, ``cdr`` what was read of it.
    """
    if own := text_of(row.get("uuid")):
        return values.identity("uuid", own)
    number = text_of(row.get("id"))
    if number and source:
        return values.derived_identity("id", source, number)
    if cdr["orig_call_id"]:
        tag = text_of(row.get("local_tag"))
        return values.derived_identity("call", source, number, tag, *_texts(cdr, OF_AN_ATTEMPT))
    if number:
        raise Rejected("an id is of one switch only: --source NAME says of which")
    return values.derived_identity("values", source, *_texts(cdr, sorted(cdr)))


def _texts(cdr: dict[str, Any], fields: Any) -> list[str]:
    return [_text(cdr[field]) for field in fields]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)
