import gzip

import pytest

from origination.importing.lines import opened

TEXT = "time_start;name\n2026-06-11 15:40:07;Zoë 😀\r\n" * 20_000


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_utf_16_with_its_mark_is_read(tmp_path, encoding, packed):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    data = mark + TEXT.encode(encoding)
    (tmp_path / "a").write_bytes(gzip.compress(data, 1) if packed else data)
    with opened(str(tmp_path / "a"), lambda passed: None) as lines:
        assert [line.text for line in lines] == TEXT.splitlines()


def test_utf_16_that_is_cut_in_a_character_is_read_up_to_it(tmp_path):
    (tmp_path / "a").write_bytes("time\nx".encode("utf-16")[:-1])
    with opened(str(tmp_path / "a"), lambda passed: None) as lines:
        assert [line.text for line in lines] == ["time", "\ufffd"]
