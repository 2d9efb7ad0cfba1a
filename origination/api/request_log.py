"""One line per statistics request, on the logger ``origination.requests``.

The fields stand in the message as ``name=value`` and in the record's ``request_fields``. Only
values that were validated get there, hence no token and no line break.
"""

from __future__ import annotations

import logging
from typing import Any

# What is told beside the cost of the request; None where it did not get that far.
LOGGED = ("customer", "account", "from", "to", "sampling", "source", "rows")

logger = logging.getLogger("origination.requests")


def log_request(fields: dict[str, Any]) -> None:
    """INFO for what was answered, WARNING for 429 and what failed on our side."""
    busy = fields["status"] == 429 or fields["status"] >= 500
    level = logging.WARNING if busy else logging.INFO
    if logger.isEnabledFor(level):
        message = " ".join(f"{name}={_written(value)}" for name, value in fields.items())
        logger.log(level, message, extra={"request_fields": fields})


def _written(value: Any) -> str:
    text = "-" if value is None else str(value)
    # A customer of tokens alone is called whatever these say.
    return text if text.isprintable() else ascii(text)
