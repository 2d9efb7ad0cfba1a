"""Columns that are read right though they have not the type of ours."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import models

from origination.rollups.maintenance import Rollups
from origination.statistics.readings import says_yes
from origination.tests.support.client import ask, configured
from origination.tests.support.localclock import clock_of
from origination.tests.support.tables import (
    VENDOR,
    administered,
    created,
    insert,
    mounted,
    of_a_switch,
    on_postgresql,
    switch_model,
)

pytestmark = [pytest.mark.django_db, of_a_switch]
START = "'2026-06-11 15:40:07'"
CHAR = models.CharField(max_length=60, null=True)
NUMBER = models.SmallIntegerField(null=True)
FLAG = models.BooleanField(default=True)


def call(account, **values):
    insert(**{"account_id": str(account.pk), "time_start": START, "duration": "60", **values})


def totals(customer, account, **parameters):
    answer = ask(customer, account, **parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()["totals"]


# Type of the column -> SQL of yes and of no.
FLAGS = {
    "smallint": (["1"], ["0", "NULL"]),
    "integer": (["1"], ["0", "NULL"]),
    "char(1)": (["'Y'", "'t'", "'1'"], ["'N'", "'f'", "'0'", "NULL"]),
    "varchar(8)": (["'yes'", "'TRUE'", "'on'"], ["'no'", "'FALSE'", "'off'", "NULL"]),
    "text": (["'t'", "'true'", "'y'"], ["'f'", "'false'", "'n'", "NULL"]),
    "boolean": (["TRUE"], ["FALSE", "NULL"]),
}


@pytest.mark.parametrize("field", [FLAG, NUMBER, CHAR], ids=["Boolean", "SmallInteger", "Char"])
@pytest.mark.parametrize(("column", "words"), FLAGS.items(), ids=FLAGS)
def test_a_flag_of_any_type_counts_who_says_yes(customer, account, column, words, field):
    yes, no = words
    model = switch_model(is_last_cdr=field)
    with mounted(model, created(is_last_cdr=column)), administered(model) as get:
        for word in [*yes, *no]:
            call(account, is_last_cdr=word)
        assert totals(customer, account)["total_calls"] == len(yes)
        listed = get("changelist", period="all", is_last_cdr="true")
        assert len(listed.context["cl"].result_list) == len(yes)
        refused = get("changelist", period="all", is_last_cdr="false").context["cl"].result_list
        assert len(refused) == len(no) - 1
        everything = get("changelist", period="all")
        assert everything.content.decode().count("icon-yes.svg") == len(yes)


@pytest.mark.parametrize("word", ["final", "2", "ja"])
def test_a_word_that_says_neither_yes_nor_no_is_never_a_call_too_few(customer, account, word):
    with mounted(switch_model(is_last_cdr=CHAR), created(is_last_cdr="varchar(8)")):
        call(account, is_last_cdr=f"'{word}'")
        assert ask(customer, account).status_code == 503


@pytest.mark.parametrize(
    ("value", "meaning"),
    [(True, True), (False, False), (1, True), (0, False), ("Y", True), ("n ", False), (None, None)],
)
def test_what_was_read_of_a_flag_says_yes_or_no(value, meaning):
    assert says_yes(value) is meaning


WRITTEN = {
    "192.0.2.17": ["192.0.2.17", " 192.0.2.17 "],
    "2001:db8::1": [
        "2001:db8::1", "2001:DB8::1", "2001:db8:0:0:0:0:0:1", "2001:DB8:0::1",
        "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:0DB8::0001",
    ],
    "::": ["::", "0:0:0:0:0:0:0:0", "0::0"],
}  # fmt: skip


@pytest.mark.parametrize(
    "field", [CHAR, models.GenericIPAddressField(null=True)], ids=["Char", "GenericIPAddress"]
)
@pytest.mark.parametrize("column", ["varchar(60)", "text"])
def test_texts_are_compared_as_addresses(customer, account, column, field):  # fmt: skip
    with mounted(switch_model(auth_orig_ip=field), created(auth_orig_ip=column)):
        for texts in WRITTEN.values():
            for text in texts:
                call(account, auth_orig_ip=f"'{text}'")
        call(account, auth_orig_ip="NULL")
        call(account, auth_orig_ip="'gateway 2'")
        for asked, texts in WRITTEN.items():
            assert totals(customer, account, auth_orig_ip=asked)["total_calls"] == len(texts)


@on_postgresql
@pytest.mark.parametrize(
    "field", [CHAR, models.GenericIPAddressField(null=True)], ids=["Char", "GenericIPAddress"]
)
def test_inet_is_compared_as_an_address_by_either_field(customer, account, field):  # fmt: skip
    with mounted(switch_model(auth_orig_ip=field), created(auth_orig_ip="inet")):
        call(account, auth_orig_ip="'2001:DB8:0::1'")
        assert totals(customer, account, auth_orig_ip="2001:db8::1")["total_calls"] == 1
        assert totals(customer, account, auth_orig_ip="2001:db8::2")["total_calls"] == 0


KEY = uuid.UUID("6f0c3c0e-6674-41f1-9edb-da575d109341")
UUIDS = {"hex": KEY.hex, "dashes": str(KEY), "capitals": str(KEY).upper()}


@pytest.mark.parametrize("field", [models.UUIDField(), CHAR], ids=["UUID", "Char"])
@pytest.mark.parametrize("text", UUIDS.values(), ids=UUIDS)
def test_a_uuid_that_is_text_is_found_by_the_admin(account, text, field):
    model = switch_model(uuid=field)
    with mounted(model, created(uuid="varchar(36)")), administered(model) as get:
        call(account, id="1", uuid=f"'{text}'")
        call(account, id="2", uuid=f"'{uuid.UUID(int=7)}'")
        (found,) = get("changelist", uuid=str(KEY)).context["cl"].result_list
        assert found.pk == 1


KEYS = {
    "uuid": (models.UUIDField(primary_key=True), {"uuid": f"'{KEY.hex}'"}, KEY),
    "Call-ID": (None, {"orig_call_id": "'a@b'"}, "a@b"),
}


@pytest.mark.parametrize("name", ["uuid", "orig_call_id"])
def test_a_table_without_an_id_has_another_field_for_its_key(customer, account, name):
    key = {
        "uuid": models.UUIDField(primary_key=True),
        "orig_call_id": models.CharField(max_length=60, primary_key=True),
    }[name]
    model = switch_model(**{name: key})
    types = {"id": None, "orig_call_id": "varchar(60)"}
    with mounted(model, created(**types)), administered(model) as get:
        call(account, uuid=f"'{KEY.hex}'", orig_call_id="'a@b'")
        assert totals(customer, account)["total_calls"] == 1
        (shown,) = get("changelist", period="all").context["cl"].result_list
        assert get("change", shown.pk).status_code == 200


PRICES = ["real", "double precision", "numeric", "numeric(20, 10)", "integer"]
PRICE_FIELDS = {
    "Decimal": models.DecimalField(max_digits=10, decimal_places=4, null=True),
    "Float": models.FloatField(null=True),
}


@pytest.mark.parametrize("field", PRICE_FIELDS.values(), ids=PRICE_FIELDS)
@pytest.mark.parametrize("column", PRICES)
def test_a_price_of_any_type_is_exact_to_its_digits(customer, account, column, field):
    prices = ["3", "0", "2"] if column == "integer" else ["0.1", "0.2", "1234.56", "0.005", "0"]
    with mounted(switch_model(customer_price=field), created(customer_price=column)):
        for price in [*prices, "NULL"]:
            call(account, customer_price=price)
        total = sum(map(Decimal, prices)).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        assert Decimal(totals(customer, account)["total_price"]) == total
        for price in prices:
            for word, compare in COMPARED.items():
                found = totals(customer, account, **{f"customer_price_{word}": price})
                expected = sum(compare(Decimal(p), Decimal(price)) for p in prices)
                assert (price, word, found["total_calls"]) == (price, word, expected)
        # More digits than the field says it has.
        assert totals(customer, account, customer_price_gt="999999999999")["total_calls"] == 0


COMPARED = {
    "eq": lambda price, value: price == value,
    "gt": lambda price, value: price > value,
    "lt": lambda price, value: price < value,
}


@on_postgresql
def test_money_is_a_price(customer, account):
    model = switch_model(customer_price=models.DecimalField(max_digits=19, decimal_places=2))
    with mounted(model, created(customer_price="money")):
        call(account, customer_price="'0.10'")
        call(account, customer_price="'1234.56'")
        assert totals(customer, account)["total_price"] == "1234.66"
        assert totals(customer, account, customer_price_gt="0.1")["total_calls"] == 1
        assert totals(customer, account, customer_price_eq="0.1")["total_calls"] == 1


def test_a_binary_price_that_was_computed_is_equal_to_what_it_means(customer, account):
    with mounted(
        switch_model(customer_price=models.FloatField()),
        created(customer_price="double precision"),
    ):
        call(account, customer_price="0.1e0 + 0.2e0" if VENDOR == "sqlite" else "0.1::float8 + 0.2")
        assert totals(customer, account, customer_price_eq="0.3")["total_calls"] == 1
        assert totals(customer, account, customer_price_gt="0.3")["total_calls"] == 0


UNREAL = {"sqlite": ["9e999", "-9e999"], "postgresql": ["'NaN'", "'Infinity'", "'-Infinity'"]}


@pytest.mark.parametrize("column", ["double precision", "numeric"])
@pytest.mark.parametrize("price", UNREAL.get(VENDOR, []))
def test_a_price_that_is_no_number_is_null_and_the_cdr_is_told(
    customer, account, column, price, caplog
):
    with mounted(switch_model(customer_price=models.FloatField()), created(customer_price=column)):
        call(account, id="4711", customer_price=price)
        call(account, customer_price="0.5", time_start="'2026-06-11 15:41:07'")
        answer = ask(customer, account).json()
        assert answer["data"]["total_price"] == [None, "0.5"]
        assert answer["totals"]["total_price"] is None
        assert answer["totals"]["total_calls"] == 2
        assert "4711" in caplog.text
        caplog.clear()
        assert totals(customer, account, from_time="2026-06-11T15:41:00Z")["total_price"] == "0.5"
        assert "4711" not in caplog.text


SUMMED = {
    "flag as a letter": ({"is_last_cdr": CHAR}, {"is_last_cdr": "char(1)"}),
    "flag as a number": ({"is_last_cdr": NUMBER}, {"is_last_cdr": "smallint"}),
    "binary price": ({"customer_price": models.FloatField()}, {"customer_price": "real"}),
    "money": ({}, {"customer_price": "money"}),
    "no price": ({"customer_price": None}, {"customer_price": None}),
    "seconds unknown": ({}, {}),
}


@on_postgresql
@pytest.mark.parametrize(("fields", "types"), SUMMED.values(), ids=SUMMED)
def test_stored_sums_read_the_columns_as_cdrs_do(customer, account, fields, types):
    with mounted(switch_model(**fields), created(**types)):
        rollups = Rollups()
        rollups.install()
        price = {} if "customer_price" in types and not types["customer_price"] else {
            "customer_price": "'0.10'"
        }  # fmt: skip
        for seconds, flag in [("60", "'1'"), ("NULL", "'1'"), ("0", "'0'"), ("7", "NULL")]:
            call(account, duration=seconds, customer_duration=seconds, is_last_cdr=flag, **price)
        from_cdrs = ask(customer, account, sampling="hour", from_time="2026-06-11T15:00:00Z")
        assert from_cdrs.json()["totals"]["total_calls"] == 2
        with configured(ROLLUPS=True):
            stored = ask(customer, account, sampling="hour", from_time="2026-06-11T15:00:00Z")
        assert "hours" in stored["Server-Timing"]
        assert stored.content == from_cdrs.content
        assert [d for day in rollups.days() for d in rollups.differences(day)] == []


@on_postgresql
@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
def test_a_time_that_is_infinite_is_not_counted(customer, account, moment):
    model = switch_model()
    with mounted(model, created()), administered(model) as get:
        call(account)
        call(account, time_start=f"'{moment}'")
        assert totals(customer, account)["total_calls"] == 1
        assert totals(customer, account, sampling="month")["total_calls"] == 1
        assert get("changelist", period="all").status_code in (200, 503)


ZONE = "Europe/Berlin"


@pytest.fixture
def local_clock():
    with clock_of(ZONE):
        yield


@on_postgresql
@pytest.mark.parametrize("sampling", ["minute", "hour", "day", "week", "month"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "America/St_Johns"])
def test_local_times_are_the_moments_that_the_database_s_zone_says(
    customer, account, local_clock, sampling, zone
):
    # Around the change of the clocks, an hour of which is skipped.
    midnight = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    moments = [midnight + timedelta(minutes=47 * n) for n in range(40)]
    model = switch_model()

    def asked():
        answer = ask(
            customer, account, sampling=sampling, time_zone=zone, from_time=moments[3].isoformat()
        )
        assert answer.status_code == 200
        return answer.json()

    with mounted(model, created(time_start="timestamp")):
        for moment in moments:
            shown = moment.astimezone(ZoneInfo(ZONE))
            call(account, time_start=f"'{shown:%Y-%m-%d %H:%M:%S}'")
        local = asked()
    with mounted(switch_model("true_times"), created("true_times")):
        for moment in moments:
            insert("true_times", account_id=str(account.pk), duration="60",
                   time_start=f"'{moment.isoformat()}'")  # fmt: skip
        assert local == asked()
    assert local["totals"]["total_calls"] == len(moments) - 3


@on_postgresql
def test_the_admin_shows_local_times_in_utc(account, local_clock):
    model = switch_model()
    with mounted(model, created(time_start="timestamp")), administered(model) as get:
        call(account, time_start="'2026-06-11 15:40:07'")
        assert "2026-06-11 13:40:07" in get("changelist", period="all").content.decode()
        exported = b"".join(get("export", period="all").streaming_content).decode()
        assert "2026-06-11T13:40:07Z" in exported
