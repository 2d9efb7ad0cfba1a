"""Objects as mod_json_cdr writes them."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from origination.importing.formats import Format
from origination.importing.lines import Line
from origination.importing.values import Rejected

A, B = (f"3f1c5f0e-0a51-4c52-9c7e-6e5a1f00003{n}" for n in (1, 2))
START = 1781192407


def leg(own=A, **changes):
    variables = {
        "uuid": own, "call_uuid": A, "accountcode": "acme", "billsec": "90", "duration": "94",
        "start_stamp": "2026-06-11%2018%3A00%3A00", "start_epoch": str(START),
        "answer_epoch": str(START + 4), "end_epoch": str(START + 94),
        "hangup_cause": "NORMAL_CLEARING", "sip_term_status": "200",
        "sip_network_ip": "%3A%3Affff%3A192.0.2.17", "bridge_uuid": B,
    } | changes  # fmt: skip
    profile = {"caller_id_number": "%2B4930", "destination_number": "4420", "uuid": own}
    return {"core-uuid": B, "variables": variables, "callflow": [{"caller_profile": profile}, {}]}


def reader(**told):
    return Format("freeswitch-json", **told).reader()


def lines(text):
    return [Line(n, raw.encode()) for n, raw in enumerate(text.splitlines(), 1)]


def read(record, **told):
    return reader(**told)(Line(1, json.dumps(record).encode()))


def test_an_object_is_a_leg_whose_times_need_no_zone():
    row = read(leg())
    assert (row["uuid"], row["account"], row["duration"]) == (UUID(A), "acme", 90)
    assert row["time_start"] == datetime.fromtimestamp(START, UTC)
    assert (row["src_prefix_routing"], row["dst_prefix_routing"]) == ("+4930", "4420")
    assert (row["auth_orig_ip"], row["disconnect_code"]) == ("192.0.2.17", 200)
    assert (row["orig_call_id"], row["other_leg"]) == (A, "")


def test_both_legs_have_the_id_of_the_call():
    b = leg(B, originating_leg_uuid=A)
    assert read(b)["orig_call_id"] == read(leg())["orig_call_id"] == A
    assert read(b)["other_leg"] == ""


@pytest.mark.parametrize(
    ("changes", "other"),
    [({"originator": A}, A), ({"originating_leg_uuid": A}, A), ({}, B), ({"bridge_uuid": ""}, "")],
)
def test_a_leg_that_has_none_names_the_other_leg(changes, other):
    own = A if other == B else B
    record = leg(own, **changes)
    del record["variables"]["call_uuid"]
    assert (read(record)["orig_call_id"], read(record)["other_leg"]) == (own, other)


def test_a_leg_without_any_other_is_a_call_by_itself():
    alone = leg(answer_epoch="0", billsec="0", hangup_cause="USER_BUSY", sip_term_status="486")
    del alone["variables"]["call_uuid"], alone["variables"]["bridge_uuid"]
    row = read(alone)
    assert (row["orig_call_id"], row["other_leg"], row["time_connect"]) == (A, "", None)
    assert (row["disconnect_code"], row["duration"]) == (486, 0)


def test_a_call_id_as_the_uuid_gives_one():
    one, two = (read(leg("a84b@192.0.2.17"), source=source) for source in ("", "fs2"))
    assert one["uuid"] != two["uuid"]


def test_the_account_may_be_another_variable():
    mapping = (("variables.domain_name", "account"),)
    assert read(leg(domain_name="pbx.example"), mapping=mapping)["account"] == "pbx.example"


@pytest.mark.parametrize("indent", [None, 1], ids=["an object a line", "an object a file"])
def test_lines_of_one_object_are_one_record(indent):
    text = "\n".join(json.dumps(leg(own), indent=indent) for own in (A, B))
    read = reader()
    records = list(read.records(iter(lines(text))))
    assert [str(read(each)["uuid"]) for each in records] == [A, B]


def test_an_object_that_was_cut_off_costs_itself_alone():
    whole = json.dumps(leg())
    text = "\n".join([whole[:99], whole, *json.dumps(leg(B), indent=1).splitlines()[:-3], whole])
    read, rows = reader(), []
    for record in read.records(iter(lines(text))):
        try:
            rows.append(read(record))
        except Rejected:
            rows.append(None)
    assert [str(row["uuid"]) for row in rows if row] == [A, A]


WRONG = {
    "no variables": ({"uuid": A}, "no variables"),
    "no start": (leg(start_epoch=""), "no start_epoch"),
    "no uuid": (leg(""), "uuid: empty"),
    "no talk time": (leg(billsec=""), "billsec"),
    "too long": (leg(billsec="1000"), "talk time of 1000 s"),
    "nested": (leg(billsec=[1]), "nested"),
}


@pytest.mark.parametrize(("record", "reason"), WRONG.values(), ids=WRONG)
def test_what_is_no_leg_is_rejected_with_the_reason(record, reason):
    with pytest.raises(Rejected, match=reason):
        read(record)
