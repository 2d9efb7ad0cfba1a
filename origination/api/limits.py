"""What a request may cost before it is read."""

from __future__ import annotations

from .errors import too_large

# A megabyte in one piece is read in a millisecond; the same in escapes takes a hundred.
MAX_QUERY_LENGTH, MAX_ESCAPES = 2_000_000, 10_000


def check_query_string(text: str) -> None:
    """Raises ParameterError where reading the query string alone would cost much."""
    if len(text) > MAX_QUERY_LENGTH or text.count("%") > MAX_ESCAPES:
        raise too_large()
