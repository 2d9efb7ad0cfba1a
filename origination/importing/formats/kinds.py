"""The formats, by the name that ``--format`` takes."""

from __future__ import annotations

import inspect
import sys

from .asterisk import Asterisk
from .freeswitch import FreeSWITCH
from .freeswitch_json import FreeSWITCHJSON
from .headed import HeadedCSV
from .jsonl import JSONLines
from .presets import PRESETS

KINDS: dict[str, type] = {
    "jsonl": JSONLines,
    "csv": HeadedCSV,
    "asterisk": Asterisk,
    "freeswitch": FreeSWITCH,
    "freeswitch-json": FreeSWITCHJSON,
}


def _told(reader: type) -> str:
    told = inspect.getdoc(sys.modules[reader.__module__]) or ""
    return told.partition(": ")[2]


# Name -> what files it reads.
FORMATS: dict[str, str] = {name: _told(reader) for name, reader in KINDS.items()} | {
    name: preset.told for name, preset in PRESETS.items()
}
# Those whose records are JSON objects.
JSON_FORMATS = tuple(
    name
    for name in FORMATS
    if getattr(KINDS[PRESETS[name].of if name in PRESETS else name], "reads_json", False)
)
# Formats whose times have no zone.
LOCAL_TIME = {"asterisk", "freeswitch"} | {
    name for name, preset in PRESETS.items() if preset.is_local
}
