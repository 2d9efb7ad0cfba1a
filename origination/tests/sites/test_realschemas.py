"""The CDR tables of real systems, mounted as their pages tell: compared with plain Python."""

import json
import re
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from origination.adminpages.times import clock
from origination.statistics.columns import has_field
from origination.statistics.sampling import SAMPLINGS
from origination.tests.support.client import ask
from origination.tests.support.factories import AccountFactory
from origination.tests.support.recipes import DOCS, model_of, page, statements
from origination.tests.support.tables import ALIAS, VENDOR, administered, mounted, run

from . import realschemas
from .realschemas import calls, fusionpbx, kamailio, opensips, plain, yeti

IS_THE_SITE = getattr(settings, "ORIGINATION_ACCOUNT_MODEL", "") == "realschemas.Client"
SYSTEMS = {system.PAGE: system for system in realschemas.systems() if VENDOR in system.TABLES}
pytestmark = [pytest.mark.skipif(not IS_THE_SITE, reason="of one site"), pytest.mark.django_db]
SINCE = "2025-12-01T00:00:00Z"
on_postgresql = pytest.mark.skipif(VENDOR != "postgresql", reason="of PostgreSQL")
every_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


@pytest.fixture
def clients(customer):
    users = {"users": [customer]}
    return [AccountFactory(code=code, **users) for code in ("alice", "BOB", "0042")]


@contextmanager
def filled(system, clients):
    """Mounts the system's table; yields its model and what the table tells of each call."""
    happened = calls.calls_of(clients)
    text = page(system.PAGE)
    with mounted(model_of(text), *system.TABLES[VENDOR]) as model:
        for call in happened:
            for table, row in system.write(call):
                write(table, row)
        run(*statements(text, f"sql {VENDOR}"))
        yield model, [cdr for call in happened for cdr in system.seen(call)]


def write(table, row):
    names, places = ", ".join(f'"{n}"' for n in row), ", ".join(["%s"] * len(row))
    values = [stored(value) for value in row.values()]
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


def stored(value):
    """SQLite has no types of its own for what the systems write."""
    if VENDOR != "sqlite" or value is None or isinstance(value, int):
        return value
    return str(value.replace(tzinfo=None) if isinstance(value, datetime) else value)


def of(client, cdrs):
    return [cdr for cdr in cdrs if cdr.client == client and cdr.is_last]


@every_system
def test_every_sampling_has_the_numbers_of_plain_python(customer, clients, system):
    with filled(system, clients) as (model, cdrs):
        has_price = has_field(model, "customer_price")
        for client in clients:
            for sampling in SAMPLINGS:
                for zone in ("UTC", "Europe/Kyiv", "America/St_Johns"):
                    asked = {"from-time": SINCE, "sampling": sampling, "time-zone": zone}
                    answer = ask(customer, client, **asked)
                    assert (asked, answer.status_code) == (asked, 200)
                    expected = plain.body(of(client, cdrs), sampling, zone, has_price)
                    assert (asked, answer.json()) == (asked, expected)


@every_system
def test_every_filter_finds_the_calls_of_plain_python(customer, clients, system):
    with filled(system, clients) as (model, cdrs):
        has_price, found = has_field(model, "customer_price"), 0
        for parameter, value, meaning in plain.QUESTIONS:
            if not has_field(model, plain.field_of(parameter)):
                continue
            for client in clients:
                asked = {"from-time": SINCE, "sampling": "day", parameter: value}
                answer = ask(customer, client, **asked)
                assert (asked, answer.status_code) == (asked, 200)
                matching = [cdr for cdr in of(client, cdrs) if meaning(cdr)]
                assert (asked, answer.json()) == (
                    asked,
                    plain.body(matching, "day", "UTC", has_price),
                )
                found += len(matching)
        assert found > 20


