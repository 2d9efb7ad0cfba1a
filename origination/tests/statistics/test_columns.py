"""Models compared with the real columns of their tables; what a check says of it."""

from io import StringIO

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connections, models

from origination.checks import columns as of_columns
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import AccountFactory, UserFactory
from origination.tests.support.tables import (
    ALIAS,
    COLUMNS,
    TABLE,
    VENDOR,
    administered,
    created,
    insert,
    mounted,
    of_a_switch,
    on_postgresql,
    switch_model,
)

pytestmark = pytest.mark.django_db


def told(**kwargs):
    """Id -> message, of our checks of the real columns."""
    found = run_checks(databases=list(connections), **kwargs)
    return {m.id: f"{m.msg} {m.hint}" for m in found if m.id.startswith("origination.")}


def test_our_own_tables_fit_their_models_on_every_engine():
    assert told() == {}


@of_a_switch
def test_a_plain_table_of_a_switch_has_nothing_to_say():
    with mounted(switch_model(), created()):
        assert told() == {}


@of_a_switch
def test_partitions_and_views_have_nothing_to_say():
    table = created("real_calls")
    view = f'CREATE VIEW "{TABLE}" AS SELECT * FROM real_calls'
    with mounted(switch_model(), table, view):
        assert told() == {}


@on_postgresql
def test_generated_columns_domains_and_capitals_have_nothing_to_say():
    model = switch_model("Calls", duration=models.IntegerField(db_column="Talk Time"))
    with mounted(
        model,
        "CREATE DOMAIN seconds AS integer CHECK (VALUE >= 0)",
        created(
            "Calls", **{"duration": "seconds DEFAULT 7",
                        "Talk Time": "integer GENERATED ALWAYS AS (duration * 2) STORED"}
        ),
    ):  # fmt: skip
        assert told() == {}
        account = AccountFactory(users=[customer := UserFactory()])
        insert("Calls", account_id=str(account.pk), time_start="'2026-06-11 15:40:07Z'")
        assert ask(customer, account).json()["totals"]["total_duration"] == "0.23"


TEXT = models.CharField(max_length=99)
# What the table has, what the model says -> the check's id and words of it.
MISFITS = {
    "missing": ({"customer_price": None}, {}, "E030", ["customer_price", "= None"]),
    "missing key": ({"id": None}, {}, "E030", ["primary_key=True"]),
    "text under a number": ({"customer_price": "varchar(20)"}, {}, "E031",
                            ["varying(20)|varchar(20)", "DecimalField", "view"]),
    "text seconds": ({"duration": "text"}, {}, "E031", ["text", "IntegerField", "view"]),
    "epoch": ({"time_start": "bigint"}, {}, "E031", ["bigint", "DateTimeField", "view"]),
    "epoch with a fraction": ({"time_start": "double precision"}, {}, "E031", ["double"]),
    "flag as a number": ({"is_last_cdr": "smallint"}, {}, "W033",
                         ["smallint", "BooleanField", "models.IntegerField()"]),
    "flag as a letter": ({"is_last_cdr": "char(1)"}, {}, "W033",
                         ["char", "models.CharField(max_length=…)"]),
    "binary price": ({"customer_price": "real"}, {}, "W033", ["real", "models.FloatField()"]),
    "text code": ({"disconnect_code": "varchar(3)"}, {"disconnect_code": models.IntegerField()},
                  "E031", ["models.CharField(max_length=…)"]),
    "account as text": ({"account_id": "varchar(20)"}, {}, "E031", ["to_field"]),
    "text key": ({"id": "varchar(40)"}, {}, "E031",
                 ["models.CharField(max_length=…, primary_key=True)"]),
}  # fmt: skip


@of_a_switch
@pytest.mark.parametrize(("types", "fields", "id", "words"), MISFITS.values(), ids=MISFITS)
def test_a_column_that_does_not_fit_is_named_with_its_type_and_a_cure(types, fields, id, words):
    with mounted(switch_model(**fields), created(**types)):
        found = told()
        assert set(found) == {f"origination.{id}"}
        for word in words:
            assert any(w in found[f"origination.{id}"] for w in word.split("|")), word
        assert f"{TABLE}.{next(iter(types))}" in found[f"origination.{id}"]


