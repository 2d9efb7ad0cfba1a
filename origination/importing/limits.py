"""How much text the columns of this site's CDRs take."""

from __future__ import annotations

from origination.models import get_cdr_model
from origination.statistics.columns import has_field

# Of a field that has no limit, or that the table lacks.
UNLIMITED = 255


def longest(field: str) -> int:
    """Characters that the field of a CDR takes."""
    model = get_cdr_model()
    if not has_field(model, field):
        return UNLIMITED
    return getattr(model._meta.get_field(field), "max_length", None) or UNLIMITED
