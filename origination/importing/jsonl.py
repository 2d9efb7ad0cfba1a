"""``jsonl``: a JSON object a line, as a YETI switch feeds them to ClickHouse."""

from __future__ import annotations

import json
from datetime import tzinfo
from typing import Any

from . import named
from .accounts import Accounts
from .lines import Line
from .values import Rejected


def _no_constant(name: str) -> Any:
    raise ValueError(name)


# Decimals stay text: no binary float on the way.
DECODER = json.JSONDecoder(parse_float=str, parse_constant=_no_constant)


class JSONLines:
    """Reads one line at a time; raises Rejected."""

    def __init__(self, account: Accounts, zone: tzinfo) -> None:
        self.account = account

    def __call__(self, line: Line) -> dict[str, Any]:
        try:
            row = DECODER.decode(line.text)
        except (ValueError, RecursionError) as e:
            raise Rejected(str(e) if isinstance(e, Rejected) else f"not JSON: {e}") from e
        if type(row) is not dict:
            raise Rejected("not a JSON object")
        return named.cdr(row, self.account)
