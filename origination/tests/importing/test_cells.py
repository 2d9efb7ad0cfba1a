import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.cells import Cells
from origination.importing.values import Rejected

THREE = range(3, 4)
WRITTEN = {
    "doubled quotes": ('"a ""b""",2,3', ['a "b"', "2", "3"]),
    "escaped quotes": (r'"a \"b\"",2,3', ['a "b"', "2", "3"]),
    "an escaped quote before the delimiter": (r'"a \", b","2","3"', ['a ", b', "2", "3"]),
    "quotes that nobody looked at": ('"Front "desk" x","2","3"', ['Front "desk" x', "2", "3"]),
    "nulls of ClickHouse and MySQL": (r"\N,2,\N", ["", "2", ""]),
    "nulls of Kamailio": ("<null>,2,<null>", ["", "2", ""]),
    "a null within a text": (r"\Nx,2,<null>.", [r"\Nx", "2", "<null>."]),
    "a backslash": (r"a\b,2,3", [r"a\b", "2", "3"]),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_quotes_and_nulls_have_many_spellings(text, expected):
    assert Cells(widths=THREE)(text) == expected


@pytest.mark.parametrize("text", ['1,"2,3', '"1,2,3', '"1"x,2,3'])
def test_a_quote_that_nobody_closed_rejects_the_line(text):
    cells = Cells(widths=THREE)
    with pytest.raises(Rejected, match="not a CSV line"):
        cells(text)
    assert cells('"1","2",3') == ["1", "2", "3"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@given(row=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\0")), min_size=2))
def test_what_python_writes_is_read(delimiter, row):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow(row)
    read = Cells(delimiter)(out.getvalue().removesuffix("\r\n"))
    assert read == ["" if cell in ("\\N", "<null>") else cell for cell in row]


def test_where_nothing_is_quoted_a_quote_is_a_character():
    assert Cells("|", THREE, quotes=False)('"Desk" <sip:1>|2|3') == ['"Desk" <sip:1>', "2", "3"]
