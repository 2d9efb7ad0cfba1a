"""What import_cdrs is told of a file."""

import pytest
from django.core.management import CommandError, call_command

from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory

pytestmark = pytest.mark.django_db

HEADER = "Call Begin\tTalk\tTo\tRoom"
LINE = "2026-06-11 17:40:07\t1.507\t4930901825\t7"


@pytest.fixture
def account():
    return AccountFactory()


def load(tmp_path, *options, text=f"{HEADER}\n{LINE}\n"):
    (tmp_path / "calls").write_text(text)
    arguments = ["--format=csv", "--no-progress", "--round=up", *options]
    call_command("import_cdrs", str(tmp_path / "calls"), *arguments)


MAP = ["--map=Call Begin=time_start", "--map=Talk=duration", "--map=To=dst_prefix_routing"]


def test_a_file_of_any_switch_is_imported_by_what_is_told_of_it(tmp_path, account):
    told = [*MAP, f"--account={account.uuid}", "--timezone=Europe/Berlin", "--countries=e164"]
    load(tmp_path, *told)
    load(tmp_path, *told)
    cdr = get_cdr_model().objects.get()
    assert (cdr.duration, cdr.dst_prefix_routing, cdr.dst_country_id) == (2, "4930901825", 276)
    assert cdr.time_start.isoformat() == "2026-06-11T15:40:07+00:00"


def test_a_file_tells_the_names_as_well(tmp_path, account):
    names = "# names of ours\n\nCall Begin = time_start\nTalk=duration\na=b=dst_prefix_routing\n"
    (tmp_path / "names").write_text(names)
    text = f"{HEADER.replace('To', 'a=b')}\n{LINE}\n"
    load(tmp_path, f"--map-file={tmp_path / 'names'}", f"--account={account.uuid}", text=text)
    assert get_cdr_model().objects.get().dst_prefix_routing == "4930901825"


def test_a_file_without_a_header_is_told_its_columns(tmp_path, account):
    columns = "--columns=time_start, duration,dst_prefix_routing,-"
    load(tmp_path, columns, "--delimiter=tab", f"--account={account.uuid}", text=f"{LINE}\n")
    assert get_cdr_model().objects.get().duration == 2


@pytest.mark.parametrize("source", ["", "--source=pbx1"])
def test_the_sources_of_two_files_keep_their_ids_apart(tmp_path, account, source):
    text = "id,time_start,duration\n7,2026-06-11 15:40:07,60\n"
    told = [f"--account={account.uuid}"]
    load(tmp_path, *told, "--source=pbx2", text=text)
    if source:
        load(tmp_path, *told, source, text=text)
        assert get_cdr_model().objects.count() == 2
        return
    with pytest.raises(SystemExit):
        load(tmp_path, *told, text=text)


MISTAKES = {
    "no pair": (["--map=x"], "--map: 'x' is not NAME=FIELD"),
    "no name": (["--map==duration"], "--map: '=duration' is not NAME=FIELD"),
    "no field": (["--map=x=y"], "'y' is none of account,"),
    "no file": (["--map-file=nowhere"], "--map-file: .*nowhere"),
    "two characters": (["--delimiter=;;"], "--delimiter: ';;' is not one character"),
    "no start": (["--columns=duration"], "--columns lacks time_start"),
}


@pytest.mark.parametrize(("options", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_before_a_file_is_read(tmp_path, options, told):
    with pytest.raises(CommandError, match=told):
        load(tmp_path, *options)


def test_a_line_of_a_file_of_names_that_is_wrong_is_named(tmp_path):
    (tmp_path / "names").write_text("a=time_start\n\nb\n")
    with pytest.raises(CommandError, match="names, line 3: 'b' is not NAME=FIELD"):
        load(tmp_path, f"--map-file={tmp_path / 'names'}")


def test_explaining_writes_nothing(tmp_path, account, capsys):
    load(tmp_path, *MAP, "--explain")
    out = capsys.readouterr().out
    assert "Call Begin  time_start          2026-06-11 17:40:07" in out
    assert [path.name for path in tmp_path.iterdir()] == ["calls"]
    assert get_cdr_model().objects.count() == 0


def test_a_file_that_cannot_be_explained_is_told_of(tmp_path):
    (tmp_path / "calls").write_bytes(b"PK\x03\x04")
    with pytest.raises(CommandError, match="zip archive"):
        call_command("import_cdrs", str(tmp_path / "calls"), "--format=csv", "--explain")
