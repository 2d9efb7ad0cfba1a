import io
import ipaddress
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from origination.importing.loader import Loader
from origination.models import get_cdr_model
from statsproject.demo import load
from statsproject.demo.customers import ACCOUNTS, CUSTOMER, OPERATOR, OTHER
from statsproject.demo.destinations import DESTINATIONS, MINUTES, Billing
from statsproject.demo.site import make_accounts
from statsproject.demo.traffic import Traffic

pytestmark = pytest.mark.xdist_group("demo")
START = datetime(2026, 6, 1, 10, tzinfo=UTC)
END = START + timedelta(days=30)
DOCUMENTATION = [
    ipaddress.ip_network(n)
    for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
ALL_ACCOUNTS = dict(enumerate((a for group in ACCOUNTS.values() for a in group), 1))


def traffic(number, seed=1):
    return list(islice(Traffic(seed, START, ALL_ACCOUNTS), number))


@pytest.fixture(scope="module")
def cdrs():
    return traffic(20_000)


@pytest.fixture(autouse=True)
def _passwords_are_hashed_at_once(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def later(monkeypatch):
    """Two days pass."""
    at = timezone.now() + timedelta(days=2)
    return lambda: monkeypatch.setattr(timezone, "now", lambda: at)


def demo(*options, cdrs=400):
    out = io.StringIO()
    call_command("demo", "--no-serve", f"--cdrs={cdrs}", *options, stdout=out)
    return out.getvalue()


def stored():
    names = [f.name for f in get_cdr_model()._meta.concrete_fields if not f.primary_key]
    return {row["uuid"]: row for row in get_cdr_model().objects.values(*names)}


def generated(number, stored_cdrs):
    """The CDRs that one undisturbed run would have stored where these are."""
    start = min(cdr["time_start"] for cdr in stored_cdrs.values())
    return {c["uuid"]: c for c in islice(Traffic(1, start, make_accounts()), number)}


def paste(line):
    """The answer to a printed curl line."""
    words = shlex.split(line)
    assert words[:3] == ["curl", "-sg", "-H"]
    name, _, value = words[3].partition(": ")
    url = urlsplit(words[-1])
    path = f"{url.path}?{url.query}" if url.query else url.path
    if "-d" not in words:
        return Client().get(path, headers={name: value})
    return Client().post(path, words[words.index("-d") + 1], content_type=value)


def lines(output):
    return [line for line in output.splitlines() if line.startswith("curl")]


def test_a_seed_gives_the_same_cdrs_every_time_and_another_one_others(cdrs):
    assert traffic(400) == cdrs[:400]
    others = traffic(400, seed=2)
    assert not {c["uuid"] for c in others} & {c["uuid"] for c in cdrs}
    assert [c["duration"] for c in others] != [c["duration"] for c in cdrs[:400]]


def test_traffic_stays_in_its_window_and_follows_hours_and_weekdays(cdrs):
    ends = [c["time_end"] for c in cdrs]
    assert min(c["time_start"] for c in cdrs) == START
    assert END - timedelta(hours=1) < max(ends) <= END
    hours = Counter(c["time_start"].hour for c in cdrs)
    assert min(hours[h] for h in (9, 10, 11, 14, 15)) > 8 * max(hours[h] for h in (1, 2, 3))
    days = Counter(c["time_start"].date() for c in cdrs)
    del days[START.date()], days[END.date()]
    weekend = [n for day, n in days.items() if day.weekday() >= 5]
    workdays = [n for day, n in days.items() if day.weekday() < 5]
    assert max(weekend) < min(workdays)


def test_calls_fare_as_carriers_see_them(cdrs):
    calls = [c for c in cdrs if c["is_last_cdr"]]
    talks = [c["duration"] for c in calls if c["duration"]]
    assert 45 < 100 * len(talks) / len(calls) < 55
    assert 3 * 60 < sum(talks) / len(talks) < 5 * 60
    assert sorted(talks)[len(talks) // 2] < sum(talks) / len(talks) / 1.5
    called = [n for _, n in Counter(c["dst_country_id"] for c in calls).most_common()]
    assert sum(called[:5]) > len(calls) / 2
    assert len(called) > 30


def test_failed_attempts_have_a_failure_code_and_answered_ones_200(cdrs):
    for cdr in cdrs:
        answered = cdr["duration"] > 0
        assert (cdr["disconnect_code"] == 200) == answered
        assert 400 <= cdr["disconnect_code"] < 700 or answered
        assert (cdr["time_connect"] is not None) == answered == (cdr["customer_price"] > 0)
        assert answered or cdr["customer_duration"] == 0
        assert cdr["is_last_cdr"] or not answered
        begun = cdr["time_connect"] or cdr["time_start"]
        talked = cdr["time_end"] - begun
        assert talked == timedelta(seconds=cdr["duration"]) if answered else talked > timedelta(0)


def test_a_rerouted_call_has_one_cdr_that_stands_for_it_wherever_they_are_cut(cdrs):
    calls = {}
    for cdr in cdrs:
        calls.setdefault(cdr["orig_call_id"], []).append(cdr)
    assert {len(attempts) for attempts in calls.values()} == {1, 2, 3}
    for attempts in calls.values():
        numbers = [cdr["routing_attempt"] for cdr in attempts]
        assert numbers == sorted(numbers, reverse=True)
        assert [cdr for cdr in attempts if cdr["is_last_cdr"]] == attempts[:1]
        assert len({(c["time_start"], c["dst_prefix_routing"]) for c in attempts}) == 1


def test_numbers_prices_and_addresses_belong_together(cdrs):
    prefixes = {p: d for d in DESTINATIONS for p in d.prefixes}
    for cdr in cdrs:
        (to,) = [d for p, d in prefixes.items() if cdr["dst_prefix_routing"].startswith(p)]
        (by,) = [d for p, d in prefixes.items() if cdr["src_prefix_routing"].startswith(p)]
        assert (cdr["dst_country_id"], cdr["src_country_id"]) == (to.country, by.country)
        assert len(cdr["dst_prefix_routing"]) == to.digits
        exact = Decimal(to.rate) * cdr["customer_duration"] / 60 / 10**6
        assert abs(cdr["customer_price"] - exact) <= Decimal("0.0000005")
        assert cdr["customer_price"].as_tuple().exponent == -6
        address = ipaddress.ip_address(cdr["auth_orig_ip"])
        assert any(address in network for network in DOCUMENTATION)
    assert {ipaddress.ip_address(c["auth_orig_ip"]).version for c in cdrs} == {4, 6}


@pytest.mark.parametrize(
    ("billing", "talk", "billed"),
    [
        (MINUTES, 0, 0), (MINUTES, 1, 60), (MINUTES, 60, 60), (MINUTES, 61, 120),
        (Billing(30, 6), 30, 30), (Billing(30, 6), 31, 36), (Billing(1, 1), 7, 7),
    ],
)  # fmt: skip
def test_talk_time_is_billed_in_steps(billing, talk, billed):
    assert billing.billed(talk) == billed


def test_it_is_refused_with_debug_off(db):
    with pytest.raises(CommandError, match="DEBUG is off"):
        demo()
    assert not get_user_model().objects.exists()


def test_running_it_again_keeps_exactly_what_is_there(db, debug, later):
    assert "400 added, 400 in" in demo()
    before = stored()
    later()
    assert "manage.py flush" not in (again := demo())
    assert "0 added, 400 in" in again
    assert "manage.py flush" in demo(cdrs=50)
    assert "manage.py flush" in demo("--seed=2")
    assert stored() == before == generated(400, before)


def test_a_larger_number_adds_the_missing_ones_in_the_same_window(db, debug, later):
    demo()
    later()
    assert "200 added, 600 in" in demo(cdrs=600)
    assert stored() == generated(600, stored())


def test_an_interrupted_run_is_completed_by_the_next(db, debug, later, monkeypatch):
    insert = Loader.insert

    def interrupted(self, rows):
        if get_cdr_model().objects.count() == 200:
            raise KeyboardInterrupt
        return insert(self, rows)

    monkeypatch.setattr(load, "BATCH", 100)
    with monkeypatch.context() as patch:
        patch.setattr(Loader, "insert", interrupted)
        with pytest.raises(CommandError, match="Run it again") as stopped:
            demo()
    assert (stopped.value.returncode, len(stored())) == (130, 200)
    later()
    assert "200 added, 400 in" in demo()
    assert stored() == generated(400, stored())


def test_the_printed_lines_work_when_pasted(db, debug):
    statistics, token = lines(demo())
    answer = paste(statistics)
    assert answer.status_code == 200
    assert answer.json()["totals"]["total_calls"] > 0
    assert not [start for start in answer.json()["data"]["t"] if start % 3600]
    issued = paste(token)
    assert issued.status_code == 201
    fresh = re.sub(r"eyJ[^\"]+", issued.json()["jwt"], statistics)
    assert paste(fresh).json() == answer.json()


def test_the_other_customer_s_account_is_refused_though_it_has_calls(db, debug):
    line, _ = lines(demo())
    mine, theirs = ACCOUNTS[CUSTOMER][0], ACCOUNTS[OTHER][0]
    foreign = paste(line.replace(str(mine.uuid), str(theirs.uuid)))
    assert (foreign.status_code, foreign.json()) == (400, {"error": "invalid value account-id"})
    assert get_cdr_model().objects.filter(account__uuid=theirs.uuid).exists()


def test_the_operator_may_look_at_cdrs_and_accounts_and_at_nothing_else(db, debug):
    demo()
    client = Client()
    credentials = {"username": OPERATOR.name, "password": OPERATOR.password}
    assert client.post(reverse("admin:login"), credentials).status_code == 302
    for model in ("cdr", "account"):
        assert client.get(reverse(f"admin:origination_{model}_changelist")).status_code == 200
    assert client.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_a_port_that_is_taken_is_said_before_anything_is_made(db, debug):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CommandError, match=f"Cannot serve on {address}: Address already"):
            call_command("demo", f"--addrport={address}")
    assert not get_user_model().objects.exists()


@pytest.mark.parametrize(
    ("addrport", "reason"),
    [
        ("nowhere:", "not a port"),
        ("1:99999", "not a port"),
        ("192.0.2.1:80", "ALLOWED_HOSTS lacks"),
    ],
)
def test_an_address_nobody_could_ask_is_refused(debug, addrport, reason):
    with pytest.raises(CommandError, match=reason):
        demo(f"--addrport={addrport}")


@pytest.mark.parametrize(
    ("addrport", "url"),
    [("8123", "http://127.0.0.1:8123/"), ("0.0.0.0:80", "http://127.0.0.1:80/"),
     ("[::1]:8123", "http://[::1]:8123/"), ("localhost:81", "http://localhost:81/")],
)  # fmt: skip
def test_the_printed_address_is_one_that_answers(db, debug, addrport, url):
    output = demo(f"--addrport={addrport}", cdrs=10)
    assert f"admin: {url}admin/" in output
    assert f"portal of both: {url}\n" in output


def test_it_serves_from_an_empty_folder_until_interrupted(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--cdrs=400", f"--addrport={address}"],
        cwd=site_settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'demo.sqlite3'}", "DEBUG": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = next(line for line in process.stdout if line.startswith("curl"))
        assert asked(shlex.split(line))["totals"]["total_calls"] > 0
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in errors) == (0, False)


def asked(words):
    name, _, value = words[3].partition(": ")
    request = urllib.request.Request(words[-1], headers={name: value})
    for _ in range(100):
        try:
            return json.load(urllib.request.urlopen(request, timeout=10))
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("nobody answers")
