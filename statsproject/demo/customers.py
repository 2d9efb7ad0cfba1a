"""Who is in the demo: logins and accounts. Addresses are of the documentation ranges."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID


class Login(NamedTuple):
    """The passwords are known to everyone, hence the command's refusal with ``DEBUG`` off."""

    name: str
    password: str


class Account(NamedTuple):
    """``share``: its part of the calls, in percent; ``origins`` and ``favourites`` are names
    of destinations: where its callers are, and what they call most."""

    uuid: UUID
    name: str
    currency: str
    share: int
    origins: tuple[str, ...]
    favourites: tuple[str, ...]
    addresses: tuple[str, ...]


OPERATOR = Login("demo-operator", "listen-to-the-operator")
CUSTOMER = Login("demo-customer", "listen-to-the-customer")
OTHER = Login("demo-other", "listen-to-the-other")

ACCOUNTS: dict[Login, list[Account]] = {
    CUSTOMER: [
        Account(
            UUID("de300000-0000-4000-8000-000000000001"),
            "Harbour Voice wholesale",
            "USD",
            46,
            ("UK mobile", "UK landline", "Germany landline", "France mobile", "Spain mobile"),
            ("India mobile", "UK mobile", "Nigeria mobile"),
            ("192.0.2.10", "192.0.2.11", "192.0.2.74", "2001:db8:10::5060"),
        ),
        Account(
            UUID("de300000-0000-4000-8000-000000000002"),
            "Harbour Voice retail",
            "GBP",
            23,
            ("UK mobile", "UK landline"),
            ("UK mobile", "UK landline", "Poland mobile"),
            ("198.51.100.20", "198.51.100.21", "2001:db8:20::a"),
        ),
        Account(
            UUID("de300000-0000-4000-8000-000000000003"),
            "Harbour Voice contact centre",
            "EUR",
            9,
            ("Germany landline",),
            ("Germany mobile", "Germany landline"),
            ("198.51.100.99",),
        ),
    ],
    OTHER: [
        Account(
            UUID("de300000-0000-4000-8000-000000000004"),
            "Meridian Callback",
            "USD",
            22,
            ("USA", "Canada"),
            ("Mexico", "USA", "Philippines mobile"),
            ("203.0.113.5", "203.0.113.6", "2001:db8:30::5"),
        ),
    ],
}
