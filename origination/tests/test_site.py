"""The demo site: headers of the published page, settings from the environment."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from .client import URL

PRODUCTION = {
    "DEBUG": "0",
    "ALLOWED_HOSTS": "stats.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://stats.example.com",
    "BEHIND_TLS_PROXY": "1",
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


@pytest.mark.parametrize("key", [None, "demo"], ids=["no key", "the demo key"])
def test_debug_off_without_a_key_of_its_own_is_refused(key):
    from statsproject.settings import DEMO_KEY

    result = check(**{**PRODUCTION, "SECRET_KEY": DEMO_KEY if key else ""})
    assert result.returncode != 0
    assert "set SECRET_KEY" in result.stderr


@pytest.mark.parametrize("word", ["0", "false", "off", "no"])
def test_debug_is_off_for_every_word_that_says_so(word):
    assert check(DEBUG=word, SECRET_KEY="").returncode != 0
