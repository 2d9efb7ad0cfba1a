"""The operators' list of CDRs, page by page, on PostgreSQL.

    python -m benchmarks.admin --millions 10

Prints a table of medians in milliseconds of whole requests through Django's test client. With a
``DATABASE_URL`` whose table is filled, the CDRs that are there are used.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from . import serving

END = datetime(2026, 7, 1, tzinfo=UTC)
ALL = {"period": "all"}
NUMBER = "dst-prefix-routing"
LISTS: dict[str, dict[str, str]] = {
    "last 24 hours": {},
    "page 2": {"p": "2"},
    "page 100, the last": {"p": "100"},
    "any time": ALL,
    "any time, page 100": {**ALL, "p": "100"},
    "largest account": {"account-id": "{largest}"},
    "smallest account": {"account-id": "{smallest}"},
    "failed": {"outcome": "failed"},
    "rerouted": {"is-last-cdr": "false"},
    "SIP code": {"disconnect-code": "486"},
    "SIP code that no call has": {"disconnect-code": "503"},
    "destination country": {"dst-country-id": "8"},
    "country that no call has": {"dst-country-id": "999"},
    "number starts with": {f"{NUMBER}-starts-with": "1296"},
    "number starts with, none": {f"{NUMBER}-starts-with": "x"},
    "number contains": {f"{NUMBER}-contains": "777"},
    "number contains, none": {f"{NUMBER}-contains": "x"},
    "number ends with": {f"{NUMBER}-ends-with": "77"},
    "number is": {f"{NUMBER}-eq": "{number}"},
    "duration and price": {"duration-gt": "30", "customer-price-lt": "0.5"},
    "address": {"auth-orig-ip": "10.1.0.3"},
    "address that no call has": {"auth-orig-ip": "192.0.2.1"},
    "Call-ID": {"orig-call-id": "{call}"},
    "uuid": {"uuid": "{uuid}"},
    "any time, largest account": {**ALL, "account-id": "{largest}"},
    "any time, smallest account": {**ALL, "account-id": "{smallest}"},
    "any time, number is": {**ALL, f"{NUMBER}-eq": "{number}"},
    "any time, number contains, none": {**ALL, f"{NUMBER}-contains": "x"},
    "any time, SIP code that no call has": {**ALL, "disconnect-code": "503"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=10, help="CDRs, in millions")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        from . import data

        data.prepared(round(options.millions * 1_000_000))
        with mock.patch("origination.adminpages.filters.timezone.now", lambda: END):
            _measure(options.rounds)


def _measure(rounds: int) -> None:
    from django.urls import reverse

    client, known = _operator(), _known()
    print(f"{serving.versions()}\n\n| list | ms | found |\n| --- | --- | --- |")
    for name, query in LISTS.items():
        query = {key: value.format(**known) for key, value in query.items()}
        times, found = _time(client, reverse("admin:origination_cdr_changelist"), query, rounds)
        print(f"| {name} | {statistics.median(times):.0f} | {found} |", flush=True)


def _time(client: Any, url: str, query: dict[str, str], rounds: int) -> tuple[list[float], str]:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        response = client.get(url, query)
        times.append((time.perf_counter() - started) * 1000)
    cl = response.context_data["cl"]
    return times, cl.error or cl.count_in_words


def _operator() -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    user, _ = get_user_model().objects.get_or_create(
        username="operator", defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    return client


def _known() -> dict[str, str]:
    """A call of the last day, and the accounts with the most and the fewest calls."""
    from origination.models import CDR, Account

    call = CDR.objects.filter(time_start__gte=END - timedelta(hours=12), is_last_cdr=True)[0]
    return {
        "largest": str(Account.objects.order_by("pk")[0].uuid),
        "smallest": str(Account.objects.order_by("-pk")[0].uuid),
        "number": call.dst_prefix_routing,
        "call": call.orig_call_id,
        "uuid": str(call.uuid),
    }


if __name__ == "__main__":
    main()
