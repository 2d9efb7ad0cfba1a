"""Our own table as a switch sees it, which writes it by its own SQL."""

import pytest
from django.db import IntegrityError, connections, router, transaction
from django.db.models import NOT_PROVIDED

from origination.models import get_cdr_model

from .support.factories import AccountFactory, UserFactory
from .support.histories import START

CDR = get_cdr_model()
ALIAS = router.db_for_write(CDR) or "default"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        CDR._meta.label not in ("origination.CDR", "origination_clickhouse.CDR"),
        reason="about our own tables",
    ),
]
no_clickhouse = pytest.mark.skipif(
    connections[ALIAS].vendor == "clickhouse",
    reason="it has no constraints, and rolls back nothing",
)


def write(account, **others):
    """One CDR by SQL that names these columns and no others."""
    connection = connections[ALIAS]
    values = {"account": account.pk, "time_start": START, "duration": 7, **others}
    fields = {CDR._meta.get_field(name): value for name, value in values.items()}
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join("%s" for _ in fields)
    prepared = [f.get_db_prep_save(v, connection) if f.name != "customer_price" else v
                for f, v in fields.items()]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{CDR._meta.db_table}" ({names}) VALUES ({places})', prepared)


@pytest.fixture
def emptied(db):
    """Rows of raw SQL, which the backend's imitation of a transaction does not know of, go."""
    yield
    if connections[ALIAS].vendor == "clickhouse":
        connections[ALIAS].cursor().execute(f"TRUNCATE TABLE {CDR._meta.db_table}")


def test_what_python_may_leave_out_a_switch_may_leave_out_as_well(emptied):
    account = AccountFactory()
    write(account)
    write(account)
    expected = CDR(account=account, time_start=START, duration=7)
    cdrs = list(CDR.objects.filter(account=account))
    assert len({cdr.uuid for cdr in cdrs}) == len(cdrs) == 2
    for field in CDR._meta.concrete_fields:
        if field.default is not NOT_PROVIDED and field.name != "uuid":
            assert [getattr(c, field.name) for c in cdrs] == [getattr(expected, field.name)] * 2
    assert {cdr.uuid.version for cdr in cdrs} == {4}


@no_clickhouse
@pytest.mark.parametrize(
    "values",
    [{"customer_price": "NaN"}, {"customer_price": "1e12"}, {"duration": -1}],
    ids=["a price that is no number", "a price beyond the column", "a length below nothing"],
)
def test_what_can_be_no_call_is_refused(values):
    if connections[ALIAS].vendor == "sqlite" and "customer_price" in values:
        # SQLite has no NaN: it is NULL there. And its decimals are binary floats.
        values = {"customer_price": None if values["customer_price"] == "NaN" else 1e13}
    with pytest.raises(Exception) as refused, transaction.atomic(using=ALIAS):
        write(AccountFactory(), **values)
    assert isinstance(refused.value, IntegrityError) or "overflow" in str(refused.value)


@no_clickhouse
@pytest.mark.parametrize("price", ["999999999999.999999", "0", "-0.000001"])
def test_prices_of_every_size_are_stored(price):
    account = AccountFactory()
    write(account, customer_price=price)
    assert CDR.objects.filter(account=account).count() == 1


def test_a_user_may_be_deleted_by_who_knows_nothing_of_accounts():
    """The app was taken out of the site, and its tables stayed."""
    user = UserFactory()
    AccountFactory(users=[user])
    connection = connections[router.db_for_write(type(user)) or "default"]
    with connection.cursor() as cursor:
        key = type(user)._meta.pk.column
        cursor.execute(f'DELETE FROM "{type(user)._meta.db_table}" WHERE "{key}" = %s', [user.pk])
    connection.check_constraints()
