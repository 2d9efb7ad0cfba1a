"""Two shards of two real servers each: what a copy is for."""

import threading
from io import StringIO

import pytest
from django.core.management import call_command

from origination.contrib.clickhouse import nodes as schema
from origination.importing.loader import make_loader
from origination.models import get_cdr_model
from origination.tests.support.client import ask, configured
from origination.tests.support.clusters import CALLS, COUNT, calls, calls_of, connected
from origination.tests.support.factories import AccountFactory

pytestmark = [pytest.mark.django_db, pytest.mark.replicas]

TABLE = "default.origination_cdr_local"
REPLICA = "SELECT {} FROM system.replicas WHERE table = 'origination_cdr_local'"


@pytest.fixture
def nodes(pytestconfig):
    """First the two of one shard, then the two of the other."""
    yield pytestconfig.cluster
    for shard in (pytestconfig.cluster[:2], pytestconfig.cluster[2:]):
        shard[0].wait_for(lambda shard=shard: any(map(is_leader, shard)))
        # The other follows; asked itself, it would ask the leader without a password.
        next(filter(is_leader, shard)).ask("TRUNCATE TABLE origination_cdr_local")
        for node in shard:
            node.wait_for(lambda node=node: held(node) == 0)


@pytest.fixture
def accounts(nodes, customer):
    accounts = [AccountFactory(users=[customer]) for _ in range(12)]
    assert make_loader().insert(calls_of(accounts)) == CALLS * len(accounts)
    return accounts


@pytest.fixture
def back(nodes):
    """Starts again the nodes that a test has killed."""
    yield
    for node in nodes:
        if node.process is None:
            node.start()
        node.wait_for(lambda node=node: node.ask(REPLICA.format("is_readonly")) == [(0,)])


@pytest.fixture
def apart(nodes, accounts):
    """From here on no node gets anything from another."""
    wait_for_copies(nodes)
    for node in nodes:
        node.ask(f"SYSTEM STOP FETCHES {TABLE}")
    yield
    for node in nodes:
        node.ask(f"SYSTEM START FETCHES {TABLE}")


def is_leader(node):
    return node.ask(REPLICA.format("is_leader")) == [(1,)]


def is_behind(node):
    return node.ask(REPLICA.format("absolute_delay"))[0][0] > 1


def held(node):
    return node.ask(COUNT)[0][0]


def is_whole(shard):
    """Whether both nodes of a shard have the same CDRs."""
    return held(shard[0]) == held(shard[1]) > 0


def wait_for_copies(nodes):
    for shard in (nodes[:2], nodes[2:]):
        shard[1].wait_for(lambda shard=shard: is_whole(shard))


def test_every_node_has_a_replicated_table_and_its_face(nodes):
    for node in nodes:
        engines = dict(
            node.ask("SELECT name, engine FROM system.tables WHERE database = 'default'")
        )
        assert engines["origination_cdr_local"] == "ReplicatedReplacingMergeTree"
        assert engines["origination_cdr"] == "Distributed"
        assert node.ask(REPLICA.format("is_readonly, total_replicas, active_replicas")) == [
            (0, 2, 2)
        ]


def test_the_command_makes_them_where_they_are_missing(nodes, accounts):
    schema.drop_tables("cdrs", get_cdr_model())
    output = StringIO()
    call_command("clickhouse_tables", stdout=output)
    call_command("clickhouse_tables", stdout=output)
    named = [f"origination_cdr is on 127.0.0.1:{node.port}" for node in nodes]
    assert output.getvalue().splitlines() == named * 2
    assert make_loader().insert(calls_of(accounts)) == CALLS * len(accounts)
    wait_for_copies(nodes)


def test_each_account_lies_on_both_nodes_of_one_shard(nodes, accounts):
    wait_for_copies(nodes)
    per_account = COUNT.replace("count()", "account_id, count()") + " GROUP BY account_id"
    first, copy, other, its_copy = [dict(node.ask(per_account)) for node in nodes]
    assert (first, other) == (copy, its_copy)
    assert sorted([*first, *other]) == sorted(account.pk for account in accounts)
    assert {*first.values(), *other.values()} == {CALLS}


@pytest.mark.parametrize("victim", range(3), ids=["the one that is asked", "its copy", "another"])
def test_a_node_that_dies_costs_at_most_the_answer_under_way(
    nodes, customer, accounts, back, victim
):
    wait_for_copies(nodes)
    killer = threading.Timer(0.3, nodes[victim].kill)
    killer.start()
    answers = [ask(customer, account) for account in accounts * 8]
    killer.join()
    answers += [ask(customer, account) for account in accounts]
    lost = [answer for answer in answers if answer.status_code != 200]
    assert len(lost) <= 1
    assert {answer.status_code for answer in lost} <= {503}
    assert {calls(answer) for answer in answers if answer not in lost} == {CALLS}


# Asked as fast as it answers, by one customer.
@configured(THROTTLE_RATE=None)
@pytest.mark.parametrize("victim", range(2), ids=["the one that is asked", "its copy"])
def test_what_is_imported_without_a_node_is_there_when_it_is_back(
    nodes, customer, accounts, back, victim
):
    node, copy = nodes[victim], nodes[1 - victim]
    wait_for_copies(nodes)
    node.kill()
    more = calls_of(accounts, range(CALLS, CALLS + 10))
    assert make_loader().insert(more) == len(more)
    assert make_loader().insert(more) == 0
    assert {calls(ask(customer, account)) for account in accounts} == {CALLS + 10}
    node.start()
    while not is_whole(nodes[:2]):
        # Never a part of the numbers, from whichever node they come.
        assert {calls(ask(customer, account)) for account in accounts} == {CALLS + 10}
    copy.kill()
    assert {calls(ask(customer, account)) for account in accounts} == {CALLS + 10}


def test_importing_again_adds_nothing_though_the_copies_know_nothing_of_it(nodes, accounts, apart):
    again = calls_of(accounts, range(5, CALLS + 5))
    assert make_loader().insert(again) == 5 * len(accounts)
    for node in nodes:
        with connected(PORT=str(node.port)):
            assert [make_loader().insert(again) for _ in range(3)] == [0] * 3
    assert not any(map(is_whole, (nodes[:2], nodes[2:])))


def test_a_copy_that_is_behind_is_not_asked(nodes, customer, accounts, apart):
    make_loader().insert(calls_of(accounts, range(CALLS, CALLS + 10)))
    for shard in (nodes[:2], nodes[2:]):
        shard[0].wait_for(lambda shard=shard: any(map(is_behind, shard)))
    for node in nodes:
        with connected(PORT=str(node.port)):
            found = {calls(ask(customer, account)) for account in accounts for _ in range(3)}
        assert found == {CALLS + 10}
