"""32 clients that ask for a dashboard without a pause, through gunicorn, for some minutes.

    python -m benchmarks.load --millions 10 --minutes 10

With a ``DATABASE_URL`` whose table is filled, the CDRs that are there are used.

Exits with 1 where a request failed or p95 was over 300 ms.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from . import serving


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=10, help="CDRs, in millions")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with serving.postgresql() as url:
        serving.configure(url)
        os.environ |= _filled(round(options.millions * 1_000_000))
        # Clients keep their connections: one worker would take them all, and leave a core idle.
        each = -(-options.clients // options.workers)
        with serving.gunicorn(options.workers, options.threads, each) as port:
            sys.exit(_load(port, options))


def _filled(calls: int) -> dict[str, str]:
    """The environment of ``locustfile``, after the tables are filled."""
    from django.urls import reverse

    from origination.authentication import issue_token

    from . import data

    customer, account = data.prepared(calls)
    (calls,) = serving.run_sql(f"SELECT COUNT(*) FROM {data.TABLE}")[0]
    print(f"{serving.versions()}, {calls:,} CDRs")
    return {
        "STATISTICS": reverse("origination:statistics"),
        "ACCOUNT": str(account.uuid),
        "TOKEN": issue_token(customer),
    }


def _load(port: int, options: Any) -> int:
    file = Path(__file__).with_name("locustfile.py")
    command = [sys.executable, "-m", "locust", "--locustfile", str(file), "--headless"]
    command += ["--only-summary", "--host", f"http://127.0.0.1:{port}"]
    command += ["--users", str(options.clients), "--spawn-rate", str(options.clients)]
    command += ["--run-time", f"{round(options.minutes * 60)}s"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    main()
