"""Cells that go on in the next line, and quotes that nobody closed."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from origination.importing.cells import Cells
from origination.importing.lines import Line, numbered
from origination.importing.records import MOST_LINES, joined

FOUR = Cells(widths=range(4, 5))


def read(data):
    return list(joined(numbered(io.BytesIO(data)), lambda: FOUR))


def texts(data):
    return [line.raw for line in read(data)]


def test_a_quoted_cell_with_a_line_end_is_one_record():
    assert texts(b'1,"a\nb",3,4\n5,6,7,8\n') == [b'1,"a\nb",3,4', b"5,6,7,8"]


def test_blank_lines_within_it_stay():
    assert texts(b'1,"a\n\n\nb\r\n\r\nc",3,4\n') == [b'1,"a\n\n\nb\r\n\r\nc",3,4']


def test_it_has_the_number_of_its_first_line_and_the_end_of_its_last():
    first, second = read(b'0,0,0,0\n1,"a\nb",3,4')
    assert (first.number, first.ended) == (1, True)
    assert second == Line(2, b'1,"a\nb",3,4', False, b"")


def test_an_open_quote_costs_its_own_line():
    lines = [b'1,"2,3,4', b'5,"6",7,8', b'9,"0,1,2', b"3,4,5,6"]
    assert texts(b"\n".join(lines)) == lines


def test_two_halves_whose_width_does_not_fit_are_no_record():
    lines = [b'1,"2,3', b'4",5']
    assert texts(b"\n".join(lines)) == lines


def test_no_more_lines_are_read_ahead_than_a_record_may_have():
    passed = []

    def lines():
        for number in range(1, 10_000):
            passed.append(number)
            yield Line(number, b'1,"' if number == 1 else b"x")

    assert next(joined(lines(), lambda: FOUR)).raw == b'1,"'
    assert len(passed) == MOST_LINES


CELL = st.text(st.sampled_from('ab"\n;\\'), max_size=6)


@given(st.lists(st.tuples(*[CELL] * 3, st.just("end")), max_size=8))
def test_records_that_python_writes_are_found_again(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [tuple(FOUR(line.text)) for line in read(out.getvalue().encode())] == rows


@given(st.lists(st.sampled_from([b'1,"2,3,4', b'1,"a', b'"', b'x"y']), max_size=6))
def test_whole_lines_behind_any_damage_are_all_read(damage):
    whole = [b"1,2,3,%d" % number for number in range(4)]
    assert texts(b"\n".join([*damage, *whole]))[-4:] == whole
