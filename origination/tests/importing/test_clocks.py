"""Which of two hours a time is in, when clocks were set back."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.clocks import times_of
from origination.importing.values import Rejected

BERLIN = ZoneInfo("Europe/Berlin")
# When its clocks are set back, in UTC.
CHANGES = {
    "Europe/Berlin": datetime(2026, 10, 25, 1, tzinfo=UTC),
    "America/New_York": datetime(2026, 11, 1, 6, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 15, tzinfo=UTC),
}


def wall(time, zone=BERLIN):
    return "" if time is None else f"{time.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def at(text):
    return datetime.fromisoformat(f"2026-10-{text}+00:00")


def test_the_end_of_a_call_over_the_change_is_in_the_second_hour():
    times = times_of("2026-10-25 02:59:50", "", "2026-10-25 02:00:25", 30, BERLIN)
    assert times == (at("25 00:59:50"), None, at("25 01:00:25"))


OPEN = {
    "nothing decides: the first": (("02:10:00", "02:10:05", "02:20:05", 600, None), "00:10:00"),
    "a talk time that has no room": (("02:10:00", "02:10:05", "02:20:05", 4200, None), "00:10:00"),
    "an end behind the hour": (("02:10:00", "02:10:05", "03:00:05", 3000, None), "01:10:00"),
    "an epoch of the first": (("02:10:00", "02:10:05", "03:00:05", 3000, 0), "00:10:00"),
    "an epoch of the second": (("02:10:00", "02:10:05", "02:20:05", 600, 3600), "01:10:00"),
    "an epoch long before": (("02:10:00", "02:10:05", "02:20:05", 600, -900), "00:10:00"),
    "an epoch between the two": (("02:10:00", "02:10:05", "02:20:05", 600, 900), "01:10:00"),
    "an epoch of another clock": (("02:10:00", "02:10:05", "02:20:05", 600, 10**6), "00:10:00"),
}


@pytest.mark.parametrize(("call", "expected"), OPEN.values(), ids=OPEN)
def test_order_talk_time_and_epoch_decide(call, expected):
    *texts, seconds, offset = call
    start, answer, end = (f"2026-10-25 {text}" for text in texts)
    made = None if offset is None else int(at("25 00:10:00").timestamp()) + offset
    assert times_of(start, answer, end, seconds, BERLIN, made)[0] == at(f"25 {expected}")


@given(
    st.sampled_from(sorted(CHANGES)),
    st.integers(-7200, 7200),
    st.integers(0, 90),
    st.integers(0, 1200) | st.none(),
    st.integers(0, 5),
    st.booleans(),
)
def test_a_call_about_the_change_is_read_as_it_was(name, offset, ringing, talk, late, has_epoch):
    """By plain counting: the earliest of the shortest readings, of which it is one."""
    zone = ZoneInfo(name)
    start = CHANGES[name] + timedelta(seconds=offset)
    answer = None if talk is None else start + timedelta(seconds=ringing)
    end = start + timedelta(seconds=ringing + (talk or 0) + late)
    texts = [wall(time, zone) for time in (start, answer, end)]
    made = int(start.timestamp()) if has_epoch else None

    read = times_of(*texts, talk or 0, zone, made)

    possible = readings(texts, talk or 0, zone, made)
    assert (start, answer, end) in possible
    best = min(end - start for start, _, end in possible)
    shortest = [each for each in possible if each[2] - each[0] == best]
    assert read == min(shortest, key=lambda times: [time or start for time in times])


def readings(texts, seconds, zone, made):
    """By plain Python: every pair of folds that leaves a call whose parts have room."""
    found = []
    for folds in product((0, 1), repeat=3):
        start, answer, end = (
            datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if text
            else None
            for text, fold in zip(texts, folds, strict=True)
        )
        ordered = [time for time in (start, answer, end) if time is not None]
        room = (end - (answer or start)).total_seconds()
        has_room = ordered == sorted(ordered) and room + 1 >= seconds
        if has_room and (made is None or start.timestamp() == made):
            found.append((start, answer, end))
    return found


TOO_LONG = {
    "hours in seconds": ("2026-06-11 15:40:07", "2026-06-11 15:40:27", 1213200020),
    "an end before the start": ("2026-06-11 15:40:07", "2026-06-11 15:40:00", 5),
    "two seconds more": ("2026-06-11 15:40:07", "2026-06-11 15:40:27", 22),
}


@pytest.mark.parametrize("zone", [UTC, BERLIN], ids=str)
@pytest.mark.parametrize("call", TOO_LONG.values(), ids=TOO_LONG)
def test_a_talk_time_longer_than_the_call_is_rejected(call, zone):
    start, end, seconds = call
    with pytest.raises(Rejected, match=f"talk time of {seconds} s in a call of"):
        times_of(start, "", end, seconds, zone)


def test_a_second_more_is_rounding():
    """Asterisk's initiatedseconds, and times that are cut off to seconds."""
    assert times_of("2026-06-11 15:40:07", "", "2026-06-11 15:40:27", 21)


def test_an_answer_of_1970_is_none():
    times = times_of("2026-06-11 15:40:07", "1970-01-01 01:00:00", "2026-06-11 15:40:27", 9, BERLIN)
    assert times[1] is None
