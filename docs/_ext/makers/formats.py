"""The formats of ``import_cdrs``, as their modules tell them."""

from __future__ import annotations

import inspect
import sys

from origination.importing.formats import FORMATS, LOCAL_TIME

from .markdown import code, inline, table


def formats() -> str:
    rows = (
        (code(name), told_of(reader), "yes" if name in LOCAL_TIME else "")
        for name, reader in FORMATS.items()
    )
    return table(("format", "reads", "needs `--timezone`"), rows)


def told_of(reader: type) -> str:
    told = inline(inspect.getdoc(sys.modules[reader.__module__]) or "")
    return told.partition(": ")[2]
