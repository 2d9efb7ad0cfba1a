"""Tables that a switch made: the endpoint's answers compared with plain Python."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import models

from origination import statistics
from origination.tests.support.client import ask, configured
from origination.tests.support.tables import (
    ALIAS,
    VENDOR,
    administered,
    created,
    insert,
    mounted,
    of_a_switch,
    switch_model,
)

pytestmark = [pytest.mark.django_db, of_a_switch]

START = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)

COLUMN_CHECKS = {"origination.E030", "origination.E031", "origination.W033"}
INFINITE = "9e999" if VENDOR == "sqlite" else "'Infinity'"


def fill(account, calls):
    """``calls``: SQL of seconds, billed as well, and of the price; one second after the other."""
    for n, (seconds, price) in enumerate(calls):
        moment = (START + timedelta(seconds=n)).strftime("'%Y-%m-%d %H:%M:%S+00'")
        if VENDOR == "sqlite":
            moment = moment.replace("+00", "")
        given = {"duration": seconds, "customer_duration": seconds, "customer_price": price}
        insert(id=str(n + 1), account_id=str(account.pk), time_start=moment, **given)


def text(value):
    cents = int(Fraction(value) * 100 + Fraction(1, 2))
    return f"{Decimal(cents).scaleb(-2):.2f}".removesuffix("0")


def totals_of(calls):
    """``calls``: seconds and price as texts of Python's, None: NULL."""
    seconds = [Fraction(s or 0) for s, _ in calls]
    answered = sum(s > 0 for s in seconds)
    return {
        "t": 0,
        "total_calls": len(calls),
        "successful_calls": answered,
        "failed_calls": len(calls) - answered,
        "total_duration": text(sum(seconds) / 60),
        "acd": text(sum(seconds) / 60 / answered) if answered else None,
        "asr": text(Fraction(100 * answered, len(calls))),
        "total_price": text(sum(Fraction(p or 0) for _, p in calls)),
    }


# SQLite knows types by their names only, and keeps what it is given.
NUMBERS = ["bigint", "numeric(12, 3)", "double precision", "real"]
FIELDS = {
    "Integer": models.IntegerField(default=0),
    "BigInteger": models.BigIntegerField(default=0),
    "Decimal": models.DecimalField(max_digits=12, decimal_places=3, default=0),
    "Float": models.FloatField(default=0),
}
WHOLE = [("61", "0.5"), ("0", "0"), ("NULL", "0"), ("3600", "1.25"), ("7", "0.000001")]
FRACTIONS = [
    ("1.507", "0.1"),
    ("0.3", "0.2"),
    ("0", "0"),
    ("NULL", "0.7"),
    ("0.1", "0"),
    ("4", "2"),
]


def python(calls):
    return [tuple(None if sql == "NULL" else sql for sql in call) for call in calls]


@pytest.mark.parametrize("billed", [False, True], ids=["duration", "customer_duration"])
@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("column", NUMBERS)
def test_seconds_of_any_numeric_type_are_summed_exactly(customer, account, column, field, billed):
    calls = WHOLE if column == "bigint" else FRACTIONS
    model = switch_model(duration=field, customer_duration=field)
    with (
        mounted(model, created(duration=column, customer_duration=column)),
        configured(USE_CUSTOMER_DURATION=billed, ROLLUPS=False),
    ):
        fill(account, calls)
        answer = ask(customer, account, sampling="day")
        assert answer.status_code == 200
        assert answer.json()["totals"] == totals_of(python(calls))


def test_stored_sums_whose_seconds_are_whole_answer_for_no_fractions(customer, account):
    model = switch_model(duration=models.FloatField())
    with mounted(model, created(duration="real")), configured(ROLLUPS=True):
        fill(account, [("0.5", "0")])
        answer = ask(customer, account)
        assert answer["Server-Timing"].count('desc="cdrs"') == 1
        assert answer.json()["totals"]["total_duration"] == "0.01"


