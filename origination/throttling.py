"""How often a client may ask: attempts per address and login, statistics per customer."""

from __future__ import annotations

import hashlib
from typing import Any

from rest_framework.throttling import SimpleRateThrottle

from . import conf
from .addresses import client_of
from .credentials import login_of


class _AttemptThrottle(SimpleRateThrottle):
    def get_rate(self) -> str | None:
        return conf.auth_throttle_rate()


class AddressThrottle(_AttemptThrottle):
    scope = "origination-auth-address"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{client_of(request)}"


class LoginThrottle(_AttemptThrottle):
    """From however many addresses a password is guessed."""

    scope = "origination-auth-login"

    def get_cache_key(self, request: Any, view: Any) -> str:
        # Hashed: some caches refuse long keys and blanks.
        login = login_of(request).encode("utf-8", "surrogatepass")
        return f"{self.scope}:{hashlib.sha256(login).hexdigest()}"


class CustomerThrottle(SimpleRateThrottle):
    scope = "origination-statistics"

    def get_rate(self) -> str | None:
        return conf.throttle_rate()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{request.user.pk}"
