import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.formats import Format, jsonl
from origination.importing.formats.fields import NAMES
from origination.importing.formats.jsonl import JSONLines
from origination.importing.lines import Line
from origination.importing.values import Rejected

GOOD = {"uuid": "11111111-1111-4111-8111-000000000001", "time_start": "2026-06-11 15:40:07"}


def outcome(reader, raw):
    """Field values, or None for a rejected line."""
    try:
        return reader(Line(1, raw))
    except Rejected:
        return None


def with_value(field, written):
    """A line with one more value, as it is written."""
    return f'{json.dumps(GOOD | {"duration": 60})[:-1]}, "{field}": {written}}}'.encode()


@pytest.mark.parametrize("written", ["999999999999.999999", "123456789012.1234565", "1e-6", "0.1"])
def test_a_price_written_as_a_number_is_exact(written):
    row = outcome(JSONLines(Format("jsonl")), with_value("customer_price", written))
    assert row["customer_price"] == round(Decimal(written) + Decimal("1e-9"), 6)


ODD = [
    "60.0", "6e1", "-0", "18446744073709551616", "9" * 5000, "1E400", "NaN", "Infinity", "true",
    '"\\ud800"', '"\\ud83d\\ude00"', '"\t"', "[1]", "{}", "null", '""', "[" * 500 + "]" * 500,
]  # fmt: skip
FIELDS = [*sorted(NAMES - {"time_start"}), "ignored"]


@pytest.mark.parametrize("field", FIELDS)
def test_the_fast_way_reads_what_the_exact_one_reads(field):
    exact = JSONLines(Format("jsonl"))
    exact.decode = jsonl.exact
    for written in ODD:
        raw = with_value(field, written)
        assert outcome(JSONLines(Format("jsonl")), raw) == outcome(exact, raw), written


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_alike_by_both(raw):
    exact = JSONLines(Format("jsonl"))
    exact.decode = jsonl.exact
    for line in (raw, b'{"a": ' + raw + b"}", json.dumps(GOOD)[:-1].encode() + raw):
        assert outcome(JSONLines(Format("jsonl")), line) == outcome(exact, line)


def test_one_and_true_are_told_apart_in_any_order():
    reader = JSONLines(Format("jsonl"))
    for written, duration in [("1", 1), ("true", None), ("1.0", 1), ("1", 1)]:
        row = outcome(reader, with_value("routing_attempt", written))
        assert (row and row["routing_attempt"]) == duration


def test_latin_1_and_a_line_that_is_too_long_are_judged_as_ever():
    reader = JSONLines(Format("jsonl"))
    assert outcome(reader, with_value("disconnect_reason", '"é"').decode().encode("latin-1"))
    assert outcome(reader, with_value("ignored", '"' + "x" * (1 << 16) + '"')) is None
