"""An export of the admin, imported again."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from origination.adminpages.export import csv_of
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 11, 15, 40, 7, 250_000, UTC)
# Blanks at the ends are no part of a value, and a text of ClickHouse's null is none.
SEEN = st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp"))
TEXT = st.text(SEEN, max_size=9)
LINES = st.lists(TEXT.filter(bool), min_size=1, max_size=3).map("\n".join)
ODD = st.text(st.sampled_from("'=+-@\"\\;,|0x"), max_size=9)


def kept():
    names = [f.attname for f in get_cdr_model()._meta.concrete_fields if not f.primary_key]
    return list(get_cdr_model().objects.order_by("uuid").values_list(*names))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    texts=st.lists(st.tuples(LINES | ODD, ODD, TEXT), min_size=1, max_size=4),
    price=st.decimals(0, 999, places=6),
    flag=st.booleans(),
)
def test_an_export_is_imported_as_it_was(tmp_path_factory, texts, price, flag):
    account = AccountFactory(name='=cmd\n"x"')
    get_cdr_model().objects.all().delete()
    for n, (reason, number, call) in enumerate(texts):
        get_cdr_model().objects.create(
            account=account,
            time_start=START + timedelta(hours=n),
            time_end=None if flag else START + timedelta(hours=n, seconds=61),
            duration=60,
            customer_price=Decimal(price),
            is_last_cdr=flag,
            disconnect_reason=reason,
            dst_prefix_routing=number,
            orig_call_id=call,
            auth_orig_ip="2001:db8::17",
        )
    before = kept()
    path = tmp_path_factory.mktemp("export") / "cdrs.csv"
    path.write_bytes(b"".join(csv_of(get_cdr_model().objects.all())))
    get_cdr_model().objects.all().delete()

    call_command("import_cdrs", str(path), "--format=csv", "--no-progress")

    assert kept() == before
