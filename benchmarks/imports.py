"""How fast ``import_cdrs`` is, from the start of the command to its end.

    python -m benchmarks.imports --lines 300000 --rounds 5
    python -m benchmarks.imports --engine clickhouse
    python -m benchmarks.imports --format asterisk

JSON lines as a YETI switch writes them, or lines of Asterisk, of which a fifth belong to the call
of the line before; into an empty table with every index and the stored sums;
or into one of Debian's clickhouse-server. ``--source`` imports with another copy of this project as
well, in turn, to compare with. CPU is the command's own, without the server's.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tqdm import tqdm

from . import serving

HERE = Path(__file__).parents[1]
# Ten million a month, as the dashboards' CDRs.
START, STEP = datetime(2026, 6, 1), timedelta(days=30) / 10_000_000


class Run(NamedTuple):
    """Seconds on the wall and of the command's CPU; the most memory that it held, in bytes."""

    wall: float
    cpu: float
    memory: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--engine", choices=ENGINES, default="postgresql")
    parser.add_argument("--format", choices=WRITERS, default="jsonl")
    parser.add_argument(
        "--source", type=Path, action="append", default=[], help="root of another copy"
    )
    options = parser.parse_args()
    sources = [HERE, *options.source]
    with tempfile.TemporaryDirectory() as folder, ENGINES[options.engine](Path(folder)) as empty:
        file = Path(folder) / "cdrs"
        size = write_lines(file, options.lines, WRITERS[options.format])
        print(f"{options.lines:,} lines of {size / options.lines:.0f} bytes", flush=True)
        runs: dict[Path, list[Run]] = {source: [] for source in sources}
        for _ in range(options.rounds):
            for source in sources:
                empty()
                runs[source].append(_import(source, file, options.lines, options.format))
        for source in sources:
            _report(source, runs[source], options.lines)


def write_lines(path: Path, lines: int, line_of: Callable[..., str]) -> int:
    """Bytes written. Times go up, accounts and destinations are few, the rest is random."""
    from origination.models import get_account_model

    from .data import ACCOUNT_EXPONENT

    model: Any = get_account_model()
    accounts = list(model.objects.order_by("pk").values_list("pk", "uuid"))
    weights = [1 / pk**ACCOUNT_EXPONENT for pk, _ in accounts]
    chance = random.Random(42)
    with path.open("w", encoding="utf-8") as file:
        for number in tqdm(range(lines), unit="line", desc="lines", mininterval=5):
            [(pk, account)] = chance.choices(accounts, weights)
            begun = START + number * STEP
            file.write(f"{line_of(chance, number, pk, str(account), begun)}\n")
    return path.stat().st_size


def _json(chance: random.Random, number: int, customer: int, account: str, begun: datetime) -> str:
    return json.dumps(_call(chance, number, customer, account, begun))


def _master(
    chance: random.Random, number: int, customer: int, account: str, begun: datetime
) -> str:
    """Every fifth line is another attempt of the call of the line before."""
    call = number - 1 if number % 5 == 4 else number
    cdr = _call(chance, number, customer, account, begun)
    started, answered, ended = (cdr[f"time_{name}"] or "" for name in ("start", "connect", "end"))
    uniqueid = f"{START.timestamp():.0f}.{call}"
    return (
        f'"","{cdr["src_prefix_routing"]}","{cdr["dst_prefix_routing"]}","from-carrier",'
        f'"""x"" <{cdr["src_prefix_routing"]}>","SIP/carrier-{number:08x}","SIP/gw-{number:08x}",'
        f'"Dial","SIP/gw/1,60","{started}","{answered}","{ended}",{cdr["duration"] + 5},'
        f'{cdr["duration"]},"{"ANSWERED" if answered else "BUSY"}","DOCUMENTATION","{uniqueid}",""'
    )


WRITERS = {"jsonl": _json, "asterisk": _master}


