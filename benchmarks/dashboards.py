"""Whole HTTP requests against ClickHouse's bare SQL and a plain Django view, in one run.

    python -m benchmarks.dashboards --millions 10

Prints a table of medians in milliseconds and their ratios, for a tenth of the calls and for all.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

from . import serving

MONTH = {"from-time": "2026-06-01T00:00:00Z", "to-time": "2026-06-30T23:59:59Z"}
DAY = {"from-time": "2026-06-11T00:00:00Z", "to-time": "2026-06-11T23:59:59Z"}
REQUESTS: dict[str, dict[str, str]] = {
    "30 days by hour": {**MONTH, "sampling": "hour"},
    "30 days by day": {**MONTH, "sampling": "day"},
    "30 days by hour, ragged ends": {
        "from-time": "2026-06-01T00:10:07Z", "to-time": "2026-06-30T22:47:31Z", "sampling": "hour"},
    "1 day by minute": {**DAY, "sampling": "minute"},
    "30 days by day, one country": {**MONTH, "sampling": "day", "dst-country-id": "8"},
    "30 days by hour, number starts with (2 %)": {
        **MONTH, "sampling": "hour", "dst-prefix-routing-starts-with": "1296"},
    "30 days by hour, number eq": {
        **MONTH, "sampling": "hour", "dst-prefix-routing-eq": "{number}"},
    "30 days by hour, number ends with": {
        **MONTH, "sampling": "hour", "dst-prefix-routing-ends-with": "77"},
    "30 days by hour, number contains": {
        **MONTH, "sampling": "hour", "dst-prefix-routing-contains": "77"},
    "30 days by hour, duration and price": {
        **MONTH, "sampling": "hour", "duration-gt": "30", "customer-price-lt": "0.5"},
    "30 days by hour, address": {**MONTH, "sampling": "hour", "auth-orig-ip": "10.1.0.3"},
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=10, help="CDRs, in millions")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--plain-rounds", type=int, default=3)
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        with serving.gunicorn() as port:
            _measure(port, options)


def _measure(port: int, options: Any) -> None:
    from django.core.management import call_command

    from . import data
    from .clickhouse import ClickHouse

    call_command("migrate", verbosity=0)
    customer, account = data.make_accounts()
    clickhouse = ClickHouse()
    print(f"{serving.versions()}, ClickHouse {clickhouse.version}")
    total = round(options.millions * 1_000_000)
    step = round(data.DAYS * 86_400_000_000 / total)
    small: dict[str, float] = {}
    # The tenth is as dense in accounts and destinations, over the same days.
    for share, first, last, step_us in ((0.1, 0, total // 10, step * 10), (1, 0, total, step)):
        serving.run_sql("TRUNCATE origination_cdr")
        data.fill(first, last, step_us)
        clickhouse.load()
        call_command("compact_rollups", no_progress=True)
        serving.run_sql("VACUUM ANALYZE")
        ask = Asker(port, customer, account, clickhouse)
        print(
            f"\n{share * total:,.0f} CDRs, {_largest():,} of them of the account; medians in ms\n"
        )
        print("| request | ours | ClickHouse | plain view | CH / ours | plain / ours | sources |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for name, parameters in REQUESTS.items():
            medians = ask.compare(parameters, options.rounds, options.plain_rounds)
            ours, ch, plain = medians
            growth = f" (x{ours / small[name]:.1f} for 10 times)" if name in small else ""
            small.setdefault(name, ours)
            print(
                f"| {name} | {ours:.1f}{growth} | {ch:.1f} | {plain:.0f} | {ch / ours:.1f} | "
                f"{plain / ours:.1f} | {ask.source} |",
                flush=True,
            )


class Asker:
    """Asks all three the same question, in turn, so that noise meets them alike."""

    def __init__(self, port: int, customer: Any, account: Any, clickhouse: Any) -> None:
        self.http = HTTPConnection("127.0.0.1", port)
        self.token, self.account, self.clickhouse = _token(customer), account, clickhouse
        self.numbers = _some_numbers(account)
        self.source = ""

    def compare(self, parameters: dict[str, str], rounds: int, plain: int) -> list[float]:
        self._check(self._filled(parameters, 0))
        times: list[list[float]] = [[], [], []]
        for turn in range(rounds):
            filled = self._filled(parameters, turn)
            times[0].append(_timed(self._ours, filled))
            times[1].append(_timed(self.clickhouse.ask, self.account.pk, filled))
            if turn < plain:
                times[2].append(_timed(self._get, "/plain", filled))
        return [statistics.median(series) * 1000 for series in times]

    def _filled(self, parameters: dict[str, str], turn: int) -> dict[str, str]:
        """Another number each turn: ClickHouse remembers which parts hold none of one."""
        number = self.numbers[turn % len(self.numbers)]
        return {name: value.format(number=number) for name, value in parameters.items()}

    def _check(self, parameters: dict[str, str]) -> None:
        """A comparison of different answers would be worth nothing. Warms up as well."""
        data = self._ours(parameters)["data"]
        ours = list(zip(data["t"], data["total_calls"], data["successful_calls"], strict=True))
        theirs = self.clickhouse.ask(self.account.pk, parameters)
        assert ours and ours == theirs, (parameters, ours[:3], theirs[:3])

    def _ours(self, parameters: dict[str, str]) -> Any:
        return self._get("/api/rest/customer/v1/origination-statistics", parameters)

    def _get(self, path: str, parameters: dict[str, str]) -> Any:
        query = urlencode({"account-id": str(self.account.uuid), **parameters})
        self.http.request("GET", f"{path}?{query}", headers={"Authorization": self.token})
        response = self.http.getresponse()
        body = response.read()
        assert response.status == 200, body
        timing = response.headers.get("Server-Timing") or self.source
        self.source = timing.rpartition("=")[2].strip('"')
        return json.loads(body)


def _timed(work: Callable[..., Any], *args: Any) -> float:
    started = time.perf_counter()
    work(*args)
    return time.perf_counter() - started


def _token(customer: Any) -> str:
    from origination.authentication import issue_token

    return issue_token(customer)


def _largest() -> int:
    from origination.models import CDR

    return CDR.objects.filter(account_id=1).count()


def _some_numbers(account: Any) -> list[str]:
    from origination.models import CDR

    cdrs = CDR.objects.filter(account=account, is_last_cdr=True).order_by("pk")
    return list(cdrs.values_list("dst_prefix_routing", flat=True)[1000:20000:1000])


if __name__ == "__main__":
    main()
