"""OpenSIPS 3, module ``acc`` with the flag ``cdr``: a row for each attempt, of its INVITE."""

from .calls import Seen, cut, local, read_local

PAGE = "tables/opensips"
COLUMNS = """
    id SERIAL PRIMARY KEY, method VARCHAR(16) DEFAULT '' NOT NULL,
    from_tag VARCHAR(64) DEFAULT '' NOT NULL, to_tag VARCHAR(64) DEFAULT '' NOT NULL,
    callid VARCHAR(64) DEFAULT '' NOT NULL, sip_code VARCHAR(3) DEFAULT '' NOT NULL,
    sip_reason VARCHAR(32) DEFAULT '' NOT NULL, time TIMESTAMP NOT NULL,
    duration INTEGER DEFAULT 0 NOT NULL, ms_duration INTEGER DEFAULT 0 NOT NULL,
    setuptime INTEGER DEFAULT 0 NOT NULL, created TIMESTAMP DEFAULT NULL,
    account VARCHAR(64), caller VARCHAR(64), callee VARCHAR(64), src_ip VARCHAR(64)"""
TABLES = {"postgresql": [f"CREATE TABLE acc ({COLUMNS})"]}


def write(call):
    failed = [attempt(call, 503)] * call.attempts
    if not call.talked:
        return [("acc", row) for row in [*failed, attempt(call, call.code)]]
    answered = attempt(call, 200) | {
        "time": cut(local(call.answer)),
        "created": cut(local(call.start)),
        "setuptime": int(call.ringing),
        "duration": int(call.talked),
        "ms_duration": int(call.talked * 1000),
    }
    # What is no call: a message in between.
    message = attempt(call, 200) | {"method": "MESSAGE"}
    return [("acc", row) for row in [*failed, message, answered]]


def attempt(call, code):
    return {
        "method": "INVITE",
        "callid": call.call_id,
        "sip_code": str(code),
        "time": cut(local(call.start)),
        "account": call.client.code,
        "caller": call.caller,
        "callee": call.callee,
        "src_ip": call.address,
    }


def seen(call):
    told = {"client": call.client, "start": read_local(cut(local(call.start))),
            "caller": call.caller, "callee": call.callee, "address": call.address}  # fmt: skip
    return [
        *(Seen(seconds=0, code=503, is_last=False, **told) for _ in range(call.attempts)),
        Seen(seconds=call.talked, code=call.code, **told),
    ]
