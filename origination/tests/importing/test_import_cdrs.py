import bz2
import csv
import gzip
import io
import json
import lzma
import os
import threading
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from origination.importing.lines import Line
from origination.importing.rejects import Rejects
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory

pytestmark = pytest.mark.django_db

UUID = "11111111-1111-4111-8111-{:012d}"
ASTERISK = (
    '"acme","4930","4420","ctx","""x"" <4930>","SIP/a-1","SIP/b-2","Dial","x",'
    '"2026-06-11 15:40:07","2026-06-11 15:40:10","2026-06-11 15:41:10",63,60,"ANSWERED","DOC","u-1"'
)
FREESWITCH = (
    '"x","4930","4420","ctx","2026-06-11 15:40:07","","2026-06-11 15:41:10","63","0",'
    f'"USER_BUSY","{UUID.format(7)}","","acme","PCMA","PCMA"'
)


@pytest.fixture
def account():
    return AccountFactory()


def row(number, account, **changes):
    return {
        "uuid": UUID.format(number),
        "customer_acc_external_id": str(account.uuid),
        "time_start": "2026-06-11 15:40:07",
        "duration": "60",
        "customer_price": "0.5",
        "is_last_cdr": 1,
        "extra": {"nested": []},
    } | changes


def write(path, *lines):
    path.write_text("".join(f"{x if isinstance(x, str) else json.dumps(x)}\n" for x in lines))
    return str(path)


def load(path, *options, format="jsonl"):
    """Exit status of the command: 0, or 1 where lines were rejected."""
    try:
        call_command("import_cdrs", path, f"--format={format}", "--no-progress", *options)
    except SystemExit as e:
        return e.code
    return 0


def count():
    return get_cdr_model().objects.count()


def test_importing_the_same_file_twice_adds_nothing_twice(tmp_path, account, capsys):
    path = write(tmp_path / "a", row(1, account), row(2, account), row(2, account))
    assert load(path) == 0
    assert load(path) == 0
    assert count() == 2
    assert "read 3, imported 0, already there 3, rejected 0" in capsys.readouterr().out


def test_a_dry_run_writes_nothing_and_says_what_it_would(tmp_path, account, capsys):
    assert load(write(tmp_path / "a", row(1, account)), "--dry-run") == 0
    assert count() == 0
    assert "would import 1" in capsys.readouterr().out


