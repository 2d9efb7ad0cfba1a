"""Our request on ClickHouse against the original's SQL on the same engine and table, in turn.

    python -m benchmarks.original [CDRS]

Also what a CDR takes on disk, column by column, for docs/explanation/capacity.md. The engine is
chDB, in this process; ours is the whole request, from URL to bytes. CPU of the process, all
threads, medians.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from tqdm import tqdm

CDRS, ACCOUNTS, ROUNDS = 5_000_000, 50, 15
CHUNK = 1_000_000
START, END = "2026-06-01T00:00:00Z", "2026-06-30T23:59:59Z"
# Half of the calls are the first account's; one every half second.
CALLS = """
INSERT INTO origination_cdr (
  uuid, account_id, time_start, time_connect, time_end, duration, customer_duration,
  customer_price, src_country_id, dst_country_id, src_prefix_routing, dst_prefix_routing,
  auth_orig_ip, is_last_cdr, disconnect_code, disconnect_reason, orig_call_id, routing_attempt)
SELECT generateUUIDv4(), if(rand(1) % 2, 1, 1 + rand(2) % {accounts}) AS account,
  toDateTime64('2026-06-01 00:00:00', 6, 'UTC') + number * {step} AS started,
  if(seconds > 0, started + 5, NULL), started + 5 + seconds,
  if(rand(3) % 2, toInt32(-log((1 + rand(4) % 1000000) / 1000001) * 200), 0) AS seconds,
  intDiv(seconds + 59, 60) * 60, toDecimal64(seconds, 6) * (10 + rand(5) % 90) / 100000,
  1 + rand(6) % 40, 1 + least(rand(7) % 200, rand(8) % 200) AS country,
  concat('49', leftPad(toString(rand(9) % 100000000), 8, '0')),
  concat(toString(1000 + country * 37), leftPad(toString(rand(10) % 10000000), 7, '0')),
  toIPv6(concat('10.', toString(account), '.0.', toString(rand(11) % 8))), rand(12) % 100 < 92,
  if(seconds > 0, 200, 486), if(seconds > 0, 'Bye', 'Busy Here'),
  concat(lower(hex(sipHash128(number))), '@switch'), 1
FROM numbers({first}, {count})
"""
ORIGINAL = """
SELECT toUnixTimestamp(toStartOf{bucket}(time_start)) AS t, toUInt32(count(*)) AS total_calls,
  toUInt32(countIf(duration > 0)) AS successful_calls,
  toUInt32(countIf(duration = 0)) AS failed_calls, round(sum(duration) / 60, 2) AS total_duration,
  round(avgIf(duration, duration > 0) / 60, 2) AS acd,
  round(countIf(duration > 0) / count(*), 3) * 100 AS asr,
  round(sum(customer_price), 2) AS total_price
FROM origination_cdr
WHERE account_id = 1 AND is_last_cdr = true AND time_start >= '2026-06-01 00:00:00'
  AND time_start <= '2026-06-30 23:59:59' {condition}
GROUP BY t WITH TOTALS ORDER BY t
"""
CASES: dict[str, tuple[str, dict[str, str], str]] = {
    "by minute": ("minute", {}, ""),
    "by hour": ("hour", {}, ""),
    "by day": ("day", {}, ""),
    "by day, number starts with": (
        "day",
        {"dst-prefix-routing-starts-with": "1074"},
        "AND startsWith(dst_prefix_routing, '1074')",
    ),
    "by day, number contains": (
        "day",
        {"dst-prefix-routing-contains": "774"},
        "AND positionCaseInsensitive(dst_prefix_routing, '774') > 0",
    ),
    "by day, duration over 60": ("day", {"duration-gt": "60"}, "AND duration > 60"),
    "by day, one country": ("day", {"dst-country-id": "7"}, "AND dst_country_id = 7"),
}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.clickhouse_settings"
    import django

    django.setup()
    from django.core.management import call_command

    from . import data

    call_command("migrate", verbosity=0)
    call_command("migrate", database="cdrs", verbosity=0)
    _fill(int(sys.argv[1]) if len(sys.argv) > 1 else CDRS)
    _print_sizes("without projections")
    site = _site(*data.make_accounts())
    # As in production: see statsproject/wsgi.py.
    gc.collect()
    gc.freeze()
    _compare(site, "CDRs alone")
    call_command("clickhouse_projections")
    _print_sizes("with projections")
    _compare(site, "projections")


def _fill(cdrs: int) -> None:
    for first in tqdm(range(0, cdrs, CHUNK), unit="million", desc="CDRs"):
        count = min(CHUNK, cdrs - first)
        step = 30 * 86400 / cdrs
        _query(CALLS.format(accounts=ACCOUNTS, step=step, first=first, count=count))
    _query("OPTIMIZE TABLE origination_cdr FINAL")


def _print_sizes(title: str) -> None:
    rows, size = _numbers("sum(rows), sum(bytes_on_disk) FROM system.parts", "active")
    print(f"{title}: {size / rows:.1f} bytes a CDR on disk")
    print(
        _query(
            "SELECT column, round(sum(column_data_compressed_bytes) / sum(rows), 2) AS bytes "
            "FROM system.parts_columns WHERE active AND table = 'origination_cdr' "
            "GROUP BY column ORDER BY bytes DESC"
        )
    )


def _numbers(what: str, condition: str) -> list[int]:
    text = _query(f"SELECT {what} WHERE table = 'origination_cdr' AND {condition}")
    return [int(number) for number in text.split("\t")]


def _compare(site: Callable[..., Any], title: str) -> None:
    nothing = {"from-time": "2020-01-01T00:00:00Z", "to-time": "2020-01-02T00:00:00Z"}
    fixed = _median(lambda: site(sampling="day", **nothing))
    print(f"{title}; fixed cost of a request: {fixed:.1f} ms")
    for name, (sampling, parameters, condition) in CASES.items():
        sql = ORIGINAL.format(bucket=sampling.capitalize(), condition=condition)
        ours, theirs = _medians(
            lambda s=sampling, p=parameters: site(sampling=s, **p),
            lambda q=sql: _query(q, "JSONColumnsWithMetadata"),
        )
        print(f"  {name}: ours {ours:.1f} ms, original {theirs:.1f} ms, "
              f"(ours - fixed) / original {(ours - fixed) / theirs:.2f}")  # fmt: skip


def _site(customer: Any, account: Any) -> Callable[..., Any]:
    from django.test import Client
    from django.urls import reverse

    from origination.authentication import issue_token

    client, url = Client(), reverse("origination:statistics")
    headers = {"Authorization": issue_token(customer)}
    always = {"account-id": str(account.uuid), "from-time": START, "to-time": END}

    def ask(**parameters: str) -> Any:
        response = client.get(url, always | parameters, headers=headers)
        assert response.status_code == 200, response.content
        return response

    return ask


def _query(sql: str, form: str = "TSV") -> str:
    from origination.tests.support.chdb.base import server

    return server().query(sql, form).data()


def _medians(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[float, float]:
    pairs = [(_cpu(first), _cpu(second)) for _ in range(ROUNDS)]
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)


def _median(call: Callable[[], Any]) -> float:
    return statistics.median(_cpu(call) for _ in range(ROUNDS))


def _cpu(call: Callable[[], Any]) -> float:
    started = time.process_time()
    call()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
