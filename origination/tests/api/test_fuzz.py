"""A small share of ``python -m benchmarks.fuzz``, which counts seconds as well."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from origination.tests.support.client import configured
from origination.tests.support.factories import AccountFactory, CDRFactory, UserFactory
from origination.tests.support.fuzzer import Answer, Fuzzer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _connections_stay_open():
    """The end of a request would close the one that the test's transaction is on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@configured(AUTH_THROTTLE_RATE=None)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_sent_the_answer_is_json_and_no_5xx(seed):
    customer = UserFactory()
    account = AccountFactory(users=[customer])
    CDRFactory.create_batch(5, account=account)
    statuses = set()
    for environ in Fuzzer(seed, customer, account).requests(500):
        answer = Answer(environ)
        asked = environ["REQUEST_METHOD"], environ["QUERY_STRING"][:300], answer.status
        assert answer.is_fit, asked
        statuses.add(answer.status)
    assert {200, 400, 401, 405} <= statuses
