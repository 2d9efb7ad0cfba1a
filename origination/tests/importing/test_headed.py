"""Lines below a header, of which a file may lack the end."""

import pytest

from origination.importing.formats import Format
from origination.importing.formats.headed import HeadedCSV
from origination.importing.lines import Line
from origination.importing.values import Rejected

UUID = b"11111111-1111-4111-8111-000000000001"


def read(header, *lines):
    reader = HeadedCSV(Format("csv"))
    assert reader(Line(1, header)) is None
    return [reader(line) for line in lines]


@pytest.mark.parametrize("last", [b"6", b"60", b""])
def test_a_last_value_whose_digits_may_be_missing_is_rejected(last):
    line = Line(2, UUID + b",2026-06-11 15:40:07," + last, ended=False)
    with pytest.raises(Rejected, match="no line end"):
        read(b"uuid,time_start,duration", line)


@pytest.mark.parametrize("last", ["quoted", "ignored"])
def test_a_last_value_that_is_whole_or_counts_for_nothing_is_read(last):
    header = b"uuid,time_start," + (b"duration" if last == "quoted" else b"duration,note")
    value = b'"60"' if last == "quoted" else b"60,x"
    [row] = read(header, Line(2, UUID + b",2026-06-11 15:40:07," + value, ended=False))
    assert row["duration"] == 60


def test_a_header_with_a_name_that_counts_twice_is_rejected():
    with pytest.raises(Rejected, match="header names twice: duration, uuid"):
        read(b"uuid,duration,time_start,duration,note,note,uuid")


def test_a_number_of_yeti_stands_for_the_uuid_that_its_export_lacks():
    lines = [Line(n, b"%d,2026-06-11 15:40:07,60" % number) for n, number in [(2, 7), (3, 8)]]
    again = Line(4, b"7,2026-06-11 15:40:07,60")
    seven, eight, repeated = read(b"id,time_start,duration", *lines, again)
    assert seven["uuid"] == repeated["uuid"] != eight["uuid"]
    with pytest.raises(Rejected, match="neither uuid nor id"):
        read(b"id,time_start,duration", Line(2, b",2026-06-11 15:40:07,60"))
