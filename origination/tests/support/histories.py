"""Random things that happen to a CDR table, and whether the stored sums still answer exactly."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from uuid import uuid4

from django.core.management import call_command
from django.db import connections, router, transaction

from origination.models import get_cdr_model
from origination.rollups.maintenance import Rollups
from origination.statistics.sampling import SAMPLINGS

from .client import ask, configured
from .factories import CDRFactory

CDR = get_cdr_model()
ALIAS = router.db_for_write(CDR) or "default"
TABLE = CDR._meta.db_table
# Buckets of every width end within the hours after it.
START = datetime(2026, 6, 30, 22, tzinfo=UTC)


def column(name):
    return CDR._meta.get_field(name).column


def sql(text, *parameters):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(text, parameters or None)


def some(random, accounts, number):
    return [
        CDRFactory.build(
            uuid=uuid4(),
            account=random.choice(accounts),
            time_start=START + timedelta(seconds=random.choice([0, 59, 60, 3600, 9999]))
            + timedelta(seconds=random.uniform(0, 9000)),
            duration=random.choice([0, 0, 1, 60, random.randrange(5000)]),
            customer_price=Decimal(random.randrange(10**7)).scaleb(-6),
            dst_country_id=random.choice([None, 1, 2]),
            is_last_cdr=random.random() < 0.8,
        )
        for _ in range(number)
    ]  # fmt: skip


def insert(random, accounts):
    CDR.objects.bulk_create(some(random, accounts, random.randrange(1, 40)))


def half(random):
    keys = list(CDR.objects.values_list("pk", flat=True))
    return CDR.objects.filter(pk__in=random.sample(keys, len(keys) // 2))


def rolled_back(random, accounts):
    with transaction.atomic(using=ALIAS):
        insert(random, accounts)
        half(random).delete()
        transaction.set_rollback(True, using=ALIAS)


def compact(random, accounts):
    call_command("compact_rollups", no_progress=True, stdout=StringIO())


def upsert(random, accounts):
    """INSERT … ON CONFLICT DO UPDATE fires both triggers."""
    cdrs = list(half(random)[:3]) + some(random, accounts, 3)
    for cdr in cdrs:
        cdr.pk, cdr.duration = None, random.randrange(100)
    CDR.objects.bulk_create(
        cdrs, update_conflicts=True, unique_fields=["uuid"], update_fields=["duration"]
    )


STEPS = {
    "insert": insert,
    "re-rate": lambda r, a: half(r).update(customer_price=Decimal(r.randrange(9)) / 8),
    "another account": lambda r, a: half(r).update(account=r.choice(a)),
    "another time": lambda r, a: half(r).update(time_start=START + timedelta(minutes=r.random())),
    "another length": lambda r, a: half(r).update(duration=r.choice([0, 7])),
    "another country": lambda r, a: half(r).update(dst_country_id=r.choice([None, 3])),
    "not the last": lambda r, a: half(r).update(is_last_cdr=r.random() < 0.5),
    "upsert": upsert,
    "delete": lambda r, a: half(r).delete(),
    "truncate": lambda r, a: sql(f'TRUNCATE "{TABLE}"'),
    "roll back": rolled_back,
    "compact": compact,
}


def requests(random, accounts):
    """Every sampling, with ragged ends and every filter that sums can serve or not."""
    for sampling in SAMPLINGS:
        start = START + timedelta(seconds=random.choice([0, 60, 1, 0.5, 1800, 3600]))
        end = start + timedelta(seconds=random.choice([0, 30.25, 59, 60, 3599.999999, 3600, 9000]))
        yield (
            random.choice(accounts),
            {
                "sampling": sampling,
                "from-time": start.isoformat(),
                "to-time": random.choice([None, end.isoformat()]),
                "dst-country-id": random.choice([None, None, "1", "3"]),
                "duration-gt": random.choice([None, None, None, "0"]),
                "time-zone": random.choice([None, "Europe/Berlin", "Asia/Kathmandu", "US/Pacific"]),
            },
        )


def assert_exact(random, customer, accounts):
    for account, parameters in requests(random, accounts):
        answer = ask(customer, account, **parameters)
        with configured(ROLLUPS=False):
            from_cdrs = ask(customer, account, **parameters)
        assert 'desc="cdrs"' in from_cdrs["Server-Timing"]
        assert answer.content == from_cdrs.content, (parameters, answer["Server-Timing"])


def differences():
    rollups = Rollups()
    return [str(found) for day in rollups.days() for found in rollups.differences(day)]
