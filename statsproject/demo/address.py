"""Where the demo is served."""

from __future__ import annotations

import socket
from typing import NamedTuple

from django.core.exceptions import DisallowedHost
from django.core.management.base import CommandError
from django.core.management.commands.runserver import naiveip_re
from django.http import HttpRequest

# A server may listen on every address; nobody asks for that one.
EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Address(NamedTuple):
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """``host:port`` or ``port``, as runserver reads it; raises CommandError."""
        match = naiveip_re.match(text)
        if match is None or int(match["port"]) not in range(1, 65536):
            raise CommandError(f"--addrport: not a port or address:port: {text}")
        return cls((match["addr"] or "127.0.0.1").strip("[]"), int(match["port"]))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def shown(self) -> Address:
        """What a browser asks for."""
        return self._replace(host=EVERY.get(self.host, self.host))

    def check_free(self) -> None:
        """Raises CommandError where the server could not listen."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            socket.create_server((self.host, self.port), family=family).close()
        except OSError as e:
            raise CommandError(
                f"Cannot serve on {self}: {e.strerror}. Choose another with --addrport."
            ) from e

    def check_allowed(self) -> None:
        """Raises CommandError where the site would refuse every request."""
        request = HttpRequest()
        request.META["HTTP_HOST"] = str(self.shown)
        try:
            request.get_host()
        except DisallowedHost as e:
            raise CommandError(
                f"ALLOWED_HOSTS lacks {self.shown.host}: set it in the environment."
            ) from e
