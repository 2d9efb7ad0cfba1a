from zoneinfo import ZoneInfo

import pytest

from origination.importing.formats import FORMATS, LOCAL_TIME, Format, FormatError

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("name", FORMATS)
def test_each_file_has_a_reader_of_its_own(name):
    format = Format(name, zone=BERLIN)
    assert callable(format.reader())
    assert format.reader() is not format.reader()


@pytest.mark.parametrize("name", sorted(LOCAL_TIME))
def test_a_switch_that_writes_local_time_needs_its_zone(name):
    with pytest.raises(FormatError, match=f"{name} writes local time: name the switch's zone"):
        Format(name)


WRONG = {"name": "x", "rounding": "nearest", "legs": "some", "countries": "iso"}


@pytest.mark.parametrize(("option", "value"), WRONG.items(), ids=WRONG)
def test_a_value_that_there_is_not_is_refused_with_those_that_there_are(option, value):
    with pytest.raises(FormatError, match=f"{value!r} is none of .+"):
        Format(**{"name": "csv"} | {option: value})


def test_a_format_is_kept_as_a_key():
    assert {Format("csv", source="gw1"), Format("csv", source="gw1")} == {
        Format("csv", source="gw1")
    }


@pytest.mark.parametrize(
    ("name", "joins"), [("asterisk", True), ("freeswitch", True), ("csv", False)]
)
def test_records_of_a_call_are_joined_where_the_switch_writes_several(name, joins):
    assert Format(name, zone=BERLIN).joins_records is joins
    assert not Format(name, zone=BERLIN, legs="all").joins_records
