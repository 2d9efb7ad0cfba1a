"""Lines below a header, of which a file may lack the end."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from origination.importing.formats import Format
from origination.importing.lines import Line
from origination.importing.values import Rejected

UUID = b"11111111-1111-4111-8111-000000000001"
START = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)


def read(header, *lines, **told):
    """Each line is bytes, or a Line."""
    reader = Format("csv", **told).reader()
    assert reader(Line(1, header)) is None
    lines = [line if isinstance(line, Line) else Line(2, line) for line in lines]
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
    with pytest.raises(Rejected, match=r"header names twice: duration, uuid$"):
        read(b"uuid,duration,time_start,duration,note,note,uuid")


def test_a_header_that_cannot_be_used_is_told_once_for_the_whole_file():
    reader = Format("csv").reader()
    told = r"no line of this file is read: its header lacks time_start, and has 'start_time, d.*n'"
    with pytest.raises(Rejected, match=told + ".*--map 'NAME=time_start'.*--columns"):
        reader(Line(1, b"start_time,duration"))
    assert [reader(Line(n, b"2026-06-11 15:40:07,60")) for n in (2, 3)] == [None, None]


EXPORT = (
    b'"ID","UUID","Time Start","Time End","Duration","Customer Acc","Customer Price",'
    b'"Src Country","Orig Call","Is Last Cdr","Lega Disconnect Code"'
)


def test_an_export_of_yeti_s_web_is_read_by_its_titles():
    """Rails makes a title of a name, and leaves the end of ``orig_call_id`` out."""
    [row] = read(
        EXPORT,
        b'7,%s,"2026-06-11 17:40:07.118457+02","",60,4001,0.5,77,"a@b",f,200' % UUID,
    )
    assert (row["account"], row["src_country_id"], row["orig_call_id"]) == ("4001", 77, "a@b")
    assert (row["is_last_cdr"], row["disconnect_code"]) == (False, 200)
    assert row["time_start"] == START.replace(microsecond=118457)


def test_its_times_without_an_offset_are_in_the_zone_that_is_told():
    line = b'7,%s,"2026-06-11 17:40:07","",60,4001,0.5,77,"a@b",t,200' % UUID
    [row] = read(EXPORT, line, zone=ZoneInfo("Europe/Berlin"))
    assert row["time_start"] == START
    assert read(EXPORT, line)[0]["time_start"].hour == 17


def test_a_time_with_an_offset_needs_no_zone():
    [row] = read(
        b"uuid,time_start,duration",
        UUID + b",2026-06-11 15:40:07 UTC,60.0",
        zone=ZoneInfo("Europe/Kyiv"),
    )
    assert (row["time_start"], row["duration"]) == (START, 60)


CUSTOMERS = b"time_start,time_end,duration,orig_call_id,local_tag"
ATTEMPTS = [
    b"2026-06-11 15:40:07,2026-06-11 15:40:08,0,a84b@192.0.2.17,8-1",
    b"2026-06-11 15:40:07,2026-06-11 15:40:08,0,a84b@192.0.2.17,8-2",
    b"2026-06-11 15:40:08,2026-06-11 15:41:08,50,a84b@192.0.2.17,8-2",
    b"2026-06-11 15:40:08,2026-06-11 15:41:08,50,b84b@192.0.2.17,8-2",
]


def test_a_customer_s_export_without_an_id_is_known_by_its_call_id_and_what_tells_attempts_apart():
    uuids = [row["uuid"] for row in read(CUSTOMERS, *ATTEMPTS)]
    assert len(set(uuids)) == len(ATTEMPTS)
    again = read(CUSTOMERS.replace(b"time_end", b"Time End"), *ATTEMPTS)
    assert [row["uuid"] for row in again] == uuids


def test_the_same_record_in_another_zone_or_at_another_price_is_the_same():
    header = b"time_start,duration,orig_call_id,customer_price"
    [first] = read(header, b"2026-06-11 15:40:07,60,a@b,0.5")
    [second] = read(header, b"2026-06-11T17:40:07+02:00,60,a@b,0.7")
    assert first["uuid"] == second["uuid"]


def test_an_id_is_one_with_its_source_only():
    header, line = b"id,time_start,duration", b"7,2026-06-11 15:40:07,60"
    with pytest.raises(Rejected, match="an id is of one switch only: --source NAME says of which"):
        read(header, line)
    one, two = (read(header, line, source=source)[0] for source in ("gw1", "gw2"))
    assert one["uuid"] == read(header, line, source="gw1")[0]["uuid"] != two["uuid"]


def test_with_a_call_id_two_switches_that_count_alike_are_told_apart():
    header = b"id,time_start,duration,orig_call_id"
    one, two = read(header, b"7,2026-06-11 15:40:07,60,a@b", b"7,2026-06-11 15:40:07,60,c@d")
    assert one["uuid"] != two["uuid"]


def test_without_any_id_all_that_was_read_is_the_identity():
    header = b"time_start,duration,dst_prefix_routing,note"
    lines = [b"2026-06-11 15:40:07,60,4930,x", b"2026-06-11 15:40:07,60,4931,x"]
    one, two = read(header, *lines)
    repeated = read(header, b"2026-06-11T15:40:07Z,60.0,4930,y")[0]
    assert one["uuid"] == repeated["uuid"] != two["uuid"]


DELIMITERS = {";": ";", "tab": "\t", "|": "|", ",": ","}


@pytest.mark.parametrize("delimiter", DELIMITERS.values(), ids=DELIMITERS)
def test_the_delimiter_is_seen_in_the_header(delimiter):
    header = "uuid|time_start|duration|src, dst".replace("|", delimiter)
    line = f'{UUID.decode()}|2026-06-11 15:40:07|60|"1{delimiter}2"'.replace("|", delimiter)
    if delimiter == ",":
        header = header.replace("src, dst", "src")
    line = delimiter.join([UUID.decode(), "2026-06-11 15:40:07", "60", f'"1{delimiter}2"'])
    assert read(header.encode(), line.encode())[0]["duration"] == 60


def test_a_delimiter_that_is_told_is_taken():
    header = b"uuid:time_start:duration"
    [row] = read(header, UUID + b':"2026-06-11 15:40:07":60', delimiter=":")
    assert row["duration"] == 60


def test_a_spreadsheet_tells_its_delimiter_in_a_line_of_its_own():
    reader = Format("csv").reader()
    lines = [b"sep=;", b"uuid;time_start;duration", UUID + b";2026-06-11 15:40:07;60"]
    rows = [reader(Line(n, line)) for n, line in enumerate(lines)]
    assert (rows[:2], rows[2]["duration"]) == ([None, None], 60)


@pytest.mark.parametrize("null", [b"\\N", b"<null>", b""])
def test_null_has_the_spellings_of_the_databases(null):
    header = b"uuid,time_start,time_connect,duration,src_country_id"
    [row] = read(header, b",".join([UUID, b"2026-06-11 15:40:07", null, null, null]))
    assert (row["time_connect"], row["duration"], row["src_country_id"]) == (None, 0, None)


def test_a_talk_time_of_null_is_no_failure_where_the_call_was_answered():
    header = b"uuid,time_start,time_connect,duration"
    with pytest.raises(Rejected, match="duration: null, but the call was answered"):
        read(header, UUID + b",2026-06-11 15:40:07,2026-06-11 15:40:08,\\N")


def test_a_talk_time_longer_than_the_call_is_rejected():
    header = b"uuid,time_start,time_end,duration"
    with pytest.raises(Rejected, match="talk time of 600 s in a call of 60 s"):
        read(header, UUID + b",2026-06-11 15:40:07,2026-06-11 15:41:07,600")


def test_an_apostrophe_that_guards_a_spreadsheet_is_taken_off():
    header = b"uuid,time_start,duration,dst_prefix_routing,disconnect_reason"
    [row] = read(header, UUID + b",2026-06-11 15:40:07,60,'+49 30-90,O'Brien")
    assert (row["dst_prefix_routing"], row["disconnect_reason"]) == ("+49 30-90", "O'Brien")


def test_a_number_is_as_long_as_the_column_takes():
    header = b"uuid,time_start,duration,dst_prefix_routing"
    assert read(header, UUID + b",2026-06-11 15:40:07,60," + b"4" * 80)
    with pytest.raises(Rejected, match=r"81 characters, the column takes 80.*max_length"):
        read(header, UUID + b",2026-06-11 15:40:07,60," + b"4" * 81)


def test_an_hour_that_comes_twice_is_decided_by_the_talk_time():
    header = b"uuid,time_start,time_end,duration"
    line = UUID + b",2026-10-25 02:59:50,2026-10-25 02:00:25,30"
    [row] = read(header, line, zone=ZoneInfo("Europe/Berlin"))
    assert row["time_end"] == datetime(2026, 10, 25, 1, 0, 25, tzinfo=UTC)
