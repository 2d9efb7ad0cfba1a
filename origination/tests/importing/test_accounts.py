from uuid import UUID

import pytest

from origination.importing.accounts import MapError, read_map

OURS = UUID("11111111-1111-4111-8111-000000000001")


@pytest.mark.parametrize(
    "text",
    [f"acme,{OURS}\n", f"accountcode, uuid\r\n\r\n acme , {OURS} \r\n", f"\ufeffacme,{OURS}"],
    ids=["a line", "a header and blanks", "a byte order mark"],
)
def test_codes_are_read_with_or_without_a_header(tmp_path, text):
    (tmp_path / "map.csv").write_text(text)
    assert read_map(str(tmp_path / "map.csv")) == {"acme": OURS}


@pytest.mark.parametrize("line", ["acme", f"acme,{OURS},EUR", "acme,7001", "acme,"])
def test_a_line_that_is_no_code_and_uuid_is_named(tmp_path, line):
    (tmp_path / "map.csv").write_text(f"accountcode,uuid\n{line}\n")
    with pytest.raises(MapError, match=r"map\.csv, line 2: not accountcode,uuid"):
        read_map(str(tmp_path / "map.csv"))
