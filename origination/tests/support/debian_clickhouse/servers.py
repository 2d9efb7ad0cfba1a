"""Debian's ``clickhouse-server``, several times on 127.0.0.1, ended with the tests: shards, and
replicas of shards that a ZooKeeper keeps together."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from . import zookeeper
from .ports import free_port, is_open

BINARY = shutil.which("clickhouse-server")
CLUSTER = "carrier"
USER, PASSWORD = "cdrs", "a secret that no log may hold"
SECONDS_TO_WAIT = 60

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
  <remote_servers>
    <{cluster}>{shards}</{cluster}>
    <{cluster}_nodes>{nodes}</{cluster}_nodes>
  </remote_servers>
  {replication}
</yandex>
"""
SHARD = "<shard><internal_replication>true</internal_replication>{replicas}</shard>"
REPLICA = """\
<replica><host>127.0.0.1</host><port>{port}</port>
<user>{user}</user><password>{password}</password></replica>"""
REPLICATION = """\
  <interserver_http_host>127.0.0.1</interserver_http_host>
  <interserver_http_port>{interserver}</interserver_http_port>
  <macros><shard>{shard}</shard><replica>{replica}</replica></macros>
  <zookeeper>
    <node><host>127.0.0.1</host><port>{zookeeper}</port></node>
    <session_timeout_ms>{session}</session_timeout_ms>
  </zookeeper>
"""
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

    def __init__(
        self, folder: Path, port: int, ports: list[list[int]], replication: str = ""
    ) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen | None = None
        (folder / "data").mkdir(parents=True)
        (folder / "config.xml").write_text(
            CONFIG.format(
                folder=folder,
                tcp=port,
                http=free_port(),
                cluster=CLUSTER,
                shards=_shards(ports),
                nodes=_nodes(port, ports),
                replication=replication,
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
        self.wait_for(lambda: is_open(self.port))

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def ask(self, sql: str) -> list[tuple]:
        """What this node itself answers."""
        # Without it these tests are collected, and left out.
        from clickhouse_driver import Client

        client = Client(
            "127.0.0.1",
            self.port,
            user=USER,
            password=PASSWORD,
            connect_timeout=2,
            send_receive_timeout=SECONDS_TO_WAIT,
        )
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


@contextmanager
def cluster(shards: int = 3) -> Iterator[list[Server]]:
    """Running servers that know each other, one for each shard."""
    with _folder() as folder:
        ports = [[free_port()] for _ in range(shards)]
        with _running([Server(folder / str(port), port, ports) for [port] in ports]) as servers:
            yield servers


@contextmanager
def replicas(shards: int = 2, copies: int = 2) -> Iterator[list[Server]]:
    """Running servers with ``copies`` of each shard, shard by shard."""
    with _folder() as folder, zookeeper.running(folder / "zookeeper") as keeper:
        ports = [[free_port() for _ in range(copies)] for _ in range(shards)]
        servers = [
            Server(folder / str(port), port, ports, _replication(keeper, shard, port))
            for shard, its_ports in enumerate(ports, 1)
            for port in its_ports
        ]
        with _running(servers):
            yield servers


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that is deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="origination-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(servers: list[Server]) -> Iterator[list[Server]]:
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.kill()


def _shards(ports: list[list[int]]) -> str:
    return "".join(SHARD.format(replicas="".join(map(_replica, shard))) for shard in ports)


def _nodes(own: int, ports: list[list[int]]) -> str:
    """What a later server has clusterAllReplicas() for; this one learns columns from the first."""
    every = [port for shard in ports for port in shard]
    return _shards([[port] for port in sorted(every, key=lambda port: port != own)])


def _replica(port: int) -> str:
    return REPLICA.format(port=port, user=USER, password=PASSWORD)


def _replication(keeper: int, shard: int, port: int) -> str:
    return REPLICATION.format(
        interserver=free_port(),
        shard=shard,
        replica=port,
        zookeeper=keeper,
        session=zookeeper.SESSION_MS,
    )
