"""CDRs whose price is no number, which leave their bucket without a price."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from origination.statistics.aggregates import UNKNOWN_PRICES

from . import relations
from .maintenance import DAY, Rollups
from .models import MinuteSums

MINUTE = timedelta(minutes=1)
# That are shown to the operator.
MOST = 20


def unknown_prices(rollups: Rollups, days: list[datetime]) -> list[Any]:
    """Keys of the first such CDRs, looked for in the buckets whose sums tell of them."""
    if not days:
        return []
    buckets = relations.rows(
        rollups.alias,
        f"SELECT account_id, start FROM {relations.quoted(MinuteSums._meta.db_table)}"
        " WHERE start >= %s AND start < %s"
        f" GROUP BY 1, 2 HAVING SUM(price) > {UNKNOWN_PRICES} LIMIT {MOST}",
        [days[0], days[-1] + DAY],
    )
    return [key for account, start in buckets for key in _of_bucket(rollups, account, start)]


def _of_bucket(rollups: Rollups, account: Any, start: datetime) -> list[Any]:
    meta = rollups.cdrs._meta
    fields = (meta.pk, meta.get_field("account"), meta.get_field("customer_price"))
    key, of_account, price = (relations.quoted(field.column) for field in fields)
    found = relations.rows(
        rollups.alias,
        f"SELECT {key} FROM {rollups.table} WHERE {of_account} = %s"
        f" AND {rollups.time} >= %s AND {rollups.time} < %s"
        f" AND {price}::text IN ('NaN', 'Infinity', '-Infinity') LIMIT {MOST}",
        [account, start, start + MINUTE],
    )
    return [key for (key,) in found]
