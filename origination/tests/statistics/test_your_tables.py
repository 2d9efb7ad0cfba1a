"""docs/how-to/your-tables.md: each row of its table, and its views, as the page has them."""

import json
import re
import uuid
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connections, models

from origination.models import get_account_model
from origination.tests.support.client import ask
from origination.tests.support.recipes import blocks, model_of, page, statements
from origination.tests.support.tables import (
    ALIAS,
    VENDOR,
    administered,
    created,
    insert,
    mounted,
    of_a_switch,
    run,
    switch_model,
)

PAGE = page("your-tables")
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| `(.+?)` \| (.*?) ?\|$", re.MULTILINE)
ROWS = [
    (field, column.strip("`"), written, note)
    for field, columns, written, note in ROW.findall(PAGE)
    for column in re.split(r", (?=`)", columns)
]
KEY = uuid.UUID("6f0c3c0e-6674-41f1-9edb-da575d109341")
# SQL of two calls, and what finds the first one alone, at the endpoint or in the admin.
VALUES = {
    "time_start": (
        "'2026-06-11 15:40:07'",
        "'2026-06-11 16:40:07'",
        {"to-time": "2026-06-11T16:00"},
    ),
    "duration": ("90", "NULL", {"duration-gt": "0"}),
    "customer_price": ("'3'", "'0'", {"customer-price-gt": "2"}),
    "auth_orig_ip": ("'192.0.2.17'", "'2001:db8::1'", {"auth-orig-ip": "192.0.2.17"}),
    "src_country_id": ("'49'", "'380'", {"src-country-id": "49"}),
    "dst_prefix_routing": ("'4930'", "'38044'", {"dst-prefix-routing-starts-with": "49"}),
}
IN_THE_ADMIN = {
    "uuid": (f"'{KEY}'", f"'{uuid.UUID(int=7)}'", {"uuid": str(KEY)}),
    "disconnect_code": ("'200'", "'486'", {"disconnect-code": "200"}),
    "orig_call_id": ("'a@b'", "'c@d'", {"orig-call-id": "a@b"}),
}
FLAGS = {"b": ("TRUE", "FALSE"), "s": ("1", "0"), "i": ("1", "0"), "c": ("'Y'", "'n'")}
ONLY_POSTGRESQL = {"money", "inet", "uuid", "timestamp without time zone"}

pytestmark = [pytest.mark.django_db, of_a_switch]


def sql_of(field, column, account):
    """SQL of the two calls' values."""
    if field == "account":
        held = f"'{account.uuid}'" if column == "uuid" else str(account.pk)
        return held, "NULL"
    if field == "is_last_cdr":
        return FLAGS.get(column[0], ("'true'", "'OFF'"))
    values = (VALUES | IN_THE_ADMIN)[field][:2]
    return [value.replace("-", "") for value in values] if column == "char(32)" else values


def told():
    found = run_checks(databases=list(connections))
    return {m.id.removeprefix("origination.") for m in found if m.id.startswith("origination.")}


def test_the_page_has_a_row_for_every_field_that_a_question_is_about():
    assert {field for field, *_ in ROWS} == {*VALUES, *IN_THE_ADMIN, "account", "is_last_cdr"}


