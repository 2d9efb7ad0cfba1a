"""Our pages with the static files of other sites: hashed or not, on another path or host."""

import os
import re
import socket
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from origination.tests.site.test_site import PRODUCTION

DJANGO = "django.contrib.staticfiles.storage."
WHITENOISE = "whitenoise.storage."
SITES = {
    "plain": {"STORAGE": f"{DJANGO}StaticFilesStorage"},
    "compressed": {"STORAGE": f"{WHITENOISE}CompressedStaticFilesStorage"},
    "hashed": {"STORAGE": f"{DJANGO}ManifestStaticFilesStorage"},
    "hashed only": {
        "STORAGE": f"{WHITENOISE}CompressedManifestStaticFilesStorage",
        "ONLY_HASHED": "1",
    },
    "another host": {
        "STORAGE": f"{WHITENOISE}CompressedManifestStaticFilesStorage",
        "STATIC_URL": "http://localhost:{port}/assets/",
    },
}
FILL = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth import get_user_model
from origination.tests.support.factories import AccountFactory, CDRFactory
user = get_user_model().objects.create_superuser("alice", password="wonderland-2026")
account = AccountFactory(name="Alice Ltd", users=[user])
CDRFactory(account=account, time_start="2026-06-11T15:40:07Z", duration=60)
print(account.uuid)
"""
# The server finds the files as another process left them; a start of Django costs a second.
SERVE = """
import os
import django
django.setup()
from django.core.management import call_command
if not os.fork():
    call_command("collectstatic", interactive=False, verbosity=0)
    os._exit(0)
assert os.wait()[1] == 0
from wsgiref.simple_server import make_server
from django.core.wsgi import get_wsgi_application
server = make_server("127.0.0.1", {port}, get_wsgi_application())
print("up", flush=True)
server.serve_forever()
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A database with a call, and the account that it is of."""
    environment = environment_of(SITES["plain"], tmp_path_factory.mktemp("filled"))
    command = [sys.executable, "-c", FILL]
    filled = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return environment["DATABASE_URL"], filled.stdout.strip()


@pytest.fixture(params=SITES.values(), ids=SITES)
def site(request, filled, tmp_path):
    """``(kind, address, account)`` of a site of this kind, served by WSGI."""
    database, account = filled
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    kind = {name: text.replace("{port}", str(port)) for name, text in request.param.items()}
    environment = {**environment_of(kind, tmp_path), "DATABASE_URL": database}
    command = [sys.executable, "-c", SERVE.format(port=port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout.readline() == b"up\n"
        yield kind, f"http://127.0.0.1:{port}", account
        server.kill()


def environment_of(kind, folder):
    return {
        **os.environ,
        **PRODUCTION,
        "STATIC_URL": "/assets/",
        **kind,
        "DJANGO_SETTINGS_MODULE": "origination.tests.sites.storagesite",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",
        "SECURE_HSTS_SECONDS": "0",
        "BEHIND_TLS_PROXY": "0",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
    }


def expect_names_fit_for_a_year(page, kind):
    """Where names are hashed, all of ours must be: what is cached outlives an upgrade."""
    addresses = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    ours = [address for address in addresses if "/assets/origination/" in address]
    assert len(ours) > 3
    if "Manifest" in kind["STORAGE"]:
        assert all(re.search(r"\.[0-9a-f]{12}\.(js|css|svg)$", address) for address in ours)


@pytest.mark.django_db(transaction=True)
def test_our_pages_run(visit, site):
    kind, address, account = site
    see_the_portal(visit, kind, address)
    see_the_admin_s_statistics(visit, kind, address, account)


def see_the_portal(visit, kind, address):
    page = visit(f"{address}/my/statistics/?from=2026-06-11T00%3A00&to=2026-06-12T00%3A00")
    page.get_by_label("Login").fill("alice")
    page.get_by_label("Password").fill("wonderland-2026")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".tile dd").first).to_have_text("1")
    expect(page.locator("canvas")).to_have_count(5)
    expect_names_fit_for_a_year(page, kind)


def see_the_admin_s_statistics(visit, kind, address, account):
    question = f"?account-id={account}&sampling=day&from-time=2026-06-11&to-time=2026-06-12"
    page = visit(f"{address}/office/login/?next=/office/")
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("wonderland-2026")
    page.get_by_role("button", name="Log in").click()
    page.goto(f"{address}/office/origination/cdr/statistics/{question}")
    expect(page.locator("#totals dd").first).to_have_text("1")
    expect(page.locator("#statistics[aria-busy=false] canvas")).to_have_count(5)
    expect_names_fit_for_a_year(page, kind)
