"""Master.csv, whatever columns cdr.conf has switched on."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from origination.importing.formats import Format
from origination.importing.lines import Line
from origination.importing.values import Rejected

BERLIN = ZoneInfo("Europe/Berlin")
SIXTEEN = (
    '"acme","4930","4420","ctx","""x"" <4930>","SIP/a-1","SIP/b-2","Dial","x",'
    '"2026-06-11 15:40:07","2026-06-11 15:40:10","2026-06-11 15:41:10",63,60,"ANSWERED","DOC"'
)
UNIQUE, LINKED = "1781184007.5", "pbx-1-1781184001.2"


def reader(**told):
    return Format("asterisk", zone=BERLIN, **told).reader()


def read(*more, **told):
    return reader(**told)(Line(1, ",".join([SIXTEEN, *more]).encode()))


LAYOUTS = {
    "16": ((), ""),
    "17, uniqueid": ((f'"{UNIQUE}"',), UNIQUE),
    "17, userfield": (('"a note"',), ""),
    "17, empty userfield": (('""',), ""),
    "18": ((f'"{UNIQUE}"', '"a note"'), UNIQUE),
    "19": (('"peer"', f'"{LINKED}"', "7"), LINKED),
    "20, uniqueid": ((f'"{UNIQUE}"', '"peer"', f'"{LINKED}"', "7"), LINKED),
    "20, userfield": (('"a note"', '"peer"', f'"{LINKED}"', "7"), LINKED),
    "21": ((f'"{UNIQUE}"', '"a note"', '"peer"', f'"{LINKED}"', "7"), LINKED),
    "21, not linked": ((f'"{UNIQUE}"', '""', '""', '""', "7"), UNIQUE),
}


@pytest.mark.parametrize(("more", "call"), LAYOUTS.values(), ids=LAYOUTS)
def test_optional_columns_are_found_by_what_they_hold(more, call):
    row = read(*more)
    assert row["orig_call_id"] == call
    assert (row["account"], row["duration"]) == ("acme", 60)
    assert row["time_start"] == datetime(2026, 6, 11, 13, 40, 7, tzinfo=UTC)


UNCLEAR = {
    "a quoted sequence": ('"peer"', f'"{LINKED}"', '"7"'),
    "no sequence": ('"peer"', f'"{LINKED}"', '"x"'),
    "20, no sequence": (f'"{UNIQUE}"', '"note"', '"x"', '"y"'),
    "22": ("1", "2", "3", "4", "5", "6"),
}


@pytest.mark.parametrize("more", UNCLEAR.values(), ids=UNCLEAR)
def test_columns_that_are_not_clear_are_rejected_with_the_cure(more):
    with pytest.raises(Rejected, match="--columns names"):
        read(*more)


COLUMNS = "src,dst,-,start,answer,end,billsec,disposition,uniqueid,accountcode"
CUSTOM = (
    '"4930","4420","x","2026-06-11 15:40:07","2026-06-11 15:40:10","2026-06-11 15:41:10",60,'
    '"ANSWERED","1781184007.5","acme"'
)


def test_columns_that_are_told_are_taken():
    row = reader(columns=tuple(COLUMNS.split(",")))(Line(1, CUSTOM.encode()))
    assert (row["account"], row["orig_call_id"], row["duration"]) == ("acme", UNIQUE, 60)
    with pytest.raises(Rejected, match="16 fields, --columns names 10"):
        read(columns=tuple(COLUMNS.split(",")))


def test_both_records_of_a_fork_live_and_a_repeated_line_is_one():
    """The same uniqueid, channel and start; only the talk time differs."""
    first = read(f'"{UNIQUE}"', '""')
    second = reader()(Line(1, f'{SIXTEEN},"{UNIQUE}",""'.replace(",63,60,", ",63,24,").encode()))
    assert read(f'"{UNIQUE}"', '""')["uuid"] == first["uuid"] != second["uuid"]
    assert first["orig_call_id"] == second["orig_call_id"]


def test_two_switches_have_calls_and_records_of_their_own():
    one, two = (read(f'"{UNIQUE}"', '""', source=source) for source in ("pbx1", "pbx2"))
    assert one["uuid"] != two["uuid"]
    assert (one["orig_call_id"], two["orig_call_id"]) == (f"pbx1-{UNIQUE}", f"pbx2-{UNIQUE}")


HOUR = (
    '"acme","4930","4420","ctx","x","SIP/a-1","","Dial","x","2026-10-25 {}","","2026-10-25 {}",'
    '9,0,"BUSY","DOC","{}.5",""'
)


@pytest.mark.parametrize(
    ("epoch", "hour"), [(1792887000, 0), (1792890600, 1)], ids=["first", "second"]
)
def test_the_epoch_of_the_uniqueid_tells_which_hour_it_was(epoch, hour):
    line = HOUR.format("02:10:00", "02:10:09", epoch)
    row = reader()(Line(1, line.encode()))
    assert row["time_start"] == datetime(2026, 10, 25, hour, 10, tzinfo=UTC)


def test_a_talk_time_longer_than_the_call_is_rejected():
    line = f'{SIXTEEN},"{UNIQUE}",""'.replace(",63,60,", ",63,1213200020,")
    with pytest.raises(Rejected, match="talk time of 1213200020 s in a call of 63 s"):
        reader()(Line(1, line.encode()))


def test_a_line_without_its_end_is_rejected():
    with pytest.raises(Rejected, match="no line end"):
        reader()(Line(1, f'{SIXTEEN},"{UNIQUE}",""'.encode(), ended=False))
