"""The list of CDRs: its window, its filters, its count."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connections, router
from django.test.utils import CaptureQueriesContext

from origination.adminpages import changelist, window
from origination.adminpages.changelist import CappedPaginator
from origination.adminpages.filters import CDRFilterSet
from origination.api.filters import ConditionFilter, has_field
from origination.models import get_cdr_model
from origination.tests.support.factories import AccountFactory, CDRFactory
from origination.tests.support.operators import NOW, RECENT, operator, page

pytestmark = pytest.mark.django_db

CDR = get_cdr_model()
ALIAS = router.db_for_read(CDR) or "default"
SOON = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _standing_clock(monkeypatch):
    clock = SimpleNamespace(now=lambda: NOW)
    monkeypatch.setattr("origination.adminpages.filters.timezone", clock)


@pytest.fixture
def client():
    return operator("view")


def listed(client, **query):
    """The CDRs of the page."""
    query = {name.replace("_", "-"): value for name, value in query.items()}
    return client.get(page("changelist"), query).context["cl"].result_list


@pytest.mark.parametrize(
    ("query", "ages"),
    [
        ({}, [0, 24]),
        ({"period": "1h"}, [0]),
        ({"period": "7d"}, [0, 24, 25]),
        ({"period": "all"}, [0, 24, 25, 24 * 365]),
        ({"from_time": "2026-06-10T15:00:00Z"}, [0, 24, 25]),
        ({"to_time": "2026-06-10T15:00:00Z"}, [25, 24 * 365]),
        ({"period": "all", "from_time": "2026-06-11"}, [0]),
    ],
    ids=["none", "period", "longer", "all", "from", "to", "times win over the period"],
)
def test_the_window_is_the_last_24_hours_unless_another_is_given(client, query, ages):
    for age in (0, 24, 25, 24 * 365):
        CDRFactory(time_start=NOW - timedelta(hours=age))
    found = listed(client, **query)
    assert [(NOW - cdr.time_start) / timedelta(hours=1) for cdr in found] == ages


@pytest.mark.parametrize("name", ["uuid", "orig_call_id"])
def test_one_that_an_index_finds_is_found_whenever_it_was(client, name):
    wanted = CDRFactory(time_start=NOW - timedelta(days=400), orig_call_id="a@b")
    CDRFactory(time_start=RECENT)
    value = str(getattr(wanted, name))
    assert listed(client, **{name: value}) == [wanted]
    assert listed(client, **{name: value}, period="24h") == []


def test_a_period_is_exact_on_both_sides():
    found = window.window("24h", NOW)
    assert found == {"from-time": NOW - timedelta(hours=24), "to-time": NOW}


VALUES = {
    "src_country_id": (826, 49), "dst_country_id": (356, 1), "auth_orig_ip": ("192.0.2.1", "::1"),
    "src_prefix_routing": ("4912a", "33"), "dst_prefix_routing": ("4912a", "33"),
    "duration": (10, 0), "customer_price": ("0.25", "7"), "disconnect_code": (200, 486),
    "orig_call_id": ("a@b", "c@d"), "is_last_cdr": (True, False),
    "uuid": (uuid.UUID(int=1), uuid.UUID(int=2)),
}  # fmt: skip
GIVEN = {
    "duration-gt": "9", "duration-lt": "1", "customer-price-gt": "1", "customer-price-lt": "1",
    "src-prefix-routing-starts-with": "49", "src-prefix-routing-ends-with": "2a",
    "src-prefix-routing-contains": "12", "dst-prefix-routing-starts-with": "49",
    "dst-prefix-routing-ends-with": "2a", "dst-prefix-routing-contains": "12",
    "outcome": "failed", "is-last-cdr": "true",
}  # fmt: skip
SECOND = {"duration-lt", "customer-price-gt", "outcome"}
FILTERS = [
    name
    for name, filter_ in CDRFilterSet.base_filters.items()
    if isinstance(filter_, ConditionFilter)
    and name not in {"account-id", "from-time", "to-time"}
    and has_field(CDR, filter_.field_name)
]


@pytest.mark.skipif(not has_field(CDR, "auth_orig_ip"), reason="no addresses")
@pytest.mark.parametrize("asked", ["192.0.2.17", "::ffff:192.0.2.17", "::FFFF:c000:211"])
def test_an_address_is_found_whether_it_is_mapped_into_ipv6_or_not(client, asked):
    stored = ["192.0.2.17", "::ffff:192.0.2.17", "0:0:0:0:0:FFFF:C000:0211", "192.0.2.18"]
    cdrs = [CDRFactory(time_start=RECENT, auth_orig_ip=address) for address in stored]
    found = listed(client, auth_orig_ip=asked)
    assert {cdr.pk for cdr in found} == {cdr.pk for cdr in cdrs[:3]}


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_finds_what_it_names_and_nothing_else(client, name):
    field = CDRFilterSet.base_filters[name].field_name
    first, second = (CDRFactory(time_start=RECENT, **{field: value}) for value in VALUES[field])
    given = GIVEN.get(name, VALUES[field][0])
    found = client.get(page("changelist"), {name: given}).context["cl"].result_list
    assert found == [second if name in SECOND else first]


def test_an_account_is_found_by_its_uuid_and_named_in_the_form(client):
    wanted, _other = CDRFactory(time_start=RECENT), CDRFactory(time_start=RECENT)
    response = client.get(page("changelist"), {"account-id": str(wanted.account.uuid)})
    assert response.context["cl"].result_list == [wanted]
    assert f'data-name="{wanted.account.name}"' in response.content.decode()


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"from-time": "yesterday"}, "invalid value from-time"),
        ({"account-id": str(uuid.UUID(int=7))}, "invalid value account-id"),
        ({"outcome": "perhaps"}, "invalid value outcome"),
        ({"period": "1y"}, "invalid value period"),
        ({"orig-call-id": "x" * 256}, "invalid value orig-call-id"),
        ({"disconnect-code": "\0"}, "invalid value disconnect-code"),
    ],
    ids=lambda value: next(iter(value), "") if isinstance(value, dict) else "",
)
def test_a_value_that_cannot_be_read_is_told_on_the_page(client, query, error):
    CDRFactory(time_start=RECENT)
    response = client.get(page("changelist"), query)
    assert response.status_code == 400
    assert error in response.content.decode()
    assert not response.context["cl"].result_list


def test_a_list_that_takes_too_long_is_told_on_the_page(client, monkeypatch):
    def stop(*args):
        raise OperationalError("canceling statement due to statement timeout")

    monkeypatch.setattr(changelist, "bounded_query", stop)
    response = client.get(page("changelist"))
    assert response.status_code == 503
    assert changelist.TOO_SLOW in response.content.decode()


@pytest.mark.parametrize(
    ("number", "words", "pages"),
    [(0, "0 ", 1), (1, "1 ", 1), (4, "4 ", 2), (5, "more than 4 ", 2), (9, "more than 4 ", 2)],
)
def test_no_more_than_the_cap_is_counted(client, monkeypatch, number, words, pages):
    monkeypatch.setattr(CappedPaginator, "most", 4)
    monkeypatch.setattr("origination.adminpages.cdrs.CDRAdmin.list_per_page", 2)
    CDRFactory.create_batch(number, time_start=RECENT, account=AccountFactory())
    response = client.get(page("changelist"))
    assert response.context["cl"].count_in_words.startswith(words)
    assert response.context["cl"].paginator.num_pages == pages


def test_pages_and_the_link_to_older_calls_lead_through_every_cdr_once(client, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "most", 4)
    monkeypatch.setattr("origination.adminpages.cdrs.CDRAdmin.list_per_page", 2)
    account = AccountFactory()
    every = [CDRFactory(time_start=RECENT - n * SOON, account=account) for n in range(9)]
    seen, query = [], "?"
    while query:
        cl = client.get(page("changelist") + query).context["cl"]
        # A link to older calls begins with the last one seen.
        seen += [cdr for cdr in cl.result_list if cdr not in seen]
        query = next_query(cl)
    assert seen == every


def next_query(cl):
    if cl.is_end_of_count:
        return cl.older_query
    return (
        cl.get_query_string({"p": cl.page_num + 1}) if cl.page_num < cl.paginator.num_pages else ""
    )


def test_a_page_stays_as_it_is_when_a_call_comes_in_meanwhile(client, monkeypatch):
    monkeypatch.setattr("origination.adminpages.cdrs.CDRAdmin.list_per_page", 1)
    account = AccountFactory()
    _first, second = (CDRFactory(time_start=RECENT - n * SOON, account=account) for n in range(2))
    link = client.get(page("changelist")).context["cl"].get_query_string({"p": 2})
    CDRFactory(time_start=NOW + SOON, account=account)
    assert client.get(page("changelist") + link).context["cl"].result_list == [second]


@pytest.mark.parametrize("query", [{"o": "1.-2"}, {"q": "x"}, {"all": ""}, {"_facets": "True"}])
def test_no_parameter_of_the_admin_sorts_or_counts_the_table(client, query):
    cdrs = [CDRFactory(time_start=RECENT - n * SOON) for n in range(3)]
    assert listed(client, **query) == cdrs
    sql, _of_the_page = queries_of_cdrs(client, **query)
    assert f'"{CDR._meta.get_field("time_start").column}" >=' in sql
    assert "LIMIT" in sql and " DESC" in sql


def test_the_window_is_gone_through_once_whichever_page_is_asked_for(client, monkeypatch):
    monkeypatch.setattr("origination.adminpages.cdrs.CDRAdmin.list_per_page", 3)
    CDRFactory.create_batch(7, time_start=RECENT)
    for number in (1, 3):
        walk, rows = queries_of_cdrs(client, p=number)
        assert "LIMIT 10001" in walk
        assert "OFFSET" not in walk + rows


def queries_of_cdrs(client, **query):
    with CaptureQueriesContext(connections[ALIAS]) as queries:
        client.get(page("changelist"), query)
    return [q["sql"] for q in queries if f'FROM "{CDR._meta.db_table}"' in q["sql"]]


def test_the_list_runs_as_many_queries_for_fifty_cdrs_as_for_two(client):
    CDRFactory.create_batch(2, time_start=RECENT)
    with CaptureQueriesContext(connections[ALIAS]) as few:
        client.get(page("changelist"))
    CDRFactory.create_batch(48, time_start=RECENT)
    with CaptureQueriesContext(connections[ALIAS]) as many:
        client.get(page("changelist"))
    assert len(many) == len(few)


def test_calls_of_an_account_that_is_gone_are_listed(client):
    cdr = CDRFactory(time_start=RECENT)
    type(cdr.account).objects.all().delete()
    assert listed(client) == [cdr]
    assert client.get(page("change", cdr.pk)).status_code == 200


@pytest.mark.parametrize("query", [{}, {"period": "all"}, {"to-time": "2026-06-11T15:00:00Z"}])
def test_the_link_to_export_is_of_what_is_shown(query):
    client = operator("view", "export")
    for hours in (0, 2, 30):
        CDRFactory(time_start=NOW - timedelta(hours=hours))
    cl = client.get(page("changelist"), query).context["cl"]
    lines = b"".join(client.get(page("export") + cl.shown_query).streaming_content).splitlines()
    assert len(lines) == 1 + cl.result_count


@pytest.mark.parametrize("may_export", [False, True])
def test_the_link_to_export_is_shown_to_who_may_use_it(may_export):
    client = operator("view", *(["export"] if may_export else []))
    text = client.get(page("changelist")).content.decode()
    assert (page("export") in text) is may_export
    assert page("statistics") in text
