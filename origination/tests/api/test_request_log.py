import logging

import pytest
from django.test import Client

from origination.api.tokens import issue_token
from origination.tests.support.client import URL, ask, configured
from origination.tests.support.factories import CDRFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    """The records of the requests."""
    caplog.set_level(logging.INFO, "origination.requests")
    return lambda: [r for r in caplog.records if r.name == "origination.requests"]


def fields(record):
    return {**record.request_fields, "ms": None}


@configured(ROLLUPS=False)
def test_a_request_is_one_line_of_who_asked_what_and_what_it_cost(customer, account, lines):
    CDRFactory(account=account)
    ask(customer, account, to_time="2026-06-12")
    record = lines()[0]
    assert fields(record) == {
        "customer": customer.pk,
        "account": account.uuid,
        "from": "2026-06-11T15:40:07+00:00",
        "to": "2026-06-12T00:00:00+00:00",
        "sampling": "minute",
        "source": "cdrs",
        "rows": 1,
        "status": 200,
        "ms": None,
    }
    assert record.request_fields["ms"] > 0
    assert record.getMessage().startswith(f"customer={customer.pk} account={account.uuid} from=")


@pytest.mark.parametrize(
    ("parameters", "headers", "status", "known"),
    [
        ({"sampling": "x"}, {}, 400, {"customer"}),
        ({}, {"Authorization": "forged"}, 401, set()),
        ({"sampling": "day\nforged=1"}, {}, 400, {"customer"}),
    ],
)
def test_a_refused_request_is_a_line_of_what_is_known(
    customer, account, lines, parameters, headers, status, known
):
    ask(customer, account, headers=headers, **parameters)
    told = {name for name, value in fields(lines()[0]).items() if value is not None}
    assert told == known | {"status"}
    assert lines()[0].request_fields["status"] == status
    assert "\n" not in lines()[0].getMessage()


def test_no_line_of_any_logger_holds_the_token(customer, account, caplog, lines):
    caplog.set_level(logging.DEBUG)
    token = issue_token(customer)
    for value in (token, f"Bearer {token}", f"{token[:-3]}abc", f"Basic {token}"):
        Client().get(URL, {"account-id": str(account.uuid)}, headers={"Authorization": value})
    assert len(lines()) == 4
    assert not [record for record in caplog.records if token[:40] in record.getMessage()]


@pytest.mark.parametrize(("status", "level"), [(200, "INFO"), (429, "WARNING")])
def test_what_an_operator_should_see_is_a_warning(customer, account, lines, status, level):
    with configured(THROTTLE_RATE="100/min" if status == 200 else "0/min"):
        assert ask(customer, account).status_code == status
    assert lines()[0].levelname == level
