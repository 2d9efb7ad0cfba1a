"""pyfb: a Django project for Kamailio; a row for a call, rated by itself."""

from uuid import UUID

from .calls import Seen, whole

PAGE = "tables/pyfb"
COLUMNS = """
    id {serial} PRIMARY KEY, customer_ip varchar(100) NOT NULL, aleg_uuid {uuid} NOT NULL,
    caller_number varchar(100) NOT NULL, callee_number varchar(100) NOT NULL,
    start_time {moment} NOT NULL, answered_time {moment}, end_time {moment},
    duration numeric(13,3) NOT NULL, billsec integer NOT NULL, sip_code varchar(3),
    sip_reason varchar(255), cost_rate numeric(11,5), sell_rate numeric(11,5),
    total_cost numeric(11,5), total_sell numeric(11,5), customer_id integer,
    provider_id integer, direction varchar(10)"""
POSTGRESQL = {"serial": "serial", "uuid": "uuid", "moment": "timestamptz"}
SQLITE = {"serial": "integer", "uuid": "char(32)", "moment": "datetime"}
TABLES = {
    "postgresql": [f"CREATE TABLE pyfb_reporting_cdr ({COLUMNS.format(**POSTGRESQL)})"],
    "sqlite": [f"CREATE TABLE pyfb_reporting_cdr ({COLUMNS.format(**SQLITE)})"],
}


def write(call):
    row = {
        "aleg_uuid": UUID(int=call.number, version=4).hex,
        "customer_id": call.client.pk,
        "customer_ip": call.address or "",
        "caller_number": call.caller,
        "callee_number": call.callee,
        "start_time": call.start,
        "duration": call.talked,
        "billsec": whole(call.talked),
        "sip_code": str(call.code),
        "total_sell": call.price,
    }
    return [("pyfb_reporting_cdr", row)]


def seen(call):
    return [
        Seen(
            client=call.client,
            start=call.start,
            seconds=call.talked,
            price=call.price,
            caller=call.caller,
            callee=call.callee,
            address=call.address,
            code=call.code,
        )
    ]
