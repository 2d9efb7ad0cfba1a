"""What PostgreSQL expects of a grouping by buckets, after it has counted."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, router

from origination.models import get_cdr_model
from origination.rollups import bucket_counts
from origination.statistics.answers import Part
from origination.statistics.buckets import Buckets
from origination.statistics.sampling import SAMPLINGS
from origination.tests.support.factories import AccountFactory, CDRFactory

CDR = get_cdr_model()
ALIAS = router.db_for_write(CDR) or "default"
START = datetime(2026, 6, 1, tzinfo=UTC)
CALLS = 2000

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connections[ALIAS].vendor != "postgresql", reason="PostgreSQL's planner"),
]


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_the_planner_expects_about_as_many_buckets_as_there_are(sampling):
    account = AccountFactory()
    CDR.objects.bulk_create(
        CDRFactory.build(account=account, time_start=START + timedelta(seconds=11 * n))
        for n in range(CALLS)
    )
    bucket_counts.declare(CDR, ALIAS)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f'ANALYZE "{CDR._meta.db_table}"')
    grouped = Part.of_cdrs(CDR.objects.all()).grouped(Buckets.of(sampling))
    (plan,) = json.loads(grouped.explain(format="json"))
    buckets = len(SAMPLINGS[sampling].starts(START, START + timedelta(seconds=11 * CALLS)))
    assert plan["Plan"]["Plan Rows"] <= 2 * buckets
