"""What the settings of ``ORIGINATION`` must be where they are set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

# Of the integers that databases take, as rows or milliseconds.
LARGEST = 2**31 - 1


class Value(NamedTuple):
    is_met: Callable[[Any], bool]
    meaning: str
    hint: str


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_count(value: Any) -> bool:
    # True is an int to isinstance.
    return type(value) is int and 0 < value <= LARGEST


def _is_seconds(value: Any) -> bool:
    return type(value) in (int, float) and 0 < value <= LARGEST / 1000


def _or_none(is_met: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or is_met(value)


VALUES = {
    "TRUSTED_PROXIES": Value(
        lambda value: type(value) is int and 0 <= value <= LARGEST,
        "a number of proxies",
        "Use 1 behind one proxy that appends to X-Forwarded-For, 0 without one.",
    ),
    "ACCOUNT_UUID_FIELD": Value(
        _is_text, "the name of a field", "Name the account's field that holds its UUID."
    ),
    "CDR_DATABASE": Value(
        _is_text, "a text", "Use a name of DATABASES; leave it out for 'default'."
    ),
    "DIALECT": Value(_is_text, "the name of a dialect", "Use 'published' or 'yeti'."),
    "USE_CUSTOMER_DURATION": Value(
        _is_flag,
        "True or False",
        "Use True to sum customer_duration (billed) instead of duration.",
    ),
    "ROLLUPS": Value(_is_flag, "True or False", "Use True where the triggers are installed."),
    "MAX_ROWS": Value(
        _or_none(_is_count),
        "a positive integer or None",
        "Use e.g. 50_000; None lifts the limit.",
    ),
    "QUERY_TIMEOUT": Value(
        _or_none(_is_seconds),
        "a positive number of seconds or None",
        "Use e.g. 15; None lifts the limit.",
    ),
    "MAX_CONCURRENT": Value(
        _or_none(_is_count),
        "a positive integer or None",
        "Use e.g. 4; None lifts the limit.",
    ),
    "CLICKHOUSE_CLUSTER": Value(
        _or_none(_is_text),
        "the name of a cluster or None",
        "Name it as the servers' remote_servers does.",
    ),
    "CLICKHOUSE_REPLICATED": Value(
        _is_flag, "True or False", "Use True where the cluster's shards have replicas."
    ),
    "OPENAPI": Value(
        _is_flag, "True or False", "Use False to leave the API out of the site's description."
    ),
    "FEED_MAX_BYTES": Value(
        _is_count, "a positive integer", "Use e.g. 32 * 1024 * 1024: bytes of one body."
    ),
    "FEED_MAX_CDRS": Value(_is_count, "a positive integer", "Use e.g. 10_000: CDRs of one body."),
}
