"""What a site may answer differently from the published page: one table, ``DIALECTS``.

Everything that is not in it is one code path for every dialect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.exceptions import ImproperlyConfigured

from origination import conf
from origination.statistics.metrics import COLUMNS, Columns, Sums, minutes, price

Values = Callable[[Sums], list[Any]]


def numbers(texts: Values) -> Values:
    """The same column as JSON numbers."""
    return lambda sums: [text and float(text) for text in texts(sums)]


# ClickHouse rounds binary floats, a half to even, and so does Python: the same steps give the
# same digits.
def acd_in_seconds(sums: Sums) -> list[float | None]:
    """``round(avgIf(duration, duration > 0), 2)``."""
    pairs = zip(sums.seconds, sums.successful, strict=True)
    return [round(part / whole * 100) / 100 if whole else None for part, whole in pairs]


def asr_of_thousandths(sums: Sums) -> list[float | None]:
    """``round(countIf(…) / count(*), 3) * 100``: the ratio of 3 places as a percentage."""
    pairs = zip(sums.successful, sums.calls, strict=True)
    # Its last step leaves noise as in 56.99999999999999, which nobody relies on.
    return [round(part / whole * 1000) / 10 if whole else None for part, whole in pairs]


class Dialect(NamedTuple):
    """The differences; the defaults are those of the published page."""

    columns: Columns = COLUMNS
    weeks_from_sunday: bool = False
    # What a ``from-time`` in the future is answered with; None: as any other range.
    future: Any = None
    # The body of a 401 for a token, and of one for login and password; None: our error line.
    unauthorized: bytes | None = None
    bad_credentials: bytes | None = None
    # What ``GET …/auth`` answers while the session is alive.
    session: bytes = b""
    # The cookie that stands for the Authorization header.
    session_cookie: str | None = None


DIALECTS: dict[str, Dialect] = {
    "published": Dialect(),
    "yeti": Dialect(
        columns=COLUMNS
        | {
            "total_duration": numbers(minutes),
            "acd": acd_in_seconds,
            "asr": asr_of_thousandths,
            "total_price": numbers(price),
        },
        weeks_from_sunday=True,
        future=[],
        unauthorized=b"",
        bad_credentials=(
            b'{"errors":[{"title":"Authentication failed",'
            b'"detail":"Incorrect login or password.","code":"401","status":"401"}]}'
        ),
        # Whether recordings may be listened to, of which we have none.
        session=b'{"allow-rec":false}',
        session_cookie="_yeti_customer_v1_session",
    ),
}


def dialect() -> Dialect:
    """The dialect of this site. Raises ImproperlyConfigured where there is no such one."""
    name = conf.dialect()
    if name not in DIALECTS:
        raise ImproperlyConfigured(f"ORIGINATION['DIALECT'] is not a dialect: {name!r}.")
    return DIALECTS[name]
