import inspect
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from origination.models import get_cdr_model
from origination.statistics import Statistics, TooManyRows, ask
from origination.statistics.conditions import CONDITIONS as CONDITIONS_THERE_ARE
from origination.tests.docs.pages import steps
from origination.tests.support import client
from origination.tests.support.client import configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory

pytestmark = pytest.mark.django_db

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "how-to" / "python.md").read_text()
START = datetime(2026, 6, 11, tzinfo=UTC)
END = datetime(2026, 6, 13, 23, 59, 59, tzinfo=UTC)
# Condition -> its parameter, a value of Python's, the same in plain Python.
CONDITIONS = {
    "dst_country_id": (7, lambda c: c.dst_country_id == 7),
    "dst_prefix_routing_eq": ("38044", lambda c: c.dst_prefix_routing == "38044"),
    "dst_prefix_routing_starts_with": ("380", lambda c: c.dst_prefix_routing.startswith("380")),
    "duration_gt": (60, lambda c: c.duration > 60),
    "customer_price_lt": (0.5, lambda c: c.customer_price < Decimal("0.5")),
    "auth_orig_ip": ("::ffff:192.0.2.1", lambda c: c.auth_orig_ip == "192.0.2.1"),
    "outcome": ("failed", lambda c: c.duration == 0),
}


@pytest.fixture
def called():
    """An account of a customer, and its calls."""
    account, random = AccountFactory(users=[UserFactory()]), Random(7)
    calls = [
        CDRFactory(
            account=account,
            time_start=START + timedelta(minutes=random.randrange(3 * 1440)),
            duration=random.choice([0, 30, 61, 600]),
            customer_price=Decimal(random.randrange(1000)) / 1000,
            dst_country_id=random.choice([7, 380]),
            dst_prefix_routing=random.choice(["38044", "3805", "74"]),
            auth_orig_ip=random.choice(["192.0.2.1", "192.0.2.2"]),
        )
        for _ in range(40)
    ]
    return account, calls


@pytest.mark.parametrize(("name", "means"), CONDITIONS.items(), ids=CONDITIONS)
def test_a_condition_chooses_the_calls_of_plain_python(called, name, means):
    account, calls = called
    value, is_one = means
    chosen = [call for call in calls if is_one(call)]
    answer = ask(account, START, END, sampling="day", **{name: value})
    assert isinstance(answer, Statistics)
    assert answer.total()["total_calls"] == len(chosen)
    starts = {int(call.time_start.timestamp()) // 86400 * 86400 for call in chosen}
    assert answer.starts == sorted(starts)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"dst_country_id": 7},
        {"duration_gt": 60, "customer_price_lt": Decimal("0.5")},
        {"time_zone": "Europe/Kyiv", "sampling": "week"},
        {"fill_gaps": True, "sampling": "hour"},
    ],
    ids=["all", "a country", "two conditions", "a time zone", "without gaps"],
)
def test_the_endpoint_answers_the_same(called, given):
    account, _ = called
    arguments = {"sampling": "day", **given}
    answer = ask(account, START, END, **arguments)
    parameters = {**arguments, "from_time": START.isoformat(), "to_time": END.isoformat()}
    parameters = {n: "true" if v is True else v for n, v in parameters.items()}
    body = client.ask(account.users.get(), account, **parameters).json()
    assert body == {"data": answer.columns(), "rows": len(answer.starts), "totals": answer.total()}


def test_a_price_is_told_unrounded(called):
    account, calls = called
    answer = ask(account, START, END, sampling="day")
    assert answer.total_price == sum(call.customer_price for call in calls)
    assert sum(answer.prices) == answer.total_price
    assert ask(AccountFactory(), START, END, sampling="day").total_price == 0


@pytest.mark.parametrize("zone", ["UTC", "Europe/Kyiv", "America/Bogota"])
def test_the_invoice_of_the_page_has_each_call_of_the_month_once(zone):
    made = invoice_of_the_page()
    account, local = AccountFactory(), ZoneInfo(zone)
    first, after = datetime(2026, 6, 1, tzinfo=local), datetime(2026, 7, 1, tzinfo=local)
    times = [first, first, after - timedelta(seconds=1), first - timedelta(seconds=1), after]
    for time in times:
        CDRFactory(account=account, time_start=time, duration=90, customer_price=Decimal("0.122"))
    lines, amount = made(account, 2026, 6, zone)
    assert lines == [
        (first.date(), 2, "3.0", Decimal("0.244")),
        ((after - timedelta(days=1)).date(), 1, "1.5", Decimal("0.122")),
    ]
    # The rounded days, 0.24 and 0.12, are a cent less.
    assert amount == Decimal("0.37")


