"""Seed, start of the window and accounts -> CDRs, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate, chain
from random import Random
from typing import Any
from uuid import UUID

from origination.importing.values import derived_identity

from .customers import Account
from .destinations import BY_NAME, Destination, ranking
from .intensity import cumulated
from .outcomes import Attempt, attempts

DAYS = 30
# The n-th largest destination has 1/n of the calls of the largest.
ZIPF = list(accumulate(1 / n for n in range(1, len(BY_NAME) + 1)))


def identity(seed: int, number: int) -> UUID:
    """The uuid of the n-th CDR of a seed, counted from 0, wherever its window is."""
    return derived_identity("demo", str(seed), str(number))


class Traffic:
    """An endless iterator over dicts of CDR fields; the calls come in no order of time.

    A longer run of it begins with the same CDRs as a shorter one. The first call is made at
    the very start of the window, so that what is stored tells a later run where that was.
    """

    def __init__(self, seed: int, start: datetime, accounts: dict[Any, Account]) -> None:
        """``accounts``: primary key -> account."""
        self.seed, self.start, self.end = seed, start, start + timedelta(days=DAYS)
        self.rng = Random(seed)
        self.keys, self.accounts = list(accounts), accounts
        self.shares = list(accumulate(account.share for account in accounts.values()))
        self.rankings = {key: ranking(a.favourites) for key, a in accounts.items()}
        self.minutes = cumulated(start, DAYS, self.rng)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for number, cdr in enumerate(chain.from_iterable(self._calls())):
            yield {"uuid": identity(self.seed, number), **cdr}

    def _calls(self) -> Iterator[list[dict[str, Any]]]:
        yield self._call(self.start)
        while True:
            yield self._call(self._moment())

    def _moment(self) -> datetime:
        (minute,) = self.rng.choices(range(len(self.minutes)), cum_weights=self.minutes)
        second = int(self.rng.random() * 60_000) / 1000
        return self.start + timedelta(minutes=minute, seconds=second)

    def _call(self, start: datetime) -> list[dict[str, Any]]:
        """The last attempt comes first: wherever the CDRs are cut, it is there."""
        (key,) = self.rng.choices(self.keys, cum_weights=self.shares)
        (destination,) = self.rng.choices(self.rankings[key], cum_weights=ZIPF)
        tried = attempts(self.rng, destination.asr, destination.acd)
        # A CDR is written when its call has ended, so none ends after the window.
        start = min(start, self.end - timedelta(seconds=sum(a.setup + a.talk for a in tried)))
        call = {"account": key, "time_start": start, **self._numbers(key, destination)}
        return [call | fields for fields in reversed(_outcomes(start, tried, destination))]

    def _numbers(self, key: Any, destination: Destination) -> dict[str, Any]:
        account = self.accounts[key]
        origin = BY_NAME[self.rng.choice(account.origins)]
        address = self.rng.choice(account.addresses)
        return {
            "src_country_id": origin.country,
            "dst_country_id": destination.country,
            "src_prefix_routing": origin.number(self.rng),
            "dst_prefix_routing": destination.number(self.rng),
            "auth_orig_ip": address,
            "orig_call_id": f"{self.rng.getrandbits(96):024x}@{address}",
        }


def _outcomes(
    start: datetime, tried: list[Attempt], destination: Destination
) -> list[dict[str, Any]]:
    """What differs between the attempts of a call; each begins when the one before failed."""
    ready = [start + timedelta(seconds=s) for s in accumulate(a.setup for a in tried)]
    return [
        {
            "time_connect": at if attempt.talk else None,
            "time_end": at + timedelta(seconds=attempt.talk),
            "disconnect_code": attempt.code,
            "disconnect_reason": attempt.reason,
            "routing_attempt": number,
            "is_last_cdr": number == len(tried),
            **_charge(attempt.talk, destination),
        }
        for number, (attempt, at) in enumerate(zip(tried, ready, strict=True), 1)
    ]


def _charge(talk: int, destination: Destination) -> dict[str, Any]:
    billed = destination.billing.billed(talk)
    return {
        "duration": talk,
        "customer_duration": billed,
        "customer_price": Decimal(destination.price(billed)).scaleb(-6),
    }
