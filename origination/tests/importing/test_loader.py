"""Into which tables an import loads CDRs, and what it writes into columns that are not as ours."""

import json
from datetime import datetime
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections, models

from origination.importing.loader import STAGING, stage
from origination.tests.support.client import ask
from origination.tests.support.localclock import clock_of
from origination.tests.support.tables import (
    ALIAS,
    TABLE,
    VENDOR,
    created,
    mounted,
    of_a_switch,
    on_postgresql,
    run,
    switch_model,
)

pytestmark = [pytest.mark.django_db, of_a_switch]

START = "2026-06-11T15:40:07Z"
KEY = UUID("6f0c3c0e-6674-41f1-9edb-da575d109341")
ZONES = {"Kyiv": "Europe/Kyiv", "half an hour": "America/St_Johns", "unset": None}
# In UTC -> what a clock in Kyiv shows.
MOMENTS = {
    "summer": ("2026-06-11T15:40:07.250000Z", "2026-06-11 18:40:07.25"),
    "winter": ("2026-01-11T22:40:07Z", "2026-01-12 00:40:07"),
    "before clocks are set forward": ("2026-03-29T00:59:59Z", "2026-03-29 02:59:59"),
    "after": ("2026-03-29T01:00:00Z", "2026-03-29 04:00:00"),
}


