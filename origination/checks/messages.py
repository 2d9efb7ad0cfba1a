"""How a check reports."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, Warning

from origination import conf


def error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"origination.E{number:03d}")


def warning(number: int, message: str, hint: str) -> Warning:
    return Warning(message, hint=hint, id=f"origination.W{number:03d}")


def setting(name: str) -> Any:
    """What the site wrote into ``ORIGINATION``; None: nothing."""
    return conf.configured().get(name)
