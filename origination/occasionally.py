"""A log line for what goes wrong at every request: once a minute is enough."""

from __future__ import annotations

import logging
import time

SECONDS = 60
_told: dict[str, float] = {}


def log_occasionally(logger: logging.Logger, message: str, *args: object) -> None:
    """ERROR, unless this process has logged the same message within the last minute."""
    now = time.monotonic()
    if now - _told.get(message, -SECONDS) >= SECONDS:
        _told[message] = now
        logger.error(message, *args)
