"""The demo site: headers of the published page, settings from the environment."""

import os
import re
import subprocess
import sys

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory, override_settings

from origination.tests.support.client import URL
from statsproject.apps import plain, read_plain_types

PRODUCTION = {
    "DEBUG": "0",
    "ALLOWED_HOSTS": "stats.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://stats.example.com",
    "BEHIND_TLS_PROXY": "1",
    "TRUSTED_PROXIES": "1",
    "SECRET_KEY": "a-secret-of-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCD",
}
HEADERS = {
    "x-frame-options": "SAMEORIGIN",
    "x-xss-protection": "0",
    "x-content-type-options": "nosniff",
    "x-permitted-cross-domain-policies": "none",
    "referrer-policy": "strict-origin-when-cross-origin",
}


@pytest.mark.parametrize(("name", "value"), HEADERS.items(), ids=HEADERS)
def test_the_site_sends_the_headers_of_the_published_page(name, value):
    assert Client().get(URL)[name] == value


def test_every_response_has_an_id_and_a_runtime_of_its_own():
    first, second = Client().get(URL), Client().get(URL)
    assert first["x-request-id"] != second["x-request-id"]
    assert float(first["x-runtime"]) > 0


@pytest.mark.parametrize("given", ["4f1c2a", "a-b_c@D", "x" * 255])
def test_an_id_that_a_proxy_gives_is_kept(given):
    assert Client(headers={"X-Request-Id": given}).get(URL)["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "a b", "a\r\nSet-Cookie: b=c", "é", "x" * 256, "<script>"])
def test_an_id_that_is_none_is_replaced(given):
    assert len(Client(headers={"X-Request-Id": given}).get(URL)["x-request-id"]) == 36


def check(*options, **environment):
    """Exit status and output of ``manage.py check`` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "django", "check", *options],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "statsproject.settings", **environment},
        capture_output=True,
        text=True,
    )


def test_a_production_site_as_the_readme_has_it_passes_the_deployment_check():
    result = check("--deploy", "--fail-level=WARNING", **PRODUCTION)
    assert result.returncode == 0, result.stderr


def test_behind_a_proxy_the_number_of_proxies_is_asked_for():
    result = check("--deploy", "--fail-level=WARNING", **{**PRODUCTION, "TRUSTED_PROXIES": ""})
    assert "origination.W003" in result.stderr


@pytest.mark.parametrize("key", [None, "demo"], ids=["no key", "the demo key"])
def test_debug_off_without_a_key_of_its_own_is_refused(key):
    from statsproject.settings import DEMO_KEY

    result = check(**{**PRODUCTION, "SECRET_KEY": DEMO_KEY if key else ""})
    assert result.returncode != 0
    assert "set SECRET_KEY" in result.stderr


@pytest.mark.parametrize("word", ["0", "false", "off", "no"])
def test_debug_is_off_for_every_word_that_says_so(word):
    assert check(DEBUG=word, SECRET_KEY="").returncode != 0


PREFLIGHT = {
    "Origin": "https://portal.example.com",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization",
}


@pytest.mark.parametrize(
    ("allowed", "origin"),
    [
        ([], None),
        (["https://other.example.com"], None),
        (["https://portal.example.com"], "https://portal.example.com"),
    ],
    ids=["none", "another", "this"],
)
def test_only_portals_of_named_origins_may_ask_from_a_browser(allowed, origin):
    with override_settings(CORS_ALLOWED_ORIGINS=allowed):
        response = Client().options(URL, headers=PREFLIGHT)
    assert response.get("access-control-allow-origin") == origin
    assert "access-control-allow-credentials" not in response


@pytest.mark.parametrize("path", ["/", "/admin/login/", URL])
def test_nothing_inline_and_nothing_from_elsewhere_is_allowed(db, path):
    policy = Client().get(path)["content-security-policy"]
    assert "default-src 'none'" in policy
    sources = {source for part in policy.split("; ") for source in part.split()[1:]}
    assert sources == {"'none'", "'self'"}


@pytest.mark.parametrize("path", ["/api/schema", "/api/docs"])
def test_the_description_and_its_page_are_open(path):
    assert Client().get(path).status_code == 200


def test_the_page_that_tries_the_api_loads_nothing_from_elsewhere():
    page = Client().get("/api/docs").content.decode()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    assert all(source.startswith(("/static/", "/api/docs?script")) for source in sources)


def test_the_page_that_tries_the_api_may_style_itself_and_nothing_more():
    policy = Client().get("/api/docs")["content-security-policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self' 'unsafe-inline'" in policy


def expect_a_bare_page(response, status):
    assert response.status_code == status
    text = response.content.decode()
    assert "<h1>" in text
    # Nothing that a page on its own lacks, nor what the log is for.
    assert not re.search(r"Traceback|settings|secret|<script|style=|/static/", text)
    assert "default-src 'none'" in response["content-security-policy"]
    assert response["x-request-id"]


def test_a_page_that_is_not_there_says_so_and_nothing_else():
    expect_a_bare_page(Client().get("/nothing/secret"), 404)


def test_a_page_that_fails_says_so_and_nothing_else(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a secret")

    monkeypatch.setattr("origination.portal.views.PortalView.get_context_data", fail)
    expect_a_bare_page(Client(raise_request_exception=False).get("/"), 500)


PAGES = ["/", "/admin/login/", "/admin/origination/cdr/", "/health", "/api/schema", "/api/docs"]
PAGES += ["/nowhere", "/static/nothing.js", "/api/rest/customer/v1/nothing", URL]


@pytest.mark.parametrize("url", PAGES, ids=str)
@pytest.mark.parametrize("charset", ["zlib", "undefined", "punycode", "utf-16", "there-is-none"])
def test_each_page_reads_its_query_as_utf_8(db, url, charset):
    expected = Client().get(url, {"next": "/ü"})
    response = Client().get(url, {"next": "/ü"}, CONTENT_TYPE=f"x/y; charset={charset}")
    assert response.status_code == expected.status_code < 500


@override_settings(DEBUG=True)
@pytest.mark.parametrize("url", PAGES, ids=str)
def test_no_page_takes_a_thousand_parameters(db, url):
    response = Client().get(url, QUERY_STRING="&".join(f"x{n}=1" for n in range(1_001)))
    # Health is told to whoever asks, and how.
    assert response.status_code == (200 if url == "/health" else 400)
    assert response["content-type"].startswith("application/json")


@pytest.mark.parametrize("url", PAGES, ids=str)
@pytest.mark.parametrize(
    "query", ["a=" + "%41" * 20_000, "a" * 2_000_001, "&" * 5_000], ids=["escapes", "long", "names"]
)
def test_a_query_that_costs_much_is_refused_unread(db, monkeypatch, url, query):
    def parse(*args, **kwargs):
        raise AssertionError("read")

    monkeypatch.setattr("django.http.request.parse_qsl", parse)
    assert Client().get(url, QUERY_STRING=query).status_code == (200 if url == "/health" else 400)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("", ""),
        ("application/json", "application/json"),
        ("application/vnd.api+json; charset=utf-8", "application/vnd.api+json"),
        ("text/csv;charset=zlib", "text/csv"),
        ("multipart/form-data; boundary=abc", 'multipart/form-data; boundary="abc"'),
        ('multipart/form-data; charset=zlib; Boundary="a b"', "multipart/form-data"),
        ('multipart/form-data; boundary="a=b"; x=y', 'multipart/form-data; boundary="a=b"'),
        # An encoding that there is not would be an error before there is a request.
        ("x/y; a*=nope''%41", "x/y"),
        ("x/y; a*=idna''%41", "x/y"),
        ("text", ""),
        ("\xff/\xfe", ""),
        ("x/y" + ";" * 60_000, ""),
    ],
)
def test_of_a_content_type_django_reads_what_it_can(given, read):
    assert plain(given) == read


@pytest.mark.parametrize("url", PAGES, ids=str)
@pytest.mark.parametrize(
    "parameter", ["a*=nope''%41", "a*=zlib''%41", "charset*='%41", ";" * 60_000]
)
def test_each_page_answers_whatever_the_content_type_is(db, url, parameter):
    expected = Client().get(url)
    response = Client().get(url, CONTENT_TYPE=f"x/y; {parameter}")
    assert response.status_code == expected.status_code < 500


def test_a_form_of_several_parts_is_read_as_ever():
    """The boundary is what it needs."""
    environ = RequestFactory().post("/", {"name": "ü"}).environ
    read_plain_types(environ)
    assert WSGIRequest(environ).POST.dict() == {"name": "ü"}