def feed(path, account, *times, **changes):
    """A file of calls that start at these times, and others of every field that has one."""
    rows = [
        {
            "uuid": str(UUID(int=KEY.int + n)),
            "account": str(account.uuid),
            "time_start": time,
            "time_connect": time,
            "duration": 60,
            "is_last_cdr": True,
        }
        | changes
        for n, time in enumerate(times)
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(path)


def load(path, *options):
    call_command("import_cdrs", path, "--format=jsonl", "--no-progress", *options)


def told(sql):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@on_postgresql
@pytest.mark.parametrize(("moment", "shown"), MOMENTS.values(), ids=MOMENTS)
def test_the_clock_of_the_column_is_written(tmp_path, account, moment, shown):
    model = switch_model(time_connect=models.DateTimeField(null=True))
    table = created(time_start="timestamp", time_connect="timestamp(3)")
    with clock_of("Europe/Kyiv"), mounted(model, table):
        load(feed(tmp_path / "calls", account, moment))
        assert told(f"SELECT time_start::text, time_connect::text FROM {TABLE}") == [(shown, shown)]


@on_postgresql
@pytest.mark.parametrize("zone", ZONES.values(), ids=ZONES)
@pytest.mark.parametrize("sampling", ["minute", "15minutes", "day"])
def test_what_was_imported_is_counted_when_it_was(tmp_path, customer, account, sampling, zone):
    moments = [moment for moment, _ in MOMENTS.values()]
    model = switch_model()
    with clock_of(zone), mounted(model, created(time_start="timestamp")):
        load(feed(tmp_path / "calls", account, *moments))
        answer = ask(customer, account, sampling=sampling, from_time="2026-01-01").json()
    steps = {"minute": 60, "15minutes": 900, "day": 86400}
    starts = {
        int(datetime.fromisoformat(moment).timestamp()) // steps[sampling] * steps[sampling]
        for moment in moments
    }
    assert answer["data"]["t"] == sorted(starts)


@on_postgresql
def test_columns_of_a_domain_without_a_zone_are_told_as_well(tmp_path, account):
    run("CREATE DOMAIN clock AS timestamp(0) NOT NULL")
    with clock_of("Europe/Kyiv"), mounted(switch_model(), created(time_start="clock")):
        load(feed(tmp_path / "calls", account, START))
        assert told(f"SELECT time_start::text FROM {TABLE}") == [("2026-06-11 18:40:07",)]


@pytest.mark.skipif(VENDOR != "sqlite", reason="SQLite's")
def test_nothing_is_imported_where_it_would_be_read_wrongly(tmp_path, account):
    with (
        mounted(switch_model(), created()),
        clock_of("Europe/Kyiv"),
        pytest.raises(CommandError, match="on SQLite times are read as UTC"),
    ):
        load(feed(tmp_path / "calls", account, START))


FLAGS = {
    "smallint": (models.SmallIntegerField(), [(1,), (0,)]),
    "integer": (models.BooleanField(), [(1,), (0,)]),
    "char(1)": (models.CharField(max_length=1), [("t",), ("f",)]),
    "text": (models.CharField(max_length=5), [("t",), ("f",)]),
}


@pytest.mark.parametrize(("column", "given"), FLAGS.items(), ids=FLAGS)
def test_a_flag_is_written_as_its_column_has_it(tmp_path, account, customer, column, given):
    field, words = given
    with mounted(switch_model(is_last_cdr=field), created(is_last_cdr=column)):
        for n, is_last in enumerate((True, False)):
            uuid = str(UUID(int=KEY.int + n))
            load(feed(tmp_path / "c", account, START, is_last_cdr=is_last, uuid=uuid))
        assert told(f"SELECT is_last_cdr FROM {TABLE} ORDER BY uuid") == words
        assert ask(customer, account).json()["totals"]["total_calls"] == 1


ASTERISK = (
    '"acme","4930","4420","ctx","x","SIP/a-1","SIP/b-2","Dial","x","2026-06-11 15:40:07",'
    '"2026-06-11 15:40:10","2026-06-11 15:41:10",63,60,"ANSWERED","DOC","u-1"\n'
)


def test_a_format_without_the_flag_has_one_cdr_for_a_call(tmp_path, account, customer):
    calls = tmp_path / "Master.csv"
    calls.write_text(ASTERISK)
    # Unlike ours, a host's field need not have a default.
    with mounted(switch_model(is_last_cdr=models.BooleanField(null=True)), created()):
        options = ["--timezone=UTC", f"--account={account.uuid}", "--no-progress"]
        call_command("import_cdrs", str(calls), "--format=asterisk", "--legs=all", *options)
        assert ask(customer, account).json()["totals"]["total_calls"] == 1


class Rated(models.Manager):
    """A host's, that leaves rows out."""

    def get_queryset(self):
        return super().get_queryset().exclude(duration=60)


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["import", "dry run"])
def test_what_a_manager_hides_is_known_all_the_same(tmp_path, account, capsys, options):
    model = switch_model()
    Rated().contribute_to_class(model, "objects")
    with mounted(model, created()):
        path = feed(tmp_path / "calls", account, START)
        load(path)
        load(path, *options)
        assert "already there 1" in capsys.readouterr().out.splitlines()[-1]


TEXTS = {"varchar(36)": models.CharField(max_length=36, unique=True), "text": models.UUIDField()}


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["import", "dry run"])
@pytest.mark.parametrize(("column", "field"), TEXTS.items(), ids=TEXTS)
def test_a_uuid_that_is_text_is_known_again(tmp_path, account, capsys, column, field, options):
    with mounted(switch_model(uuid=field), created(uuid=f"{column} UNIQUE")):
        path = feed(tmp_path / "calls", account, START)
        load(path)
        load(path, *options)
        assert told(f"SELECT COUNT(*) FROM {TABLE}") == [(1,)]
        assert "imported 0" in capsys.readouterr().out.replace("would import", "imported")


def refusal(path):
    with pytest.raises(CommandError) as refused:
        load(path)
    return str(refused.value)


# What a table has instead -> the statement that makes what it lacks.
NOT_UNIQUE = {
    "nothing": None,
    "an index that is not unique": f"CREATE INDEX ON_UUID ON {TABLE} (uuid)",
    "a unique index with more": f"CREATE UNIQUE INDEX ON_MORE ON {TABLE} (uuid, duration)",
    "a unique index of some rows": (
        f"CREATE UNIQUE INDEX ON_SOME ON {TABLE} (uuid) WHERE duration > 0"
    ),
}


