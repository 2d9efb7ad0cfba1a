"""``GET /health``: whether every database answers, in bounded time, for a load balancer.

However often it is asked, one thread at a time looks at each database, and all get its answer.
"""

from __future__ import annotations

import os
import socket
import time
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

SECONDS = 2.0
# The drivers that know this option of a connection; in whole seconds, and two at least.
WITH_TIMEOUT = {"postgresql", "mysql"}


@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """``{"status": "ok", "databases": {alias: "ok"}}``; 503 where one does not answer."""
    looks = {alias: _look_at(alias) for alias in connections}
    databases = {alias: look.state() for alias, look in looks.items()}
    healthy = set(databases.values()) == {"ok"}
    status = "ok" if healthy else "unavailable"
    return JsonResponse({"status": status, "databases": databases}, status=200 if healthy else 503)


class Look:
    """A question to a database, which is asked by a thread: a dead host keeps it for minutes."""

    def __init__(self, alias: str) -> None:
        self.alias, self.deadline = alias, time.monotonic() + SECONDS
        self.answer: Future[None] = Future()
        self.connection: Any = None
        self.closing = Lock()
        Thread(target=self._run, name=f"health of {alias}", daemon=True).start()

    def state(self) -> str:
        """What is known when its time is up."""
        done, _ = wait([self.answer], max(0.0, self.deadline - time.monotonic()))
        if not done:
            self._give_up()
            return "unavailable"
        return "ok" if self.answer.exception() is None else "unavailable"

    def _run(self) -> None:
        try:
            self._ask()
        except Exception as e:  # whatever a driver raises
            self.answer.set_exception(e)
        else:
            self.answer.set_result(None)

    def _ask(self) -> None:
        self.connection = _connection_to(self.alias)
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            with self.closing:
                self.connection.close()

    def _give_up(self) -> None:
        """Have the thread end: a database that took the connection may never answer."""
        with self.closing, suppress(OSError):
            raw = getattr(self.connection, "connection", None)
            # Not every driver has a socket to show.
            if raw is not None and not getattr(raw, "closed", True):
                with socket.socket(fileno=os.dup(raw.fileno())) as shared:
                    shared.shutdown(socket.SHUT_RDWR)


_looks: dict[str, Look] = {}
_looking = Lock()


def _look_at(alias: str) -> Look:
    """The look that is under way, or a new one."""
    with _looking:
        if alias not in _looks or _looks[alias].answer.done():
            _looks[alias] = Look(alias)
        return _looks[alias]


def _connection_to(alias: str) -> Any:
    """A connection of its own, out of no pool, that is given up while it is being made."""
    connection = connections[alias].copy()
    options = connection.settings_dict["OPTIONS"]
    options.pop("pool", None)
    if connection.vendor in WITH_TIMEOUT:
        options["connect_timeout"] = int(SECONDS) or 1
    return connection
