"""How much memory a process gains over the largest answers that the site gives.

python -m benchmarks.memory --answers 10000
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tqdm import tqdm

from . import serving

MOST_GROWTH = 50_000_000
# Until here the process still fills its caches.
WARM_UP = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=10_000)
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        sys.exit(_measure(options.answers))


def _measure(answers: int) -> int:
    from origination import conf
    from origination.tests.support.fuzzer import Answer

    environ = _largest()
    before = most = 0
    for number in tqdm(range(WARM_UP + answers), mininterval=10):
        if number == WARM_UP:
            before = most = resident()
        answer = Answer(dict(environ))
        assert answer.status == 200
        most = max(most, resident())
    growth, at_the_end = most - before, resident() - before
    print(f"{answers} answers of {conf.max_rows()} rows, {len(answer.body) / 1e6:.1f} MB each: ")
    print(f"resident memory between answers: {before / 1e6:.0f} MB, "
          f"{growth / 1e6:+.1f} MB at the most, {at_the_end / 1e6:+.1f} MB at the end")  # fmt: skip
    return 1 if growth > MOST_GROWTH else 0


def resident() -> int:
    """Bytes of this process in memory."""
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _largest() -> dict[str, Any]:
    """A request for as many rows as ``MAX_ROWS`` allows, each with a call."""
    from django.core.management import call_command
    from django.test import RequestFactory
    from django.urls import reverse

    from origination import conf
    from origination.authentication import issue_token
    from origination.models import CDR

    from . import data

    call_command("migrate", verbosity=0)
    customer, account = data.make_accounts()
    start = datetime(2026, 6, 1, tzinfo=UTC)
    CDR.objects.bulk_create(
        CDR(
            account=account,
            time_start=start + timedelta(minutes=number),
            duration=number % 600,
            customer_price=Decimal(number) / 1000,
        )
        for number in range(conf.max_rows() or 0)
    )
    query = {"account-id": account.uuid, "from-time": "2026-06-01", "sampling": "minute"}
    headers = {"Authorization": issue_token(customer)}
    return RequestFactory(headers=headers).get(reverse("origination:statistics"), query).environ


if __name__ == "__main__":
    main()
