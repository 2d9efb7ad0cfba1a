"""The formats of ``import_cdrs``, as their modules tell them."""

from __future__ import annotations

from origination.importing.formats import FORMATS, LOCAL_TIME
from origination.importing.formats.fields import FIELDS

from .markdown import code, inline, table


def formats() -> str:
    rows = (
        (code(name), inline(told), "yes" if name in LOCAL_TIME else "")
        for name, told in FORMATS.items()
    )
    return table(("format", "reads", "needs `--timezone`"), rows)


def fields() -> str:
    return ", ".join(map(code, FIELDS))
