"""One way in for every question: the endpoint's, the admin's, and a host's own code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from origination import conf

from .answers import Statistics
from .bounds import GROUPING, bounded_statement, check_range, check_rows
from .planner import Plan, answered
from .question import Question
from .unknown_prices import report_unknown_prices

Run = Callable[[Plan], Statistics]


def bounded(plan: Plan) -> Statistics:
    """The answer, given up after ``QUERY_TIMEOUT``."""
    with bounded_statement(plan.alias, GROUPING):
        return plan.answer()


def ask(
    account: Any,
    start: datetime,
    end: datetime | None = None,
    *,
    sampling: str,
    time_zone: str | tzinfo | None = None,
    fill_gaps: bool = False,
    cdrs: QuerySet | None = None,
    weeks_from_sunday: bool = False,
    run: Run = bounded,
    **conditions: Any,
) -> Statistics:
    """The calls of an account from ``start`` to ``end``, both inclusive, bucket by bucket.

        >>> answer = ask(account, start, end, sampling="day", dst_country_id=380)
        >>> answer.starts, answer.total()["total_price"]

    It does not look at users: check first that the caller may see the account.

    - ``sampling``: a word of the API, such as ``day``.
    - ``time_zone``: days, weeks and months begin by its clock. Without it they begin in UTC.
    - ``fill_gaps``: buckets without calls are listed too, up to the end or now.
    - ``cdrs``: only these CDRs are counted. Without it all CDRs of the site are.
    - ``run``: a function that takes a plan and returns ``plan.answer()``.
    - ``conditions``: such as ``duration_gt=60``. None leaves one out.

    Raises ValueError for a value that cannot be read, TooManyRows beyond ``MAX_ROWS`` rows, and
    TypeError for an unknown condition. Raises OperationalError for a query that takes longer than
    ``QUERY_TIMEOUT``, and Unreadable where the CDR table cannot give a right answer.

    Makes one query, or two where stored sums are in doubt or a switch's clock is years ahead.
    """
    question = Question.of(
        account, start, end, sampling=sampling, time_zone=time_zone, cdrs=cdrs,
        weeks_from_sunday=weeks_from_sunday, **conditions,
    )  # fmt: skip
    listed_end = (end or timezone.now()) if fill_gaps else None
    check_range(start, listed_end or end, sampling, question.calendar)
    answer = answered(question, conf.max_rows(), run)
    if answer.starts and question.calendar.misses(answer.starts[-1]):
        question = question.expecting_calls_later()
        answer = answered(question, conf.max_rows(), run)
    if listed_end:
        answer = answer.filled(question.buckets.listed(start, listed_end))
    check_rows(len(answer.starts), start, question.calendar)
    if None in answer.sums.price:
        report_unknown_prices(question)
    return answer
