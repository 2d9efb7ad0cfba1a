"""How a check is registered, and how it reports."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from origination import conf

Check = Callable[..., list[CheckMessage]]


def error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"origination.E{number:03d}")


def warning(number: int, message: str, hint: str) -> Warning:
    return Warning(message, hint=hint, id=f"origination.W{number:03d}")


def setting(name: str) -> Any:
    """What the site wrote into ``ORIGINATION``; None: nothing."""
    return conf.configured().get(name)


def register(*tags: Any, **options: Any) -> Any:
    """As Django's, for a check that says nothing where a setting that it reads is wrong.

    E010 tells of that one, E005 of a model that there is not.
    """
    if tags and callable(tags[0]):
        return checks.register(_where_settings_hold(tags[0]))
    return lambda check: checks.register(*tags, **options)(_where_settings_hold(check))


def _where_settings_hold(check: Check) -> Check:
    @wraps(check)
    def careful(**kwargs: Any) -> list[CheckMessage]:
        try:
            return check(**kwargs)
        except ImproperlyConfigured:
            return []
        except (LookupError, ValueError):
            if _are_installed(conf.account_model(), conf.cdr_model()):
                raise
            return []

    return careful


def _are_installed(*labels: str) -> bool:
    models = {model._meta.label_lower for model in apps.get_models(include_swapped=True)}
    return {label.lower() for label in labels} <= models
