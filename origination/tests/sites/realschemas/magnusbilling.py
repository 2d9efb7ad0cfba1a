"""MagnusBilling, mirrored from MariaDB: failed calls have a table of their own."""

from .calls import Seen, cut

PAGE = "tables/magnusbilling"
COMMON = """
    id serial PRIMARY KEY, id_user integer NOT NULL, id_plan integer, id_trunk integer,
    id_server integer, id_prefix integer, callerid varchar(40) NOT NULL DEFAULT '',
    uniqueid varchar(30) NOT NULL, starttime timestamptz NOT NULL DEFAULT now(),
    calledstation varchar(30) NOT NULL, sipiax integer DEFAULT 0, src varchar(40) NOT NULL,
    terminatecauseid integer DEFAULT 1"""
TABLES = {
    "postgresql": [
        f"""CREATE TABLE pkg_cdr ({COMMON}, id_campaign integer, sessiontime integer,
            sessionbill double precision, buycost numeric(15,6) DEFAULT 0,
            real_sessiontime integer, agent_bill numeric(15,6) DEFAULT 0)""",
        f"CREATE TABLE pkg_cdr_failed ({COMMON}, hangupcause integer)",
    ]
}


def write(call):
    row = {
        "id_user": call.client.pk,
        "callerid": call.caller,
        "uniqueid": f"{int(call.start.timestamp())}.{call.number}",
        "starttime": cut(call.start),
        "calledstation": call.callee,
        "src": call.client.code,
    }
    if not call.talked:
        return [("pkg_cdr_failed", row | {"terminatecauseid": 2, "hangupcause": 17})]
    answered = {"sessiontime": max(1, int(call.talked)), "real_sessiontime": int(call.talked),
                "sessionbill": call.price}  # fmt: skip
    return [("pkg_cdr", row | answered)]


def seen(call):
    return [
        Seen(
            client=call.client,
            start=cut(call.start),
            seconds=max(1, int(call.talked)) if call.talked else 0,
            price=call.price if call.talked else 0,
            caller=call.caller,
            callee=call.callee,
        )
    ]
