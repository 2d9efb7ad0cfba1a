"""Kamailio 5.6 to 6.0, module ``acc``, with ``cdr_start_on_confirmed`` and extra columns."""

from .calls import Seen, cut, local, read_local, whole

PAGE = "tables/kamailio"
# What the site adds to each of the three by cdr_extra and db_extra.
EXTRA = """account VARCHAR(64), caller VARCHAR(64), callee VARCHAR(64), src_ip VARCHAR(64)"""
MESSAGES = f"""
    id serial PRIMARY KEY, method VARCHAR(16) DEFAULT '' NOT NULL,
    from_tag VARCHAR(128) DEFAULT '' NOT NULL, to_tag VARCHAR(128) DEFAULT '' NOT NULL,
    callid VARCHAR(255) DEFAULT '' NOT NULL, sip_code VARCHAR(3) DEFAULT '' NOT NULL,
    sip_reason VARCHAR(128) DEFAULT '' NOT NULL,
    time TIMESTAMP WITHOUT TIME ZONE NOT NULL, {EXTRA}"""
TABLES = {
    "postgresql": [
        f"CREATE TABLE acc ({MESSAGES})",
        f"CREATE TABLE missed_calls ({MESSAGES})",
        f"""CREATE TABLE acc_cdrs (
            id serial PRIMARY KEY,
            start_time TIMESTAMP WITHOUT TIME ZONE DEFAULT '2000-01-01 00:00:00' NOT NULL,
            end_time TIMESTAMP WITHOUT TIME ZONE DEFAULT '2000-01-01 00:00:00' NOT NULL,
            duration REAL DEFAULT 0 NOT NULL,
            callid VARCHAR(255), sip_code VARCHAR(3), {EXTRA})""",
    ]
}


def write(call):
    return [
        *(("missed_calls", message(call, "INVITE", 503)) for _ in range(call.attempts)),
        ("acc", message(call, "INVITE", call.code)),
        *([("acc", bye(call))] if call.talked and call.has_end else []),
        *([("acc_cdrs", cdr(call))] if call.has_end else []),
    ]


def message(call, method, code):
    return {
        "method": method,
        "callid": call.call_id,
        "sip_code": str(code),
        "account": call.client.code,
        "time": cut(local(call.start)),
        "caller": call.caller,
        "callee": call.callee,
    }


def bye(call):
    """By the callee every second time, who is its caller then."""
    sent = message(call, "BYE", 200) | {"time": cut(local(call.end))}
    if call.number % 2:
        sent |= {"caller": call.callee, "callee": call.caller}
    return sent


def cdr(call):
    return {
        "start_time": cut(local(call.answer or call.start)),
        "end_time": cut(local(call.end)),
        "duration": call.talked,
        "callid": call.call_id,
        "sip_code": str(call.code),
        "account": call.client.code,
        "caller": call.caller,
        "callee": call.callee,
        "src_ip": call.address or "",
    }


def seen(call):
    if not call.has_end:
        return []
    return [
        Seen(
            client=call.client,
            start=read_local(cut(local(call.answer or call.start))),
            seconds=max(1, whole(call.talked)) if call.talked else 0,
            caller=call.caller,
            callee=call.callee,
            address=call.address,
            code=call.code,
        )
    ]
