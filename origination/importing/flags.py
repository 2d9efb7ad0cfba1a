"""What a host's column holds for yes and for no."""

from __future__ import annotations

from typing import Any

from origination import conf
from origination.statistics.columns import NUMBERS, column_of, has_field


def flags_of(model: Any) -> dict[bool, Any]:
    """What a host's column holds for a flag; empty where there is none, or it is ours."""
    if model._meta.label in conf.OWN_CDR_MODELS or not has_field(model, "is_last_cdr"):
        return {}
    column = column_of(model, "is_last_cdr")
    if column and column.family == "text":
        return {True: "t", False: "f"}
    if column and column.family in NUMBERS:
        return {True: 1, False: 0}
    return {True: True, False: False}
