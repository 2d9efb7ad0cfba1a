"""How a setting is read: when it is used, and never as something that it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .values import VALUES

# Beyond it, an expiry is no date.
LONGEST_LIFETIME = timedelta(days=3653)
# The names of ``ORIGINATION``.
SETTINGS: set[str] = set()

Read = TypeVar("Read", bound=Callable[[], Any])


def setting(read: Read) -> Read:
    """What reads the setting of its name."""
    SETTINGS.add(read.__name__.upper())
    return read


def model_of(name: str, default: str) -> str:
    value = getattr(settings, name, default)
    # Asked dozens of times by a request.
    if value is default or (isinstance(value, str) and value.count(".") == 1):
        return value
    # Django takes it apart before any check could say what is wrong; of a text without a dot it
    # only finds no such model.
    return repr(value).replace(".", "·")


def value_of(name: str, default: Any) -> Any:
    """Raises ImproperlyConfigured for a value that ``check`` reports."""
    if name not in configured():
        return default
    value = configured()[name]
    if name in VALUES and not VALUES[name].is_met(value):
        raise ImproperlyConfigured(f"ORIGINATION[{name!r}] is not {VALUES[name].meaning}.")
    return value


def configured() -> dict[str, Any]:
    """The dict ``ORIGINATION``; empty where it is no dict, which a system check reports."""
    value = getattr(settings, "ORIGINATION", {})
    return value if isinstance(value, dict) else {}


def called(name: str, default: Any) -> Any:
    """A setting that may be a function without arguments, asked at each use."""
    value = value_of(name, default)
    if not callable(value):
        return value
    try:
        return value()
    # It is the host's; whatever it raises, there is no such setting.
    except Exception as e:
        raise ImproperlyConfigured(f"ORIGINATION[{name!r}] could not be asked: {e!r}") from e


def timedelta_of(name: str, default: timedelta) -> timedelta:
    value = value_of(name, default)
    if not isinstance(value, timedelta) or value > LONGEST_LIFETIME:
        raise ImproperlyConfigured(f"ORIGINATION[{name!r}] is not a timedelta of at most 10 years.")
    return value