@pytest.mark.parametrize("index", NOT_UNIQUE.values(), ids=NOT_UNIQUE)
def test_a_table_without_a_unique_index_is_told_which_before_a_line_is_read(
    tmp_path, account, index
):
    path = tmp_path / "calls"
    path.write_text("no line of a CDR\n")
    with mounted(switch_model(), created(uuid="char(36)"), *filter(None, [index])):
        text = refusal(str(path))
    assert TABLE in text
    concurrently = " CONCURRENTLY" if VENDOR == "postgresql" else ""
    name = "" if VENDOR == "postgresql" else " cdr_uuid"
    assert f'CREATE UNIQUE INDEX{concurrently}{name} ON "{TABLE}" ("uuid");' in text
    assert not (tmp_path / "calls.rejects.csv").exists()


def statement_in(text):
    return text[text.index("CREATE UNIQUE INDEX") : text.index(";")]


@pytest.mark.parametrize("key", ["uuid", "uuid, time_start", "time_start, uuid"])
def test_either_unique_index_will_do(tmp_path, account, key):
    index = f"CREATE UNIQUE INDEX ON_KEY ON {TABLE} ({key})"
    with mounted(switch_model(), created(uuid="char(36)"), index):
        for _ in range(2):
            load(feed(tmp_path / "calls", account, START))
        assert told(f"SELECT COUNT(*) FROM {TABLE}") == [(1,)]


@on_postgresql
def test_a_partitioned_table_in_another_schema_wants_the_time_in_its_index(tmp_path, account):
    table = f"CREATE SCHEMA cdr; {created('cdr_TABLE')}".replace('"cdr_TABLE"', "cdr.cdr")
    table = table.replace(" PRIMARY KEY", "").replace(" UNIQUE", "")
    partition = "CREATE TABLE cdr.cdr_1 PARTITION OF cdr.cdr DEFAULT"
    path = feed(tmp_path / "calls", account, START)
    with mounted(switch_model('cdr"."cdr'), f"{table} PARTITION BY RANGE (time_start)", partition):
        text = refusal(path)
        assert 'ON "cdr"."cdr" ("uuid", "time_start");' in text
        run(statement_in(text))
        load(path)
        load(path)
        assert told("SELECT COUNT(*) FROM cdr.cdr") == [(1,)]


@on_postgresql
def test_a_constraint_that_is_checked_at_the_end_is_none_to_an_import(tmp_path, account):
    with mounted(switch_model(), created(uuid="uuid UNIQUE DEFERRABLE")):
        assert "deferrable" in refusal(feed(tmp_path / "calls", account, START))


def test_a_view_takes_no_import_and_says_so(tmp_path, account):
    columns = ["id", "uuid", "account_id", "time_start", "duration + 0 AS duration",
               "customer_duration", "customer_price", "is_last_cdr"]  # fmt: skip
    view = f"CREATE VIEW casts AS SELECT {', '.join(columns)} FROM {TABLE}"
    with mounted(switch_model("casts"), created(), view):
        text = refusal(feed(tmp_path / "calls", account, START))
    assert "casts" in text


def test_a_column_that_is_missing_is_told_before_a_line_is_read(tmp_path, account):
    model = switch_model(orig_call_id=models.CharField(max_length=9, default=""))
    with mounted(model, created()):
        assert "orig_call_id" in refusal(feed(tmp_path / "calls", account, START))


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_server_that_goes_away_in_a_batch_is_an_error_of_the_database(account):
    def rows():
        own = connections[ALIAS].connection.info.backend_pid
        other = connections[ALIAS].copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [own])
        other.close()
        for _ in range(20_000):
            yield (str(KEY),)

    with pytest.raises(OperationalError), connections[ALIAS].cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {STAGING} (uuid text)")
        stage(cursor, "uuid", rows())
    connections[ALIAS].close()
