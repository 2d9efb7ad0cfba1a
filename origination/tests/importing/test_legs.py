"""Which legs belong together, whichever of them names the other, in any order."""

from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from origination.importing.legs import Legs

START = datetime(2026, 6, 11, tzinfo=UTC)


def identity(leg):
    try:
        return UUID(leg)
    except ValueError:
        return uuid5(NAMESPACE_URL, leg)


def row(leg, other="", second=0):
    return {
        "uuid": identity(leg),
        "orig_call_id": leg,
        "other_leg": other,
        "time_start": START + timedelta(seconds=second),
    }


A, B, C = (str(UUID(int=n)) for n in (3, 1, 2))
CALL_ID = "a84b4c76e66710@192.0.2.17"


def test_legs_that_name_nobody_are_none():
    assert not Legs([row(A), row(B)])


def test_the_leg_that_began_first_names_the_call():
    names = Legs([row(B, A, second=1), row(A, B)]).names()
    assert {names[A], names[B]} == {A}


def test_a_leg_that_has_not_come_names_the_call_until_it_does():
    assert Legs([row(A, B)]).names()[A] == B


@pytest.mark.parametrize("other", [B, ""], ids=["that names another", "alone"])
def test_a_call_id_names_the_call(other):
    names = Legs([row(CALL_ID, other), row(B, CALL_ID), row(C, CALL_ID)]).names()
    assert {names[CALL_ID], names[B], names[C]} == {CALL_ID}


def test_a_stored_leg_brings_its_call():
    legs = Legs([row(B, A)])
    legs.add_stored([(identity(A), "of the table")])
    assert legs.names()[B] == "of the table"


# Leg -> the leg that it names; at most one each, in chains, stars and circles.
LINKS = st.lists(st.integers(-1, 9), min_size=10, max_size=10)


@given(links=LINKS, order=st.permutations(range(10)), sizes=st.lists(st.integers(1, 4)))
def test_batches_in_any_order_find_the_same_calls(links, order, sizes):
    ids = [str(UUID(int=n + 1)) for n in range(10)]
    rows = [row(ids[n], ids[links[n]] if links[n] not in (-1, n) else "", n) for n in range(10)]
    stored: dict[str, str] = {}
    remaining = [rows[n] for n in order]
    while remaining:
        size = sizes.pop() if sizes else 3
        batch, remaining = remaining[:size], remaining[size:]
        join(batch, stored)
    assert partition(stored) == components(rows)


def join(batch, stored):
    """As calls.py does with a table, here ``stored``: leg -> call."""
    legs = Legs(batch)
    wanted = {row["orig_call_id"] for row in batch} | legs.ids
    found = {leg for leg, call in stored.items() if call in wanted or identity(leg) in legs.uuids}
    legs.add_stored((identity(leg), stored[leg]) for leg in found)
    names = legs.names()
    for leg, call in list(stored.items()):
        stored[leg] = names.get(call, call)
    for each in batch:
        stored[each["orig_call_id"]] = names.get(each["orig_call_id"], each["orig_call_id"])


def partition(stored):
    return {frozenset(leg for leg in stored if stored[leg] == call) for call in stored.values()}


def components(rows):
    groups = [{row["orig_call_id"], row["other_leg"] or row["orig_call_id"]} for row in rows]
    for n in range(len(groups)):
        for group in groups[:n]:
            if group & groups[n]:
                groups[n] |= group
                group.clear()
    return {frozenset(group) for group in groups if group}
