"""A portal's dashboard, asked for on and on; started by ``benchmarks.load``."""

from __future__ import annotations

import os
from typing import Any

from locust import FastHttpUser, events, task

from benchmarks.dashboards import REQUESTS

# Those that stored sums answer; a search for a number is no dashboard.
DASHBOARD = [
    "30 days by hour", "30 days by day", "1 day by minute", "30 days by day, one country"
]  # fmt: skip
MOST_P95_MS = 300


# Fast: the clients run on the cores that they measure.
class Portal(FastHttpUser):
    @task
    def dashboard(self) -> None:
        for name in DASHBOARD:
            self.client.get(
                os.environ["STATISTICS"],
                params={"account-id": os.environ["ACCOUNT"], **REQUESTS[name]},
                headers={"Authorization": os.environ["TOKEN"]},
                name=name,
            )


@events.quitting.add_listener
def _judge(environment: Any, **kwargs: Any) -> None:
    total = environment.stats.total
    p95 = total.get_response_time_percentile(0.95)
    print(f"{total.num_requests} requests, {total.num_failures} failures, p95 {p95:.0f} ms")
    environment.process_exit_code = 1 if total.num_failures or p95 > MOST_P95_MS else 0
