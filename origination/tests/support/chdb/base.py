"""A ClickHouse in this process (chDB) behind django-clickhouse-backend: ``ENGINE`` of the tests.

Statements, parameters and types are the backend's own; only the wire is missing.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from chdb import session
from clickhouse_backend import driver
from clickhouse_backend.backend import base
from clickhouse_backend.driver.client import insert_pattern
from clickhouse_backend.driver.escape import escape_param, escape_params

from .values import read, written

# What the driver sends with every query, and what makes JSON exact.
ALWAYS = {
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_quote_decimals": 1,
    "insert_deduplicate": 0,
}


# A cluster of which this process is the first shard, and the others are nowhere.
CONFIG = """
<clickhouse><tcp_port>9000</tcp_port><remote_servers><torn>
  <shard><replica><host>127.0.0.1</host><port>9000</port></replica></shard>
  <shard><replica><host>127.0.0.1</host><port>9</port></replica></shard>
  <shard><replica><host>127.0.0.1</host><port>9</port></replica></shard>
</torn></remote_servers></clickhouse>
"""


@cache
def server() -> Any:
    """The one ClickHouse that a process can have."""
    folder = tempfile.mkdtemp(prefix="origination-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    config = Path(folder) / "config.xml"
    config.write_text(CONFIG)
    running = session.Session(f"{folder}?config-file={config}")
    for name, value in ALWAYS.items():
        running.query(f"SET {name} = {value}")
    return running


class Cursor:
    """What Django uses of the driver's cursor."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self.connection, self.settings = connection, {}
        self.rows: list[tuple] = []
        self.description: list[tuple] | None = None
        self.rowcount = -1
        self.columnar = False
        self.external = ""

    def set_settings(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    def set_stream_results(self, *of_the_driver: Any) -> None:
        """There is no wire to stream over."""

    def set_external_table(self, name: str, structure: list[Any], data: list[Any]) -> None:
        """Of one column; it comes in the statement's own words."""
        [(column, kind)] = structure
        values = f"arrayJoin([{', '.join(str(escape_param(v, {})) for (v,) in data)}])"
        self.external = f"WITH {name} AS (SELECT CAST({values}, '{kind}') AS {column}) "

    @contextmanager
    def set_query_execution_args(self, columnar: bool) -> Iterator[None]:
        self.columnar = columnar
        yield
        self.columnar = False

    def execute(self, sql: str, parameters: Any = None) -> None:
        if insert_pattern.match(sql):
            self.connection.written.add(sql.partition("(")[0].removeprefix("INSERT INTO"))
            into = sql.rstrip("; ").removesuffix("VALUES")
            rows = self._rows(sql, parameters) if self.columnar else parameters
            self._run(f"{into}{self._settings()} VALUES {_values(rows)}")
            return
        sql = sql % escape_params(parameters, {}) if parameters else sql
        if sql.lstrip().upper().startswith(("SELECT", "(SELECT", "EXPLAIN")):
            self._read(sql)
        else:
            self._run(sql)

    executemany = execute

    def fetchone(self) -> Any:
        return self.rows.pop(0) if self.rows else None

    def fetchmany(self, size: int = 1) -> list[tuple]:
        taken, self.rows = self.rows[:size], self.rows[size:]
        return taken

    def fetchall(self) -> list[tuple]:
        return self.fetchmany(len(self.rows))

    def close(self) -> None:
        self.rows = []

    def _rows(self, insert: str, columns: Any) -> Iterator[Any]:
        """Of columns; their types are asked for, as the wire tells them to the driver."""
        table, _, names = insert.removeprefix("INSERT INTO ").partition(" (")
        self._read(f"SELECT {names.partition(')')[0]} FROM {table} WHERE 0")
        kinds = [kind for _, kind, *_ in self.description or ()]
        return zip(*map(written, kinds, columns), strict=True)

    def _run(self, sql: str) -> None:
        self._query(sql, "Null")

    def _read(self, sql: str) -> None:
        # In columns, as the wire has them.
        answer = orjson.loads(
            self._query(self.external + sql + self._settings(), "JSONColumnsWithMetadata")
        )
        names, types = zip(*((c["name"], c["type"]) for c in answer["meta"]), strict=True)
        assert len(set(names)) == len(names), f"two columns of one name: {names}"
        self.description = [(*column, *[None] * 5) for column in zip(names, types, strict=True)]
        # Of no rows there are no columns either.
        data = answer["data"]
        typed = (read(kind, data.get(name, ())) for name, kind in zip(names, types, strict=True))
        self.rows = list(zip(*typed, strict=True))
        self.rowcount = len(self.rows)

    def _settings(self) -> str:
        given = ", ".join(f"{name} = {value}" for name, value in self.settings.items())
        return given and f" SETTINGS {given}"

    def _query(self, sql: str, form: str) -> bytes:
        try:
            server().query(f'USE "{self.connection.database}"')
            return server().query(sql, form).bytes()
        except RuntimeError as e:
            raise driver.OperationalError(str(e)) from e


class Connection:
    """``written``: tables with rows of the running test."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.written: set[str] = set()

    def cursor(self) -> Cursor:
        return Cursor(self)

    def rollback(self) -> None:
        """Empty what was written: ClickHouse cannot undo, but each test starts with nothing."""
        for table in self.written:
            self.cursor().execute(f"TRUNCATE TABLE {table}")
        self.written.clear()


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection:
        return Connection(conn_params["database"])


def _values(rows: Any) -> str:
    return ", ".join(
        f"({', '.join(str(escape_param(value, {})) for value in row)})" for row in rows
    )
