from collections import Counter

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from rest_framework.throttling import SimpleRateThrottle

from origination.api.throttling import parsed_rate
from origination.tests.support.caches import BROKEN, broken_cache
from origination.tests.support.client import AUTH_URL, ask, configured
from origination.tests.support.factories import AccountFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    # Each wrong login costs the hash of a password.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@configured(THROTTLE_RATE="2/min")
def test_a_customer_s_requests_are_throttled_alone():
    customer, other = UserFactory.create_batch(2)
    account = AccountFactory(users=[customer, other])
    assert [ask(customer, account).status_code for _ in range(3)] == [200, 200, 429]
    response = ask(customer, account)
    assert 0 < int(response["retry-after"]) <= 60
    assert response.json() == {"error": "too many requests"}
    assert ask(other, account).status_code == 200


@pytest.fixture
def without_settings(settings):
    settings.ORIGINATION = {}


def test_a_customer_asks_ten_times_a_second_for_a_minute_unless_the_site_says_else(
    without_settings, customer_and_account
):
    asked = [ask(*customer_and_account, from_time="x").status_code for _ in range(601)]
    assert Counter(asked) == {400: 600, 429: 1}


@configured(THROTTLE_RATE=None)
def test_a_site_lifts_the_limit_by_none(customer_and_account):
    asked = {ask(*customer_and_account, from_time="x").status_code for _ in range(601)}
    assert asked == {400}


@pytest.fixture
def customer_and_account():
    customer = UserFactory()
    return customer, AccountFactory(users=[customer])


def attempt(login, address, forwarded=None):
    body = {"auth": {"login": login, "password": "wrong"}}
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    client = Client(REMOTE_ADDR=address, headers=headers)
    return client.post(AUTH_URL, body, content_type="application/json").status_code


@configured(AUTH_THROTTLE_RATE="2/min")
def test_a_login_is_throttled_from_however_many_addresses_it_is_tried():
    statuses = [attempt("alice", f"10.0.0.{n}") for n in range(3)]
    assert statuses == [401, 401, 429]
    assert attempt("bob", "10.0.0.9") == 401


@configured(AUTH_THROTTLE_RATE="2/min")
def test_an_address_is_throttled_whatever_logins_it_tries():
    assert [attempt(f"user{n}", "10.0.0.1") for n in range(3)] == [401, 401, 429]
    assert attempt("user0", "10.0.0.2") == 401


@configured(AUTH_THROTTLE_RATE="2/min")
def test_an_address_that_is_refused_uses_up_no_other_login():
    tried = ["mallory", "mallory", "alice", "alice", "alice"]
    assert [attempt(login, "10.0.0.1") for login in tried] == [401, 401, 429, 429, 429]
    assert attempt("alice", "10.0.0.2") == 401


@pytest.mark.skipif(settings.ROOT_URLCONF != "statsproject.urls", reason="the demo site's cache")
@configured(AUTH_THROTTLE_RATE="1/min")
def test_the_demo_site_forgets_no_attempts_because_many_others_are_made():
    assert attempt("alice", "10.0.0.1") == 401
    for n in range(200):
        attempt(f"user{n}", f"10.0.1.{n}")
    assert attempt("alice", "10.0.0.2") == 429


def other_logins(forwarded, address="10.0.0.1"):
    """Statuses of attempts with a login of its own each."""
    logins = (f"user{n}" for n in range(len(forwarded)))
    return [attempt(login, address, f) for login, f in zip(logins, forwarded, strict=True)]


# Behind a proxy that is reached by a Unix socket there is no address at all.
@pytest.mark.parametrize("address", ["10.0.0.1", ""], ids=["TCP", "socket"])
@pytest.mark.parametrize(
    ("proxies", "first", "second"),
    [
        (1, "192.0.2.1", "192.0.2.2"),
        (2, "192.0.2.1, 10.0.0.7", "192.0.2.2, 10.0.0.7"),
        (1, "192.0.2.1:4711", "192.0.2.2:4711"),
        (1, "2001:db8:0:1::1", "2001:db8:0:2::1"),
        (1, "[2001:db8:0:1::1]:4711", "[2001:db8:0:2::1]:4711"),
    ],
)
def test_behind_proxies_each_client_has_attempts_of_its_own(address, proxies, first, second):
    with configured(AUTH_THROTTLE_RATE="1/min", TRUSTED_PROXIES=proxies):
        assert other_logins([first, second, first], address) == [401, 401, 429]


SAME_CLIENT = {
    "what the client wrote": (1, "192.0.2.66, 192.0.2.1", "192.0.2.67, 192.0.2.1"),
    "what it wrote before two": (2, "::1, 192.0.2.1, 10.0.0.7", "::2, 192.0.2.1, 10.0.0.7"),
    "blanks": (1, "192.0.2.1", "  ,, \t192.0.2.1 "),
    "port": (1, "192.0.2.1:1", "192.0.2.1:2"),
    "one site's IPv6 addresses": (1, "2001:db8:0:1::1", "2001:db8:0:1:ffff:ffff:ffff:ffff"),
    "IPv4 as IPv6": (1, "192.0.2.1", "::ffff:192.0.2.1"),
    "fewer than there are proxies": (2, "192.0.2.1", "192.0.2.2"),
    "no address": (1, "unknown", "_secret"),
    "nothing": (1, "", "192.0.2.1,"),
    "no header": (1, None, None),
    "other digits": (1, "١٩٢.٠.٢.١", "192.0.2.1.1"),
    "much": (1, "1," * 20_000, "2," * 20_000),
    "no proxy": (0, "192.0.2.1", "192.0.2.2"),
}


