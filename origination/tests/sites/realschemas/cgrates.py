"""CGRateS on PostgreSQL: a row for each rating run, seconds in nanoseconds, deleted softly."""

from hashlib import sha1

from .calls import Seen

PAGE = "tables/cgrates"
TABLES = {
    "postgresql": [
        """CREATE TABLE cdrs (
            id SERIAL PRIMARY KEY, cgrid VARCHAR(40) NOT NULL, run_id VARCHAR(64) NOT NULL,
            origin_host VARCHAR(64) NOT NULL, source VARCHAR(64) NOT NULL,
            origin_id VARCHAR(128) NOT NULL, tor VARCHAR(16) NOT NULL,
            request_type VARCHAR(24) NOT NULL, tenant VARCHAR(64) NOT NULL,
            category VARCHAR(64) NOT NULL, account VARCHAR(128) NOT NULL,
            subject VARCHAR(128) NOT NULL, destination VARCHAR(128) NOT NULL,
            setup_time TIMESTAMP WITH TIME ZONE NOT NULL,
            answer_time TIMESTAMP WITH TIME ZONE NOT NULL, usage BIGINT NOT NULL,
            extra_fields jsonb NOT NULL, cost_source VARCHAR(64) NOT NULL,
            cost NUMERIC(20,4) DEFAULT NULL, cost_details jsonb, extra_info text,
            created_at TIMESTAMP WITH TIME ZONE, updated_at TIMESTAMP WITH TIME ZONE NULL,
            deleted_at TIMESTAMP WITH TIME ZONE NULL, UNIQUE (cgrid, run_id))"""
    ]
}
NEVER = "0001-01-01 00:00:00+00"


def write(call):
    rated = run_of(call, "*default") | {"cost": -1 if call.price is None else call.price}
    return [
        ("cdrs", run_of(call, "*raw") | {"cost": -1}),
        ("cdrs", run_of(call, "supplier") | {"cost": "0.5", "account": "carrier"}),
        ("cdrs", rated),
        *(("cdrs", deleted(call, n)) for n in range(call.attempts)),
    ]


def run_of(call, run):
    return {
        "cgrid": sha1(call.call_id.encode()).hexdigest(),
        "run_id": run,
        "origin_host": "192.0.2.1",
        "source": "*sessions",
        "origin_id": call.call_id,
        "tor": "*voice",
        "request_type": "*prepaid",
        "tenant": "cgrates.org",
        "category": "call",
        "account": call.client.code,
        "subject": call.caller,
        "destination": call.callee,
        "setup_time": call.start,
        "answer_time": call.answer or NEVER,
        "usage": int(call.talked * 10**9),
        "extra_fields": '{"DisconnectCause": "NORMAL"}',
        "cost_source": "",
    }


def deleted(call, number):
    """Rated once, then taken back, as a data session of the same client is no call."""
    given = run_of(call, "*default") | {
        "cgrid": sha1(f"{call.call_id}{number}".encode()).hexdigest()
    }
    return given | ({"tor": "*data"} if number else {"deleted_at": call.end})


def seen(call):
    return [
        Seen(
            client=call.client,
            start=call.start,
            seconds=call.talked,
            price=call.price,
            caller=call.caller,
            callee=call.callee,
        )
    ]