@every_system
def test_csv_has_the_same_numbers(customer, clients, system):
    with filled(system, clients) as (model, cdrs):
        expected = plain.body(
            of(clients[0], cdrs), "hour", "UTC", has_field(model, "customer_price")
        )
        answer = ask(customer, clients[0], from_time=SINCE, sampling="hour", format="csv")
        assert answer.content.decode().splitlines() == plain.csv(expected)


@every_system
def test_the_accounts_are_listed(customer, clients, system):
    from origination.api.tokens import issue_token

    with filled(system, clients):
        headers = {"Authorization": issue_token(customer)}
        answer = Browser().get(reverse("origination:accounts"), headers=headers)
        assert {a["id"] for a in answer.json()["data"]} == {str(c.uuid) for c in clients}


@every_system
def test_the_checks_have_nothing_to_say(clients, system, capsys):
    with filled(system, clients):
        call_command("check", databases=[ALIAS], fail_level="WARNING")
        assert capsys.readouterr().err == ""


@every_system
def test_the_admin_lists_and_exports_every_cdr(clients, system):
    with filled(system, clients) as (model, cdrs), administered(model) as get:
        listed = get("changelist", period="all")
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == len(cdrs)
        for outcome, is_right in (("failed", False), ("successful", True)):
            found = get("changelist", period="all", outcome=outcome).context["cl"]
            assert found.result_count == sum(((c.seconds or 0) > 0) is is_right for c in cdrs)
        one = listed.context["cl"].result_list[0]
        assert get("change", one.pk).status_code == 200
        lines = b"".join(get("export", period="all").streaming_content).decode().splitlines()
        assert len(lines) == 1 + len(cdrs)
        column = lines[0].split(",").index("time_start")
        times = sorted(line.split(",")[column] for line in lines[1:])
        assert times == sorted(c.start.replace(tzinfo=None).isoformat() + "Z" for c in cdrs)


@every_system
def test_a_list_shows_the_start_that_the_endpoint_counts_by(clients, system):
    with filled(system, clients) as (model, cdrs), administered(model) as get:
        text = get("changelist", period="all").content.decode()
        shown = sorted(re.findall(r"field-started[^>]*>(?:<a[^>]*>)?([^<]+)<", text))
        newest = sorted((c.start for c in cdrs), reverse=True)[: len(shown)]
        assert shown
        assert shown == sorted(map(clock, newest))


@every_system
def test_the_admin_s_statistics_are_those_of_the_endpoint(clients, system):
    with filled(system, clients) as (model, cdrs), administered(model) as get:
        asked = {"account_id": str(clients[0].uuid), "from_time": SINCE, "sampling": "day"}
        answer = get("data", **asked)
        assert answer.status_code == 200
        has_price = has_field(model, "customer_price")
        assert answer.json() == plain.body(of(clients[0], cdrs), "day", "UTC", has_price)


def conditions(plan):
    """What each index of a plan is searched for."""
    yield plan.get("Index Cond", "")
    for part in plan.get("Plans", ()):
        yield from conditions(part)


def plan_of_the_answer(customer, client, since):
    """How the database gets at the numbers: the plan of the endpoint's own statement."""
    with CaptureQueriesContext(connections[ALIAS]) as captured:
        ask(customer, client, from_time=since, sampling="day")
    (asked,) = [query["sql"] for query in captured if "COUNT(*)" in query["sql"]]
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {asked.replace('%', '%%')}")
        plan = cursor.fetchone()[0]
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


@every_system
@on_postgresql
def test_the_endpoint_s_own_statement_uses_the_index_of_the_page(customer, clients, system):
    with filled(system, clients):
        # So few rows are read faster without any index.
        run("SET LOCAL enable_seqscan = off")
        plan = plan_of_the_answer(customer, clients[0], "2026-10-25T00:00:00Z")
        assert any(">=" in condition for condition in conditions(plan)), plan


MANY_CALLS = """
    INSERT INTO acc_cdrs (start_time, duration, sip_code, account)
    SELECT timestamp '2026-01-01' + n * interval '15 minutes', 60, '200',
        (ARRAY['alice', 'BOB', '0042'])[1 + n % 3]
    FROM generate_series(1, 30000) AS n"""


