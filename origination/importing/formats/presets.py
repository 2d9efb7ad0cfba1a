"""Files of other switches, as what is told of a CSV file or of JSON lines.

The names are those of Kamailio's own tables and of the parameters that its page of the handbook
shows, of the tables of Asterisk's ``cdr_pgsql`` and FreePBX, and of the header that CUCM writes.
"""

from __future__ import annotations

from dataclasses import dataclass

Mapping = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Preset:
    """``of``: the format that reads it. The rest is as in :class:`.format.Format`.

    ``needs``: fields that a record without a meaning lacks. ``has_header``: also where its format
    has none. ``in_log``: whether something stands before the record, as in a syslog file.
    """

    of: str
    told: str
    columns: tuple[str, ...] = ()
    mapping: Mapping = ()
    delimiter: str = ""
    quotes: bool = True
    needs: tuple[str, ...] = ()
    has_header: bool = False
    in_log: bool = False
    is_local: bool = True


KAMAILIO: Mapping = (
    ("start_time", "time_start"),
    ("end_time", "time_end"),
    ("callid", "orig_call_id"),
    ("caller", "src_prefix_routing"),
    ("callee", "dst_prefix_routing"),
    ("src_ip", "auth_orig_ip"),
    ("sip_code", "disconnect_code"),
)
CDR_EXTRA = ("callid", "account", "caller", "callee", "src_ip", "sip_code")
NEEDS = ("account", "orig_call_id")

PRESETS = {
    "kamailio": Preset(
        "csv", "the table `acc_cdrs` of Kamailio, exported with a header", mapping=KAMAILIO
    ),
    "kamailio-flatstore": Preset(
        "csv",
        "files of Kamailio's `db_flatstore`, no header",
        columns=("start_time", "end_time", "duration", *CDR_EXTRA),
        mapping=KAMAILIO,
        delimiter="|",
        quotes=False,
    ),
    "kamailio-json": Preset(
        "jsonl", "JSON of Kamailio's `acc_json`", mapping=KAMAILIO, needs=NEEDS, in_log=True
    ),
    "kamailio-xlog": Preset(
        "jsonl",
        "lines that Kamailio's `xlog` writes into a log, each with a JSON object",
        mapping=KAMAILIO,
        needs=NEEDS,
        in_log=True,
        is_local=False,
    ),
    "asterisk-table": Preset(
        "asterisk",
        "the table `cdr` of Asterisk or FreePBX, exported with a header",
        has_header=True,
    ),
    "cucm": Preset(
        "csv",
        "CDR files of Cisco Unified Communications Manager",
        mapping=(
            ("dateTimeOrigination", "time_start"),
            ("dateTimeConnect", "time_connect"),
            ("dateTimeDisconnect", "time_end"),
            ("pkid", "uuid"),
            ("globalCallID_callId", "orig_call_id"),
            ("callingPartyNumber", "src_prefix_routing"),
            ("finalCalledPartyNumber", "dst_prefix_routing"),
        ),
        is_local=False,
    ),
}