@pytest.mark.parametrize(
    ("proxies", "first", "second"), SAME_CLIENT.values(), ids=list(SAME_CLIENT)
)
def test_a_client_gains_no_attempts_by_what_it_writes(proxies, first, second):
    with configured(AUTH_THROTTLE_RATE="1/min", TRUSTED_PROXIES=proxies):
        assert other_logins([first, second]) == [401, 429]


@configured(AUTH_THROTTLE_RATE="1/min")
def test_without_a_proxy_one_site_s_ipv6_addresses_are_one_client():
    attempts = [("a", "2001:db8::1"), ("b", "2001:db8::2"), ("c", "2001:db8:0:1::1")]
    assert [attempt(login, address) for login, address in attempts] == [401, 429, 401]


@configured(AUTH_THROTTLE_RATE="1/min")
@pytest.mark.parametrize(
    "login",
    ["x" * 7000, "\u0316\u0301" * 500, "a b\n", "\t"],
    ids=["long", "accents", "line end", "TAB"],
)
def test_an_odd_login_is_throttled_as_well(login):
    assert [attempt(login, f"10.0.0.{n}") for n in range(2)] == [401, 429]


SPELLINGS = {
    "case": ("alice@example.com", "ALICE@Example.Com"),
    "blanks": ("alice@example.com", " alice@example.com\t"),
    "width": ("alice@example.com", "ａｌｉｃｅ＠example.com"),
    "what has no width": ("alice@example.com", "alice\u200b@example.com"),
    "accents, which some collations ignore": ("alice@example.com", "álice@example.com"),
    "composed and not": ("jos\u00e9", "jose\u0301"),
    "sharp s": ("strasse", "STRA\u1e9eE"),
    "ligature": ("office", "o\ufb03ce"),
}


@configured(AUTH_THROTTLE_RATE="1/min")
@pytest.mark.parametrize(("first", "second"), SPELLINGS.values(), ids=SPELLINGS)
def test_however_a_login_is_spelled_its_attempts_are_counted_together(first, second):
    assert [attempt(first, "10.0.0.1"), attempt(second, "10.0.0.2")] == [401, 429]


@configured(AUTH_THROTTLE_RATE="2/min")
@pytest.mark.parametrize("backend", BROKEN.values(), ids=BROKEN)
def test_without_a_cache_attempts_are_counted_by_the_process_and_the_log_says_so_once(
    backend, caplog
):
    with broken_cache(backend):
        assert [attempt("alice", f"10.0.0.{n}") for n in range(4)] == [401, 401, 429, 429]
    told = [r for r in caplog.records if r.name == "origination.api.steady_cache"]
    assert [r.levelname for r in told] == ["ERROR"]


@configured(AUTH_THROTTLE_RATE="2/min", THROTTLE_RATE="100/min")
@pytest.mark.parametrize("backend", BROKEN.values(), ids=BROKEN)
def test_without_a_cache_customers_log_in_and_get_their_statistics(backend):
    customer = UserFactory()
    customer.set_password("correct horse")
    customer.save()
    account = AccountFactory(users=[customer])
    body = {"auth": {"login": customer.get_username(), "password": "correct horse"}}
    with broken_cache(backend):
        token = Client().post(AUTH_URL, body, content_type="application/json").json()["jwt"]
        assert ask(customer, account, headers={"Authorization": token}).status_code == 200


RATES = ["20 per minute", "600/fortnight", "x/min", "20/", "/min", "20", 20, "-1/min", "1/2/min"]


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_that_is_none_lets_nobody_guess_and_is_no_defect(rate, caplog):
    with configured(AUTH_THROTTLE_RATE=rate):
        assert attempt("alice", "10.0.0.1") == 503
    assert "is not a rate" in caplog.text
    customer = UserFactory()
    with configured(THROTTLE_RATE=rate):
        response = ask(customer, AccountFactory(users=[customer]))
    assert (response.status_code, set(response.json())) == (503, {"error"})


@pytest.mark.parametrize(
    ("rate", "parsed"),
    [("20/min", (20, 60)), ("5/s", (5, 1)), ("7/hours", (7, 3600)), ("1/day", (1, 86400))],
)
def test_rates_are_read_as_drf_writes_them(rate, parsed):
    assert parsed_rate(rate) == parsed == SimpleRateThrottle.parse_rate(None, rate)


def test_a_rate_that_was_lowered_still_says_when_to_try_again():
    with configured(AUTH_THROTTLE_RATE="5/min"):
        assert [attempt("alice", "10.0.0.1") for _ in range(5)] == [401] * 5
    body = {"auth": {"login": "alice", "password": "wrong"}}
    with configured(AUTH_THROTTLE_RATE="2/min"):
        client = Client(REMOTE_ADDR="10.0.0.1")
        response = client.post(AUTH_URL, body, content_type="application/json")
    assert response.status_code == 429
    assert 0 < int(response["retry-after"]) <= 60
