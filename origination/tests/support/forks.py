"""Management commands in processes of their own, each forked from one that has Django ready:
a start of Django takes a second of CPU, a fork takes none.

    with ready(environment) as start:
        process = start("import_cdrs", "-")
        process.stdin.write(b"...")
        process.send_signal(signal.SIGKILL)
        process.wait()
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Process:
    """The few names of ``subprocess.Popen`` that tests use; one at a time of each server."""

    def __init__(self, server: socket.socket, arguments: tuple[str, ...]) -> None:
        self.server = server
        fed, feeding = os.pipe()
        saying, said = os.pipe()
        socket.send_fds(server, [json.dumps(arguments).encode()], [fed, said])
        os.close(fed)
        os.close(said)
        self.stdin: IO[bytes] = os.fdopen(feeding, "wb")
        self.stderr: IO[bytes] = os.fdopen(saying, "rb")
        self.pid = int(server.recv(64))
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def finish(self) -> tuple[int, str]:
        """The status, and what it wrote as an error, of a command that reads nothing."""
        self.stdin.close()
        with self.stderr as written:
            said = written.read().decode()
        return self.wait(), said

    def wait(self, timeout: float | None = None) -> int:
        """The status; negative is the signal that ended it. ``TimeoutError`` after seconds."""
        if self.returncode is None:
            self.server.settimeout(timeout)
            self.returncode = int(self.server.recv(64))
        return self.returncode


@contextmanager
def ready(
    environment: dict[str, str], folder: Path | None = None
) -> Iterator[Callable[..., Process]]:
    """A function that starts a command of the site with this environment, in a folder."""
    near, far = socket.socketpair()
    command = [sys.executable, "-m", __name__, str(far.fileno())]
    with near, subprocess.Popen(command, env=environment, cwd=folder, pass_fds=[far.fileno()]):
        far.close()
        yield lambda *arguments: Process(near, arguments)
        # It ends when nobody asks any more.
        near.close()


def _serve(asked: socket.socket) -> None:
    import django

    django.setup()
    while True:
        message, files, _, _ = socket.recv_fds(asked, 65_536, 2)
        if not message:
            return
        child = os.fork()
        if not child:
            asked.close()
            return _run(json.loads(message), *files)
        for file in files:
            os.close(file)
        asked.sendall(str(child).encode())
        _, status = os.waitpid(child, 0)
        asked.sendall(str(os.waitstatus_to_exitcode(status)).encode())


def _run(arguments: list[str], stdin: int, stderr: int) -> None:
    from django.core.management import execute_from_command_line

    os.dup2(stdin, 0)
    os.dup2(stderr, 2)
    execute_from_command_line(["django-admin", *arguments])


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
