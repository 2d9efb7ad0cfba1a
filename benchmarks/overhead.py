"""CPU of the answer itself, the database driver included: a large one and a small one.

    python -m benchmarks.overhead

A 10,000-row answer against ``json.dumps`` of its body, and a one-row answer against an empty DRF
view behind the same authentication. CPU of this process, medians, taken in turn.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from . import serving

ROUNDS = 60
START = datetime(2026, 6, 1, tzinfo=UTC)


def main() -> None:
    with serving.postgresql() as url:
        serving.configure(url)
        _measure()


def _measure() -> None:
    from django.core.management import call_command

    from origination.models import CDR

    from . import data

    call_command("migrate", verbosity=0)
    customer, account = data.make_accounts()
    CDR.objects.bulk_create(
        CDR(account=account, time_start=START + timedelta(minutes=n), duration=n % 977,
            customer_price=f"{n % 4001 / 1000:.3f}")
        for n in range(10_000)
    )  # fmt: skip
    serving.run_sql("VACUUM ANALYZE")
    large = {"sampling": "minute", "to-time": "2026-06-30T00:00:00Z"}
    small = {"sampling": "month", "to-time": "2026-06-30T00:00:00Z"}
    site = Site(customer, account)
    body = json.loads(site.ask(large))
    assert body["rows"] == 10_000
    assert json.loads(site.ask(small))["rows"] == 1
    answer, dumps = _medians(lambda: site.ask(large), lambda: json.dumps(body))
    print(f"10,000 rows: {answer:.2f} ms; json.dumps of the body: {dumps:.2f} ms; "
          f"ratio {answer / dumps:.2f}")  # fmt: skip
    answer, empty = _medians(lambda: site.ask(small), site.empty)
    print(f"one row: {answer:.2f} ms; empty view: {empty:.2f} ms; ratio {answer / empty:.2f}")


def _medians(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[float, float]:
    pairs = [(_cpu(first), _cpu(second)) for _ in range(ROUNDS)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def _cpu(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


class Site:
    """Requests through the whole WSGI application, without a socket."""

    def __init__(self, customer: Any, account: Any) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        from origination.authentication import issue_token

        self.application = WSGIHandler()
        self.token = issue_token(customer)
        self.account = str(account.uuid)

    def ask(self, parameters: dict[str, str]) -> bytes:
        query = {"account-id": self.account, "from-time": START.isoformat(), **parameters}
        return self._get(f"/api/rest/customer/v1/origination-statistics?{urlencode(query)}")

    def empty(self) -> bytes:
        return self._get("/empty")

    def _get(self, path: str) -> bytes:
        from django.test import RequestFactory

        environ = RequestFactory().get(path, headers={"Authorization": self.token}).environ
        status: list[str] = []
        response = self.application(environ, lambda line, headers: status.append(line))
        body = b"".join(response)
        response.close()  # type: ignore[attr-defined]
        assert status[0] == "200 OK", body
        return body


if __name__ == "__main__":
    main()
