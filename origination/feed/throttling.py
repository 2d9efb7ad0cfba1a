"""How often a key may post, where the site limits it."""

from __future__ import annotations

from typing import Any

from origination import conf
from origination.api.throttling import SteadyThrottle


class KeyThrottle(SteadyThrottle):
    scope = "origination-feed"

    def get_rate(self) -> str | None:
        return conf.feed_throttle_rate()

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.scope}:{view.key.pk}"
