"""CDRs made by PostgreSQL itself: Zipf accounts and destinations over 30 days, in time order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from tqdm import tqdm

from origination.models import CDR, Account
from origination.rollups import triggers

from . import serving

CUSTOMER = "benchmark"
TABLE = "origination_cdr"

ACCOUNTS, DESTINATIONS = 50, 200
# With these exponents the largest account has half of the calls, the largest country a tenth.
ACCOUNT_EXPONENT, DESTINATION_EXPONENT = 1.75, 0.85
START, DAYS = "2026-06-01 00:00:00+00", 30
CHUNK = 100_000
SEED = 0.42

COLUMNS = """
  uuid, account_id, time_start, time_connect, time_end, duration, customer_duration,
  customer_price, src_country_id, dst_country_id, src_prefix_routing, dst_prefix_routing,
  auth_orig_ip, is_last_cdr, disconnect_code, disconnect_reason, orig_call_id, routing_attempt
"""
CALLS = f"""
SELECT gen_random_uuid(), account, started,
  CASE WHEN answered THEN started + interval '5 s' END, started + seconds * interval '1 s',
  seconds, (seconds + 59) / 60 * 60, (seconds * (0.0001 + destination * 0.00001))::numeric(18, 6),
  1 + number %% 40, destination, '49' || lpad((number * 7919 %% 100000000)::text, 8, '0'),
  (1000 + destination * 37)::text || lpad((number * 104729 %% 10000000)::text, 7, '0'),
  ('10.' || account %% 250 || '.0.' || number %% 8)::inet, last,
  CASE WHEN answered THEN 200 ELSE 486 END, CASE WHEN answered THEN 'Bye' ELSE 'Busy Here' END,
  md5(number::text) || '@switch', 1
FROM (
  SELECT number,
    1 + width_bucket(random(), %(accounts)s::float8[]) AS account,
    1 + width_bucket(random(), %(destinations)s::float8[]) AS destination,
    '{START}'::timestamptz + number * %(step)s * interval '1 us' AS started,
    answered, CASE WHEN answered THEN 1 + (-ln(1 - random()) * 200)::int ELSE 0 END AS seconds,
    random() < 0.92 AS last
  FROM (SELECT number, random() < 0.5 AS answered
        FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS number) AS calls
) AS calls
"""


def make_accounts() -> tuple[object, Account]:
    """A customer, and the largest account, which this customer may see."""
    customer = get_user_model().objects.create_user(CUSTOMER)
    Account.objects.bulk_create(Account(pk=n, name=f"account {n}") for n in range(1, ACCOUNTS + 1))
    largest = Account.objects.get(pk=1)
    largest.users.add(customer)
    return customer, largest


def prepared(total: int) -> tuple[Any, Account]:
    """The customer and the largest account of a site with ``total`` CDRs, filled if it has none."""
    call_command("migrate", verbosity=0)
    if not CDR.objects.exists():
        make_accounts()
        fill(0, total, round(DAYS * 86_400_000_000 / total))
        serving.run_sql("VACUUM ANALYZE")
    return get_user_model().objects.get(username=CUSTOMER), Account.objects.get(pk=1)


def fill(first: int, last: int, step_us: int) -> None:
    """Insert CDRs number ``first`` to before ``last``, one every ``step_us``."""
    with _upkeep_afterwards(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [SEED])
        for begin in tqdm(range(first, last, CHUNK), unit="chunk", desc="CDRs"):
            calls = _calls(begin, min(begin + CHUNK, last), step_us)
            cursor.execute(f"INSERT INTO {TABLE} ({COLUMNS}) {CALLS}", calls)


def indexes() -> list[tuple[str, float, str]]:
    """Name, MB per million rows and definition of each that no constraint needs."""
    return serving.run_sql(
        "SELECT indexname, pg_relation_size(indexname::regclass) / 1e6"
        " / NULLIF(count / 1e6, 0), indexdef"
        f" FROM pg_indexes, (SELECT COUNT(*) FROM {TABLE}) AS cdrs"
        f" WHERE tablename = '{TABLE}' AND indexname NOT IN"
        "  (SELECT conname FROM pg_constraint) ORDER BY 2 DESC"
    )


@contextmanager
def without_triggers() -> Iterator[None]:
    serving.run_sql(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    try:
        yield
    finally:
        # As they were installed: sums answer only where every writer's session fires them.
        for trigger in triggers.TRIGGERS:
            serving.run_sql(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {trigger.name}")


@contextmanager
def _upkeep_afterwards() -> Iterator[None]:
    """Indexes and sums are made once, which takes a quarter of the time."""
    definitions = [(name, definition) for name, _, definition in indexes()]
    for name, _ in definitions:
        serving.run_sql(f"DROP INDEX {name}")
    with without_triggers():
        yield
    for _, definition in tqdm(definitions, unit="index", desc="indexes"):
        serving.run_sql(definition)
    call_command("verify_rollups", rebuild=True)


def lines(first: int, last: int, step_us: int) -> bytes:
    """CDRs number ``first`` to before ``last`` as text that COPY reads back."""
    calls = _calls(first, last, step_us)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({CALLS}) TO STDOUT", calls) as copy,
    ):
        return b"".join(copy)


def _calls(first: int, last: int, step_us: int) -> dict[str, object]:
    return {
        "accounts": _cumulative(ACCOUNTS, ACCOUNT_EXPONENT),
        "destinations": _cumulative(DESTINATIONS, DESTINATION_EXPONENT),
        "first": first,
        "last": last - 1,
        "step": step_us,
    }


def _cumulative(number: int, exponent: float) -> list[float]:
    """Upper bounds of the first ``number - 1`` of ``number`` Zipf shares."""
    weights = [1 / rank**exponent for rank in range(1, number + 1)]
    return [share / sum(weights) for share in list(accumulate(weights))[:-1]]
