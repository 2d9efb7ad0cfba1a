"""Debian's ZooKeeper on 127.0.0.1: what replicas agree by."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .ports import free_port

JAR = Path("/usr/share/java/zookeeper.jar")
JAVA = shutil.which("java")
MAIN = "org.apache.zookeeper.server.ZooKeeperServerMain"
SECONDS_TO_WAIT = 60
# After it a server that was killed counts as gone, so that it may come back.
SESSION_MS = 2000
CONFIG = """\
dataDir={folder}/data
clientPort={port}
clientPortAddress=127.0.0.1
tickTime=500
admin.enableServer=false
"""
MEMORY = ["-Xms32m", "-Xmx128m", "-XX:+UseSerialGC"]
# Its journal grows by this much at a time, in KB; 64 MB where nothing is said.
JOURNAL = "-Dzookeeper.preAllocSize=1024"


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """Its port."""
    folder.mkdir()
    port = free_port()
    config = folder / "zoo.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port))
    process = subprocess.Popen(
        [JAVA, *MEMORY, JOURNAL, "-cp", str(JAR), MAIN, str(config)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "errors").open("wb"),
    )
    try:
        _wait(process, port, folder)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen, port: int, folder: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not _serves(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "errors").read_text()[-2000:])
        time.sleep(0.1)


def _serves(port: int) -> bool:
    """Its port is open before it serves, and who asks too early may get no answer at all."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as asked:
            asked.sendall(b"srvr")
            return b"Mode: standalone" in asked.makefile("rb").read()
    except OSError:
        return False
