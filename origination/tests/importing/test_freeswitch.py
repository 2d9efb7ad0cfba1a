from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from origination.importing.formats import Format
from origination.importing.lines import Line
from origination.importing.values import Rejected

BERLIN = ZoneInfo("Europe/Berlin")
OWN, OTHER = (f"3f1c5f0e-0a51-4c52-9c7e-6e5a1f00003{n}" for n in (1, 2))


def line(name="Front desk", own=OWN, other=OTHER, start="18:00:00"):
    text = (
        f'"{name}","4930","4420","public","2026-06-11 {start}","2026-06-11 18:00:04",'
        f'"2026-06-11 18:01:34","94","90","NORMAL_CLEARING","{own}","{other}","acme","PCMA","PCMA"'
    )
    return Line(1, text.encode())


def reader(**told):
    return Format("freeswitch", zone=BERLIN, **told).reader()


def test_a_leg_names_the_other_one():
    row = reader()(line())
    assert (row["uuid"], row["orig_call_id"], row["other_leg"]) == (UUID(OWN), OWN, OTHER)
    assert reader()(line(other=""))["other_leg"] == ""


def test_a_call_id_as_the_uuid_gives_one_that_is_the_same_again():
    call = "a84b4c76e66710@192.0.2.17"
    row = reader()(line(own=call))
    assert row["orig_call_id"] == call
    assert reader()(line(own=call))["uuid"] == row["uuid"]
    others = [line(own=f"b{call}"), line(own=call, start="18:00:01")]
    assert len({reader()(other)["uuid"] for other in others} | {row["uuid"]}) == 3
    assert reader(source="fs2")(line(own=call))["uuid"] != row["uuid"]


def test_a_leg_without_a_uuid_is_rejected():
    with pytest.raises(Rejected, match="uuid: empty"):
        reader()(line(own=""))


@pytest.mark.parametrize("name", ['Front "desk" x', '5"', '"', 'a""b', "O'Brien, J.", r"a\"b"])
def test_a_name_is_between_quotes_whatever_it_holds(name):
    row = reader()(line(name=name))
    assert (row["src_prefix_routing"], row["duration"]) == ("4930", 90)


def test_a_name_with_one_quote_costs_no_other_line():
    bad, good = line(name='5" disk')._replace(number=1), line()._replace(number=2)
    read = reader()
    assert [read(each)["account"] for each in read.records(iter([bad, good]))] == ["acme"] * 2


def test_columns_of_another_template_are_told():
    columns = "start_stamp,answer_stamp,end_stamp,billsec,uuid,caller_id_number"
    columns += ",destination_number,hangup_cause"
    text = f'"2026-06-11 18:00:00","","2026-06-11 18:00:20","0","{OWN}","4930","4420","USER_BUSY"'
    row = reader(columns=tuple(columns.split(",")))(Line(1, text.encode()))
    assert (row["account"], row["other_leg"], row["duration"]) == ("", "", 0)
    with pytest.raises(Rejected, match="15 fields, --columns names 8"):
        reader(columns=tuple(columns.split(",")))(line())
