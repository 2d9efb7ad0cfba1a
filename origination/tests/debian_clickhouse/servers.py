"""Three of Debian's ``clickhouse-server`` on 127.0.0.1, a shard each, ended with the tests."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clickhouse_driver import Client

BINARY = shutil.which("clickhouse-server")
CLUSTER = "carrier"
USER, PASSWORD = "cdrs", "a secret that no log may hold"
SECONDS_TO_WAIT = 30

CONFIG = """\
<yandex>
  <logger><level>warning</level><log>{folder}/log</log><errorlog>{folder}/errors</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <tcp_port>{tcp}</tcp_port>
  <http_port>{http}</http_port>
  <path>{folder}/data/</path>
  <tmp_path>{folder}/tmp/</tmp_path>
  <users_config>users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <timezone>UTC</timezone>
  <mark_cache_size>67108864</mark_cache_size>
  <remote_servers><{cluster}>{shards}</{cluster}></remote_servers>
</yandex>
"""
SHARD = """\
<shard><replica><host>127.0.0.1</host><port>{port}</port>
<user>{user}</user><password>{password}</password></replica></shard>"""
USERS = """\
<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
  <quotas><default/></quotas>
  <users><{user}>
    <password>{password}</password><profile>default</profile><quota>default</quota>
    <networks><ip>127.0.0.1</ip></networks>
  </{user}></users>
</yandex>
"""


class Server:
    """One node; ``kill`` ends it without a goodbye, ``start`` brings it back with its data."""

    def __init__(self, folder: Path, port: int, ports: list[int]) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen | None = None
        (folder / "data").mkdir(parents=True)
        (folder / "config.xml").write_text(
            CONFIG.format(
                folder=folder, tcp=port, http=free_port(), cluster=CLUSTER, shards=_shards(ports)
            )
        )
        (folder / "users.xml").write_text(USERS.format(user=USER, password=PASSWORD))

    def start(self) -> None:
        config = self.folder / "config.xml"
        self.process = subprocess.Popen(
            [BINARY, f"--config-file={config}"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.wait_for(self._is_up)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(self, sql: str) -> list[tuple]:
        """What this node itself answers."""
        client = Client("127.0.0.1", self.port, user=USER, password=PASSWORD, connect_timeout=2)
        try:
            return client.execute(sql)
        finally:
            client.disconnect()

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Look again until it is so; fails after some seconds, with the server's own log."""
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError((self.folder / "errors").read_text()[-2000:])
            time.sleep(0.1)

    def _is_up(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True


@contextmanager
def cluster(nodes: int = 3) -> Iterator[list[Server]]:
    """Running servers that know each other; their files are deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="origination-"))
    ports = [free_port() for _ in range(nodes)]
    servers = [Server(folder / str(port), port, ports) for port in ports]
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _shards(ports: list[int]) -> str:
    return "".join(SHARD.format(port=port, user=USER, password=PASSWORD) for port in ports)