@pytest.mark.parametrize("column", NUMBERS[1:])
def test_a_tie_of_many_tenths_is_rounded_up(customer, account, column):
    # 0.3 seconds are 0.005 minutes; binary tenths are less, or more.
    calls = [("0.1", "0")] * 3
    with mounted(switch_model(duration=models.FloatField()), created(duration=column)):
        fill(account, calls)
        assert ask(customer, account).json()["totals"]["total_duration"] == "0.01"


COMPARED = {
    "duration-eq": ["0", "4", "1"],
    "duration-gt": ["-1", "0", "1", "2147483647"],
    "duration-lt": ["0", "1", "5", "-2147483648"],
}
MEANINGS = {
    "eq": lambda seconds, value: seconds == value,
    "gt": lambda seconds, value: seconds > value,
    "lt": lambda seconds, value: seconds < value,
}


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("column", ["integer", *NUMBERS])
def test_filters_by_duration_count_null_as_0(customer, account, column, field):
    calls = FRACTIONS if column in NUMBERS[1:] else WHOLE
    with mounted(switch_model(duration=field), created(duration=column)):
        fill(account, calls)
        for name, values in COMPARED.items():
            meaning = MEANINGS[name[-2:]]
            for value in values:
                answer = ask(customer, account, **{name: value})
                expected = sum(meaning(Fraction(s or 0), int(value)) for s, _ in python(calls))
                assert answer.status_code == 200, (name, value)
                assert answer.json()["totals"]["total_calls"] == expected, (name, value)


def test_a_call_that_goes_on_is_one_that_failed_so_far(customer, account):
    with mounted(switch_model(), created()):
        fill(account, [("NULL", "NULL")])
        totals = ask(customer, account).json()["totals"]
        assert totals == totals_of([(None, None)])


def assert_pages(model, pk, number):
    """Every page of the admin shows the ``number`` CDRs, one of which has this key."""
    with administered(model) as get:
        listed = get("changelist", period="all")
        assert listed.status_code == 200
        assert len(listed.context["cl"].result_list) == number
        assert get("change", pk).status_code == 200
        lines = b"".join(get("export", period="all").streaming_content).splitlines()
        assert len(lines) == 1 + number
        assert get("statistics").status_code == 200


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
@pytest.mark.parametrize("column", ["integer", *NUMBERS])
def test_the_admin_finds_successful_and_failed_calls_as_they_are_counted(account, column, field):
    calls = FRACTIONS if column in NUMBERS[1:] else WHOLE
    model = switch_model(duration=field)
    with mounted(model, created(duration=column)), administered(model) as get:
        fill(account, calls)
        totals = totals_of(python(calls))
        for outcome in ("successful", "failed"):
            found = get("changelist", period="all", outcome=outcome).context["cl"].result_list
            assert len(found) == totals[f"{outcome}_calls"]


@pytest.mark.parametrize("lacking", [["uuid"], ["customer_price"], ["uuid", "customer_price"]])
def test_the_admin_shows_cdrs_without_a_uuid_or_a_price(account, lacking):
    model = switch_model(**dict.fromkeys(lacking))
    with mounted(model, created(**dict.fromkeys(lacking))):
        insert(id="7", account_id=str(account.pk), time_start="'2026-06-11 15:40:07'")
        assert_pages(model, 7, 1)


def test_cdrs_without_a_price_have_null_for_it(customer, account):
    with mounted(switch_model(customer_price=None), created(customer_price=None)):
        insert(account_id=str(account.pk), time_start="'2026-06-11 15:40:07'", duration="60")
        answer = ask(customer, account)
        assert answer.status_code == 200
        assert answer.json()["data"]["total_price"] == [None]
        assert answer.json()["totals"]["total_price"] is None
        assert answer.json()["totals"]["total_duration"] == "1.0"
        refused = ask(customer, account, customer_price_gt="0")
        assert refused.json() == {"error": "invalid value customer-price-gt"}
        csv = ask(customer, account, format="csv").content.decode()
        assert csv.splitlines()[1].endswith(",100.0,")