@on_postgresql
def test_a_day_of_many_calls_is_read_by_kamailio_s_index_through_the_view(customer, clients):
    with filled(kamailio, clients):
        run(MANY_CALLS, "ANALYZE acc_cdrs")
        plan = plan_of_the_answer(customer, clients[0], "2026-11-10T00:00:00Z")
        (condition,) = filter(None, conditions(plan))
        assert "account" in condition
        assert "start_time AT TIME ZONE 'Europe/Kyiv'" in condition


@on_postgresql
def test_a_call_of_kamailio_is_found_by_its_derived_uuid(clients):
    with filled(kamailio, clients) as (model, _), administered(model) as get:
        one = model.objects.first()
        found = get("changelist", period="all", uuid=str(one.uuid)).context["cl"].result_list
        assert [cdr.pk for cdr in found] == [one.pk]


@on_postgresql
def test_yeti_s_own_table_takes_an_import_by_the_index_of_its_page(clients, tmp_path, capsys):
    row = {"uuid": "6f0c3c0e-6674-41f1-9edb-da575d109341", "account": str(clients[0].uuid),
           "time_start": "2026-06-11 15:40:07", "duration": 60}  # fmt: skip
    file = tmp_path / "calls.jsonl"
    file.write_text(json.dumps(row) + "\n")
    options = {"format": "jsonl", "no_progress": True}
    with mounted(model_of(page(yeti.PAGE)), *yeti.TABLES[VENDOR]):
        with pytest.raises(CommandError, match=r"UNIQUE INDEX.*\(\"uuid\", \"time_start\"\)"):
            call_command("import_cdrs", str(file), **options)
        run(*statements(page(yeti.PAGE), f"sql {VENDOR}"))
        for _ in range(2):
            call_command("import_cdrs", str(file), **options)
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(",")[2] for line in told] == [
        " imported 1, already there 0, rejected 0",
        " imported 0, already there 1, rejected 0",
    ]


# Tables whose texts a script of the site writes -> what it may write by mistake.
ODD_TEXTS = {
    "acc_cdrs": "INSERT INTO acc_cdrs (sip_code, src_ip, account) VALUES ('n/a', 'gw 1', 'alice')",
    "acc": "INSERT INTO acc (method, time, sip_code, src_ip, account)"
    " VALUES ('INVITE', '2026-06-11 15:40:07', '<n>', '[::1]:5060', 'alice')",
    "v_xml_cdr": "INSERT INTO v_xml_cdr (xml_cdr_uuid, domain_uuid, start_stamp, network_addr, leg)"
    " SELECT gen_random_uuid(), uuid, now(), 'gw.example.com', 'a' FROM realschemas_client",
}
WITH_TEXTS = {"acc_cdrs": kamailio, "acc": opensips, "v_xml_cdr": fusionpbx}


@on_postgresql
@pytest.mark.parametrize("table", ODD_TEXTS)
def test_a_text_that_is_no_address_and_no_code_spoils_no_answer(customer, clients, table):
    with filled(WITH_TEXTS[table], clients) as (model, cdrs), administered(model) as get:
        run(ODD_TEXTS[table])
        for parameters in ({}, {"auth-orig-ip": "192.0.2.17"}):
            asked = {"from-time": "1999-01-01", "sampling": "month", **parameters}
            assert ask(customer, clients[0], **asked).status_code == 200
        listed = get("changelist", period="all")
        assert listed.status_code == 200
        assert listed.context["cl"].result_count > len(cdrs)


def test_there_is_a_page_for_every_system_and_a_link_to_every_page():
    pages = {f"tables/{path.stem}" for path in (DOCS / "tables").glob("*.md")}
    assert pages == {system.PAGE for system in realschemas.systems()}
    linked = set(re.findall(r"\((tables/\w+)\.md\)", page("your-tables")))
    assert linked == pages
