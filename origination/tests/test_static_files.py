"""A production site's static files: hashed names, by which modules must find each other."""

import json
import os
import re
import socket
import subprocess
import sys

import pytest

from .test_site import PRODUCTION


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """Environment of a production site with its static files collected."""
    folder = tmp_path_factory.mktemp("static")
    environment = {
        **os.environ,
        **PRODUCTION,
        "DJANGO_SETTINGS_MODULE": "statsproject.settings",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "0",
        "STATIC_ROOT": str(folder),
    }
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, env=environment, check=True)
    return environment


@pytest.fixture
def address(production):
    """Where that site is served by WSGI."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    script = (
        "from wsgiref.simple_server import make_server; from statsproject.wsgi import application;"
        f"server = make_server('127.0.0.1', {port}, application); print('up', flush=True);"
        "server.serve_forever()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, env=production, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        assert server.stdout.readline() == b"up\n"
        yield f"http://127.0.0.1:{port}/"
        server.kill()


def test_every_module_imports_hashed_names_only(production):
    with open(f"{production['STATIC_ROOT']}/staticfiles.json", encoding="utf-8") as manifest:
        paths = json.load(manifest)["paths"]
    hashed = [
        name
        for plain, name in paths.items()
        if re.fullmatch(r"(origination|statsproject)/\w+\.js", plain)
    ]
    assert len(hashed) > 15
    for name in hashed:
        with open(f"{production['STATIC_ROOT']}/{name}", encoding="utf-8") as module:
            for imported in re.findall(r'^import .* from "(.*)";', module.read(), re.MULTILINE):
                assert re.search(r"\.[0-9a-f]{12}\.js$", imported), f"{name}: {imported}"


@pytest.mark.django_db(transaction=True)
def test_the_portal_page_runs_from_hashed_files(visit, address):
    page = visit(address)
    page.get_by_role("heading", name="Log in").wait_for()
    addresses = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    modules = [a for a in addresses if a.endswith(".js")]
    assert len(modules) > 15
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", module) for module in modules)
