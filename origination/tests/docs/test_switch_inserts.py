"""The triggers of the page about a switch's own INSERTs, fed as the switches do."""

import pytest
from django.conf import settings
from django.db import connection

from origination.importing.models import AccountCode
from origination.tests.support.client import ask
from origination.tests.support.recipes import blocks, page

pytestmark = [
    pytest.mark.skipif(
        connection.vendor != "postgresql" or settings.SETTINGS_MODULE != "statsproject.settings",
        reason="of our own tables on PostgreSQL",
    ),
    pytest.mark.django_db,
]


@pytest.fixture
def acme(account):
    AccountCode.objects.create(code="acme", account=account)
    return account


def make(switch):
    (recipe,) = blocks(page("switch-inserts"), f"sql {switch}")
    with connection.cursor() as cursor:
        cursor.execute(recipe)


def insert(**values):
    """As both switches write: text of every value, and only those that are set."""
    names = ", ".join(f'"{name}"' for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cdr ({names}) VALUES ({', '.join(['%s'] * len(values))})",
            [str(value) for value in values.values()],
        )


def record(uniqueid, billsec=0, end="2026-06-11 17:52:06", **changes):
    answered = {"answer": "2026-06-11 17:50:06"} if billsec else {}
    insert(
        **{"accountcode": "acme", "src": "4420794601", "dst": "4930901825", "channel": "SIP/a-1",
           "dstchannel": "SIP/gw-1", "start": "2026-06-11 17:50:00", "end": end, "duration": 126,
           "billsec": billsec, "disposition": "ANSWERED" if billsec else "BUSY",
           "uniqueid": uniqueid} | answered | changes
    )  # fmt: skip


def asked(customer, account):
    answer = ask(customer, account, **{"from-time": "2026-06-11T15:00:00Z", "sampling": "hour"})
    assert answer.status_code == 200
    totals = answer.json()["totals"]
    return totals["total_calls"], totals["successful_calls"], totals["total_duration"]


ONE_CALL = [
    {"billsec": 0, "end": "2026-06-11 17:50:20"},
    {"billsec": 120, "end": "2026-06-11 17:52:06"},
    {"billsec": 0, "end": "2026-06-11 17:52:30"},
]


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [2, 1, 0]], ids=str)
@pytest.mark.parametrize("key", ["uniqueid", "linkedid"])
def test_the_answered_record_stands_for_the_call(customer, acme, order, key):
    make("asterisk")
    for number in order:
        own = {"linkedid": "7.1"} if key == "linkedid" else {}
        record(f"7.{number}" if own else "7.1", **ONE_CALL[number], **own)
    assert asked(customer, acme) == (1, 1, "2.0")


def test_the_hour_is_that_of_the_switch_s_clock(customer, acme):
    make("asterisk")
    record("1.1", 60)
    answer = ask(customer, acme, **{"from-time": "2026-06-11", "sampling": "hour"})
    # 17:50 in Berlin is 15:50 UTC.
    assert answer.json()["data"]["t"] == [1781190000]


def test_a_code_that_nobody_told_stays_with_the_switch(customer, acme):
    make("asterisk")
    record("1.1", 60, accountcode="globex")
    record("1.2", 60)
    assert asked(customer, acme) == (1, 1, "1.0")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cdr")
        assert cursor.fetchone() == (2,)


def test_a_code_of_the_switch_goes_before_one_of_any(customer, account, accounts):
    AccountCode.objects.create(code="acme", account=accounts[0])
    AccountCode.objects.create(code="acme", account=accounts[1], source="asterisk")
    make("asterisk")
    record("1.1", 60)
    assert asked(customer, accounts[1]) == (1, 1, "1.0")
    assert asked(customer, accounts[0]) == (0, 0, "0.0")


def test_a_record_that_is_refused_costs_the_switch_nothing(customer, acme):
    make("asterisk")
    record("1.1", -5)
    record("1.2", 60)
    assert asked(customer, acme) == (1, 1, "1.0")
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cdr")
        assert cursor.fetchone() == (2,)


def test_freeswitch_s_fields_become_calls_once(customer, acme):
    make("freeswitch")
    call = {
        "local_ip_v4": "192.0.2.1", "caller_id_number": "4420794601",
        "destination_number": "4930901825", "context": "default",
        "start_stamp": "2026-06-11 17:50:00", "answer_stamp": "2026-06-11 17:50:06",
        "end_stamp": "2026-06-11 17:52:06", "duration": 126, "billsec": 120,
        "hangup_cause": "NORMAL_CLEARING", "uuid": "7f0c3c0e-6674-41f1-9edb-da575d109341",
        "accountcode": "acme",
    }  # fmt: skip
    failed = {name: call[name] for name in call if name != "answer_stamp"}
    insert(**call)
    insert(**call)
    insert(**failed | {"uuid": "a84b4c76e66710@192.0.2.17", "billsec": 0})
    assert asked(customer, acme) == (2, 1, "2.0")
