"""How often a client may ask: attempts per address and login, statistics per customer."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from rest_framework.throttling import SimpleRateThrottle

from origination import conf

from .addresses import client_of
from .authentication import customer_key
from .credentials import MAX_LOGIN
from .steady_cache import CheckedCache, SteadyCache

RATE = re.compile(r"([0-9]{1,9})/(?:(s|sec|second)|(m|min|minute)|(h|hour)|(d|day))s?", re.ASCII)
SECONDS = (1, 60, 3600, 86400)


def parsed_rate(rate: Any) -> tuple[int, int]:
    """``"20/min"`` -> 20 requests in 60 seconds. Raises ImproperlyConfigured for no such text."""
    match = RATE.fullmatch(rate) if isinstance(rate, str) else None
    if match is None:
        raise ImproperlyConfigured(f"{rate!r} is not a rate as '20/min'.")
    number, *periods = match.groups()
    return int(number), next(
        seconds for period, seconds in zip(periods, SECONDS, strict=True) if period
    )


class SteadyThrottle(SimpleRateThrottle):
    """Counts by its scope and :meth:`get_cache_key`, also while the site's cache fails."""

    cache: Any = SteadyCache()
    duration: int

    def parse_rate(self, rate: Any) -> Any:
        return (None, None) if rate is None else parsed_rate(rate)

    def wait(self) -> float:
        # DRF knows none where the rate was lowered since.
        return super().wait() or self.duration


class _AttemptThrottle(SteadyThrottle):
    cache = CheckedCache()

    def get_rate(self) -> str | None:
        return conf.auth_throttle_rate()


class AddressThrottle(_AttemptThrottle):
    scope = "origination-auth-address"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{client_of(request)}"


class LoginThrottle(_AttemptThrottle):
    """From however many addresses a password is guessed, and however its login is written."""

    scope = "origination-auth-login"

    def get_cache_key(self, request: Any, view: Any) -> str:
        # Hashed: some caches refuse long keys and blanks.
        login = folded(view.credentials.login[:MAX_LOGIN]).encode()
        return f"{self.scope}:{hashlib.sha256(login).hexdigest()}"


def folded(login: str) -> str:
    """What every spelling has in common that some site takes for the same login.

    Sites and collations ignore case, width, accents, blanks and what has no width.
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", login).casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter)[0] not in "MZC")


class CustomerThrottle(SteadyThrottle):
    scope = "origination-statistics"

    def get_rate(self) -> str | None:
        return conf.throttle_rate()

    def get_cache_key(self, request: Any, view: Any) -> str:
        key = hashlib.sha256(customer_key(request.user).encode("utf-8", "replace")).hexdigest()
        return f"{self.scope}:{key}"