ONLY_POSTGRESQL = {
    "text under a uuid": ({"uuid": "varchar(32)"}, {}, "E031", ["models.CharField"]),
    "local time": ({"time_start": "timestamp(0)"}, {}, "W032",
                   ["timestamp(0) without time zone", "TIME_ZONE"]),
    "date": ({"time_start": "date"}, {}, "E031", ["date", "view"]),
    "number under text": ({"dst_prefix_routing": "bigint"}, {"dst_prefix_routing": TEXT},
                          "E031", ["bigint", "view"]),
}  # fmt: skip


@on_postgresql
@pytest.mark.parametrize(
    ("types", "fields", "id", "words"), ONLY_POSTGRESQL.values(), ids=ONLY_POSTGRESQL
)
def test_a_type_of_postgresql_that_does_not_fit_is_named(types, fields, id, words):
    test_a_column_that_does_not_fit_is_named_with_its_type_and_a_cure(types, fields, id, words)


@on_postgresql
def test_a_zone_that_is_told_ends_the_warning(monkeypatch):
    with mounted(switch_model(), created(time_start="timestamp")):
        monkeypatch.setitem(connections[ALIAS].settings_dict, "TIME_ZONE", "UTC")
        assert told() == {}


@of_a_switch
@pytest.mark.parametrize(
    ("fields", "id"),
    [
        ({"account": models.IntegerField(db_column="account_id")}, "E035"),
        ({"time_start": models.IntegerField()}, "E036"),
        ({"duration": TEXT}, "E036"),
        ({"customer_price": models.TextField()}, "E036"),
        ({"is_last_cdr": models.FloatField()}, "E036"),
    ],
    ids=["account", "epoch", "seconds", "price", "flag"],
)
def test_a_field_that_no_answer_can_be_had_from_is_named_without_a_database(fields, id, caplog):
    with mounted(switch_model(**fields), created()):
        found = {m.id for m in run_checks()}
        assert f"origination.{id}" in found
        account = AccountFactory(users=[customer := UserFactory()])
        assert ask(customer, account).status_code == 503
        assert next(iter(fields)) in caplog.text


SILENT = {
    "epoch": {"time_start": "bigint"},
    "seconds as text": {"duration": "text"},
    "price as text": {"customer_price": "text"},
    "account as text": {"account_id": "varchar(20)"},
}


@of_a_switch
@pytest.mark.parametrize("types", SILENT.values(), ids=SILENT)
def test_a_column_that_would_be_read_wrongly_is_503_and_told(types, caplog):
    model = switch_model()
    with mounted(model, created(**types)), administered(model) as get:
        account = AccountFactory(users=[customer := UserFactory()])
        assert ask(customer, account).status_code == 503
        assert next(iter(types)) in caplog.text
        shown = get("changelist", period="all")
        assert shown.status_code == 503
        assert f"{TABLE}.{next(iter(types))}" in shown.content.decode()


# Expression of the view -> what the model says of it. SQLite declares no type for it.
OF_A_VIEW = {
    "epoch": ("1781192407", "time_start"),
    "epoch as text": ("'1781192407'", "time_start"),
    "with a T": ("'2026-06-11T15:40:07'", "time_start"),
    "with an offset": ("'2026-06-11 15:40:07+00:00'", "time_start"),
    "seconds as text": ("'90'", "duration"),
    "price as text": ("'0.5'", "customer_price"),
}


