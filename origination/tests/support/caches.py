"""Caches that fail, each in its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.test import override_settings

from origination import occasionally
from origination.api import steady_cache


class Down(BaseCache):
    """Its server is gone."""

    def __init__(self, name: str, params: dict) -> None:
        super().__init__(params)

    def _fail(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("no route to the cache")

    get = set = add = touch = delete = clear = _fail


class Silent(Down):
    """It is told to say nothing about that, as django-redis can be."""

    def _pass(self, *args: Any, **kwargs: Any) -> Any:
        return None

    def get(self, key: str, default: Any = None, version: Any = None) -> Any:
        return default

    set = add = touch = delete = clear = _pass


BROKEN = {
    "down": f"{__name__}.Down",
    "down and silent about it": f"{__name__}.Silent",
    "a dummy": "django.core.cache.backends.dummy.DummyCache",
}


@contextmanager
def broken_cache(backend: str) -> Iterator[None]:
    """The site's cache is this one; nothing has been counted or told."""
    occasionally._told.clear()
    steady_cache._memory.clear()
    with override_settings(CACHES={"default": {"BACKEND": backend}}):
        yield
    steady_cache._memory.clear()
