import pytest

from origination.importing import reading, values
from origination.importing.reading import Batches
from origination.importing.values import Rejected


class Even:
    """Even numbers are CDRs."""

    def __call__(self, line):
        if int(line.raw) % 2:
            raise Rejected("odd")
        return {"account": line.raw.decode()}

    def records(self, lines):
        return lines


reader = Even()


def unknown(code):
    return None


def write(path, numbers):
    path.write_text("".join(f"{number}\n" for number in numbers))
    return str(path)


def lines(batches):
    return [[(read.name, read.line.number) for read in batch.reads] for batch in batches]


def test_batches_go_on_from_file_to_file_in_order(tmp_path):
    first, second = write(tmp_path / "a", range(3)), write(tmp_path / "b", range(4))
    batches = list(Batches([first, second], lambda: reader, unknown, 5))
    assert lines(batches) == [
        [(first, 1), (first, 2), (first, 3), (second, 1), (second, 2)],
        [(second, 3), (second, 4)],
    ]
    assert [read.reason for read in batches[0].reads] == ["", "odd", "", "", "odd"]
    assert sum(batch.passed for batch in batches) == 2 * 3 + 2 * 4


def test_long_lines_end_a_batch_early(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BATCH_BYTES", 4)
    path = write(tmp_path / "a", [10, 11, 12, 13, 14])
    assert [len(batch.reads) for batch in Batches([path], lambda: reader, unknown, 100)] == [
        2,
        2,
        1,
    ]


def test_lines_that_are_not_kept_end_no_batch_early(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BATCH_BYTES", 4)
    path = write(tmp_path / "a", [10, 12, 14])
    [batch] = Batches([path], lambda: reader, int, 100)
    assert batch.reads == [{"account": 10}, {"account": 12}, {"account": 14}]


def test_what_was_read_before_an_error_comes_before_it(tmp_path):
    path = write(tmp_path / "a", [1, 2])
    batches = iter(Batches([path, str(tmp_path / "gone")], lambda: reader, unknown, 100))
    assert lines([next(batches)]) == [[(path, 1), (path, 2)]]
    with pytest.raises(FileNotFoundError):
        next(batches)


def test_lines_are_kept_for_the_rejects_only(tmp_path):
    path = write(tmp_path / "a", [1, 2, 4])
    [batch] = Batches([path], lambda: reader, {"2": 22}.get, 100)
    odd, known, unseen = batch.reads
    assert (odd.line.raw, odd.line.number, odd.reason) == (b"1", 1, "odd")
    assert known == {"account": 22}
    assert (unseen.line.raw, unseen.line.number, unseen.row) == (b"4", 3, {"account": "4"})


def test_what_is_remembered_of_long_lines_is_let_go_of(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "REMEMBERED_BYTES", 1_000)
    read = values.remembered(lambda text: len(text))
    path = write(tmp_path / "a", [f"{n:<300}" for n in range(100)])

    class Remembering(Even):
        def __call__(self, line):
            read(line.raw)
            return {"account": "1"}

    list(Batches([path], Remembering, int, 1_000))
    assert read.cache_info().currsize <= 4
