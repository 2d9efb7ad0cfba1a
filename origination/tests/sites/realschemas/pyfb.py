"""pyfb: a Django project for Kamailio; a row for each rated leg, by the Call-ID of its call."""

from uuid import UUID

from .calls import Seen, whole

PAGE = "tables/pyfb"
COLUMNS = """
    pkid {serial} PRIMARY KEY, id {uuid} NOT NULL UNIQUE,
    customer_ip varchar(100) NOT NULL, aleg_uuid varchar(100) NOT NULL,
    caller_number varchar(100) NOT NULL, callee_number varchar(100) NOT NULL,
    start_time {moment} NOT NULL, answered_time {moment}, end_time {moment},
    duration numeric(13,3) NOT NULL, billsec integer NOT NULL, costsec integer,
    sip_code varchar(3) NOT NULL, sip_reason text, cost_rate numeric(11,5), rate numeric(11,5),
    total_cost numeric(11,5), total_sell numeric(11,5), customer_id integer,
    provider_id integer, direction varchar(10)"""
POSTGRESQL = {"serial": "bigserial", "uuid": "uuid", "moment": "timestamptz"}
SQLITE = {"serial": "integer", "uuid": "char(32)", "moment": "datetime"}
TABLES = {
    "postgresql": [f"CREATE TABLE pyfb_reporting_cdr ({COLUMNS.format(**POSTGRESQL)})"],
    "sqlite": [f"CREATE TABLE pyfb_reporting_cdr ({COLUMNS.format(**SQLITE)})"],
}


def write(call):
    return [("pyfb_reporting_cdr", leg(call, number)) for number in range(legs(call))]


def legs(call):
    """A call to a customer that he forwards to the outside is rated twice."""
    return 2 if call.attempts else 1


def leg(call, number):
    return {
        "id": UUID(int=call.number << 8 | number, version=4).hex,
        "aleg_uuid": call.call_id,
        "customer_id": call.client.pk,
        "customer_ip": call.address or "",
        "caller_number": call.caller,
        "callee_number": call.callee,
        "start_time": call.start,
        "duration": call.talked,
        "billsec": whole(call.talked),
        "sip_code": str(call.code),
        "sip_reason": "OK" if call.talked else "Busy Here",
        "total_sell": call.price,
    }


def seen(call):
    told = Seen(
        client=call.client,
        start=call.start,
        seconds=call.talked,
        price=call.price,
        caller=call.caller,
        callee=call.callee,
        address=call.address,
        code=call.code,
    )
    return [told] * legs(call)
