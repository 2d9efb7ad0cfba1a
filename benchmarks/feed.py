"""CDRs that a switch posts, through gunicorn with two workers, beside the stored sums.

Run it as ``python -m benchmarks.feed``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from . import serving

CLIENTS = 4
START = datetime(2026, 6, 1, tzinfo=UTC)
PATH = "/switches/cdrs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=60, help="of 1,000 CDRs")
    parser.add_argument("--singles", type=int, default=3_000, help="requests of one CDR")
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        key, codes = _site()
        print(serving.versions())
        with serving.gunicorn(workers=2, threads=2) as port:
            _run(port, key, codes, "batches of 1,000", options.batches, 1_000)
            _run(port, key, codes, "requests of one", options.singles, 1)


def _site() -> tuple[str, list[str]]:
    """A key, and the codes of fifty accounts."""
    from django.core.management import call_command

    from origination.importing import keys
    from origination.importing.models import AccountCode

    from .data import ACCOUNTS, make_accounts

    call_command("migrate", verbosity=0)
    make_accounts()
    codes = [f"c{number}" for number in range(1, ACCOUNTS + 1)]
    AccountCode.objects.bulk_create(
        AccountCode(code=code, account_id=number) for number, code in enumerate(codes, 1)
    )
    return keys.made("benchmark")[1], codes


def _run(port: int, key: str, codes: list[str], name: str, requests: int, size: int) -> None:
    # Made before the clock starts.
    bodies = [_body(codes, number, size) for number in range(requests)]
    shares = [bodies[first::CLIENTS] for first in range(CLIENTS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        imported = sum(pool.map(lambda share: _post(port, key, share), shares))
    seconds = time.perf_counter() - started
    assert imported == requests * size, imported
    print(
        f"{name}: {requests / seconds:,.0f} requests a second, {imported / seconds:,.0f} CDRs a "
        f"second, {CLIENTS} clients"
    )


def _post(port: int, key: str, bodies: list[bytes]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    imported = 0
    for body in bodies:
        connection.request("POST", PATH, body, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        assert answer.status == 200, told
        imported += told["imported"]
    connection.close()
    return imported


def _body(codes: list[str], number: int, size: int) -> bytes:
    lines = (_call(codes, number * size + place) for place in range(size))
    return "\n".join(map(json.dumps, lines)).encode()


def _call(codes: list[str], number: int) -> dict[str, Any]:
    chance = random.Random(number)
    talk = chance.randrange(600) if chance.random() < 0.5 else 0
    begun = START + timedelta(milliseconds=50 * number)
    return {
        "uuid": str(uuid.uuid4()),
        "customer_acc_id": chance.choice(codes),
        "time_start": begun.isoformat(" ", "seconds"),
        "time_end": (begun + timedelta(seconds=talk + 5)).isoformat(" ", "seconds"),
        "duration": talk,
        "customer_price": str(talk * 5 / 10_000),
        "src_country_id": 1 + number % 40,
        "dst_country_id": number % 200,
        "src_prefix_routing": f"49{chance.randrange(10**8):08}",
        "dst_prefix_routing": f"44{chance.randrange(10**8):08}",
        "auth_orig_ip": f"10.0.0.{number % 8}",
        "is_last_cdr": 1,
        "lega_disconnect_code": 200 if talk else 486,
        "orig_call_id": f"{chance.getrandbits(128):032x}@10.0.0.1",
    }


if __name__ == "__main__":
    main()
