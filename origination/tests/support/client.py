"""A portal frontend: asks the endpoint with a customer's token."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse_lazy

from origination.api.tokens import issue_token

# The site decides where it mounts the app.
URL = reverse_lazy("origination:statistics")
AUTH_URL = reverse_lazy("origination:auth")
FROM = "2026-06-11T15:40:07Z"


def ask(user: Any, account: Any = None, /, headers: dict | None = None, **parameters: Any) -> Any:
    """GET with hyphenated ``parameters``; the three required ones have defaults."""
    query = {"account-id": str(account.uuid)} if account else {}
    query |= {"from-time": FROM, "sampling": "minute"}
    query |= {name.replace("_", "-"): value for name, value in parameters.items()}
    query = {name: value for name, value in query.items() if value is not None}
    return Client().get(URL, query, headers={"Authorization": issue_token(user), **(headers or {})})


def configured(**changes: Any) -> override_settings:
    """The site's ``ORIGINATION`` with these changes."""
    return override_settings(ORIGINATION={**getattr(settings, "ORIGINATION", {}), **changes})
