"""Attempts to obtain a token, limited per address."""

from __future__ import annotations

from typing import Any

from rest_framework.throttling import SimpleRateThrottle

from . import conf


class _AttemptThrottle(SimpleRateThrottle):
    def get_rate(self) -> str | None:
        return conf.auth_throttle_rate()


class AddressThrottle(_AttemptThrottle):
    scope = "origination-auth-address"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{self.get_ident(request)}"

    def get_ident(self, request: Any) -> str:
        # A client writes X-Forwarded-For itself; only what the server saw counts.
        return request.META.get("REMOTE_ADDR", "")
