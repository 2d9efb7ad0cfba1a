"""The sharded face on today's ClickHouse, where only the first of three shards is there."""

from uuid import UUID

import pytest
from django.db import OperationalError, connections

from origination.contrib.clickhouse.loader import ALL_REPLICAS_SETTINGS
from origination.contrib.clickhouse.tables import Cluster, creation, on_every_replica
from origination.models import get_cdr_model
from origination.statistics.bounds import bounded_query

pytestmark = [pytest.mark.django_db, pytest.mark.clickhouse]

ACCOUNTS = range(1, 13)


@pytest.fixture
def face():
    """A cursor, and the face under a name of its own."""
    made = creation(connections["cdrs"], get_cdr_model(), Cluster("torn", False))
    with connections["cdrs"].cursor() as cursor:
        for statement in made:
            cursor.execute(statement.replace("origination_cdr", "sharded"))
        yield cursor
        cursor.execute("DROP TABLE sharded SYNC")
        cursor.execute("DROP TABLE sharded_local SYNC")


def is_answered(cursor, account):
    try:
        with bounded_query("cdrs"):
            cursor.execute(f"SELECT count() FROM sharded WHERE account_id = {account}")
    except OperationalError:
        return False
    return True


def test_a_request_asks_the_shard_of_its_account_and_no_other(face):
    face.execute(f"SELECT arrayJoin({list(ACCOUNTS)}) AS pk WHERE cityHash64(toInt64(pk)) % 3 = 0")
    of_the_first_shard = {pk for (pk,) in face.fetchall()}
    assert {pk for pk in ACCOUNTS if is_answered(face, pk)} == of_the_first_shard
    assert 0 < len(of_the_first_shard) < len(ACCOUNTS)


def test_what_is_of_no_account_has_no_answer_while_a_shard_is_missing(face):
    with pytest.raises(OperationalError), bounded_query("cdrs"):
        face.execute("SELECT count() FROM sharded")


def test_the_importer_looks_at_every_replica_that_is_there(face):
    source = on_every_replica(get_cdr_model(), Cluster("torn", True))
    question = f"SELECT uuid FROM {source}".replace("origination_cdr", "sharded")
    face.execute(
        "INSERT INTO sharded_local (uuid, account_id, time_start) SELECT "
        "'00000000-0000-0000-0000-000000000001', 1, '2026-06-11 15:40:07'"
    )
    with pytest.raises(OperationalError):
        face.execute(question)
    face.set_settings(ALL_REPLICAS_SETTINGS)
    face.execute(question)
    assert face.fetchall() == [(UUID(int=1),)]
