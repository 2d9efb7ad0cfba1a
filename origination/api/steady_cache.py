"""The site's cache, or the memory of this process while the cache fails."""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

from origination.occasionally import log_occasionally

logger = logging.getLogger(__name__)

# Addresses, logins and ended sessions.
REMEMBERED = 20_000
_memory = LocMemCache("origination", {"OPTIONS": {"MAX_ENTRIES": REMEMBERED}})


class SteadyCache:
    """``get`` and ``set`` of Django's cache ``default`` that never fail.

    What it does not take is kept in this process, and the log says so.
    """

    def get(self, key: str, default: Any = None) -> Any:
        try:
            found = cache.get(key)
        # Caches raise what their drivers raise.
        except Exception as e:
            self._tell(e)
            found = None
        return _memory.get(key, default) if found is None else found

    def set(self, key: str, value: Any, timeout: float) -> None:
        try:
            cache.set(key, value, timeout)
            self._check(key)
        except Exception as e:
            self._tell(e)
            _memory.set(key, value, timeout)

    def _check(self, key: str) -> None:
        """A subclass may want to know that the cache has kept it."""

    def _tell(self, error: Exception) -> None:
        log_occasionally(logger, "The cache fails, so each process remembers alone: %r", error)


class CheckedCache(SteadyCache):
    """For what is costly to lose: some caches are told to be silent where they fail."""

    def _check(self, key: str) -> None:
        if cache.get(key) is None:
            raise LookupError("it keeps nothing")
