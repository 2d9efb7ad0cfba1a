"""Random calls and random requests, answered byte for byte as plain Python answers them.

The suite runs this on every engine, so what two engines answer is the same.
"""

import ipaddress
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from origination.importing.loader import make_loader
from origination.statistics.sampling import SAMPLINGS
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory, UserFactory

from .test_answers import reference_columns, reference_row

pytestmark = pytest.mark.django_db

START = datetime(2024, 2, 28, 22, 17, 3, tzinfo=UTC)
CALLS, REQUESTS = 400, 60
NUMBERS = ["380a5", "380A5", "38_0", "38%0", "3805", "493\\01", "49", "", "5A083", "ü49"]
ADDRESSES = ["10.0.0.1", "10.0.0.2", "2001:db8::1", "2001:db8::", None]
SPELLINGS = {"2001:db8::1": "2001:DB8:0::1", "2001:db8::": "2001:db8:0:0::0"}
COUNTRIES = [None, 0, 49, 380]
# Beside the required ones a request has as many of the others as this says.
HOW_MANY = [0, 1, 1, 1, 2, 2, 3]


@pytest.fixture(autouse=True)
def emptied(pytestconfig):
    """A cluster of real servers cannot roll back."""
    yield
    for node in getattr(pytestconfig, "cluster", []):
        node.ask("TRUNCATE TABLE origination_cdr_local")


def random_call(random, accounts):
    return {
        "uuid": UUID(int=random.getrandbits(128), version=4),
        "account": random.choice(accounts).pk,
        # Whole seconds: a server of 2018 has no others.
        "time_start": START + timedelta(seconds=random.randrange(500_000)),
        "duration": random.choice([0, 0, 1, 59, 60, random.randrange(10_000)]),
        "customer_price": random.choice(
            [Decimal(0), Decimal("0.5"), Decimal(random.randrange(10**8)).scaleb(-6)]
        ),
        "src_country_id": random.choice(COUNTRIES),
        "dst_country_id": random.choice(COUNTRIES),
        "src_prefix_routing": random.choice(NUMBERS),
        "dst_prefix_routing": random.choice(NUMBERS),
        "auth_orig_ip": random.choice(ADDRESSES),
        "is_last_cdr": random.random() < 0.8,
    }


def comparisons(name, field):
    return {
        f"{name}-eq": lambda call, value: call[field] == value,
        f"{name}-gt": lambda call, value: call[field] > value,
        f"{name}-lt": lambda call, value: call[field] < value,
    }


def texts(name, field):
    return {
        f"{name}-eq": lambda call, value: call[field] == value,
        f"{name}-starts-with": lambda call, value: call[field].startswith(value),
        f"{name}-ends-with": lambda call, value: call[field].endswith(value),
        f"{name}-contains": lambda call, value: value.lower() in call[field].lower(),
    }


# What a parameter means, and the field that it is about.
MEANINGS = {
    "to-time": (lambda call, value: call["time_start"] <= value, "time_start"),
    "src-country-id": (lambda call, value: call["src_country_id"] == value, "src_country_id"),
    "dst-country-id": (lambda call, value: call["dst_country_id"] == value, "dst_country_id"),
    "auth-orig-ip": (
        lambda call, value: (
            call["auth_orig_ip"] is not None
            and ipaddress.ip_address(call["auth_orig_ip"]) == ipaddress.ip_address(value)
        ),
        "auth_orig_ip",
    ),
} | {
    parameter: (meaning, field)
    for kind, field in [
        (texts("src-prefix-routing", "src_prefix_routing"), "src_prefix_routing"),
        (texts("dst-prefix-routing", "dst_prefix_routing"), "dst_prefix_routing"),
        (comparisons("duration", "duration"), "duration"),
        (comparisons("customer-price", "customer_price"), "customer_price"),
    ]
    for parameter, meaning in kind.items()
}


def random_value(random, field, call):
    """One that calls have, or a part of it."""
    value = call[field]
    if field.endswith("routing") and value:
        first = random.randrange(len(value))
        return value[first : random.randint(first + 1, len(value))]
    return SPELLINGS.get(value, value)


def random_request(random, calls):
    """The parameters with values as Python has them; those without a value are left out."""
    filters = {
        parameter: random_value(random, MEANINGS[parameter][1], random.choice(calls))
        for parameter in random.sample(sorted(MEANINGS), random.choice(HOW_MANY))
    }
    return {parameter: value for parameter, value in filters.items() if value not in (None, "")}


def reference_body(calls, account, start, filters, sampling):
    counted = [
        (call["time_start"], call["duration"], call["customer_price"])
        for call in calls
        if call["account"] == account.pk
        and call["is_last_cdr"]
        and call["time_start"] >= start
        and all(MEANINGS[parameter][0](call, value) for parameter, value in filters.items())
    ]
    totals = {"t": 0, **reference_row(counted)} if counted else NOTHING
    columns = reference_columns(counted, sampling)
    body = {
        "data": {name: columns.get(name, []) for name in NOTHING},
        "rows": len(columns.get("t", [])),
        "totals": totals,
    }
    return json.dumps(body, separators=(",", ":")).encode()


NOTHING = {
    "t": 0,
    "total_calls": 0,
    "successful_calls": 0,
    "failed_calls": 0,
    "total_duration": "0.0",
    "acd": None,
    "asr": None,
    "total_price": "0.0",
}


@pytest.mark.parametrize("seed", range(3))
def test_every_request_has_the_answer_of_plain_python(seed):
    random = Random(seed)
    customer = UserFactory()
    accounts = [AccountFactory(users=[customer]) for _ in range(2)]
    calls = [random_call(random, accounts) for _ in range(CALLS)]
    assert make_loader().insert(calls) == CALLS
    found = 0
    for _ in range(REQUESTS):
        account, start = random.choice(accounts), random.choice(calls)["time_start"]
        sampling = random.choice(list(SAMPLINGS))
        filters = random_request(random, calls)
        written = {
            parameter: value.isoformat() if isinstance(value, datetime) else str(value)
            for parameter, value in filters.items()
        }
        answer = ask(
            customer, account, **{"from-time": start.isoformat(), "sampling": sampling, **written}
        )
        assert (filters, answer.status_code) == (filters, 200)
        expected = reference_body(calls, account, start, filters, sampling)
        assert (filters, answer.content) == (filters, expected)
        found += answer.json()["rows"] > 0
    # Most requests have found something.
    assert found > REQUESTS / 2
