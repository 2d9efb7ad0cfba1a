"""Hostile requests, the same ones for the same seed: values, names, tokens, methods, headers,
encodings, a thousand parameters, a megabyte of text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote, quote_from_bytes

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.urls import reverse

from origination.api.filters import StatisticsFilterSet
from origination.api.tokens import issue_token
from origination.statistics.sampling import SAMPLINGS

NAMES = [*StatisticsFilterSet.base_filters, "page", "callback", "_method", "", "__class__", "ü"]
MEGABYTE = 1_000_000
TIMES = ["2026-06-11T15:40:07Z", "2026-06-11 15:40:07", "2026-06-11", "2026-06-11T15:40:07 02:00"]
VALUES = [
    *("0", "-1", "1", "10", "2147483647", "2147483648", "9" * 40, "1_0", "٤٠", "+5", " 5 ", "1.0"),
    *("NaN", "Infinity", "-inf", "1e400", "-1e999999", "1e-400", "0x10", "1,5", ".5", "5.", "--1"),
    *("true", "false", "null", "[]", "{}", "%", "_", "\\", "'", '"', "';--", "' OR 1=1 --", "*"),
    *("10.0.0.1", "10.0.0.256", "::1", "fe80::1%eth0", "2001:DB8:0::1", "1.2.3", "::ffff:1.2.3.4"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30", "24:00", "now"),
    *("Europe/Berlin", "../../etc/passwd", "localtime", "Asia/Kathmandu", "UTC\0", "csv", "xml"),
    *("::FFFF:C000:211", "192.0.2.017", "1/32", "0" * 60 + "1", "-0", "1e-999999", "1E+999", "1e"),
    *("𝟏e𝟗", "1__0", "\u00a07", "9" * 64, "-" + "9" * 63, "1." + "0" * 62, "0x7f.1", "%ED%A0%80"),
    *("2026-W24-4", "2026-162", "1718100000", "24:00", "2026-06-11T15:40:07+99:99", "Etc/GMT+12"),
    *("\0", "a\r\nb", "\ud800", "\ufffd", "\u202e", "\x7f", "İ", "ſ", "𝟙", "4" * 65, ""),
    *TIMES,
    *SAMPLINGS,
]
METHODS = ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW"]
ACCEPTS = ["text/csv", "*/*", "application/vnd.api+json", "x" * 9000, ";q=,", "\xff"]
TYPES = [
    *("application/json", "application/vnd.api+json", "multipart/form-data", "\xff/"),
    *(f"x/y; charset={name}" for name in ("zlib", "punycode", "idna", "undefined", "utf-16", "?")),
    *("x/y; a*=nope''%41", "application/json; charset*=zlib''%41", "x/y" + ";" * 9000, ";=", "x"),
]
# What a server hands over, whatever comes before the question.
ODD_HEADERS = {
    "CONTENT_LENGTH": ["x", "-1", "9" * 30, "1_0", ""],
    "HTTP_COOKIE": ["\xff=\0; =;;", 'a="\\' * 2000, "sessionid=\0", "=" * 4000],
    "HTTP_X_FORWARDED_FOR": ["1.2.3.4," * 1000, "\xff", ",", "[::1]:x"],
    "HTTP_ACCEPT_LANGUAGE": ["de," * 2000, "\xff-\0;q=x", "a" + "-a" * 4000],
    "HTTP_RANGE": ["bytes=0-0," * 700, "x"],
    "HTTP_IF_MODIFIED_SINCE": ["Wed, 99 Foo 99999 99:99:99 GMT", "9" * 8000],
    "HTTP_ORIGIN": ["null", "http://[", "\xff://"],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE", "\xff"],
}
# Between a question's own parameters, or instead of them.
ODD_QUERIES = [
    *("&&&", ";", "=", "==&=", "&%", "&%zz=%", "&account-id", "&account-id=&account-id="),
    *("&[]=1", "&account-id[]=", "&sampling[][]=day", "&sampling%00=day", "&from-time%ED%A0%80=1"),
    *("&account-id=%ED%A0%80", "&duration-eq=%C0%AF", "?a=b", "#a", "&\xff=\xff", "&SAMPLING=day"),
    "&" + "&".join(["duration-eq=1"] * 400),
    "&" + "&".join(f"account-id[{n}]=" for n in range(400)),
]
BODIES = ["", "{", "[]", "null", "[" * 5000, '{"auth":[]}', '{"auth":{"login":1}}', "\xff\xfe"]
FORGED = ["", "x", "Bearer", "Bearer x y", "a.b.c", "." * 5000, "Basic dTpw", "\xff", "\0"]


class Fuzzer:
    """``requests(number)`` gives WSGI environments for a customer and an account of this site."""

    def __init__(self, seed: int, customer: Any, account: Any) -> None:
        self.random = Random(seed)
        self.token, self.account = issue_token(customer), str(account.uuid)
        self.paths = [reverse(f"origination:{name}") for name in ("statistics", "accounts", "auth")]

    def requests(self, number: int) -> Iterator[dict[str, Any]]:
        return (self._request() for _ in range(number))

    def _request(self) -> dict[str, Any]:
        statistics, accounts, auth = self.paths
        path = self._mostly(statistics, [accounts, auth])
        method = self._mostly("POST" if path == auth else "GET", METHODS)
        factory = RequestFactory(headers=self._headers())
        body = self._text() if self._seldom() else self.random.choice(BODIES)
        data = body.encode("utf-8", "surrogatepass")
        environ = factory.generic(method, path, data).environ | self._odd_header()
        # Some are an error of whoever makes a request of them.
        kind = {"CONTENT_TYPE": self.random.choice(TYPES)}
        return environ | {"QUERY_STRING": self._query()} | kind

    def _mostly(self, usual: Any, others: list[Any], share: float = 0.85) -> Any:
        return usual if self.random.random() < share else self.random.choice(others)

    def _seldom(self) -> bool:
        return self.random.random() < 0.005

    def _headers(self) -> dict[str, str]:
        damaged = self.token[: self.random.randrange(len(self.token))]
        headers = {"Authorization": self._mostly(self.token, [*FORGED, damaged])}
        if self.random.random() < 0.3:
            headers["Accept"] = self.random.choice(ACCEPTS)
        if self.random.random() < 0.1:
            headers["If-None-Match"] = self.random.choice(['W/"x"', "*", "x" * 500, '"'])
        return headers

    def _odd_header(self) -> dict[str, str]:
        if self.random.random() > 0.1:
            return {}
        name = self.random.choice(list(ODD_HEADERS))
        return {name: self.random.choice(ODD_HEADERS[name])}

    def _query(self) -> str:
        if self._seldom():
            return "&".join(f"x{n}=1" for n in range(1100))
        pairs = {"account-id": self.account, "from-time": TIMES[0], "sampling": "day"}
        usual = [(name, self._mostly(value, VALUES)) for name, value in pairs.items()]
        odd = self.random.choice(ODD_QUERIES) if self.random.random() < 0.1 else ""
        return "&".join(self._pair(*pair) for pair in [*usual, *self._more()]) + odd

    def _more(self) -> Iterator[tuple[str, str]]:
        for _ in range(self.random.choice([0, 1, 1, 2, 3, 30])):
            name = self.random.choice(NAMES)
            yield self._mostly(name, [f"{name}[]", f"{name}[0]", name.upper()], 0.9), self._text()

    def _text(self) -> str:
        if self._seldom():
            return self.random.choice(["4", "é", "%", "\0"]) * MEGABYTE
        return self._mostly(self.random.choice(VALUES), [self._noise()], 0.8)

    def _noise(self) -> str:
        return "".join(chr(self.random.randrange(0x11000)) for _ in range(self.random.randrange(9)))

    def _pair(self, name: str, value: str) -> str:
        encoded = self.random.choice([_utf8, _utf8, _utf8, _utf16, _twice, _raw])(value)
        return f"{quote(name)}={encoded}"


def _utf8(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


def _utf16(text: str) -> str:
    return quote_from_bytes(text.encode("utf-16", "surrogatepass"))


def _twice(text: str) -> str:
    return quote(_utf8(text))


def _raw(text: str) -> str:
    # As a server hands over bytes that were not encoded.
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


class Answer:
    """What the site answers to a WSGI environment."""

    handler = WSGIHandler()

    def __init__(self, environ: dict[str, Any]) -> None:
        response = self.handler(environ, self._start)
        self.body = b"".join(response)
        response.close()

    def _start(self, status: str, headers: list[tuple[str, str]], *args: Any) -> None:
        self.status = int(status[:3])
        self.content_type = dict(headers).get("Content-Type", "")

    @property
    def is_fit(self) -> bool:
        """No 5xx; JSON, or the CSV or the nothing that was asked for."""
        if self.status >= 500:
            return False
        if self.status == 304:
            return self.body == b""
        if self.status == 200 and self.content_type.startswith("text/csv"):
            return self.body.startswith(b"t,total_calls")
        return self.content_type.startswith("application/json") and isinstance(
            json.loads(self.body), dict
        )
