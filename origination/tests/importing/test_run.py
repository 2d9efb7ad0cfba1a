"""The import as a whole, in batches of two lines, so that reading ahead has something to do."""

import csv
import json
import threading
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from origination.importing import run
from origination.importing.accounts import Accounts
from origination.importing.formats import Format
from origination.importing.formats.jsonl import JSONLines
from origination.importing.formats.kinds import KINDS
from origination.importing.loader import _alias, make_loader
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory

pytestmark = pytest.mark.django_db

UUID = "22222222-2222-4222-8222-{:012d}"
SECONDS_TO_WAIT = 60


@pytest.fixture
def account():
    return AccountFactory()


@pytest.fixture(autouse=True)
def loader(monkeypatch):
    """The class of this database's loader."""
    loader = type(make_loader())
    monkeypatch.setattr(loader, "batch", 2)
    return loader


def line(number, account, **changes):
    row = {
        "uuid": UUID.format(number),
        "account": str(account.uuid),
        "time_start": "2026-06-11 15:40:07",
        "duration": 60,
    }
    return json.dumps(row | changes)


def write(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


def load(*names):
    try:
        call_command("import_cdrs", *names, "--format=jsonl", "--no-progress")
    except SystemExit as e:
        return e.code
    return 0


def stored():
    return sorted(int(uuid.node) for uuid in get_cdr_model().objects.values_list("uuid", flat=True))


def reading_threads():
    return [thread for thread in threading.enumerate() if "reading ahead" in thread.name]


def test_rejects_keep_the_order_of_files_and_lines_whoever_rejects_them(tmp_path, account, capsys):
    unknown = SimpleNamespace(uuid=UUID.format(99))
    first = write(
        tmp_path / "a", "no JSON", line(1, account), line(2, unknown),
        line(3, account), line(4, account, duration=-1), line(5, unknown), "[]",
    )  # fmt: skip
    second = write(tmp_path / "b", line(3, account), line(6, unknown), line(7, account))
    assert load(first, second) == 1
    assert "read 10, imported 3, already there 1, rejected 6" in capsys.readouterr().out
    assert stored() == [1, 3, 7]
    rejects = csv.DictReader((tmp_path / "a.rejects.csv").open())
    assert [(r["file"], int(r["line"])) for r in rejects] == [
        (first, 1), (first, 3), (first, 5), (first, 6), (first, 7), (second, 2),
    ]  # fmt: skip


def test_a_reject_keeps_its_text_after_the_account_is_known(tmp_path, account):
    lines = [line(number, account) for number in range(5)] + [line(6, account, duration=-1)]
    path = write(tmp_path / "a", *lines)
    assert load(path) == 1
    (reject,) = csv.DictReader((tmp_path / "a.rejects.csv").open())
    assert reject["text"] == lines[-1]


def test_every_line_is_imported_once_whatever_the_batch_holds(tmp_path, account, capsys):
    path = write(tmp_path / "a", *(line(number // 2, account) for number in range(1, 30)))
    assert load(path) == load(path) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == "read 29, imported 15, already there 14, rejected 0"
    assert second == "read 29, imported 0, already there 29, rejected 0"


def test_the_next_batch_is_read_while_the_database_is_waited_for(tmp_path, monkeypatch, account):
    read = []
    reached = threading.Semaphore(0)

    class Reader(JSONLines):
        def __call__(self, line):
            read.append(line.number)
            reached.release()
            return super().__call__(line)

    class Slow:
        batch = 2

        def __init__(self, joins_records):
            pass

        def insert(self, rows, waiting):
            before = len(read)
            waiting()
            for _ in range(min(2, 5 - before)):
                assert reached.acquire(timeout=SECONDS_TO_WAIT)
            return len(rows)

    monkeypatch.setattr(run, "make_loader", Slow)
    monkeypatch.setitem(KINDS, "jsonl", Reader)
    path = write(tmp_path / "a", *(line(number, account) for number in range(5)))
    job = run.Import(Format("jsonl"), Accounts(), run.Rejects(str(tmp_path / "r")), False)
    for _ in range(2):
        reached.release()
    assert job.run([path], lambda passed: None).imported == 5
    assert read == [1, 2, 3, 4, 5]


def test_only_the_main_thread_asks_the_database(tmp_path, account, loader):
    makers = set()

    def note(execute, *arguments):
        makers.add(threading.current_thread())
        return execute(*arguments)

    path = write(tmp_path / "a", *(line(number, account) for number in range(9)))
    with connections["default"].execute_wrapper(note), connections[_alias()].execute_wrapper(note):
        assert load(path) == 0
    assert makers == {threading.current_thread()}


def failing(monkeypatch, loader, error):
    """The second batch fails after the third has begun to be read."""
    insert, batches = loader.insert, []

    def fail(self, rows, waiting):
        batches.append(rows)
        if len(batches) < 2:
            return insert(self, rows, waiting)
        waiting()
        raise error

    monkeypatch.setattr(loader, "insert", fail)


def test_a_database_error_leaves_the_earlier_batches_and_no_thread(
    tmp_path, account, loader, monkeypatch
):
    failing(monkeypatch, loader, DatabaseError("disk full"))
    path = write(tmp_path / "a", *(line(number, account) for number in range(9)))
    with pytest.raises(CommandError, match=r"disk full.*Earlier batches are imported"):
        load(path)
    assert stored() == [0, 1]
    assert reading_threads() == []
    monkeypatch.undo()
    assert load(path) == 0
    assert len(stored()) == 9


def test_an_interrupt_says_130_and_leaves_no_thread(tmp_path, account, loader, monkeypatch):
    failing(monkeypatch, loader, KeyboardInterrupt())
    path = write(tmp_path / "a", *(line(number, account) for number in range(9)))
    with pytest.raises(CommandError, match="run it again") as e:
        load(path)
    assert e.value.returncode == 130
    assert stored() == [0, 1]
    assert reading_threads() == []


def test_a_file_that_cannot_be_read_leaves_what_was_read_before(tmp_path, account):
    path = write(tmp_path / "a", "no JSON", *(line(number, account) for number in range(4)))
    rejects = run.Rejects(str(tmp_path / "r.csv"))
    job = run.Import(Format("jsonl"), Accounts(), rejects, dry_run=False)
    with pytest.raises(FileNotFoundError):
        job.run([path, str(tmp_path / "gone")], lambda passed: None)
    rejects.close()
    assert stored() == [0, 1, 2, 3]
    assert [r["line"] for r in csv.DictReader((tmp_path / "r.csv").open())] == ["1"]
