"""A2Billing on PostgreSQL: a row for a call, in the clock of its server."""

from .calls import Seen, cut, local, read_local

PAGE = "tables/a2billing"
TABLES = {
    "postgresql": [
        """CREATE TABLE cc_call (
            id bigserial PRIMARY KEY, sessionid text NOT NULL, uniqueid text NOT NULL,
            nasipaddress text, starttime timestamp without time zone,
            stoptime timestamp without time zone, sessiontime integer, calledstation text,
            sessionbill double precision, id_tariffgroup integer, id_tariffplan integer,
            id_ratecard integer, id_trunk integer, sipiax integer DEFAULT 0, src text,
            id_did integer, buycost numeric(15,5) DEFAULT 0,
            id_card_package_offer integer DEFAULT 0, real_sessiontime integer,
            card_id bigint NOT NULL, dnid character varying(40),
            terminatecauseid smallint DEFAULT 1, destination integer DEFAULT 0)"""
    ]
}


def write(call):
    row = {
        "sessionid": f"SIP/{call.client.code}-{call.number:08x}",
        "uniqueid": f"{int(call.start.timestamp())}.{call.number}",
        "card_id": call.client.pk,
        "starttime": cut(local(call.start)),
        "stoptime": cut(local(call.end)),
        "sessiontime": billed(call),
        "real_sessiontime": int(call.talked) if call.talked else None,
        "sessionbill": call.price,
        "calledstation": call.callee,
        "src": call.caller,
        "terminatecauseid": 1 if call.talked else 5,
    }
    return [("cc_call", row)]


def billed(call):
    """In steps of six seconds."""
    return -(-int(call.talked) // 6) * 6


def seen(call):
    return [
        Seen(
            client=call.client,
            start=read_local(cut(local(call.start))),
            seconds=int(call.talked) if call.talked else None,
            price=call.price,
            caller=call.caller,
            callee=call.callee,
        )
    ]
