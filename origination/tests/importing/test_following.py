"""Logs that are written, rotated and packed while they are followed, and while nobody looks.

Each test is of files alone: no database, no process.
"""

import bz2
import gzip
import lzma
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from origination.importing import following
from origination.importing.following import Followed
from origination.importing.formats import Format
from origination.importing.lines import MAX_LINE_BYTES
from origination.importing.rotated import is_rotated
from origination.importing.state import State
from origination.importing.values import Rejected

MANY = 10_000
PACKERS = {"gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}


class AsText:
    """A reader that takes each line as it is."""

    def __call__(self, line):
        if len(line.raw) > MAX_LINE_BYTES:
            raise Rejected("too long")
        return {"text": line.text, "ended": line.ended}

    def records(self, lines):
        return lines


class Site:
    """A log, who follows it, and the state between two of these processes."""

    def __init__(self, folder, make_reader=AsText):
        self.folder, self.log, self.make_reader = folder, folder / "cdr.csv", make_reader
        self.state = str(folder / "state")
        self.said = []
        self.start()

    def start(self):
        positions = State(self.state).positions.get(str(self.log), ())
        self.followed = Followed(str(self.log), self.make_reader, self.said.append, positions)

    def restart(self):
        self.followed.close()
        self.start()

    def save(self):
        State(self.state).save({str(self.log): self.followed.positions()})

    def look(self, most=MANY):
        """What came; the state is saved."""
        found = self.followed.read(most)
        self.save()
        return found

    def texts(self, most=MANY):
        return [read.row["text"] for read in self.look(most)]

    def write(self, *lines, to=None):
        write(to or self.log, "".join(f"{line}\n" for line in lines))

    def rename(self, to="cdr.csv.1"):
        return self.log.rename(self.folder / to)

    def copy_and_empty(self, to="cdr.csv.1"):
        shutil.copy(self.log, self.folder / to)
        os.truncate(self.log, 0)


def write(path, text):
    with Path(path).open("a", newline="") as file:
        file.write(text)


def pack(path, kind="gz"):
    """As logrotate does: it keeps the time, and the packed file is a new one."""
    packed, stat = Path(f"{path}.{kind}"), Path(path).stat()
    with PACKERS[kind](packed, "wb") as file:
        file.write(Path(path).read_bytes())
    os.utime(packed, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    Path(path).unlink()
    return packed


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.fixture
def old_at_once(monkeypatch):
    monkeypatch.setattr(following, "SECONDS_UNTIL_OLD", 0)


def test_lines_come_once_as_they_are_written(site):
    site.write("a", "b")
    assert site.texts() == ["a", "b"]
    assert site.texts() == []
    site.write("c")
    assert site.texts() == ["c"]


def test_a_log_that_is_not_there_yet_is_waited_for(site):
    assert site.texts() == site.texts() == []
    assert len(site.said) == 1
    assert "Waiting for it" in site.said[0]
    site.write("a")
    assert site.texts() == ["a"]


def test_a_line_in_two_pieces_is_read_when_it_has_its_end(site):
    write(site.log, "a\nb")
    assert site.texts() == ["a"]
    site.restart()
    assert site.texts() == []
    write(site.log, "bb")
    assert site.texts() == []
    write(site.log, "\nc\n")
    assert site.texts() == ["bbb", "c"]


def test_marks_blank_lines_and_line_ends_of_windows_are_no_text(site):
    write(site.log, "\ufeffa\r\n\r\n  \nb\r\n")
    reads = site.look()
    assert [(read.line.number, read.line.raw) for read in reads] == [(1, b"a"), (4, b"b")]


def test_as_many_lines_as_are_asked_for_come_at_a_time(site):
    site.write(*"abcde")
    assert [site.texts(2), site.texts(2), site.texts(2)] == [["a", "b"], ["c", "d"], ["e"]]


def test_a_line_that_is_too_long_costs_itself_alone(site):
    write(site.log, "a\n" + "x" * 2 * MAX_LINE_BYTES)
    assert [read.reason for read in site.look()] == ["", "too long"]
    site.restart()
    write(site.log, "x" * 3_000_000)
    assert site.look() == []
    write(site.log, "y\nb\n")
    (read,) = site.look()
    assert (read.row["text"], read.line.number) == ("b", 3)


def test_the_rest_of_a_renamed_file_comes_before_the_new_one(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b")
    renamed = site.rename()
    site.write("c")
    # A switch that has not been told yet goes on with the file that it has open.
    site.write("d", to=renamed)
    assert site.texts() == ["b", "d", "c"]
    site.write("e", to=renamed)
    site.write("f")
    assert site.texts() == ["e", "f"]


def test_a_renamed_file_is_followed_until_there_is_a_new_one(site):
    site.write("a")
    assert site.texts() == ["a"]
    renamed = site.rename()
    assert site.texts() == []
    site.write("b", to=renamed)
    assert site.texts() == ["b"]
    site.restart()
    site.write("c", to=renamed)
    assert site.texts() == ["c"]


def test_a_renamed_file_is_let_go_when_the_switch_writes_to_the_new_one(site, old_at_once):
    site.write("a")
    assert site.texts() == ["a"]
    renamed = site.rename()
    site.log.touch()
    for number in range(4):
        site.write(number, to=renamed)
        assert site.texts() == [str(number)]
    write(renamed, "no end")
    site.write("b")
    assert site.texts() == ["b"]
    (read,) = site.look()
    assert read.row == {"text": "no end", "ended": False}
    assert site.texts() == []
    assert len(site.followed.positions()) == 1


def test_a_file_that_was_deleted_is_read_to_its_end(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b")
    site.log.unlink()
    assert site.texts() == ["b"]
    site.write("c")
    assert site.texts() == ["c"]


def test_what_was_not_read_of_an_emptied_file_is_read_in_its_copy(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b")
    site.copy_and_empty()
    assert site.texts() == ["b"]
    site.write("c")
    assert site.texts() == ["c"]


def test_a_file_that_was_emptied_and_filled_beyond_what_was_read_is_another_one(site):
    site.write("a", "b")
    assert site.texts() == ["a", "b"]
    site.write("c")
    site.copy_and_empty()
    site.write("d", "e", "f", "g")
    assert site.texts() == ["c", "d", "e", "f", "g"]


def test_an_emptied_file_without_a_copy_is_told(site):
    site.write("a")
    assert site.texts() == ["a"]
    os.truncate(site.log, 0)
    site.write("b")
    assert site.texts() == ["b"]
    (said,) = site.said
    assert "was emptied, and no file beside it has its first 2 bytes" in said
    assert "import that file by hand: nothing is added twice" in said


def test_files_that_came_and_went_between_two_looks_are_read_in_order(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b")
    site.rename("cdr.csv.3")
    for number, text in ((2, "c"), (1, "d")):
        site.write(text)
        pack(site.rename(f"cdr.csv.{number}")) if number == 2 else site.rename("cdr.csv.1")
    site.write("e")
    assert site.texts() == ["b", "c", "d", "e"]
    assert sum("it is read as well" in said for said in site.said) == 2


def test_a_link_that_is_set_on_another_file_moves_on(tmp_path):
    site = Site(tmp_path)
    site.log.symlink_to(tmp_path / "monday")
    write(tmp_path / "monday", "a\n")
    assert site.texts() == ["a"]
    write(tmp_path / "monday", "b\n")
    write(tmp_path / "tuesday", "c\n")
    site.log.unlink()
    site.log.symlink_to(tmp_path / "tuesday")
    site.restart()
    assert site.texts() == ["b", "c"]


def test_a_restart_goes_on_where_the_last_state_was(site):
    site.write("a", "b")
    assert site.texts(1) == ["a"]
    site.restart()
    site.write("c")
    assert site.texts() == ["b", "c"]
    assert [position.number for position in site.followed.positions()] == [3]


def test_a_process_that_died_before_the_state_was_saved_reads_again(site):
    site.write("a", "b")
    assert site.texts(1) == ["a"]
    assert [read.row["text"] for read in site.followed.read(MANY)] == ["b"]
    site.restart()
    assert site.texts() == ["b"]


@pytest.mark.parametrize("kind", PACKERS)
def test_what_was_not_read_of_a_file_that_was_packed_meanwhile_is_read(site, kind):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b", *range(5_000))
    pack(site.rename(), kind)
    site.write("c")
    site.restart()
    assert site.texts(2_000) == ["b", *map(str, range(1_999))]
    site.restart()
    assert site.texts() == [*map(str, range(1_999, 5_000)), "c"]
    # It does not grow, so it is not waited for.
    assert len(site.followed.positions()) == 1


def test_a_packed_file_s_last_line_without_an_end_is_told_as_one(site):
    site.write("a")
    assert site.texts() == ["a"]
    write(site.log, "no end")
    pack(site.rename())
    site.restart()
    assert [read.row for read in site.look()] == [{"text": "no end", "ended": False}]


def test_a_damaged_packed_file_gives_what_comes_before_the_damage(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.write(*(f"{number:099}" for number in range(30_000)))
    packed = pack(site.rename())
    os.truncate(packed, packed.stat().st_size // 2)
    site.write("b")
    site.restart()
    texts = site.texts(1_000_000)
    assert texts[-1] == "b"
    assert len(texts) > 5_000
    assert any("is damaged" in said for said in site.said)


def test_all_rotated_files_of_a_long_pause_are_read(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b")
    pack(site.rename("cdr.csv-20261125"))
    site.write("c")
    pack(site.rename("cdr.csv-20261126"))
    site.write("d")
    site.rename("cdr.csv-20261127")
    site.write("e")
    site.restart()
    assert site.texts() == ["b", "c", "d", "e"]


def test_files_rotated_before_the_first_start_are_left_alone(site):
    site.write("old", to=site.folder / "cdr.csv.1")
    site.write("a")
    site.restart()
    assert site.texts() == ["a"]


def test_a_file_that_went_where_nobody_finds_it_is_told(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.log.unlink()
    site.write("bbbbb")
    site.restart()
    assert site.texts() == ["bbbbb"]
    assert any("no file beside it has its first 2 bytes" in said for said in site.said)


def test_a_packing_that_is_not_read_is_told(site):
    site.write("a")
    assert site.texts() == ["a"]
    site.log.unlink()
    (site.folder / "cdr.csv.1.zst").write_bytes(b"\x28\xb5\x2f\xfd....")
    site.write("bbbbb")
    site.restart()
    assert site.texts() == ["bbbbb"]
    assert any("cdr.csv.1.zst is packed by zstd" in said for said in site.said)


def test_another_file_with_the_inode_of_the_old_one_is_another_file(site):
    site.write("a", "b")
    assert site.texts() == ["a", "b"]
    pack(site.rename())
    site.write("c", "d")
    # The number of a file that was deleted is given to the next one.
    text = Path(site.state).read_text()
    numbers = [str(position.inode) for position in site.followed.positions()]
    Path(site.state).write_text(text.replace(numbers[0], str(site.log.stat().st_ino)))
    site.restart()
    assert site.texts() == ["c", "d"]


def test_a_disk_that_has_another_number_after_a_restart_is_the_same(site):
    site.write("a")
    assert site.texts() == ["a"]
    (position,) = site.followed.positions()
    changed = Path(site.state).read_text().replace(f'"device": {position.device}', '"device": 1')
    Path(site.state).write_text(changed)
    site.write("b")
    site.restart()
    assert site.texts() == ["b"]


def test_a_packed_log_is_not_followed_but_its_successor_is(site):
    site.write("a")
    pack(site.log).rename(site.log)
    assert site.texts() == site.texts() == []
    assert sum("is packed" in said for said in site.said) == 1
    site.log.unlink()
    site.write("b")
    assert site.texts() == ["b"]


def test_a_file_whose_handle_is_stale_is_opened_again(site, monkeypatch):
    site.write("a")
    assert site.texts() == ["a"]
    site.write("b")
    monkeypatch.setattr(site.followed.segments[0].source, "number", -1)
    assert site.texts() == []
    assert site.texts() == ["b"]
    assert any("Opening it again" in said for said in site.said)


def test_a_new_file_that_cannot_be_opened_yet_is_told_once(site, monkeypatch):
    site.write("a")
    assert site.texts() == ["a"]
    site.rename()
    site.log.mkdir()
    assert site.texts() == site.texts() == []
    assert len(site.said) == 1
    site.log.rmdir()
    site.write("b")
    assert site.texts() == ["b"]


ROWS = ["2026-06-11 15:40:07,60,a", "2026-06-11 15:40:08,61,b"]
UUIDS = ["11111111-2222-4333-8444-555555555555", "11111111-2222-4333-8444-555555555556"]
CSV_HEADER = "time_start,duration,account,uuid"
CSV = [f"{row},{uuid}" for row, uuid in zip(ROWS, UUIDS, strict=True)]


@pytest.fixture
def csv_site(tmp_path):
    return Site(tmp_path, Format("csv").reader)


def accounts(reads):
    return [read.row["account"] if read.row else read.reason for read in reads]


def test_a_header_is_remembered_over_a_restart(csv_site):
    csv_site.write(CSV_HEADER, CSV[0])
    assert accounts(csv_site.look()) == ["a"]
    csv_site.restart()
    csv_site.write(CSV[1])
    assert accounts(csv_site.look()) == ["b"]


def test_a_header_is_read_again_after_a_rotation(csv_site):
    csv_site.write(CSV_HEADER, CSV[0])
    assert accounts(csv_site.look()) == ["a"]
    csv_site.rename()
    csv_site.write("uuid,account,duration,time_start", f"{UUIDS[1]},b,1,2026-06-11 15:40:07")
    (read,) = csv_site.look()
    assert (read.row["account"], read.row["duration"]) == ("b", 1)


def test_a_file_that_is_emptied_under_the_switch_has_the_header_of_before(csv_site):
    csv_site.write(CSV_HEADER, CSV[0])
    assert accounts(csv_site.look()) == ["a"]
    csv_site.copy_and_empty()
    csv_site.write(CSV[1])
    assert accounts(csv_site.look()) == ["b"]
    csv_site.restart()
    csv_site.write(CSV[0])
    assert accounts(csv_site.look()) == ["a"]


def test_a_record_of_two_lines_is_waited_for(csv_site):
    csv_site.write("time_start,duration,account,disconnect_reason,uuid")
    csv_site.write('2026-06-11 15:40:07,60,a,"no')
    assert csv_site.look() == []
    csv_site.restart()
    csv_site.write(f'way",{UUIDS[0]}', f"2026-06-11 15:40:07,60,b,,{UUIDS[1]}")
    reads = csv_site.look()
    assert accounts(reads) == ["a", "b"]
    assert [read.line.number for read in reads] == [2, 4]
    assert reads[0].row["disconnect_reason"] == "no\nway"


def test_a_quote_that_nobody_closes_costs_its_own_line(csv_site):
    csv_site.write("time_start,duration,account,disconnect_reason,uuid")
    csv_site.write(f'2026-06-11 15:40:07,60,a,"no,{UUIDS[0]}')
    assert csv_site.look() == []
    csv_site.write(f"2026-06-11 15:40:07,60,b,,{UUIDS[1]}")
    first, second = csv_site.look()
    assert first.row is None
    assert second.row["account"] == "b"


@pytest.mark.parametrize(
    "name",
    ["cdr.csv.1", "cdr.csv.12.gz", "cdr.csv-20261127", "cdr.csv-20261127.xz", "cdr-20261127.csv",
     "cdr-20261127.csv.gz", "cdr.csv.2026-11-27-00-00-00", "cdr.csv.old", "cdr.1.csv"],
)  # fmt: skip
def test_a_rotated_file_is_known_by_its_name(name):
    assert is_rotated(name, "cdr.csv")


@pytest.mark.parametrize(
    "name", ["cdr.csv", "cdr.csv.state", "cdr.csv.rejects.csv", "cdr.csv.state.lock", "cdr2.csv",
             "cdr.csv.gz", "xcdr.csv.1", "cdr-backup.csv"],
)  # fmt: skip
def test_other_files_beside_the_log_are_none(name):
    assert not is_rotated(name, "cdr.csv")


class Writer:
    """A switch, and those who rotate its log."""

    def __init__(self, site):
        self.site, self.written, self.rotations = site, [], 0
        self.pending = ""
        self.open()

    def open(self):
        self.end_line()
        self.file = self.site.log.open("a")
        self.path = self.site.log

    def line(self):
        self.end_line()
        self.begin_line()
        self.end_line()

    def begin_line(self):
        self.end_line()
        text = f"call {len(self.written)} " + "x" * (len(self.written) % 50)
        self.written.append(text)
        self.file.write(text[:4])
        self.file.flush()
        self.pending = text[4:] + "\n"

    def end_line(self):
        if self.pending:
            self.file.write(self.pending)
            self.file.flush()
            self.pending = ""

    def rename(self):
        if self.path != self.site.log or not self.site.log.exists():
            return
        self.rotations += 1
        self.path = self.site.rename(f"cdr.csv-{self.rotations:08}")

    def create(self):
        self.site.log.touch()

    def copy_and_empty(self):
        self.end_line()
        if self.path == self.site.log:
            self.rotations += 1
            self.site.copy_and_empty(f"cdr.csv-{self.rotations:08}")

    def pack(self):
        for path in self.site.folder.glob("cdr.csv-????????"):
            if path != self.path:
                pack(path)


ACTIONS = ["line", "line", "begin_line", "end_line", "rename", "create", "open", "copy_and_empty",
           "pack", "look", "look a little", "restart", "die"]  # fmt: skip


@settings(
    max_examples=400, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(st.sampled_from(ACTIONS), max_size=40))
def test_whatever_happens_every_line_comes_and_none_is_made_up(tmp_path_factory, actions):
    site = Site(tmp_path_factory.mktemp("site"))
    writer, found = Writer(site), site.texts()
    for action in [*actions, "open", "line", "restart", "look", "look"]:
        if action == "look":
            found += site.texts()
        elif action == "look a little":
            found += site.texts(1)
        elif action == "restart":
            site.restart()
        elif action == "die":
            # It was read, maybe stored, and nobody noted it.
            site.followed.read(2)
            site.restart()
        else:
            getattr(writer, action)()
    assert sorted(set(found)) == sorted(writer.written), (actions, site.said)
