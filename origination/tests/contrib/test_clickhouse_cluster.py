"""Three real servers, each with the CDRs of some accounts: what a ClickHouse in a process cannot
show."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from origination.contrib.clickhouse import nodes as schema
from origination.importing.loader import make_loader
from origination.models import get_cdr_model
from origination.tests.support.client import ask, configured
from origination.tests.support.clusters import CALLS, COUNT, calls, calls_of, connected
from origination.tests.support.debian_clickhouse.servers import PASSWORD
from origination.tests.support.factories import AccountFactory

pytestmark = [pytest.mark.django_db, pytest.mark.cluster]

ENDLESS = "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1"


@pytest.fixture
def nodes(pytestconfig):
    yield pytestconfig.cluster
    for node in pytestconfig.cluster:
        node.ask("TRUNCATE TABLE origination_cdr_local")


@pytest.fixture
def accounts(nodes, customer):
    accounts = [AccountFactory(users=[customer]) for _ in range(12)]
    assert make_loader().insert(calls_of(accounts)) == CALLS * len(accounts)
    return accounts


def running(nodes, sql):
    queries = [row for node in nodes for row in node.ask("SELECT query FROM system.processes")]
    return (sql,) in queries


def test_each_account_lies_whole_on_one_node(nodes, accounts):
    held = [dict(node.ask(COUNT.replace("count()", "account_id, count()") + " GROUP BY account_id"))
            for node in nodes]  # fmt: skip
    assert all(held)
    assert sorted(pk for part in held for pk in part) == sorted(a.pk for a in accounts)
    assert {count for part in held for count in part.values()} == {CALLS}


def test_the_cluster_answers_for_every_account(customer, accounts):
    for account in accounts:
        answer = ask(customer, account, sampling="hour", customer_price_lt="0.1").json()
        assert answer["data"]["t"] == [1781190000, 1781193600]
        assert answer["data"]["total_calls"] == [20, 20]
        assert answer["totals"]["total_duration"] == str(sum(n % 3 for n in range(CALLS)) / 1)


@pytest.mark.parametrize("address", ["2001:db8::1", "10.0.0.1"])
def test_addresses_are_found(customer, accounts, address):
    assert calls(ask(customer, accounts[0], auth_orig_ip=address)) == CALLS / 2


def test_importing_again_adds_nothing_on_any_node(nodes, accounts):
    again = calls_of(accounts)
    assert make_loader().insert(again) == 0
    assert make_loader().insert(again[::2] + calls_of([AccountFactory()])) == CALLS
    assert sum(node.ask(COUNT)[0][0] for node in nodes) == CALLS * (len(accounts) + 1)


@pytest.mark.parametrize("victim", [0, 1], ids=["the one that is asked", "another"])
def test_a_node_that_dies_costs_503_until_it_is_back(nodes, customer, accounts, victim):
    killer = threading.Timer(0.3, nodes[victim].kill)
    killer.start()
    answers = [ask(customer, account) for account in accounts * 8]
    killer.join()
    assert ask(customer, accounts[0]).status_code == 503
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all(calls(answer) == CALLS for answer in answers if answer.status_code == 200)
    nodes[victim].start()
    assert [calls(ask(customer, account)) for account in accounts] == [CALLS] * len(accounts)


def test_the_503_says_when_to_try_again(nodes, customer, accounts):
    nodes[2].kill()
    try:
        answer = ask(customer, accounts[0])
    finally:
        nodes[2].start()
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert answer.json() == {"error": "service unavailable, try again"}


def test_another_node_is_asked_where_the_first_is_down(nodes):
    nodes[0].kill()
    try:
        with connected(), connections["cdrs"].cursor() as cursor:
            cursor.execute("SELECT port FROM system.clusters WHERE is_local")
            assert cursor.fetchone()[0] in {node.port for node in nodes[1:]}
    finally:
        nodes[0].start()


def test_a_wrong_password_is_503_and_the_log_says_so_without_it(customer, accounts, caplog):
    with connected(PASSWORD="not the secret"):
        assert ask(customer, accounts[0]).status_code == 503
    assert "Wrong password for user cdrs" in caplog.text
    assert "not the secret" not in caplog.text
    assert PASSWORD not in caplog.text


@configured(QUERY_TIMEOUT=1)
def test_the_server_itself_cuts_off_a_slow_query(nodes, customer, accounts, monkeypatch, caplog):
    def endless(*args):
        with connections["cdrs"].cursor() as cursor:
            cursor.execute(ENDLESS)

    monkeypatch.setattr("origination.statistics.answers.Grouping.answer", endless)
    answer = ask(customer, accounts[0])
    assert answer.status_code == 503
    assert "Timeout exceeded" in caplog.text
    # The threads of the query end with the block of rows at which they are.
    nodes[0].wait_for(lambda: not running(nodes, ENDLESS))


def test_making_the_tables_again_changes_nothing(nodes, accounts):
    made = schema.make_tables("cdrs", get_cdr_model())
    assert made == [f"127.0.0.1:{node.port}" for node in nodes]
    assert sum(node.ask(COUNT)[0][0] for node in nodes) == CALLS * len(accounts)


@configured(CLICKHOUSE_CLUSTER="unheard of")
def test_an_unknown_cluster_is_named():
    with pytest.raises(LookupError, match="unheard of"):
        schema.make_tables("cdrs", get_cdr_model())


def test_the_table_of_one_server_is_spread_whatever_the_order_of_its_columns(nodes, accounts):
    total = CALLS * len(accounts)
    columns = "uuid, account_id, time_start, customer_price, duration, is_last_cdr"
    rest = [f.column for f in get_cdr_model()._meta.concrete_fields if f.column not in columns]
    order = f"{columns}, {', '.join(rest)}"
    nodes[0].ask(
        f"CREATE TABLE old ENGINE = MergeTree ORDER BY uuid AS SELECT {order} FROM origination_cdr"
    )
    try:
        for node in nodes:
            node.ask("TRUNCATE TABLE origination_cdr_local")
        output = StringIO()
        call_command("clickhouse_tables", "--copy-from", "old", stdout=output)
        assert output.getvalue().splitlines()[-1] == "old is copied"
        assert sum(node.ask(COUNT)[0][0] for node in nodes) == total
        assert make_loader().insert(calls_of(accounts)) == 0
        stored = "SELECT account_id, duration FROM {} ORDER BY uuid"
        assert nodes[0].ask(stored.format("origination_cdr")) == nodes[0].ask(stored.format("old"))
    finally:
        nodes[0].ask("DROP TABLE old")


def test_a_table_that_is_not_there_is_the_user_s_mistake(nodes):
    with pytest.raises(CommandError, match="nowhere"):
        call_command("clickhouse_tables", "--copy-from", "nowhere", stdout=StringIO())
