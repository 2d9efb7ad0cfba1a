"""What the log says of a price that is no number, beside an answer that goes out all the same."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from origination.statistics import unknown_prices
from origination.statistics.question import Question
from origination.tests.support.factories import CDRFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def question(account):
    CDRFactory(account=account)
    return Question.of(account, datetime(2026, 6, 1, tzinfo=UTC), None, sampling="day")


def test_where_every_cdr_has_a_price_the_stored_one_is_to_be_mended(question, caplog):
    unknown_prices.report_unknown_prices(question)
    assert "run manage.py verify_rollups --repair" in caplog.text


def test_a_search_that_fails_is_told_and_stops_nothing(question, caplog, monkeypatch):
    def failing(alias):
        raise DatabaseError("too slow")

    monkeypatch.setattr(unknown_prices, "bounded_query", failing)
    unknown_prices.report_unknown_prices(question)
    assert "were not found" in caplog.text
