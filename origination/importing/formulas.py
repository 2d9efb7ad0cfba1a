"""Text that a spreadsheet would compute: in CSV it stands behind an apostrophe."""

from __future__ import annotations

import re

# What a spreadsheet takes for a formula, unless it is a plain number. Apostrophes before it count
# as well, so that what is taken off is what was put there.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


def guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text
