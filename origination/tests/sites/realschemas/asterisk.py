"""Asterisk's ``cdr_pgsql`` with the table of its documentation: a record for each leg dialled."""

from .calls import Seen, cut, local, read_local

PAGE = "tables/asterisk"
TABLES = {
    "postgresql": [
        """CREATE TABLE cdr (
            calldate timestamp NOT NULL, clid varchar(80) NOT NULL DEFAULT '',
            src varchar(80) NOT NULL DEFAULT '', dst varchar(80) NOT NULL DEFAULT '',
            dcontext varchar(80) NOT NULL DEFAULT '', channel varchar(80) NOT NULL DEFAULT '',
            dstchannel varchar(80) NOT NULL DEFAULT '', lastapp varchar(80) NOT NULL DEFAULT '',
            lastdata varchar(80) NOT NULL DEFAULT '', duration bigint NOT NULL DEFAULT 0,
            billsec bigint NOT NULL DEFAULT 0, disposition varchar(45) NOT NULL DEFAULT '',
            amaflags bigint NOT NULL DEFAULT 0, accountcode varchar(20) NOT NULL DEFAULT '',
            uniqueid varchar(150) NOT NULL DEFAULT '',
            userfield varchar(255) NOT NULL DEFAULT '')"""
    ]
}


def write(call):
    record = {
        "calldate": cut(local(call.start)),
        "src": call.caller,
        "dst": call.callee,
        "accountcode": call.client.code,
        "uniqueid": f"{int(call.start.timestamp())}.{call.number}",
        "duration": int(call.ringing + call.talked),
    }
    # A queue rings its members at once: who does not answer may be written after who does.
    missed = [record | {"disposition": "NO ANSWER"}] * call.attempts
    last = record | {
        "billsec": int(call.talked),
        "disposition": "ANSWERED" if call.talked else "BUSY",
    }
    rows = [last, *missed] if call.talked and call.number % 2 else [*missed, last]
    return [("cdr", row) for row in rows]


def seen(call):
    told = {"client": call.client, "start": read_local(cut(local(call.start))),
            "caller": call.caller, "callee": call.callee}  # fmt: skip
    return [
        *(Seen(seconds=0, is_last=False, **told) for _ in range(call.attempts)),
        Seen(seconds=max(1, int(call.talked)) if call.talked else 0, **told),
    ]
