"""YETI: ``cdr.cdr``, a partitioned table in a schema of its own, which ours is like."""

from uuid import UUID

from .calls import Seen

PAGE = "tables/yeti"
TABLES = {
    "postgresql": [
        "CREATE SCHEMA cdr",
        """CREATE TABLE cdr.cdr (
            id bigint GENERATED ALWAYS AS IDENTITY, customer_id integer, vendor_id integer,
            customer_acc_id integer, vendor_acc_id integer, customer_auth_id integer,
            destination_id integer, dialpeer_id integer, customer_price numeric,
            vendor_price numeric, profit numeric, dst_country_id integer, dst_network_id integer,
            src_country_id integer, src_network_id integer, time_start timestamptz NOT NULL,
            time_connect timestamptz, time_end timestamptz, duration integer,
            customer_duration integer, vendor_duration integer, success boolean,
            disconnect_initiator_id integer, internal_disconnect_code integer,
            internal_disconnect_reason varchar, lega_disconnect_code integer,
            lega_disconnect_reason varchar, legb_disconnect_code integer, orig_call_id varchar,
            term_call_id varchar, local_tag varchar, routing_attempt integer, is_last_cdr boolean,
            auth_orig_ip inet, auth_orig_port integer, src_prefix_in varchar,
            src_prefix_routing varchar, dst_prefix_in varchar, dst_prefix_routing varchar,
            uuid uuid, customer_price_no_vat numeric, PRIMARY KEY (id, time_start))
            PARTITION BY RANGE (time_start)""",
        """CREATE TABLE cdr.cdr_2025 PARTITION OF cdr.cdr
            FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')""",
        """CREATE TABLE cdr.cdr_2026 PARTITION OF cdr.cdr
            FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00')""",
    ]
}


def write(call):
    attempts = range(1, call.attempts + 1)
    rows = [*(attempt(call, n, 0) for n in attempts), attempt(call, call.attempts + 1, call.talked)]
    rows[-1]["is_last_cdr"] = True
    return [("cdr.cdr", row) for row in rows]


def attempt(call, number, talked):
    return {
        "uuid": UUID(int=call.number << 8 | number, version=4),
        "customer_acc_id": call.client.pk,
        "time_start": call.start,
        "time_connect": call.answer if talked else None,
        "time_end": call.end,
        "duration": int(talked) if talked else 0,
        "customer_duration": int(talked),
        "customer_price": call.price if talked else None,
        "dst_country_id": call.country,
        "src_prefix_routing": call.caller,
        "dst_prefix_routing": call.callee,
        "auth_orig_ip": call.address,
        "is_last_cdr": False,
        "lega_disconnect_code": call.code if talked else 503,
        "orig_call_id": call.call_id,
        "routing_attempt": number,
    }


def seen(call):
    told = {"client": call.client, "start": call.start, "caller": call.caller,
            "callee": call.callee, "country": call.country, "address": call.address}  # fmt: skip
    return [
        *(Seen(seconds=0, is_last=False, **told) for _ in range(call.attempts)),
        Seen(seconds=int(call.talked), price=call.price, **told),
    ]
