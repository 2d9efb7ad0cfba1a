"""FusionPBX: a row for each leg, whose account is the uuid of its domain."""

from decimal import Decimal

from .calls import Seen, whole

PAGE = "tables/fusionpbx"
COLUMNS = """
    xml_cdr_uuid {uuid} PRIMARY KEY, domain_uuid {uuid}, extension_uuid {uuid}, domain_name text,
    accountcode text, direction text, context text, caller_id_name text, caller_id_number text,
    caller_destination text, source_number text, destination_number text,
    start_epoch numeric, start_stamp {moment}, answer_stamp {moment}, answer_epoch numeric,
    end_epoch numeric, end_stamp {moment}, duration numeric, mduration numeric, billsec numeric,
    billmsec numeric, bridge_uuid text, remote_media_ip text, network_addr text, leg text,
    pdd_ms numeric, last_app text, hangup_cause text, hangup_cause_q850 numeric,
    sip_hangup_disposition text"""
TABLES = {
    "postgresql": [f"CREATE TABLE v_xml_cdr ({COLUMNS.format(uuid='uuid', moment='timestamptz')})"],
    "sqlite": [f"CREATE TABLE v_xml_cdr ({COLUMNS.format(uuid='text', moment='text')})"],
}


def write(call):
    legs = [leg(call, n, "b", 0) for n in range(call.attempts)]
    return [("v_xml_cdr", row) for row in [*legs, leg(call, 9, "a", call.talked)]]


def leg(call, number, side, talked):
    return {
        "xml_cdr_uuid": f"{call.number:08x}-0000-4000-8000-{number:012x}",
        "domain_uuid": str(call.client.uuid),
        "start_epoch": int(call.start.timestamp()),
        "start_stamp": call.start,
        "answer_stamp": call.answer if talked else None,
        "end_stamp": call.end if call.has_end else None,
        "billsec": int(talked),
        # A call that still goes on has none yet.
        "billmsec": whole(talked * 1000) if call.has_end else None,
        "caller_id_number": call.caller,
        "destination_number": call.callee,
        "network_addr": call.address,
        "leg": side,
        "hangup_cause": "NORMAL_CLEARING" if talked else "USER_BUSY",
    }


def seen(call):
    told = {"client": call.client, "start": call.start, "caller": call.caller,
            "callee": call.callee, "address": call.address}  # fmt: skip
    none = Decimal(0) if call.has_end else None
    return [
        *(Seen(seconds=none, is_last=False, **told) for _ in range(call.attempts)),
        Seen(seconds=call.talked if call.has_end else None, **told),
    ]
