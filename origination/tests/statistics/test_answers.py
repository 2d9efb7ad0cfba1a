"""Answers compared with a reference in plain Python that shares no code with the app."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from random import Random

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from origination.models import get_cdr_model
from origination.statistics.answers import Grouping, Part
from origination.statistics.buckets import Buckets
from origination.statistics.metrics import PRICE_UNIT
from origination.statistics.sampling import SAMPLINGS
from origination.tests.support.client import ask, configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

pytestmark = pytest.mark.django_db

FIXED = {"minute": 60, "5minutes": 300, "15minutes": 900, "hour": 3600, "day": 86400}


def answer_of(cdrs, sampling):
    return Grouping.of([Part.of_cdrs(cdrs)], Buckets.of(sampling)).answer()


def reference_bucket(moment, sampling):
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if sampling == "month":
        return int(midnight.replace(day=1).timestamp())
    if sampling == "week":
        return int((midnight - timedelta(days=moment.weekday())).timestamp())
    seconds = int(
        (moment.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    )
    return seconds - seconds % FIXED[sampling]


def reference_text(value):
    rounded = str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return rounded[:-1] if rounded.endswith("0") else rounded


def reference_columns(calls, sampling):
    grouped = defaultdict(list)
    for call in calls:
        grouped[reference_bucket(call[0], sampling)].append(call)
    columns = defaultdict(list)
    for start in sorted(grouped):
        for name, value in reference_row(grouped[start]).items():
            columns[name].append(value)
        columns["t"].append(start)
    return dict(columns)


def reference_row(calls):
    with localcontext(prec=60):
        answered = sum(1 for _, duration, _ in calls if duration > 0)
        seconds = Decimal(sum(duration for _, duration, _ in calls))
        return {
            "total_calls": len(calls),
            "successful_calls": answered,
            "failed_calls": len(calls) - answered,
            "total_duration": reference_text(seconds / 60),
            "acd": reference_text(seconds / 60 / answered) if answered else None,
            "asr": reference_text(Decimal(100 * answered) / len(calls)),
            "total_price": reference_text(sum((price for *_, price in calls), Decimal(0))),
        }


CALLS = st.lists(
    st.tuples(
        st.datetimes(datetime(1970, 1, 5), datetime(2199, 12, 31), timezones=st.just(UTC))
        | st.datetimes(datetime(2024, 2, 28), datetime(2024, 3, 2), timezones=st.just(UTC)),
        st.integers(0, 3) | st.integers(0, 100_000),
        st.decimals(0, 1000, places=6, allow_nan=False) | st.decimals(0, 1, places=3),
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(calls=CALLS)
def test_rows_and_totals_are_those_of_the_reference(db, sampling, calls):
    account = AccountFactory()
    model = get_cdr_model()
    model.objects.bulk_create(
        CDRFactory.build(account=account, time_start=start, duration=duration, customer_price=price)
        for start, duration, price in calls
    )
    answer = answer_of(model.objects.filter(account=account), sampling)
    assert answer.columns() == reference_columns(calls, sampling)
    assert answer.total() == {"t": 0, **reference_row(calls)}


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/St_Johns"])
@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_time_zone_of_the_site_moves_no_bucket(sampling, zone):
    moment = datetime(2026, 3, 29, 23, 59, 59, 999_999, tzinfo=UTC)
    cdr = CDRFactory(time_start=moment)
    with override_settings(TIME_ZONE=zone):
        answer = answer_of(get_cdr_model().objects.filter(pk=cdr.pk), sampling)
    assert answer.columns()["t"] == [reference_bucket(moment, sampling)]


def test_half_a_cent_of_many_small_prices_is_not_lost():
    account = AccountFactory()
    get_cdr_model().objects.bulk_create(
        CDRFactory.build(account=account, customer_price=Decimal("0.000001")) for _ in range(5000)
    )
    answer = answer_of(get_cdr_model().objects.filter(account=account), "day")
    assert answer.total()["total_price"] == "0.01"
    assert answer.totals.price == [PRICE_UNIT // 200]


@configured(USE_CUSTOMER_DURATION=True)
def test_billed_duration_is_summed_where_the_site_says_so():
    cdr = CDRFactory(duration=1, customer_duration=60)
    answer = answer_of(get_cdr_model().objects.filter(pk=cdr.pk), "day")
    assert answer.total()["total_duration"] == "1.0"


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_body_is_byte_for_byte_the_reference_s_on_every_engine(sampling):
    random = Random(sampling)
    calls = [
        (
            datetime(2024, 2, 28, tzinfo=UTC) + timedelta(seconds=random.uniform(0, 500_000)),
            random.choice([0, 0, 1, 59, random.randrange(10_000)]),
            Decimal(random.randrange(10**8)).scaleb(-6),
        )
        for _ in range(400)
    ]
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    get_cdr_model().objects.bulk_create(
        CDRFactory.build(account=account, time_start=start, duration=duration, customer_price=price)
        for start, duration, price in calls
    )
    answer = ask(customer, account, from_time="2024-02-29", duration_lt="9000", sampling=sampling)
    counted = [c for c in calls if c[0] >= datetime(2024, 2, 29, tzinfo=UTC) and c[1] < 9000]
    columns = reference_columns(counted, sampling)
    body = {
        "data": {name: columns[name] for name in ("t", *reference_row(counted))},
        "rows": len(columns["t"]),
        "totals": {"t": 0, **reference_row(counted)},
    }
    assert answer.content == json.dumps(body, separators=(",", ":")).encode()