def invoice_of_the_page():
    (step,) = steps(DOCS / "how-to" / "python.md")
    names = {}
    exec(step.text, names)
    return names["invoice"]


def test_a_zone_of_python_s_is_one(called):
    account, _ = called
    kyiv = ask(account, START, END, sampling="day", time_zone=ZoneInfo("Europe/Kyiv"))
    assert kyiv == ask(account, START, END, sampling="day", time_zone="Europe/Kyiv")


def test_what_is_none_is_not_asked_for(called):
    account, calls = called
    answer = ask(account, START, sampling="month", dst_country_id=None, duration_gt=None)
    assert answer.total()["total_calls"] == len(calls)


def test_only_the_cdrs_that_are_given_are_counted(called):
    account, calls = called
    cdrs = get_cdr_model().objects.filter(dst_country_id=7)
    answer = ask(account, START, END, sampling="month", cdrs=cdrs)
    assert answer.total()["total_calls"] == sum(call.dst_country_id == 7 for call in calls)


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"duration": 1}, TypeError, "no condition 'duration'; there are src_country_id, "),
        ({"sampling": "decade"}, ValueError, "sampling is one of minute, "),
        ({"start": datetime(2026, 6, 11)}, ValueError, "has no time zone"),
        ({"end": datetime(2026, 6, 12)}, ValueError, "has no time zone"),
        ({"time_zone": "Mars/Olympus"}, ValueError, "'Mars/Olympus' is no time zone"),
        ({"duration_gt": 1.5}, ValueError, "duration_gt: 1.5 is no whole number"),
        ({"duration_gt": "x"}, ValueError, "duration_gt: "),
        ({"customer_price_gt": "NaN"}, ValueError, "customer_price_gt: 'NaN' is no amount"),
        ({"customer_price_gt": "ten"}, ValueError, "customer_price_gt: "),
        ({"auth_orig_ip": "here"}, ValueError, "auth_orig_ip: "),
        ({"outcome": "odd"}, ValueError, "outcome: 'odd' is none of successful, failed"),
        ({"uuid": "odd"}, ValueError, "uuid: "),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_asked_is_said(given, error, text):
    arguments = {"start": START, "end": END, "sampling": "day", **given}
    with pytest.raises(error, match=text):
        ask(AccountFactory(), **arguments)


@configured(MAX_ROWS=10)
def test_an_answer_of_too_many_rows_is_refused():
    with pytest.raises(TooManyRows, match="more than 10 rows: use sampling day or coarser"):
        ask(AccountFactory(), START, END, sampling="hour")


def test_what_runs_the_query_is_the_caller_s_choice(called):
    account, _ = called
    seen = []

    def run(plan):
        seen.append(plan.source)
        return plan.answer()

    answer = ask(account, START, END, sampling="day", run=run)
    assert len(seen) == 1
    assert answer == ask(account, START, END, sampling="day")


def test_every_condition_and_argument_is_on_its_page():
    numbers = [f"{side}_prefix_routing" for side in ("src", "dst")]
    for name in CONDITIONS_THERE_ARE:
        side = next((number for number in numbers if name.startswith(number)), "")
        assert f"`{name.removeprefix(side)}`" in PAGE
    keywords = inspect.signature(ask).parameters.keys() - {"conditions"}
    assert all(f"`{name}`" in PAGE for name in keywords)


def test_what_is_public_is_there():
    page = (DOCS / "reference" / "python.md").read_text().partition("## Public names")[2]
    rows = re.findall(r"^\| (`origination\.\w+`) \| (.*) \|$", page, re.MULTILINE)
    assert len(rows) == 5
    for module, names in rows:
        found = import_module(module.strip("`"))
        for name in re.findall(r"`(\w+)`", names):
            assert hasattr(found, name), name
