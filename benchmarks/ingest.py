"""What the stored sums and each index cost whoever writes CDRs.

    python -m benchmarks.ingest --millions 1

COPY of batches of 10,000 into a table that holds a million already, each in a transaction of its
own: with the triggers and without, in turn; then without each index. Medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from itertools import count

from . import serving

BATCH = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=1, help="CDRs already there, in millions")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        _measure(round(options.millions * 1_000_000), options.rounds)


def _measure(there: int, rounds: int) -> None:
    from django.core.management import call_command

    from . import data

    call_command("migrate", verbosity=0)
    data.make_accounts()
    feed = Feed(there)
    print(f"{serving.versions()}\n")
    _report_triggers(feed, rounds)
    _report_indexes(feed, rounds)


class Feed:
    """A table with CDRs, and more batches of them, each later than the one before."""

    def __init__(self, there: int) -> None:
        from . import data

        self.step = round(data.DAYS * 86_400_000_000 / there)
        self.starts = count(there, BATCH)
        data.fill(0, there, self.step)

    def copy(self) -> float:
        """Seconds that one batch took, its commit included."""
        from django.db import connection

        from . import data

        start = next(self.starts)
        lines = data.lines(start, start + BATCH, self.step)
        with connection.cursor() as cursor:
            started = time.perf_counter()
            with cursor.copy(f"COPY {data.TABLE} ({data.COLUMNS}) FROM STDIN") as copy:
                copy.write(lines)
            return time.perf_counter() - started

    def median(self, rounds: int) -> float:
        return statistics.median(self.copy() for _ in range(rounds))


def _report_triggers(feed: Feed, rounds: int) -> None:
    from . import data

    kept, plain = [], []
    for _ in range(rounds):
        kept.append(feed.copy())
        with data.without_triggers():
            plain.append(feed.copy())
    on, off = statistics.median(kept), statistics.median(plain)
    print(
        f"COPY in batches of {BATCH:,}, sums kept: {BATCH / on:,.0f} CDRs a second; "
        f"not kept: {BATCH / off:,.0f}; ratio {off / on:.2f}\n"
    )


def _report_indexes(feed: Feed, rounds: int) -> None:
    from . import data

    print("| index | MB per million CDRs | COPY without it is faster by |")
    print("| --- | --- | --- |")
    for name, size, definition in data.indexes():
        before = feed.median(rounds)
        serving.run_sql(f"DROP INDEX {name}")
        without = feed.median(rounds)
        serving.run_sql(definition)
        kept = (before + feed.median(rounds)) / 2
        print(f"| `{name}` | {size:.0f} | {kept / without - 1:.0%} |", flush=True)


if __name__ == "__main__":
    main()
