"""The same calls in ClickHouse (chdb), asked as the original's web server asks them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from chdb import session
from django.db import connection

TABLE = """
CREATE TABLE cdrs (
  account_id UInt32, time_start DateTime64(6, 'UTC'), duration UInt32, customer_duration UInt32,
  customer_price Decimal(18, 6), src_country_id UInt32, dst_country_id UInt32,
  src_prefix_routing String, dst_prefix_routing String, auth_orig_ip String, is_last_cdr Bool
) ENGINE = MergeTree ORDER BY (account_id, time_start)
"""
COLUMNS = (
    "account_id, time_start AT TIME ZONE 'UTC', duration, customer_duration, customer_price, "
    "src_country_id, dst_country_id, src_prefix_routing, dst_prefix_routing, host(auth_orig_ip), "
    "is_last_cdr::int"
)
BUCKETS = {"minute": "toStartOfMinute", "hour": "toStartOfHour", "day": "toStartOfDay"}
CONDITIONS = {
    "from-time": "time_start >= parseDateTime64BestEffort('{}', 6, 'UTC')",
    "to-time": "time_start <= parseDateTime64BestEffort('{}', 6, 'UTC')",
    "dst-country-id": "dst_country_id = {}",
    "dst-prefix-routing-eq": "dst_prefix_routing = '{}'",
    "dst-prefix-routing-starts-with": "startsWith(dst_prefix_routing, '{}')",
    "dst-prefix-routing-ends-with": "endsWith(dst_prefix_routing, '{}')",
    "dst-prefix-routing-contains": "positionCaseInsensitive(dst_prefix_routing, '{}') > 0",
    "duration-gt": "duration > {}",
    "customer-price-lt": "customer_price < {}",
    "auth-orig-ip": "auth_orig_ip = '{}'",
}


class ClickHouse:
    """A ClickHouse in this process, filled from PostgreSQL."""

    def __init__(self) -> None:
        self.session = session.Session()
        self.version = self.session.query("SELECT version()").data().strip().strip('"')
        self.session.query("CREATE DATABASE bench ENGINE = Atomic")
        self.session.query("USE bench")

    def load(self) -> None:
        self.session.query("DROP TABLE IF EXISTS cdrs SYNC")
        self.session.query(TABLE)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cdrs.csv"
            with (
                path.open("wb") as file,
                connection.cursor() as cursor,
                cursor.copy(
                    f"COPY (SELECT {COLUMNS} FROM origination_cdr) TO STDOUT (FORMAT csv)"
                ) as out,
            ):
                for block in out:
                    file.write(block)
            self.session.query(f"INSERT INTO cdrs SELECT * FROM file('{path}', CSV)")
        self.session.query("OPTIMIZE TABLE cdrs FINAL")

    def ask(self, account: int, parameters: dict[str, str]) -> list[tuple[int, ...]]:
        """Bucket, calls and successful calls, as the original's SQL gives them."""
        given = [CONDITIONS[n].format(v) for n, v in parameters.items() if n in CONDITIONS]
        where = " AND ".join([f"account_id = {account}", "is_last_cdr", *given])
        answer = self.session.query(
            f"SELECT toUnixTimestamp({BUCKETS[parameters['sampling']]}(time_start)) AS t,"
            " count() AS calls, countIf(duration > 0) AS successful,"
            " countIf(duration = 0) AS failed, sum(duration) / 60 AS minutes,"
            " sumIf(duration, duration > 0) / nullIf(countIf(duration > 0), 0) / 60 AS acd,"
            " round(countIf(duration > 0) / count(), 3) * 100 AS asr, sum(customer_price) AS price"
            f" FROM cdrs WHERE {where} GROUP BY t ORDER BY t",
            "CSV",
        )
        rows = (line.split(",") for line in answer.data().splitlines())
        return [(int(t), int(calls), int(successful)) for t, calls, successful, *_ in rows]
