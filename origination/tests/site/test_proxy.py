"""The demo site in production, as the handbook has it: gunicorn behind nginx."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import jwt
import pytest
from django.db import connection

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
ROOT = Path(__file__).parents[3]
KEY = "the key of the site behind the proxy, long enough"
MOUNT = "/api/rest/customer/v1"
ACCOUNT = "fd6cb45e-6674-11f1-9edb-da575d109341"
URL = (
    f"{MOUNT}/origination-statistics?account-id={ACCOUNT}"
    "&from-time=2024-12-20T00:00:00Z&sampling=minute"
)
HOST = "stats.example.com"

pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="a proxy sees no engine"),
    pytest.mark.xdist_group("proxy"),
]


class Site(NamedTuple):
    """A database and the environment of a site that is told where its proxy stands."""

    folder: Path
    environment: dict

    @property
    def socket(self):
        return f"unix:{self.folder}/gunicorn.sock"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "statsproject.settings",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "DEBUG": "0",
        "SECRET_KEY": KEY,
        "JWT_SIGNING_KEY": KEY,
        "ALLOWED_HOSTS": HOST,
        "BEHIND_TLS_PROXY": "1",
        "TRUSTED_PROXIES": "1",
        "STATIC_ROOT": str(folder / "static"),
        "PYTHONWARNINGS": "ignore",
    }
    for command in (["migrate"], ["loaddata", "fixtures/published_example.json"]):
        manage = [sys.executable, "manage.py", *command, "--verbosity=0"]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True)
    return Site(folder, environment)


@contextmanager
def running(command, is_up, **options):
    process = subprocess.Popen(command, **options)
    try:
        for _ in range(600):
            if is_up():
                break
            assert process.poll() is None, f"{command[0]} did not start"
            time.sleep(0.05)
        else:
            raise TimeoutError(f"{command[0]} did not start")
        yield process
    finally:
        process.terminate()
        process.wait()


def answers_at(address):
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET

    def is_up():
        with socket.socket(family) as client:
            return client.connect_ex(address) == 0

    return is_up


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def gunicorn(site, bind):
    command = [sys.executable, "-m", "gunicorn", "--bind", bind, "--worker-class", "gthread",
               "--threads", "4", "--keep-alive", "75", "--log-level", "critical",
               "statsproject.wsgi:application"]  # fmt: skip
    # A group of its own, which can be killed as a whole.
    options = {"cwd": ROOT, "env": site.environment, "start_new_session": True}
    return running(command, answers_at(address_of(bind)), **options)


def address_of(bind):
    host, _, at = bind.partition(":")
    return at if host == "unix" else (host, int(at))


def nginx_block():
    """The block of the page."""
    return re.search(
        r"```nginx\n(.*?)```", (ROOT / "docs" / "how-to" / "production.md").read_text(), re.DOTALL
    )[1]


@contextmanager
def nginx(folder, server, scheme="https"):
    """The port of an nginx with that block; ``scheme`` stands for TLS, of which the tests
    have none."""
    port = free_port()
    block = re.sub(r" *ssl_certificate.*\n", "", nginx_block())
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port}"),
        ("unix:/run/stats/gunicorn.sock", server),
        ("$scheme", scheme),
    ):
        assert old in block
        block = block.replace(old, new)
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # Its workers would be somebody who may not enter the folder of the tests.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off;\n{temporary}\n{block}}}\n"
    )
    command = [NGINX, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    with running(command, answers_at(("127.0.0.1", port))):
        yield port


@pytest.fixture(scope="module", params=["socket", "TCP"])
def proxy(site, request, tmp_path_factory):
    bind = site.socket if request.param == "socket" else f"127.0.0.1:{free_port()}"
    with gunicorn(site, bind), nginx(tmp_path_factory.mktemp("nginx"), bind) as port:
        yield port


def token():
    claims = {"aud": ["customer-v1"], "sub": 40, "exp": int(time.time()) + 600}
    return jwt.encode(claims, KEY, algorithm="HS256")


class Answer(NamedTuple):
    status: int
    headers: Message
    body: bytes


@contextmanager
def connected(port, address="127.0.0.1"):
    """A function that asks again and again on one connection of a client at ``address``."""
    with closing(HTTPConnection("127.0.0.1", port, 30, source_address=(address, 0))) as http:

        def ask(path=URL, method="GET", body=None, **headers):
            headers = {"Host": HOST, "Authorization": token()} | {
                name.replace("_", "-"): value for name, value in headers.items()
            }
            given = {name: value for name, value in headers.items() if value is not None}
            http.request(method, path, body, given)
            response = http.getresponse()
            return Answer(response.status, response.headers, response.read())

        yield ask


@pytest.fixture
def ask(proxy):
    with connected(proxy) as ask:
        yield ask


def raw(port, request):
    """What comes back for these very bytes, until the server closes."""
    with socket.create_connection(("127.0.0.1", port), 30) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_the_published_example_comes_through_unchanged(ask):
    plain = ask()
    assert (plain.status, len(plain.body)) == (200, 440)
    assert json.loads(plain.body)["totals"]["total_price"] == "186.5"
    assert plain.headers["Cache-Control"] == "max-age=0, private, must-revalidate"


def test_a_compressed_answer_keeps_its_etag_and_is_known_by_it(ask):
    plain, packed = ask(), ask(Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert "Accept-Encoding" in ", ".join(packed.headers.get_all("Vary"))
    for accepted in ("gzip", "identity"):
        known = ask(Accept_Encoding=accepted, If_None_Match=packed.headers["ETag"])
        assert (known.status, known.body) == (304, b"")
        assert known.headers["ETag"] == plain.headers["ETag"]


def test_a_connection_is_kept_whatever_is_asked_on_it(ask):
    etag = ask().headers["ETag"]
    head = ask(method="HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", "440")
    assert ask(If_None_Match=etag).status == 304
    assert ask(method="POST", body=b"x" * 1000).status == 405
    assert len(ask().body) == 440


def test_csv_comes_compressed_as_well(ask):
    packed = ask(Accept="text/csv", Accept_Encoding="gzip")
    assert packed.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert gzip.decompress(packed.body).startswith(b"t,total_calls,")


@pytest.mark.parametrize("header", ["{}", "Bearer {}", "bearer  {}"])
def test_the_token_comes_through(ask, header):
    assert ask(Authorization=header.format(token())).status == 200


@pytest.mark.parametrize("header", [None, "x", "Basic eDp5", "a" * 4097, "a" * 8000, "tökén"])
def test_a_401_is_ours(ask, header):
    answer = ask(Authorization=header)
    assert (answer.status, answer.body) == (401, b'{"error":"invalid token"}')
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_a_405_is_ours(ask, method):
    answer = ask(method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert json.loads(answer.body) == {"error": "method not allowed"}


@pytest.mark.parametrize("plus", ["+", "%2B", "%20"])
def test_a_plus_is_one_whether_it_was_encoded_or_not(ask, plus):
    answer = ask(URL.replace("00Z", f"00{plus}00:00"))
    assert json.loads(answer.body)["rows"] == 3


@pytest.mark.parametrize("text", ["%00", "%FF%FE", "%ED%A0%80", "%C3%28", "1%0D%0Ax:y"])
def test_text_that_is_none_is_an_invalid_value(ask, text):
    answer = ask(f"{URL}&dst-prefix-routing-eq={text}")
    assert (answer.status, json.loads(answer.body)) == (
        400,
        {"error": "invalid value dst-prefix-routing-eq"},
    )


@pytest.mark.parametrize("length", [5_000, 9_000, 100_000])
def test_a_line_that_is_too_long_is_refused_before_us(ask, length):
    assert ask(f"{URL}&x={'a' * length}").status == 414


def test_old_clients_are_answered(proxy):
    lines = [f"GET {URL} HTTP/1.0", f"Host: {HOST}", f"authorization:{token()}", "", ""]
    head, _, body = raw(proxy, "\r\n".join(lines).encode()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert len(body) == 440


def test_requests_have_the_id_of_the_proxy_not_of_the_client(ask):
    first, second = (ask(X_Request_Id="the-client-s").headers["X-Request-Id"] for _ in range(2))
    assert first != second
    assert re.fullmatch(r"[0-9a-f]{32}", first)


@pytest.mark.parametrize("host", [HOST, "10.1.2.3:8000", "balancer_1"])
def test_a_load_balancer_is_told_the_health_by_any_name(ask, host):
    assert ask("/health", Host=host, Authorization=None).status == 200
    assert ask(Host=host).status == (200 if host == HOST else 400)


def attempts(ask, number, **headers):
    """Statuses of log-ins that cost the server nothing, as their body is malformed."""
    path, json_type = f"{MOUNT}/auth", "application/json"
    answers = [ask(path, "POST", b"{}", Content_Type=json_type, **headers) for _ in range(number)]
    return [answer.status for answer in answers]


def test_a_client_has_attempts_of_its_own_whatever_it_writes(proxy):
    with connected(proxy, "127.0.0.2") as mallory, connected(proxy, "127.0.0.3") as alice:
        forged = [f"192.0.2.{n}" for n in range(21)]
        statuses = [attempts(mallory, 1, X_Forwarded_For=address)[0] for address in forged]
        assert statuses == [400] * 20 + [429]
        assert attempts(mallory, 1) == [429]
        assert attempts(alice, 1, X_Forwarded_For="127.0.0.2") == [400]


def test_plain_http_is_sent_to_tls_whatever_the_client_says(site, tmp_path):
    with (
        gunicorn(site, site.socket),
        nginx(tmp_path, site.socket, "http") as port,
        connected(port) as ask,
    ):
        for said in (None, "https"):
            answer = ask(X_Forwarded_Proto=said)
            assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}{URL}")
        assert ask("/health").status == 200


def test_a_server_that_was_killed_serves_again_without_the_proxy_s_restart(site, tmp_path):
    with nginx(tmp_path, site.socket) as port, connected(port) as ask:
        with gunicorn(site, site.socket) as process:
            assert ask().status == 200
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert ask().status == 502
        with gunicorn(site, site.socket):
            assert [ask().status for _ in range(3)] == [200] * 3
