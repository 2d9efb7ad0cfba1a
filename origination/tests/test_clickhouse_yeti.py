"""A YETI switch's own table: asked as it is, and compared with what its web server's SQL says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connections

from origination import conf

from .client import ask
from .factories import AccountFactory, CDRFactory, UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clickhouse,
    pytest.mark.skipif(
        conf.cdr_model() != "origination_clickhouse.YetiCDR",
        reason="of --ds=origination.tests.yetisite",
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
def customer():
    return UserFactory()


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
