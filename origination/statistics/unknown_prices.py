"""Prices that are no numbers: the customer reads null, the operator which CDRs they are of."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.db.models import F

from .bounds import bounded_query
from .columns import has_field
from .conditions import calls_of
from .question import Question
from .readings import NoNumber

MOST_TOLD = 10

logger = logging.getLogger(__name__)


def report_unknown_prices(question: Question) -> None:
    """Log the keys of some CDRs of a validated question whose price is no number."""
    cdrs = question.cdrs
    if not has_field(cdrs.model, "customer_price"):
        return
    odd = calls_of(question.chosen).filter(NoNumber(F("customer_price")))
    try:
        with bounded_query(cdrs.db):
            keys = list(odd.order_by().values_list("pk", flat=True)[:MOST_TOLD])
    except DatabaseError:
        logger.exception("CDRs whose price is no number were not found")
        return
    if keys:
        logger.error("The price of these CDRs is no number: %s", ", ".join(map(str, keys)))
        return
    logger.error("A stored price is no number; run manage.py verify_rollups --repair")
