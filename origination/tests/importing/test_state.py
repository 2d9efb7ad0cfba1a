"""The state file of --follow, by itself."""

import json
import os

import pytest

from origination.importing import state
from origination.importing.fingerprints import Fingerprint, of_beginning, of_end
from origination.importing.state import Position, State, StateError, locked

LOG = "/var/log/cdr.csv"
POSITION = Position(
    name=LOG,
    device=7,
    inode=11,
    offset=4711,
    number=42,
    modified=1_781_192_407_000_000_001,
    beginning=Fingerprint(0, 4096, "ab"),
    end=Fingerprint(615, 4096, "cd"),
    header="time_start,naïve",
    skipping=True,
)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "cdr.state")


def test_what_was_saved_is_there_for_the_next_process(path):
    State(path).save({LOG: [POSITION, POSITION]})
    assert State(path).positions == {LOG: [POSITION, POSITION]}


def test_without_a_file_nothing_was_read(path):
    assert State(path).positions == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "files": {}}', '{"version": 1, "files": {"a": [{}]}}']
)
def test_a_file_that_is_something_else_is_refused_and_left_as_it_is(path, text):
    with open(path, "w") as file:
        file.write(text)
    with pytest.raises(StateError, match="Name another file, or delete it"):
        State(path)
    with open(path) as file:
        assert file.read() == text


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_while_it_is_saved_leaves_what_was_there(path, monkeypatch, step):
    kept = State(path)
    kept.save({LOG: [POSITION]})

    def crash(*arguments):
        raise OSError("power")

    monkeypatch.setattr(state.os, step, crash)
    with pytest.raises(OSError, match="power"):
        kept.save({LOG: []})
    monkeypatch.undo()
    assert State(path).positions == {LOG: [POSITION]}
    kept.save({LOG: []})
    assert State(path).positions == {LOG: []}


def test_it_is_not_written_where_nothing_moved(path):
    kept = State(path)
    kept.save({LOG: [POSITION]})
    before = os.stat(path).st_ino
    kept.save({LOG: [POSITION]})
    assert os.stat(path).st_ino == before


def test_a_log_that_is_not_followed_now_keeps_its_position(path):
    State(path).save({LOG: [POSITION], "/other": []})
    State(path).save({"/other": [POSITION]})
    assert State(path).positions == {LOG: [POSITION], "/other": [POSITION]}


def test_it_is_a_text_that_a_person_can_read(path):
    State(path).save({LOG: [POSITION]})
    with open(path) as file:
        assert json.load(file)["files"][LOG][0]["offset"] == 4711


def test_only_one_process_has_it(path):
    in_use = pytest.raises(StateError, match="in use: another import_cdrs --follow")
    with locked(path), in_use, locked(path):
        pass
    with locked(path):
        pass


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StateError, match=r"nowhere.*No such file"), locked(f"{tmp_path}/nowhere/a"):
        pass


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 10_000])
def test_a_position_knows_the_bytes_before_it(size):
    data = bytes(number % 251 for number in range(20_000))

    def reader(data):
        return lambda offset, length: data[offset : offset + length]

    position = Position(
        "a", 1, 2, size, beginning=of_beginning(reader(data), size), end=of_end(reader(data), size)
    )
    assert position.is_in(reader(data))
    assert position.is_in(reader(data[:size]))
    if size:
        assert not position.is_in(reader(data[: size - 1]))
        assert not position.is_in(reader(b"x" + data[1:]))
        assert not position.is_in(reader(data[: size - 1] + b"x" + data[size:]))