def _call(
    chance: random.Random, number: int, customer: int, account: str, begun: datetime
) -> dict[str, Any]:
    talk = math.ceil(-math.log(1 - chance.random()) * 200) if chance.random() < 0.5 else 0
    country = int(200 * chance.random() ** 2)
    ended = begun + timedelta(seconds=talk + 5)
    return {
        "id": 90_000_000 + number,
        "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "customer_acc_external_id": account,
        "time_start": _text(begun),
        "time_connect": _text(begun + timedelta(seconds=5)) if talk else None,
        "time_end": _text(ended),
        "duration": talk,
        "customer_duration": -talk // 60 * -60,
        "customer_price": str(round(talk * (10 + country) * 0.00001, 6)),
        "src_country_id": 1 + number % 40,
        "dst_country_id": country,
        "src_prefix_routing": f"49{chance.randrange(10**8):08}",
        "dst_prefix_routing": f"{1000 + 37 * country}{chance.randrange(10**7):07}",
        "auth_orig_ip": f"10.{customer % 250}.0.{number % 8}",
        "is_last_cdr": int(chance.random() < 0.92),
        "lega_disconnect_code": 200 if talk else 486,
        "lega_disconnect_reason": "Bye" if talk else "Busy Here",
        "orig_call_id": f"{chance.getrandbits(128):032x}@10.{customer % 250}.0.{number % 8}",
        "local_tag": f"8-{chance.getrandbits(40):010X}",
        "routing_attempt": 1,
        "routing_delay": 0.012,
        "lega_rx_payloads": [8, 101],
    }


def _text(moment: datetime) -> str:
    return moment.isoformat(" ", "seconds")


def _import(source: Path, file: Path, lines: int, format: str) -> Run:
    command = [sys.executable, "-m", "django", "import_cdrs", str(file), f"--format={format}"]
    if format == "asterisk":
        [(account,)] = serving.run_sql("SELECT min(uuid::text) FROM origination_account")
        command += ["--timezone=UTC", f"--account={account}"]
    started = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--no-progress"],
        cwd=source,
        env={**os.environ, "PYTHONPATH": str(source)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    assert (status, said.split(",")[1]) == (0, f" imported {lines}"), said
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def _report(source: Path, runs: list[Run], lines: int) -> None:
    wall, cpu, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    best = min(run.wall for run in runs)
    print(
        f"{'this' if source == HERE else source}: {wall:.1f} s, {lines / wall:,.0f} CDRs a second "
        f"(the best {lines / best:,.0f}); CPU of the command {cpu:.1f} s, "
        f"{lines / cpu:,.0f} a second; {memory / 1e6:.0f} MB"
    )


@contextmanager
def _postgresql(folder: Path) -> Iterator[Callable[[], object]]:
    """A site with accounts; yields what empties its CDR table."""
    from django.core.management import call_command

    with serving.postgresql() as url:
        serving.configure(url)
        call_command("migrate", verbosity=0)
        _make_accounts()
        print(serving.versions())

        def empty() -> None:
            serving.run_sql("TRUNCATE origination_cdr")
            # Neither the rows that went nor their log are work of the import that follows.
            serving.run_sql("VACUUM ANALYZE")
            serving.run_sql("CHECKPOINT")

        yield empty


@contextmanager
def _clickhouse(folder: Path) -> Iterator[Callable[[], object]]:
    """The same with accounts in a SQLite file and the CDRs on one server."""
    from django.core.management import call_command

    from origination.tests.support.debian_clickhouse.servers import cluster

    with cluster(1) as [server]:
        os.environ["CLICKHOUSE_PORTS"] = str(server.port)
        settings = "benchmarks.clickhouse_server_settings"
        serving.configure(f"sqlite:///{folder / 'site.sqlite3'}", settings)
        call_command("migrate", verbosity=0)
        call_command("migrate", database="cdrs", verbosity=0)
        _make_accounts()
        print(f"{os.cpu_count()} cores, ClickHouse {server.ask('SELECT version()')[0][0]}")
        yield lambda: server.ask("TRUNCATE TABLE origination_cdr")


def _make_accounts() -> None:
    from . import data

    data.make_accounts()


ENGINES = {"postgresql": _postgresql, "clickhouse": _clickhouse}

if __name__ == "__main__":
    main()
