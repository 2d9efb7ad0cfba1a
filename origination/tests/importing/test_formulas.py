import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.formulas import guarded, unguarded


@given(st.text() | st.text(st.sampled_from("'=+-@\t\r\n＝＋－＠ 09.")))
def test_what_was_guarded_is_as_it_was(text):
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["+49 30-90", "=1+1", "@x", "-a", "'=1", "＝1"])
def test_what_a_spreadsheet_would_compute_stands_behind_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+49301234", "-1.5", "O'Brien", "'quoted'", "x"])
def test_a_number_and_any_other_text_stay(text):
    assert guarded(text) == text