def test_cdrs_without_a_uuid_are_counted(customer, account):
    with mounted(switch_model(uuid=None), created(uuid=None)):
        fill(account, WHOLE)
        assert ask(customer, account).json()["totals"] == totals_of(python(WHOLE))


def test_an_import_without_a_uuid_says_what_it_wants(tmp_path):
    feed = tmp_path / "calls.csv"
    feed.write_text("uuid,account,time_start,duration\n")
    with (
        mounted(switch_model(uuid=None), created(uuid=None)),
        pytest.raises(CommandError, match="no field 'uuid'"),
    ):
        call_command("import_cdrs", str(feed), "--format=csv", "--no-progress")


@pytest.mark.parametrize("missing", ["uuid", "customer_price"])
def test_a_site_without_a_uuid_or_a_price_can_be_mounted(missing):
    with mounted(switch_model(**{missing: None}), created(**{missing: None})):
        assert [m for m in run_checks() if m.id.startswith("origination")] == []


def test_a_site_without_seconds_cannot_be_mounted():
    with mounted(switch_model(duration=None), created(duration=None)):
        assert "origination.E007" in {m.id for m in run_checks()}


def test_a_table_that_lacks_a_column_is_503_and_told_to_the_operator(customer, account, caplog):
    with mounted(switch_model(), created(customer_price=None)):
        answer = ask(customer, account)
        assert answer.status_code == 503
        assert "customer_price" in caplog.text


def test_seconds_that_are_no_number_are_503_and_told_to_the_operator(customer, account, caplog):
    double = {"duration": "double precision", "customer_duration": "double precision"}
    with mounted(switch_model(duration=models.FloatField()), created(**double)):
        fill(account, [(INFINITE, "0"), ("1.5", "0")])
        assert ask(customer, account).status_code == 503
        assert "seconds" in caplog.text


@contextmanager
def inherited(**types):
    """CDRs of a switch's table, and what a second table says of each; ``types`` of the first."""
    call = switch_model()
    link = models.OneToOneField(
        call, models.DO_NOTHING, primary_key=True, parent_link=True, db_column="call_id"
    )
    meta = {"managed": False, "db_table": "margins", "app_label": call._meta.app_label}
    body = {"call": link, "margin": models.IntegerField(), "__module__": __name__}
    with mounted(call, created(**types)):
        rated = type("RatedCall", (call,), {**body, "Meta": type("Meta", (), meta)})
        with mounted(rated, "CREATE TABLE margins (call_id bigint PRIMARY KEY, margin integer)"):
            yield rated


def test_cdrs_of_two_tables_are_counted_and_listed(customer, account):
    with inherited() as model, administered(model) as get:
        fill(account, calls := [("61", "0.5"), ("0", "0"), ("7", "1.25")])
        for n in range(len(calls)):
            insert("margins", call_id=str(n + 1), margin="5")
        assert ask(customer, account).json()["totals"] == totals_of(calls)
        assert get("changelist", when="any").status_code == 200
        assert not [found for found in run_checks(databases=[ALIAS]) if found.id in COLUMN_CHECKS]


def test_a_column_that_the_inherited_table_lacks_is_told_with_that_table(customer, account):
    with inherited(customer_price=None):
        (told,) = (found for found in run_checks(databases=[ALIAS]) if found.id in COLUMN_CHECKS)
        assert "calls_of_the_switch.customer_price does not exist" in told.msg
        assert ask(customer, account).status_code == 503


def test_a_condition_on_a_column_that_the_table_lacks_is_said(account):
    with (
        mounted(switch_model(), created()),
        pytest.raises(ValueError, match=r"dst_country_id: origination\.Switch\d+ has no dst_"),
    ):
        statistics.ask(account, START, sampling="day", dst_country_id=7)