@pytest.mark.parametrize(
    ("field", "column", "written", "note"), ROWS, ids=[f"{f}-{c}" for f, c, *_ in ROWS]
)
def test_what_a_row_tells_to_write_is_read_right(customer, account, field, column, written, note):
    if column in ONLY_POSTGRESQL and VENDOR != "postgresql":
        pytest.skip("a type of PostgreSQL")
    name = "account_id" if field == "account" else field
    model = switch_model(
        **{field: eval(written, {"models": models, "Client": get_account_model()})}
    )
    kind = None if column == "none" else column
    with mounted(model, created(**{name: kind})), administered(model) as get:
        assert told() == set(re.findall(r"\b[EW]\d{3}\b", note))
        plain = {"account_id": str(account.pk), "duration": "60", "customer_price": "0.5",
                 "time_start": "'2026-06-11 15:40:07'"}  # fmt: skip
        for n, value in enumerate(sql_of(field, column, account) if kind else ["", ""]):
            own = {name: value} if kind else {name: None}
            row = {key: sql for key, sql in {**plain, **own}.items() if sql is not None}
            insert(id=str(n + 1), **row)
        assert get("changelist", period="all").status_code == 200
        assert get("change", 1).status_code == 200
        answer = ask(customer, account)
        assert answer.status_code == 200
        totals = answer.json()["totals"]
        counted = 1 if field in ("account", "is_last_cdr") and kind else 2
        assert totals["total_calls"] == counted
        if (field, kind) == ("customer_price", None):
            assert totals["total_price"] is None
        if kind and field in VALUES:
            found = ask(customer, account, **VALUES[field][2]).json()["totals"]
            assert found["total_calls"] == 1
        if kind and field in IN_THE_ADMIN:
            listed = get("changelist", period="all", **IN_THE_ADMIN[field][2])
            assert [cdr.pk for cdr in listed.context["cl"].result_list] == [1]


@pytest.fixture
def view(account):
    (table,) = blocks(PAGE, "sql")
    with mounted(model_of(PAGE), table, *statements(PAGE, f"sql {VENDOR}")) as model:
        yield model


CALLS = [
    # Seconds, price, leg, peer: as text.
    ("90.5", "0.25", "LAST", "192.0.2.17"),
    ("", "", "LAST", ""),
    ("0.3", "0.1", "LAST", "2001:db8::1"),
    ("7", "1", "FORK", ""),
]


def fill(account):
    for n, (seconds, price, leg, peer) in enumerate(CALLS):
        texts = {"call_id": f"'{n}@a'", "billsec": f"'{seconds}'", "cost": f"'{price}'",
                 "leg": f"'{leg}'", "peer": f"'{peer}'"}  # fmt: skip
        # 2026-06-11 15:40:07 UTC
        insert(customer=str(account.pk), start_epoch=str(1781192407 + n), **texts)


def test_the_view_of_casts_has_nothing_to_say_and_the_right_numbers(customer, account, view):
    fill(account)
    assert told() == set()
    totals = ask(customer, account).json()["totals"]
    assert totals["total_calls"] == 3
    assert totals["successful_calls"] == 2
    assert totals["total_duration"] == "1.51"
    assert totals["total_price"] == "0.35"
    for name, value, found in [
        ("duration-gt", "1", 1),
        ("duration-eq", "0", 1),
        ("customer-price-lt", "0.25", 1),
        ("customer-price-eq", "0.25", 1),
        ("auth-orig-ip", "2001:db8::1", 1),
        ("to-time", "2026-06-11T15:40:07Z", 1),
    ]:
        answer = ask(customer, account, **{name: value})
        assert (name, answer.json()["totals"]["total_calls"]) == (name, found)


def test_the_admin_shows_the_view(account, view):
    fill(account)
    with administered(view) as get:
        assert len(get("changelist", period="all").context["cl"].result_list) == len(CALLS)
        assert get("changelist", period="all", outcome="failed").status_code == 200
        assert get("change", "0_40a").status_code == 200


@pytest.mark.skipif(VENDOR != "postgresql", reason="PostgreSQL's planner")
def test_the_index_of_the_page_is_the_one_that_the_view_s_questions_use(account, view):
    run("SET LOCAL enable_seqscan = off")
    cdrs = view.objects.filter(account=account, time_start__gt="2026-06-11T00:00Z")
    plan = json.loads(cdrs.filter(is_last_cdr=True).explain(format="json"))[0]["Plan"]
    assert "to_timestamp" in json.dumps(plan.get("Index Cond", plan.get("Plans")))


def test_every_check_of_the_page_is_one_that_there_is():
    told_of = set(re.findall(r"^\| `origination\.([EW]\d+)` ", PAGE, re.MULTILINE))
    checks = Path(__file__).parents[2] / "checks"
    documented = "".join((checks / name).read_text() for name in ("columns.py", "models.py"))
    assert told_of <= set(re.findall(r"[EW]\d{3}", documented))
    assert set(re.findall(r"\b[EW]03\d", documented)) <= told_of
    assert ALIAS in connections