BAD = {
    "negative duration": {"duration": -1},
    "day first": {"time_start": "11/06/2026 15:40:07"},
    "no account": {"customer_acc_external_id": None},
    "unknown account": {"customer_acc_external_id": UUID.format(9)},
    "infinite price": {"customer_price": "Infinity"},
    "huge price": {"customer_price": 10**30},
    "bad address": {"auth_orig_ip": "10.0.0.300"},
    "surrogate": {"dst_prefix_routing": "\ud800"},
    "nul": {"dst_prefix_routing": "\0"},
    "long number": {"dst_prefix_routing": "4" * 256},
    "nested": {"duration": [1]},
    "bad uuid": {"uuid": "x"},
    "bad boolean": {"is_last_cdr": "maybe"},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_a_bad_line_is_kept_with_its_reason_and_stops_nothing(tmp_path, account, changes):
    path = write(tmp_path / "a", row(1, account, **changes), row(2, account))
    assert load(path, "--rejects", str(tmp_path / "r.csv")) == 1
    assert count() == 1
    (reject,) = csv.DictReader((tmp_path / "r.csv").open())
    assert (reject["file"], reject["line"]) == (path, "1")
    assert reject["reason"]


@pytest.mark.parametrize(
    "raw",
    [b'{"uuid"', b"[]", b"NaN", b'{"a":NaN}', b"\0", b"[" * 20000, b"9" * 5000, b"x" * 2_000_000],
    ids=lambda raw: repr(raw[:10]),
)
def test_a_line_that_is_no_object_costs_only_itself(tmp_path, account, raw):
    path = tmp_path / "a"
    path.write_bytes(raw + b"\r\n" + json.dumps(row(2, account)).encode())
    assert load(str(path)) == 1
    assert count() == 1
    assert len(list(csv.reader((tmp_path / "a.rejects.csv").open()))) == 2


def test_csv_is_read_with_mark_windows_ends_gzip_and_a_repeated_header(tmp_path, account):
    header = "customer_price,uuid,account,time_start,duration,is_last_cdr,more"
    good = f'"0.5",{UUID.format(1)},{account.uuid},2026-06-11T15:40:07+02:00,60,t,x'
    broken = f'"0.5,{UUID.format(2)},{account.uuid},2026-06-11 15:40:07,60,t,x'
    text = "\r\n".join(["\ufeff" + header, good, header, broken, good.replace("1,", "3,", 1), ""])
    (tmp_path / "a.gz").write_bytes(gzip.compress(text.encode()))
    assert load(str(tmp_path / "a.gz"), format="csv") == 1
    rejects = list(csv.DictReader((tmp_path / "a.gz.rejects.csv").open()))
    assert [r["line"] for r in rejects] == ["3", "4"]
    first = get_cdr_model().objects.get(uuid=UUID.format(1))
    assert first.time_start.isoformat() == "2026-06-11T13:40:07+00:00"


@pytest.mark.parametrize(
    ("format", "line", "duration", "answered"),
    [("asterisk", ASTERISK, 60, True), ("freeswitch", FREESWITCH, 0, False)],
)
def test_switch_formats_are_read_in_the_switch_s_zone(
    tmp_path, account, format, line, duration, answered
):
    path = write(tmp_path / "a", line, line)
    codes = write(tmp_path / "map", f"acme,{account.uuid}")
    assert load(path, "--timezone=Europe/Berlin", f"--account-map={codes}", format=format) == 0
    cdr = get_cdr_model().objects.get()
    assert cdr.time_start.isoformat() == "2026-06-11T13:40:07+00:00"
    assert (cdr.account_id, cdr.duration) == (account.pk, duration)
    assert (cdr.time_connect is not None) == answered


@pytest.mark.parametrize(
    "options",
    [[], ["--timezone=Mars/Base"], ["--timezone=UTC", "--account=x"],
     ["--timezone=UTC", f"--account={UUID.format(9)}"]],
    ids=["no zone", "unknown zone", "no uuid", "unknown account"],
)  # fmt: skip
def test_a_mistake_of_the_user_is_a_command_error(tmp_path, options):
    with pytest.raises(CommandError):
        load(write(tmp_path / "a", ASTERISK), *options, format="asterisk")


def test_a_file_that_is_not_there_is_a_command_error():
    with pytest.raises(CommandError, match="No such file"):
        load("nowhere.jsonl")


SAMPLES = Path(__file__).parents[3] / "fixtures" / "cdrs"
SAMPLE_MAP = str(SAMPLES / "account-map.csv")
SAMPLE_ACCOUNT = "fd6cb45e-6674-11f1-9edb-da575d109341"
SAMPLE_FILES = {
    "jsonl": ("yeti.jsonl", {"imported": 3, "known": 1, "rejected": [5, 6, 7]}),
    "csv": ("billing.csv", {"imported": 2, "known": 0, "rejected": [4, 5, 6]}),
    "asterisk": ("Master.csv", {"imported": 2, "known": 0, "rejected": [3, 4, 5]}),
    "freeswitch": ("freeswitch.csv", {"imported": 4, "known": 0, "rejected": [4]}),
}


def load_sample(path, format, tmp_path, *options):
    return load(
        str(path), f"--account-map={SAMPLE_MAP}", "--timezone=Europe/Berlin",
        f"--rejects={tmp_path / 'rejects.csv'}", *options, format=format,
    )  # fmt: skip


def table():
    """Every CDR as text, without what the database numbers itself."""
    names = [f.attname for f in get_cdr_model()._meta.concrete_fields if not f.primary_key]
    return sorted(str(row) for row in get_cdr_model().objects.values_list(*names))


@pytest.mark.parametrize(("format", "sample"), SAMPLE_FILES.items(), ids=SAMPLE_FILES)
def test_a_sample_of_each_switch_is_sorted_into_good_and_bad(tmp_path, capsys, format, sample):
    AccountFactory(uuid=SAMPLE_ACCOUNT)
    name, expected = sample
    assert load_sample(SAMPLES / name, format, tmp_path) == 1
    assert count() == expected["imported"]
    assert f"already there {expected['known']}," in capsys.readouterr().out
    rejects = csv.DictReader((tmp_path / "rejects.csv").open())
    assert [int(reject["line"]) for reject in rejects] == expected["rejected"]


@pytest.mark.parametrize(("format", "sample"), SAMPLE_FILES.items(), ids=SAMPLE_FILES)
def test_a_file_cut_anywhere_leaves_nothing_wrong_behind(tmp_path, format, sample):
    AccountFactory(uuid=SAMPLE_ACCOUNT)
    whole = (SAMPLES / sample[0]).read_bytes().rstrip(b"\n") + b"\n"
    load_sample(SAMPLES / sample[0], format, tmp_path)
    expected = table()
    for length in range(1, len(whole), 7):
        get_cdr_model().objects.all().delete()
        (tmp_path / "cut").write_bytes(whole[:length])
        load_sample(tmp_path / "cut", format, tmp_path)
        assert set(table()) <= set(expected), whole[:length][-80:]


OF_18_COLUMNS = ASTERISK.replace('"u-1"', '"1781192407.5",""')
TRIED = OF_18_COLUMNS.replace("SIP/b-2", "SIP/gw1").replace(",63,60,", ",4,0,")
FORWARDED = OF_18_COLUMNS.replace("SIP/b-2", "SIP/gw2").replace("15:41:10", "15:42:10")
CALLS = {
    "tried, then forwarded": ("asterisk", [TRIED, FORWARDED], 1),
    "of one linkedid": (
        "asterisk",
        [f'{TRIED},"","l-1",1', FORWARDED.replace("407.5", "407.6") + ',"","l-1",2'],
        1,
    ),
    "both legs": (
        "freeswitch",
        [
            FREESWITCH.replace(f'"{UUID.format(7)}",""', f'"{UUID.format(7)}","{UUID.format(8)}"'),
            FREESWITCH.replace(f'"{UUID.format(7)}",""', f'"{UUID.format(8)}","{UUID.format(7)}"'),
        ],
        1,
    ),
}


@pytest.mark.parametrize("legs", ["calls", "all"])
@pytest.mark.parametrize(("format", "lines", "calls"), CALLS.values(), ids=CALLS)
def test_one_call_unless_all_records_count(tmp_path, account, format, lines, calls, legs):
    path = write(tmp_path / "calls", *lines)
    options = ["--timezone=UTC", f"--account={account.uuid}", f"--legs={legs}"]
    assert load(path, *options, format=format) == 0
    assert count() == len(lines)
    standing = get_cdr_model().objects.filter(is_last_cdr=True)
    assert standing.count() == (calls if legs == "calls" else len(lines))


def test_standard_input_is_a_file_too(tmp_path, account, monkeypatch):
    data = json.dumps(row(1, account)).encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
    monkeypatch.chdir(tmp_path)
    assert load("-") == 0
    assert count() == 1


def test_rejects_never_overwrite_the_input(tmp_path, account):
    path = write(tmp_path / "a", "not a CDR")
    with pytest.raises(CommandError, match="overwrite"):
        load(path, "--rejects", path)
    assert (tmp_path / "a").read_text() == "not a CDR\n"


@pytest.fixture
def protected(tmp_path, account):
    """Files that an import reads or that lie about, under more than one name."""
    write(tmp_path / "a", "not a CDR")
    (tmp_path / "map.csv").write_text(f"x,{account.uuid}\n")
    (tmp_path / "data").write_text("of somebody else")
    os.link(tmp_path / "a", tmp_path / "hard link")
    os.link(tmp_path / "map.csv", tmp_path / "map's hard link")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    (tmp_path / "link to data").symlink_to(tmp_path / "data")
    (tmp_path / "link to nothing").symlink_to(tmp_path / "new")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


def contents(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


REFUSED = [
    "a", "hard link", "link", "map.csv", "map's hard link", "data", "link to data",
    "link to nothing", "folder", "folder/../a", "pipe", "gone/r.csv", "a/r.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)], ids=["", "dry run"])
def test_rejects_are_written_into_no_other_file(protected, name, dry_run):
    before = contents(protected)
    options = ["--account-map", str(protected / "map.csv"), *dry_run]
    with pytest.raises(CommandError, match=r"^--rejects: "):
        load(str(protected / "a"), "--rejects", str(protected / name), *options)
    assert contents(protected) == before


def test_nor_into_that_of_standard_input(tmp_path, account, monkeypatch):
    path = tmp_path / "a"
    # Empty, so that nothing tells it from a new file of rejects.
    path.touch()
    with path.open() as file, monkeypatch.context() as patched:
        patched.setattr("sys.stdin", file)
        with pytest.raises(CommandError, match="overwrite"):
            load("-", "--rejects", str(path))


def test_nor_through_a_link_that_stands_where_they_usually_go(protected):
    (protected / "a.rejects.csv").symlink_to(protected / "data")
    with pytest.raises(CommandError, match="symbolic link"):
        load(str(protected / "a"))
    assert (protected / "data").read_text() == "of somebody else"


def test_a_link_that_is_made_meanwhile_is_not_followed(protected):
    rejects = Rejects(str(protected / "r.csv"))
    (protected / "r.csv").symlink_to(protected / "data")
    with pytest.raises(OSError, match="symbolic link"):
        rejects.add("a", Line(1, b"x"), "no CDR")
    assert (protected / "data").read_text() == "of somebody else"


def test_a_dry_run_writes_rejects_only_where_it_is_told_to(tmp_path, account, capsys):
    path = write(tmp_path / "a", "not a CDR")
    assert load(path) == 1
    (tmp_path / "a.rejects.csv").write_text("file,line,reason,text\nof an earlier run\n")
    before = contents(tmp_path)
    assert load(path, "--dry-run") == 1
    assert contents(tmp_path) == before
    assert "rejected 1" in capsys.readouterr().out
    assert load(path, "--dry-run", "--rejects", str(tmp_path / "r.csv")) == 1
    assert len(list(csv.reader((tmp_path / "r.csv").open()))) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("rejected", [1, 5_000], ids=["at the end", "on the way"])
def test_a_full_disk_is_told_in_a_line(tmp_path, account, rejected, capsys):
    path = write(tmp_path / "a", row(1, account), *["not a CDR"] * rejected)
    with pytest.raises(CommandError, match=r"Stopped: .*No space left"):
        load(path, "--rejects", "/dev/full")
    assert f"rejected {rejected}" in capsys.readouterr().out or rejected > 1


MISTAKEN = {
    "zstd": b"\x28\xb5\x2f\xfd\x04\x00",
    "bzip2": bz2.compress(b"x"),
    "xz": lzma.compress(b"x"),
    "zip": b"PK\x03\x04\x14\x00",
}


@pytest.mark.parametrize("kind", MISTAKEN)
@pytest.mark.parametrize("given", ["file", "stdin"])
def test_a_file_that_holds_no_lines_is_told_of_once(tmp_path, monkeypatch, kind, given):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").write_bytes(MISTAKEN[kind])
    stdin = SimpleNamespace(buffer=io.BytesIO(MISTAKEN[kind]))
    monkeypatch.setattr("sys.stdin", stdin)
    with pytest.raises(CommandError, match=kind):
        load("a" if given == "file" else "-")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(CommandError, match="is a folder"):
        load(str(tmp_path))


def test_a_pipe_is_read_as_a_file_is(tmp_path, account):
    os.mkfifo(tmp_path / "pipe")
    line = json.dumps(row(1, account))
    writing = threading.Thread(target=(tmp_path / "pipe").write_text, args=(f"{line}\n",))
    writing.start()
    assert load(str(tmp_path / "pipe")) == 0
    writing.join()
    assert count() == 1


def test_one_file_under_two_names_is_imported_once(tmp_path, account):
    path = write(tmp_path / "a", row(1, account))
    os.link(path, tmp_path / "b")
    call_command("import_cdrs", path, str(tmp_path / "b"), format="jsonl", no_progress=True)
    assert count() == 1


def test_a_line_without_an_end_and_what_a_small_file_unpacks_to_fill_no_memory(tmp_path):
    """200 MB of one line, which are 200 KB when packed."""
    with gzip.open(tmp_path / "a.gz", "wb", compresslevel=1) as file:
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    tracemalloc.start()
    assert load(str(tmp_path / "a.gz"), "--dry-run") == 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_lines_that_are_padded_fill_no_memory(tmp_path, account):
    """120 MB of lines."""
    blanks = " " * 60_000
    with (tmp_path / "a").open("w") as file:
        for n in range(2_000):
            changes = {"duration": f"{n}{blanks}"}
            file.write(json.dumps(row(n, account, **changes)) + "\n")
    tracemalloc.start()
    assert load(str(tmp_path / "a"), "--dry-run") == 0
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60_000_000


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path, account):
    path = write(tmp_path / "a", "not a CDR")
    assert load(path) == 1
    write(tmp_path / "a", row(1, account))
    assert load(path) == 0
    assert len(list(csv.reader((tmp_path / "a.rejects.csv").open()))) == 1


@pytest.mark.parametrize("damage", ["cut", "cut early", "checksum", "garbage behind"])
def test_the_readable_lines_of_a_damaged_gzip_file_count(tmp_path, account, capsys, damage):
    lines = [json.dumps(row(n, account)).encode() + b"\n" for n in range(300)]
    whole = gzip.compress(b"".join(lines))
    damaged = {
        "cut": whole[:-9],
        "cut early": whole[: len(whole) // 3],
        "checksum": whole[:-6] + b"wrong!",
        "garbage behind": whole + b"no gzip",
    }[damage]
    (tmp_path / "a.gz").write_bytes(damaged)
    # What zlib makes of it, byte by byte.
    packed, readable = zlib.decompressobj(31), b""
    with suppress(zlib.error):
        for byte in damaged:
            readable += packed.decompress(bytes([byte]))
    whole_lines = readable.count(b"\n")
    with pytest.raises(CommandError, match="run it again"):
        load(str(tmp_path / "a.gz"))
    assert count() == whole_lines > 20
    assert f"read {whole_lines}, imported {whole_lines}," in capsys.readouterr().out


def test_a_csv_file_without_a_header_is_not_guessed(tmp_path, account):
    path = write(tmp_path / "a", f"{UUID.format(1)},{account.uuid},2026-06-11 15:40:07,60")
    assert load(path, format="csv") == 1
    assert count() == 0
