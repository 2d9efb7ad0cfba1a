"""The formats, by the name that ``--format`` takes."""

from __future__ import annotations

from .asterisk import Asterisk
from .freeswitch import FreeSWITCH
from .headed import HeadedCSV
from .jsonl import JSONLines

FORMATS: dict[str, type] = {
    "jsonl": JSONLines,
    "csv": HeadedCSV,
    "asterisk": Asterisk,
    "freeswitch": FreeSWITCH,
}
# Formats whose times have no zone.
LOCAL_TIME = {"asterisk", "freeswitch"}
