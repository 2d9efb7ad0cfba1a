"""FusionPBX: a row for each leg, whose account is the uuid of its domain."""

from decimal import Decimal

from .calls import Seen, cut, whole

PAGE = "tables/fusionpbx"
COLUMNS = """
    xml_cdr_uuid {uuid} PRIMARY KEY, domain_uuid {uuid}, extension_uuid {uuid}, domain_name text,
    accountcode text, direction text, context text, caller_id_name text, caller_id_number text,
    caller_destination text, source_number text, destination_number text,
    start_epoch numeric, start_stamp {moment}, answer_stamp {moment}, answer_epoch numeric,
    end_epoch numeric, end_stamp {moment}, duration numeric, mduration numeric, billsec numeric,
    billmsec numeric, bridge_uuid text, remote_media_ip text, network_addr text, leg {leg},
    originating_leg_uuid {uuid}, cc_side text,
    pdd_ms numeric, last_app text, hangup_cause text, hangup_cause_q850 numeric,
    sip_hangup_disposition text"""
POSTGRESQL = {"uuid": "uuid", "moment": "timestamptz", "leg": "char(1)"}
SQLITE = {"uuid": "text", "moment": "date", "leg": "text"}
TABLES = {
    "postgresql": [f"CREATE TABLE v_xml_cdr ({COLUMNS.format(**POSTGRESQL)})"],
    "sqlite": [f"CREATE TABLE v_xml_cdr ({COLUMNS.format(**SQLITE)})"],
}


def write(call):
    others = [leg(call, n, 0) | OTHER_LEGS[(call.number + n) % 4] for n in range(call.attempts)]
    return [("v_xml_cdr", row) for row in [*others, leg(call, 9, call.talked)]]


# Of an extension, of ring groups, of an agent of a queue: they rang for the call.
OTHER_LEGS = [
    {"leg": "b"},
    {"originating_leg_uuid": "00000000-0000-4000-8000-000000000001"},
    {"hangup_cause": "LOSE_RACE"},
    {"cc_side": "agent"},
]


def leg(call, number, talked):
    return {
        "xml_cdr_uuid": f"{call.number:08x}-0000-4000-8000-{number:012x}",
        "domain_uuid": str(call.client.uuid),
        "start_epoch": int(call.start.timestamp()),
        "start_stamp": cut(call.start),
        "answer_stamp": cut(call.answer) if talked else None,
        "end_stamp": cut(call.end) if call.has_end else None,
        "billsec": int(talked),
        # A call that still goes on has none yet.
        "billmsec": whole(talked * 1000) if call.has_end else None,
        "caller_id_number": call.caller,
        "destination_number": call.callee,
        "network_addr": call.address,
        "leg": "a",
        "hangup_cause": "NORMAL_CLEARING" if talked else "USER_BUSY",
    }


def seen(call):
    told = {"client": call.client, "start": cut(call.start), "caller": call.caller,
            "callee": call.callee, "address": call.address}  # fmt: skip
    none = Decimal(0) if call.has_end else None
    return [
        *(Seen(seconds=none, is_last=False, **told) for _ in range(call.attempts)),
        Seen(seconds=call.talked if call.has_end else None, **told),
    ]
