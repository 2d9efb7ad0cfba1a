"""A file whose columns have names of its own."""

import json

import pytest

from origination.importing.formats import Format, FormatError
from origination.importing.formats.names import Names
from origination.importing.lines import Line
from origination.importing.values import Rejected

MAP = (("Call Begin", "time_start"), ("Talk", "duration"), ("To", "dst_prefix_routing"))
LINE = b"2026-06-11 15:40:07,60,4930,7"


def read(lines, **told):
    reader = Format("csv", **told).reader()
    return [reader(Line(n, line)) for n, line in enumerate(lines, 1)]


def test_columns_are_read_for_the_fields_that_are_told():
    _, row = read([b"Call Begin,Talk,To,Room", LINE], mapping=MAP)
    assert (row["duration"], row["dst_prefix_routing"]) == (60, "4930")


def test_a_name_may_be_written_in_any_case():
    _, row = read([b"call begin,TALK,to,Room", LINE], mapping=MAP)
    assert row["duration"] == 60


def test_what_is_told_stands_before_a_column_that_is_called_so():
    _, row = read([b"Call Begin,Talk,To,duration", LINE], mapping=MAP)
    assert row["duration"] == 60


def test_a_column_can_be_left_out():
    lines = [b"time_start,duration,dst_prefix_routing,id", LINE]
    _, row = read(lines, mapping=(("id", "-"),))
    assert row["uuid"]
    with pytest.raises(Rejected, match="--source"):
        read(lines)


def test_a_file_without_a_header_has_the_columns_that_are_told():
    [row] = read([LINE], columns=("time_start", "duration", "dst_prefix_routing", "-"))
    assert row["duration"] == 60
    [row] = read([LINE], columns=("Call Begin", "Talk", "To", "-"), mapping=MAP)
    assert row["dst_prefix_routing"] == "4930"


@pytest.mark.parametrize("delimiter", [b"|", b";", b"\t"])
def test_its_delimiter_is_found_by_the_number_of_columns(delimiter):
    columns = ("time_start", "duration", "dst_prefix_routing", "-")
    first, second = read([LINE.replace(b",", delimiter)] * 2, columns=columns)
    assert first == second
    with pytest.raises(Rejected, match="3 fields, --columns names 4"):
        read([LINE.replace(b",", delimiter), b"1,2,3".replace(b",", delimiter)], columns=columns)


def test_names_within_a_json_object_are_told_by_steps():
    mapping = (("call.begin", "time_start"), ("a.b", "duration"), ("to", "dst_prefix_routing"))
    reader = Format("jsonl", mapping=mapping).reader()
    record = {"call": {"begin": 1781192407.5}, "a.b": 60, "to": 4930, "duration": 7}
    row = reader(Line(1, json.dumps(record).encode()))
    assert (row["duration"], row["dst_prefix_routing"]) == (60, "4930")
    assert row["time_start"].microsecond == 500_000


MISTAKES = {
    "no such field": {"mapping": (("a", "start"),)},
    "columns without a start": {"columns": ("duration", "-")},
    "columns of JSON": {"name": "jsonl", "columns": ("time_start", "duration")},
    "columns without a talk time": {"name": "asterisk", "columns": ("start", "src"), "zone": None},
    "a map of a switch": {"name": "freeswitch", "mapping": (("a", "account"),)},
}
TOLD = {
    "no such field": "--map: a=start: 'start' is none of account, .*time_start",
    "columns without a start": "--columns lacks time_start",
    "columns of JSON": "--columns is for CSV",
    "columns without a talk time": "--columns lacks dst and answer and end and billsec",
    "a map of a switch": "--map is for csv, jsonl",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_cannot_be_is_told_before_a_file_is_read(mistake):
    from zoneinfo import ZoneInfo

    told = {"name": "csv"} | MISTAKES[mistake] | {"zone": ZoneInfo("Europe/Berlin")}
    with pytest.raises(FormatError, match=TOLD[mistake]):
        Format(**told)


TITLES = {
    "Orig Call": "orig_call_id",
    "Customer Acc": "customer_acc_id",
    "Customer Acc External": "customer_acc_external_id",
    "ID": "id",
    "Lega Disconnect Code": "lega_disconnect_code",
    "Vendor Price": "",
}


@pytest.mark.parametrize(("title", "field"), TITLES.items(), ids=TITLES)
def test_a_title_of_rails_is_the_name_that_it_was_made_of(title, field):
    assert Names().field(title) == field
