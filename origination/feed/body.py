"""The body of a request, packed or not, never more of it than ``FEED_MAX_BYTES``."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import Any

from django.http import HttpRequest, UnreadablePostError

from origination import conf
from origination.importing.lines import GZIP_MAGIC

from .errors import TooLarge, UnreadableBody

ENCODINGS = ("", "identity", "gzip", "x-gzip")


def body_of(request: HttpRequest) -> bytes:
    """Raises UnreadableBody (400), and TooLarge (413) before it reads what is too much."""
    most = conf.feed_max_bytes()
    encoding = request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if encoding not in ENCODINGS:
        raise UnreadableBody("Content-Encoding is not gzip")
    if _told_length(request) > most:
        raise TooLarge(f"body larger than {most} bytes")
    body = _bounded(_stream(request), most)
    # Some clients send a packed file without a word.
    if "gzip" in encoding or body.startswith(GZIP_MAGIC):
        body = _bounded(gzip.GzipFile(fileobj=io.BytesIO(body)), most)
    return body


def _told_length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() and length.isascii() and len(length) < 20 else 0


def _stream(request: HttpRequest) -> Any:
    """A body that comes in chunks has no length, by which Django would find it empty."""
    environ = request.META
    if environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH"):
        return environ["wsgi.input"]
    return request


def _bounded(stream: Any, most: int) -> bytes:
    try:
        body = stream.read(most + 1)
    except (OSError, EOFError, zlib.error, UnreadablePostError) as e:
        raise UnreadableBody("the body breaks off, or is not packed as it says") from e
    if len(body) > most:
        raise TooLarge(f"body larger than {most} bytes")
    return body
