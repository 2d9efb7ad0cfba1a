"""What the demo prints: where to look, who may log in, what to paste."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.db.models import Max
from django.urls import NoReverseMatch, reverse

from origination.authentication import issue_token
from origination.conf import jwt_lifetime

from .customers import ACCOUNTS, CUSTOMER, OPERATOR, OTHER, Login
from .load import cdrs_of

SHOWN_DAYS = 3


def guide(site: str, keys: list[Any]) -> str:
    """``site``: URL without a slash at the end; ``keys``: of the demo's accounts.

    The days shown are those before the last call, which may be long ago.
    """
    last = cdrs_of(keys).aggregate(last=Max("time_start"))["last"]
    return "\n".join(
        [
            _login("Operator", OPERATOR),
            f"  admin: {site}{reverse('admin:index')}",
            *_customer("Customer", CUSTOMER),
            *_customer("Another customer", OTHER),
            f"  portal of both: {site}{reverse('origination_portal:page')}",
            *_handbook(site),
            "",
            f"Calls of the {SHOWN_DAYS} days to {last:%Y-%m-%d %H:%M} UTC, by hour; "
            f"the token is valid for {_lifetime()}:",
            "",
            _statistics_line(site, last),
            "",
            "A new token:",
            "",
            _token_line(site),
        ]
    )


def _login(role: str, login: Login) -> str:
    return f"{role}: {login.name} / {login.password}"


def _customer(role: str, login: Login) -> list[str]:
    return [_login(role, login), *(f"  account {a.uuid} {a.name}" for a in ACCOUNTS[login])]


def _handbook(site: str) -> list[str]:
    try:
        return [f"Handbook: {site}{reverse('handbook')}"]
    except NoReverseMatch:
        return []


def _lifetime() -> str:
    return f"{int(jwt_lifetime().total_seconds() // 60)} minutes"


def _statistics_line(site: str, last: datetime) -> str:
    query = {
        "account-id": ACCOUNTS[CUSTOMER][0].uuid,
        "from-time": (last - timedelta(days=SHOWN_DAYS)).strftime("%Y-%m-%dT%H:00:00Z"),
        "sampling": "hour",
    }
    customer = get_user_model()._default_manager.get(username=CUSTOMER.name)
    url = f"{site}{reverse('origination:statistics')}?{urlencode(query, safe=':')}"
    return f'curl -sg -H "Authorization: {issue_token(customer)}" "{url}"'


def _token_line(site: str) -> str:
    body = json.dumps({"auth": {"login": CUSTOMER.name, "password": CUSTOMER.password}})
    url = f"{site}{reverse('origination:auth')}"
    return f'curl -sg -H "Content-Type: application/json" -d \'{body}\' "{url}"'
