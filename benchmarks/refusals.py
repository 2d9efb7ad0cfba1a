"""Whether the time of a refusal tells a foreign account from one that does not exist.

python -m benchmarks.refusals --rounds 5000
"""

from __future__ import annotations

import argparse
import logging
import statistics
import time
import uuid
from typing import Any

from . import serving


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5000)
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        _compare(options.rounds)


def _compare(rounds: int) -> None:
    from django.core.management import call_command

    from . import data

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    customer, _ = data.make_accounts()
    times: dict[str, list[float]] = {"foreign": [], "unknown": [], "unknown, again": []}
    for number in range(rounds):
        # In turn, so that noise meets all alike.
        times["foreign"].append(_refused(customer, _foreign(number)))
        times["unknown"].append(_refused(customer, uuid.uuid4()))
        times["unknown, again"].append(_refused(customer, uuid.uuid4()))
    for name, seconds in times.items():
        low, middle, high = (1000 * q for q in statistics.quantiles(seconds, n=4))
        print(f"{name}: median {middle:.3f} ms, quartiles {low:.3f} to {high:.3f} ms")


def _foreign(number: int) -> Any:
    """The uuid of one of the accounts that the customer may not see."""
    from origination.models import Account

    from .data import ACCOUNTS

    return Account.objects.values_list("uuid", flat=True).get(pk=2 + number % (ACCOUNTS - 1))


def _refused(customer: Any, account: Any) -> float:
    from django.test import RequestFactory
    from django.urls import reverse

    from origination.authentication import issue_token
    from origination.tests.support.fuzzer import Answer

    query = {"account-id": account, "from-time": "2026-06-01", "sampling": "day"}
    factory = RequestFactory(headers={"Authorization": issue_token(customer)})
    environ = factory.get(reverse("origination:statistics"), query).environ
    started = time.perf_counter()
    answer = Answer(environ)
    seconds = time.perf_counter() - started
    assert answer.body == b'{"error":"invalid value account-id"}'
    return seconds


if __name__ == "__main__":
    main()
