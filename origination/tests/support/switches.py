"""A switch: posts CDRs to the feed with a key."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from django.test import Client
from django.urls import reverse_lazy

from origination.importing import keys
from origination.importing.models import FeedKey

FEED_URL = reverse_lazy("origination_feed:cdrs")


def make_key(name: str = "switch", **options: Any) -> tuple[FeedKey, str]:
    return keys.made(name, **options)


def post(body: Any, key: str | None, /, headers: dict[str, str] | None = None, **more: Any) -> Any:
    """POST bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    sent = {"Authorization": f"Bearer {key}"} if key else {}
    more.setdefault("content_type", "application/json")
    client = Client(raise_request_exception=False)
    return client.post(FEED_URL, data, headers=sent | (headers or {}), **more)


def call(account: Any, **values: Any) -> dict[str, Any]:
    """A CDR as JSON lines have it; ``account`` is a code or an account."""
    return {
        "uuid": str(uuid.uuid4()),
        "account": account if isinstance(account, str) else str(account.uuid),
        "time_start": "2026-06-11 15:40:07",
        "duration": 60,
        "customer_price": "0.5",
        **values,
    }
