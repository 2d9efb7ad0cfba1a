"""A YETI switch's own table: asked as it is, and compared with what its web server's SQL says."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from origination import conf
from origination.importing.loader import make_loader
from origination.models import get_cdr_model
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, CDRFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clickhouse,
    pytest.mark.skipif(
        conf.cdr_model() != "origination_clickhouse.YetiCDR",
        reason="of --ds=origination.tests.sites.yetisite",
    ),
]

# The names are those of the feed, the types those of the web server's queries.
TABLE = """
CREATE TABLE cdrs (
  id UInt64, uuid UUID, customer_acc_id UInt32, customer_acc_external_id Nullable(UInt64),
  vendor_acc_id Nullable(UInt32), time_start DateTime('UTC'),
  time_connect Nullable(DateTime('UTC')), time_end Nullable(DateTime('UTC')),
  duration UInt32, customer_duration UInt32, customer_price {price},
  src_country_id Nullable(UInt32), dst_country_id Nullable(UInt32),
  src_prefix_routing String, dst_prefix_routing String, auth_orig_ip String,
  is_last_cdr Bool, lega_disconnect_code Nullable(UInt16), lega_disconnect_reason String,
  orig_call_id String, local_tag String, routing_attempt UInt8
) ENGINE = MergeTree ORDER BY (customer_acc_id, time_start)
"""
START = datetime(2026, 6, 11, 15, 40, 7, tzinfo=UTC)


@pytest.fixture(params=["Decimal(18, 6)", "Float64"])
def table(request):
    with connections["cdrs"].cursor() as cursor:
        cursor.execute(TABLE.format(price=request.param))
    yield
    with connections["cdrs"].cursor() as cursor:
        cursor.execute("DROP TABLE cdrs SYNC")
    connections["cdrs"].connection.written.clear()


@pytest.fixture
def account(table, customer):
    return AccountFactory(users=[customer])


def test_the_numbers_are_those_of_the_original_s_sql(customer, account):
    random = Random(6)
    for number in range(60):
        CDRFactory(
            account=account,
            time_start=START + timedelta(seconds=random.randrange(9000)),
            duration=random.choice([0, random.randrange(900)]),
            customer_price=Decimal(random.randrange(10**6)).scaleb(-6),
            is_last_cdr=number % 7 > 0,
        )
    with connections["cdrs"].cursor() as cursor:
        cursor.execute(
            "SELECT toUnixTimestamp(toStartOfMinute(time_start)) AS t, count(),"
            " countIf(duration > 0), sum(duration), sum(toDecimal64(customer_price, 6)) FROM cdrs"
            f" WHERE customer_acc_id = {account.pk} AND is_last_cdr = true GROUP BY t ORDER BY t"
        )
        t, total, successful, seconds, prices = zip(*cursor.fetchall(), strict=True)
    answer = ask(customer, account).json()
    assert answer["data"]["t"] == list(t)
    assert answer["data"]["total_calls"] == list(total)
    assert answer["data"]["successful_calls"] == list(successful)
    assert abs(Decimal(answer["totals"]["total_duration"]) - Decimal(sum(seconds)) / 60) < 1
    assert abs(Decimal(answer["totals"]["total_price"]) - sum(prices)) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"from_time": "2026-06-11T15:40:07Z"}, 1),
        ({"from_time": "2026-06-11T15:40:07.000001Z"}, 0),
        ({"to_time": "2026-06-11T15:40:07Z"}, 1),
        ({"to_time": "2026-06-11T15:40:06.999999Z"}, 0),
        ({"auth_orig_ip": "2001:DB8:0::1"}, 1),
        ({"auth_orig_ip": "2001:db8::2"}, 0),
        ({"dst_prefix_routing_contains": "A5"}, 1),
        ({"dst_prefix_routing_starts_with": "380A"}, 0),
        ({"dst_country_id": "0"}, 0),
        ({"customer_price_eq": "0.5"}, 1),
        ({"customer_price_gt": "0.5"}, 0),
        ({"sampling": "month"}, 1),
    ],
    ids=str,
)
def test_every_kind_of_parameter_works_on_its_columns(customer, account, parameters, found):
    CDRFactory(
        account=account,
        time_start=START,
        auth_orig_ip="2001:db8::1",
        dst_prefix_routing="380a5",
    )
    query = {"from_time": "2026-06-11T00:00:00Z", **parameters}
    assert ask(customer, account, **query).json()["totals"]["total_calls"] == found


# What a switch's feed may be given as a table: everything may be missing, nothing has a type of
# its own.
LOOSE = """
CREATE TABLE cdrs (
  date_start Date, id Int64, uuid {uuid}, customer_acc_id Nullable(Int32),
  time_start {time}, time_connect Nullable(DateTime), time_end Nullable(DateTime),
  duration Nullable(Int32), customer_duration Nullable(Int32), customer_price {price},
  src_country_id Nullable(UInt32), dst_country_id Nullable(UInt32),
  src_prefix_routing Nullable(String), dst_prefix_routing {text},
  auth_orig_ip {address}, is_last_cdr {flag},
  lega_disconnect_code Nullable(Int32), lega_disconnect_reason Nullable(String),
  orig_call_id Nullable(String), local_tag Nullable(String), routing_attempt Nullable(Int32)
) ENGINE = MergeTree PARTITION BY toYYYYMM(date_start) ORDER BY time_start
"""
USUAL = {
    "uuid": "UUID",
    "time": "DateTime",
    "price": "Nullable(Float64)",
    "text": "Nullable(String)",
    "address": "Nullable(String)",
    "flag": "UInt8",
}
VARIATIONS = [
    {},
    {"uuid": "Nullable(UUID)"},
    {"uuid": "String"},
    {"time": "DateTime64(3)"},
    {"time": "DateTime64(6, 'UTC')"},
    {"price": "Float32"},
    {"price": "Float64"},
    {"price": "Decimal(9, 5)"},
    {"price": "Nullable(Decimal(38, 12))"},
    {"text": "LowCardinality(String)"},
    {"text": "LowCardinality(Nullable(String))"},
    {"flag": "Bool"},
    {"flag": "Nullable(UInt8)"},
    {"flag": "Nullable(Bool)"},
]


@contextmanager
def loose(**types):
    with connections["cdrs"].cursor() as cursor:
        cursor.execute(LOOSE.format(**USUAL | types))
        try:
            yield
        finally:
            cursor.execute("DROP TABLE cdrs SYNC")


@pytest.fixture(params=VARIATIONS, ids=str)
def loose_table(request):
    with loose(**request.param):
        yield


def feed(rows):
    from origination.tests.support.chdb.base import server

    """As a switch posts them: a JSON object a line, and no end of the last line."""
    lines = "\n".join(map(json.dumps, rows))
    server().query(f"INSERT INTO cdrs FORMAT JSONEachRow {lines}")


def fed(account, number, **values):
    start = START + timedelta(minutes=20 * number)
    return {
        "id": number + 1,
        "uuid": str(UUID(int=number + 1)),
        "customer_acc_id": account.pk,
        "time_start": f"{start:%Y-%m-%d %H:%M:%S}",
        "time_connect": None,
        "time_end": None,
        "duration": 30 * number,
        "customer_price": float(f"{number}.12345"),
        "dst_country_id": 380,
        "dst_prefix_routing": "380a5",
        "auth_orig_ip": "10.0.0.1",
        "is_last_cdr": 1,
        "routing_tag_ids": [1, 2],
        "date_start": f"{start:%Y-%m-%d}",
        **values,
    }


def test_a_loosely_typed_table_gives_the_same_numbers(loose_table, customer):
    account = AccountFactory(users=[customer])
    feed(
        [
            *(fed(account, number) for number in range(6)),
            fed(account, 6, is_last_cdr=0),
            fed(account, 7, customer_acc_id=account.pk + 1),
            fed(account, 8, dst_prefix_routing="49", auth_orig_ip="2001:db8::1"),
        ]
    )
    answer = ask(customer, account, sampling="hour").json()
    assert answer["data"]["total_calls"] == [1, 3, 2, 1]
    assert answer["totals"] | {"acd": None, "asr": None} == {
        "t": 0,
        "total_calls": 7,
        "successful_calls": 6,
        "failed_calls": 1,
        "total_duration": "11.5",
        "acd": None,
        "asr": None,
        "total_price": "23.86",
    }
    for parameters, found in [
        ({"dst_prefix_routing_starts_with": "380"}, 6),
        ({"dst_prefix_routing_contains": "A5"}, 6),
        ({"customer_price_gt": "4.5"}, 2),
        ({"customer_price_eq": "3.12345"}, 1),
        ({"auth_orig_ip": "2001:DB8:0::1"}, 1),
        ({"duration_gt": "100"}, 3),
        ({"from_time": "2026-06-11T16:40:07Z"}, 4),
        ({"to_time": "2026-06-11T16:40:07Z"}, 4),
    ]:
        totals = ask(customer, account, **{"sampling": "month", **parameters}).json()["totals"]
        assert (parameters, totals["total_calls"]) == (parameters, found)


def test_times_of_another_zone_are_counted_in_utc(customer):
    account = AccountFactory(users=[customer])
    with loose(time="DateTime('Asia/Tokyo')"):
        feed([fed(account, 0, time_start=int(START.timestamp()))])
        answer = ask(customer, account, sampling="day", to_time="2026-06-11T15:40:07Z").json()
    assert answer["data"]["t"] == [int(START.replace(hour=0, minute=0, second=0).timestamp())]


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("IPv6", "AddressCDR"),
        ("Nullable(IPv6)", "AddressCDR"),
        ("IPv4", "IPv4CDR"),
        ("Nullable(IPv4)", "IPv4CDR"),
    ],
)
def test_addresses_of_their_own_type_want_a_subclass(customer, kind, model):
    account = AccountFactory(users=[customer])
    # Models of a site that has them.
    from origination.tests.sites import yetimodels

    name = getattr(yetimodels, model)._meta.label
    asked = ("10.0.0.1", "::ffff:10.0.0.2", "10.0.0.3", "2001:db8::1")
    with loose(address=kind), override_settings(ORIGINATION_CDR_MODEL=name):
        feed([fed(account, 0), fed(account, 1, auth_orig_ip="10.0.0.2")])
        answers = [ask(customer, account, auth_orig_ip=address).json() for address in asked]
        stored = get_cdr_model().objects.values_list("auth_orig_ip", flat=True)
        assert set(stored) == {"10.0.0.1", "10.0.0.2"}
    assert [answer["totals"]["total_calls"] for answer in answers] == [1, 1, 0, 0]


def test_the_file_of_a_feed_is_imported_as_the_switch_means_it(table, customer, tmp_path):
    account = AccountFactory(users=[customer])
    rows = [
        fed(account, 1, customer_price=1.0e-05, src_country_id=None, lega_disconnect_code=200),
        fed(account, 2, is_last_cdr=0),
        fed(account, 3, customer_price=None, orig_call_id=None, dst_prefix_routing=None),
    ]
    file = tmp_path / "cdrs.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(f"{account.pk},{account.uuid}\n")
    call_command("import_cdrs", str(file), format="jsonl", account_map=str(accounts))
    stored = get_cdr_model().objects.order_by("time_start")
    assert [(Decimal(str(c.customer_price)), c.is_last_cdr, c.duration) for c in stored] == [
        (Decimal("0.00001"), True, 30),
        (Decimal("2.12345"), False, 60),
        (Decimal(0), True, 90),
    ]
    assert stored[0].time_start == START + timedelta(minutes=20)
    assert stored[0].auth_orig_ip == "10.0.0.1"


@pytest.mark.parametrize("kind", ["UUID", "Nullable(UUID)", "String"])
def test_a_known_uuid_is_found_in_every_type_of_column(customer, kind):
    account = AccountFactory(users=[customer])
    row = {"uuid": UUID(int=1), "account": account.pk, "time_start": START, "duration": 1}
    with loose(uuid=kind):
        assert [make_loader().insert([row]) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("DateTime", "2026-06-11 15:40:07"),
        ("DateTime('Asia/Tokyo')", "2026-06-12 00:40:07"),
        ("DateTime64(3)", "2026-06-11 15:40:07.123"),
        ("DateTime64(9, 'Asia/Tokyo')", "2026-06-12 00:40:07.123456000"),
    ],
)
def test_times_are_imported_once_and_as_fine_as_the_column(customer, tmp_path, kind, stored):
    account = AccountFactory(users=[customer])
    file = tmp_path / "cdrs.jsonl"
    file.write_text(json.dumps(fed(account, 1, time_start="2026-06-11 15:40:07.123456")))
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(f"{account.pk},{account.uuid}\n")
    with loose(time=kind), connections["cdrs"].cursor() as cursor:
        for _ in range(2):
            call_command("import_cdrs", str(file), format="jsonl", account_map=str(accounts))
        cursor.execute("SELECT toString(time_start) FROM cdrs")
        assert cursor.fetchall() == [(stored,)]
