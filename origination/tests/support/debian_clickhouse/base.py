"""Debian's ClickHouse 18.16 behind django-clickhouse-backend: ``ENGINE`` of the cluster's tests.

A real server, of 2018: what the app says to today's is put into that one's words here.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from clickhouse_backend.backend import base, features, introspection
from clickhouse_backend.driver import connection
from clickhouse_backend.driver.client import insert_pattern
from django.db.backends.base.introspection import TableInfo

OLDER_WORDS = [
    (r" CODEC\([^()]*(\([^()]*\))?[^()]*(\([^()]*\))?\)", ""),
    (r"LowCardinality\((\w+)\)", r"\1"),
    (r"DateTime64\(\d, 'UTC'\)", "DateTime"),
    (r"toDateTime64\((.*?), 0, 'UTC'\)", r"toDateTime(\1, 'UTC')"),
    (r"toInt128\(", "toInt64("),
    (r"\bBool\b", "UInt8"),
    (r"\bIPv6\b", "String"),
    (r"(?s)SELECT EXISTS\(\s*SELECT 1(.*)\);?\s*$", r"SELECT count() > 0\1"),
    (r"^(DROP TABLE .*) SYNC$", r"\1"),
    (r" PRIMARY KEY \([^()]*\)", ""),
    (r'("customer_price" [=<>]+ )(%s)', r"\1toDecimal64(\2, 6)"),
    (r"clusterAllReplicas\('(\w+)', currentDatabase\(\)", r"cluster('\1_nodes', currentDatabase()"),
]
UNKNOWN_SETTINGS = {"optimize_skip_unused_shards", "max_partitions_per_insert_block"}


class Cursor(connection.Cursor):
    def execute(self, operation: str, parameters: Any = None) -> None:
        if insert_pattern.match(operation):
            parameters = _with_text_addresses(operation, parameters, self.columnar)
        else:
            parameters = _simpler(parameters)
        super().execute(_older(operation), parameters)

    def set_settings(self, settings: dict[str, Any]) -> None:
        super().set_settings({k: v for k, v in settings.items() if k not in UNKNOWN_SETTINGS})


class DatabaseFeatures(features.DatabaseFeatures):
    allows_group_by_select_index = False


class DatabaseIntrospection(introspection.DatabaseIntrospection):
    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        cursor.execute("SELECT name FROM system.tables WHERE database = currentDatabase()")
        return [TableInfo(name, "t") for (name,) in cursor.fetchall()]


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    introspection_class = DatabaseIntrospection

    def create_cursor(self, name: Any = None) -> Cursor:
        return self.connection.cursor(Cursor)


def _older(sql: str) -> str:
    for pattern, word in OLDER_WORDS:
        sql = re.sub(pattern, word, sql)
    return sql


def _with_text_addresses(operation: str, data: list[Any], columnar: bool | None) -> list[Any]:
    """Their column is the only one whose values that server does not know."""
    columns = operation.partition("(")[2].partition(")")[0].split(", ")
    if '"auth_orig_ip"' not in columns:
        return data
    at = columns.index('"auth_orig_ip"')
    if columnar:
        return [*data[:at], [value and _text(value) for value in data[at]], *data[at + 1 :]]
    return [[*row[:at], row[at] and _text(row[at]), *row[at + 1 :]] for row in data]


def _simpler(parameters: Any) -> Any:
    """With addresses as text and times in whole seconds."""
    return parameters and tuple(_simple(value) for value in parameters)


def _simple(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return _text(value) if isinstance(value, ipaddress.IPv6Address) else value


@lru_cache
def _text(address: ipaddress.IPv6Address) -> str:
    return str(address)
