"""The list as CSV."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from unittest import mock

import pytest
from django.db import connections, router
from hypothesis import given
from hypothesis import strategies as st

from origination.adminpages import export
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory, CDRFactory
from origination.tests.support.operators import RECENT, operator, page

pytestmark = pytest.mark.django_db

CDR = get_cdr_model()
ALIAS = router.db_for_read(CDR) or "default"


def exported(**query):
    query = {name.replace("_", "-"): value for name, value in query.items()}
    response = operator("view", "export").get(page("export"), {"period": "all", **query})
    text = b"".join(response.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_what_the_list_shows_is_exported_newest_first_with_every_field():
    for minutes in (0, 2, 1):
        CDRFactory(time_start=RECENT - timedelta(minutes=minutes), duration=minutes)
    rows = exported(duration_gt="0")
    assert [row["duration"] for row in rows] == ["1", "2"]
    newest = CDR.objects.get(duration=1)
    assert set(rows[0]) == {f.name for f in CDR._meta.concrete_fields} | {"account_name"}
    assert rows[0]["time_start"] == "2026-06-11T15:29:00Z"
    assert rows[0]["account"] == str(newest.account.uuid)
    assert rows[0]["account_name"] == newest.account.name
    assert (rows[0]["is_last_cdr"], rows[0]["time_end"]) == ("true", "")


def test_a_value_that_cannot_be_read_is_400_in_one_line():
    response = operator("view", "export").get(page("export"), {"from-time": "x"})
    assert (response.status_code, response.content) == (400, b"invalid value from-time")


def test_it_comes_as_a_file():
    response = operator("view", "export").get(page("export"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="cdrs.csv"'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("＝1+1", "'＝1+1"),
        ("+4930123", "+4930123"), ("-5", "-5"), ("a=1", "a=1"), ("", ""), (-5, -5),
        (Decimal("-0.5"), Decimal("-0.5")), (None, None), (True, "true"),
        (datetime(2026, 6, 11, 15, 40, 7, 5, UTC), "2026-06-11T15:40:07.000005Z"),
    ],
)  # fmt: skip
def test_a_cell_is_never_a_formula_and_a_number_stays_one(value, written):
    assert export.cell(value) == written


@given(st.text(alphabet="=+-@\t\r\n 0123456789.eEaA|!'＝＋－＠", max_size=12))
def test_no_text_begins_as_a_formula_unless_it_is_a_plain_number(text):
    written = export.cell(text)
    assert written in (text, f"'{text}")
    assert written[:1] not in set("=@\t\r\n＝＋－＠")
    if written[:1] in {"+", "-"}:
        Decimal(written)


@pytest.mark.filterwarnings("error")
def test_rows_are_fetched_as_they_are_read(monkeypatch):
    monkeypatch.setattr(export, "BATCH", 5)
    CDRFactory.create_batch(20, account=AccountFactory())
    fetched = []
    model_rows = export._accounts
    monkeypatch.setattr(export, "_accounts", lambda *of: fetched.append(of) or model_rows(*of))
    lines = export.csv_of(CDR.objects.order_by("pk"))
    list(islice(lines, 3))
    assert len(fetched) == 2
    lines.close()


@pytest.mark.skipif(connections[ALIAS].vendor != "postgresql", reason="cursors of the server")
def test_postgresql_keeps_the_rows_in_a_cursor_within_a_transaction():
    CDRFactory()
    connection = connections[ALIAS]
    opened = []
    original = connection.create_cursor

    def create_cursor(name=None):
        cursor = original(name)
        opened.append(cursor) if name else None
        return cursor

    with mock.patch.object(connection, "create_cursor", create_cursor):
        lines = export.csv_of(CDR.objects.order_by("pk"))
        list(islice(lines, 2))
        assert [cursor.withhold for cursor in opened] == [False]
        lines.close()


def test_ten_times_the_rows_take_no_more_memory(monkeypatch):
    monkeypatch.setattr(export, "BATCH", 50)
    account = AccountFactory()
    CDR.objects.bulk_create(CDRFactory.build_batch(300, account=account))
    few = peak()
    CDR.objects.bulk_create(CDRFactory.build_batch(2700, account=account))
    assert peak() < 1.5 * few


def peak():
    """Bytes of Python at most while every CDR is exported and thrown away."""
    drain(CDR.objects.order_by("pk"))
    tracemalloc.start()
    drain(CDR.objects.order_by("pk"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def drain(cdrs):
    for _ in export.csv_of(cdrs):
        pass