@pytest.mark.skipif(VENDOR != "sqlite", reason="PostgreSQL tells the types of views")
@pytest.mark.parametrize(("expression", "name"), OF_A_VIEW.values(), ids=OF_A_VIEW)
def test_what_a_view_of_sqlite_holds_is_seen_by_its_values(expression, name, caplog):
    others = ", ".join(f'"{column}"' for column in COLUMNS["sqlite"] if column != name)
    view = f'CREATE VIEW "{TABLE}" AS SELECT {others}, {expression} AS {name} FROM real_calls'
    account = AccountFactory(users=[customer := UserFactory()])
    with mounted(switch_model(), created("real_calls"), view):
        # Of no rows, nothing can be wrong; what comes later is seen nevertheless.
        assert ask(customer, account).json()["rows"] == 0
        insert("real_calls", account_id=str(account.pk), time_start="'2026-06-11 15:40:07'",
               duration="90", customer_price="0.5")  # fmt: skip
        assert "origination.E031" in told()
        assert ask(customer, account).status_code == 503
        assert f"{TABLE}.{name}" in caplog.text


@pytest.mark.skipif(VENDOR != "sqlite", reason="PostgreSQL has a type for times")
def test_a_time_of_sqlite_with_a_t_is_named_in_a_table_as_well():
    with mounted(switch_model(), created()):
        insert(account_id="1", time_start="'2026-06-11T15:40:07'")
        assert "holds '2026-06-11T15:40:07'" in told()["origination.E031"]


@pytest.mark.skipif(VENDOR != "sqlite", reason="PostgreSQL has a type for flags")
@pytest.mark.parametrize(("word", "calls"), [("'Y'", 1), ("'N'", 0), ("1", 1), ("1 = 2", 0)])
def test_a_flag_of_a_view_of_sqlite_says_yes_by_its_value(word, calls):
    others = ", ".join(f'"{column}"' for column in COLUMNS["sqlite"] if column != "is_last_cdr")
    view = f'CREATE VIEW "{TABLE}" AS SELECT {others}, {word} AS is_last_cdr FROM real_calls'
    account = AccountFactory(users=[customer := UserFactory()])
    with mounted(switch_model(), created("real_calls"), view):
        insert("real_calls", account_id=str(account.pk), time_start="'2026-06-11 15:40:07'")
        assert ask(customer, account).json()["totals"]["total_calls"] == calls


@of_a_switch
def test_the_check_command_fails_for_a_missing_column():
    with (
        mounted(switch_model(), created(customer_price=None)),
        pytest.raises(Exception, match=r"calls_of_the_switch\.customer_price does not exist"),
    ):
        call_command("check", "--database", ALIAS, stderr=StringIO())


@of_a_switch
@pytest.mark.parametrize(
    ("column", "expected"), [("real", {"origination.W038"}), ("bigint", set())]
)
def test_sums_of_whole_seconds_that_answer_nothing_are_named(column, expected):
    with mounted(switch_model(), created(duration=column)), configured(ROLLUPS=True):
        assert {m for m in told() if m == "origination.W038"} == expected


@pytest.mark.parametrize("vendor", ["mysql", "oracle"])
def test_an_engine_that_is_not_read_is_named(monkeypatch, vendor):
    monkeypatch.setattr(connections[ALIAS], "vendor", vendor)
    (found,) = of_columns.check_engine()
    assert found.id == "origination.E034"
    assert vendor in found.msg


def test_an_engine_whose_app_is_left_out_is_named_with_the_app(monkeypatch):
    monkeypatch.setattr(connections[ALIAS], "vendor", "clickhouse")
    monkeypatch.setattr(of_columns, "engines", lambda: {"sqlite", "postgresql"})
    assert "origination.contrib.clickhouse" in of_columns.check_engine()[0].hint


def test_migrate_refuses_an_engine_that_is_not_read(monkeypatch):
    monkeypatch.setattr(connections[ALIAS], "vendor", "mysql")
    with pytest.raises(Exception, match="E034"):
        call_command("migrate", "--database", ALIAS, verbosity=0, skip_checks=False)


@pytest.mark.skipif(VENDOR != "sqlite", reason="SQLite has no clock of its own")
def test_a_local_clock_of_sqlite_is_named_and_answers_nothing(monkeypatch):
    account = AccountFactory(users=[customer := UserFactory()])
    with mounted(switch_model(), created()):
        monkeypatch.setattr(connections[ALIAS], "timezone_name", "Europe/Berlin")
        assert "origination.E037" in {m.id for m in run_checks()}
        assert ask(customer, account).status_code == 503
