import builtins

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing import countries
from origination.importing.formats import Format, FormatError
from origination.importing.lines import Line

NUMBERS = {
    "4930901825": "DE", "+49 30": None, "+4930901825": "DE", "004930901825": "DE",
    "380441234567": "UA", "442079460101": "GB", "12125550123": "US", "16135550123": "CA",
    "74951234567": "RU", "77272580000": "KZ", "882161234567": None, "100": None, "": None,
    "anonymous": None, "sip:a": None, "9" * 80: None,
}  # fmt: skip
NUMERIC = {"DE": 276, "UA": 804, "GB": 826, "US": 840, "CA": 124, "RU": 643, "KZ": 398}


@pytest.mark.parametrize(("number", "iso2"), NUMBERS.items(), ids=NUMBERS)
def test_a_number_has_the_country_of_its_code(number, iso2):
    assert countries.iso2_of(number) == iso2
    assert countries.country_id(number) == NUMERIC.get(iso2)


@given(st.text(max_size=30) | st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_any_number_has_one_country_or_none(number):
    found = countries.country_id(number)
    assert found is None or 0 < found < 1000


LINE = b"11111111-1111-4111-8111-000000000001,2026-06-11 15:40:07,60,4930901825,380441234567,77"


def test_what_the_switch_wrote_stays():
    reader = Format("csv", countries="e164").reader()
    header = b"uuid,time_start,duration,src_prefix_routing,dst_prefix_routing,dst_country_id"
    assert reader(Line(1, header)) is None
    row = reader(Line(2, LINE))
    assert (row["src_country_id"], row["dst_country_id"]) == (276, 77)


def test_a_site_without_the_libraries_is_told_what_to_install(monkeypatch):
    really = builtins.__import__

    def without(name, *arguments):
        if name == "phonenumbers":
            raise ImportError(name)
        return really(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(FormatError, match=r"pip install .*\[countries\]"):
        Format("csv", countries="e164")
