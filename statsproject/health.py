"""``GET /health``: whether every database answers, in bounded time, for a load balancer."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

SECONDS = 2.0


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """``{"status": "ok", "databases": {alias: "ok"}}``; 503 where one does not answer."""
    # A thread of its own each: a connection to a dead host hangs for longer than anyone waits.
    pool = ThreadPoolExecutor(max_workers=len(list(connections)))
    asked = {alias: pool.submit(_ask, alias) for alias in connections}
    pool.shutdown(wait=False)
    databases = {alias: _state(answer) for alias, answer in asked.items()}
    healthy = set(databases.values()) == {"ok"}
    status = "ok" if healthy else "unavailable"
    return JsonResponse({"status": status, "databases": databases}, status=200 if healthy else 503)


def _ask(alias: str) -> None:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connections[alias].close()


def _state(answer: Future[None]) -> str:
    done, _ = wait([answer], SECONDS)
    return "ok" if done and answer.exception() is None else "unavailable"
