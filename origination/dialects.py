"""What a site may answer differently from the published page: one table, ``DIALECTS``.

Everything that is not in it is one code path for every dialect.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from . import conf
from .metrics import COLUMNS, Columns, Sums, minutes, price, ratio_texts

Values = Callable[[Sums], list[Any]]


def numbers(texts: Values) -> Values:
    """The same column as JSON numbers."""
    return lambda sums: [text and float(text) for text in texts(sums)]


def acd_in_seconds(sums: Sums) -> list[str | None]:
    return ratio_texts(sums.seconds, sums.successful)


def asr_of_thousandths(sums: Sums) -> list[float | None]:
    """The ratio rounded to 3 places, times 100: ``round(countIf(…) / count(*), 3) * 100``."""
    pairs = zip(sums.successful, sums.calls, strict=True)
    # ClickHouse rounds a half to even, and so does Python.
    return [round(Fraction(1000 * part, whole)) / 10 if whole else None for part, whole in pairs]


class Dialect(NamedTuple):
    """The differences; the defaults are those of the published page."""

    columns: Columns = COLUMNS
    weeks_from_sunday: bool = False
    # What a ``from-time`` in the future is answered with; None: as any other range.
    future: Any = None
    # The body of a 401 for a token, and of one for login and password; None: our error line.
    unauthorized: bytes | None = None
    bad_credentials: bytes | None = None
    # The cookie that stands for the Authorization header.
    session_cookie: str | None = None


DIALECTS: dict[str, Dialect] = {
    "published": Dialect(),
    "yeti": Dialect(
        columns=COLUMNS
        | {
            "total_duration": numbers(minutes),
            "acd": numbers(acd_in_seconds),
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
        session_cookie="_yeti_customer_v1_session",
    ),
}


def dialect() -> Dialect:
    """The dialect of this site."""
    return DIALECTS[conf.dialect()]
