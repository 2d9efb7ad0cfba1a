"""Bytes of a body -> records: a JSON object, an array of them, or JSON lines.

Also as mod_json_cdr of FreeSWITCH posts them: ``cdr=`` before the object, which is url-encoded, in
base64, or as it is. Its ``Content-Type`` does not always tell which, so the body does.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote_to_bytes

import orjson

from origination import conf
from origination.importing.lines import BYTE_ORDER_MARK, Line

from .errors import TooLarge, UnreadableBody

FIELD = b"cdr="
OPENING = (b"{", b"[")
URL_ENCODED = (b"%7B", b"%5B", b"%7b", b"%5b")
BLANKS = re.compile(r"[ \t\r\n]*")
# Numbers stay as they are written: only the ends of values are looked for.
DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def records_of(body: bytes) -> list[Line]:
    """Raises UnreadableBody (400) where there is nothing to read, and TooLarge (413)."""
    text = _unwrapped(body.removeprefix(BYTE_ORDER_MARK).strip())
    try:
        found = _elements(_decoded(text)) if text.startswith(b"[") else _objects(text)
        return _limited(found)
    # Brackets too deep for Python's decoder are only malformed.
    except (ValueError, RecursionError) as e:
        raise UnreadableBody(f"not JSON: {_one_line(e)}") from e


def _unwrapped(text: bytes) -> bytes:
    if not text.startswith(FIELD):
        return text
    value = text.removeprefix(FIELD).strip()
    if value.startswith(OPENING):
        return value
    if value.startswith(URL_ENCODED):
        return unquote_to_bytes(value.replace(b"+", b" ")).strip()
    try:
        return base64.b64decode(b"".join(unquote_to_bytes(value).split()), validate=True).strip()
    except ValueError as e:
        raise UnreadableBody("cdr= is neither JSON, nor url-encoded, nor in base64") from e


def _limited(found: Iterator[bytes]) -> list[Line]:
    most = conf.feed_max_cdrs()
    records = []
    for number, raw in enumerate(found, 1):
        if number > most:
            raise TooLarge(f"more than {most} CDRs")
        records.append(Line(number, raw))
    return records


def _elements(text: str) -> Iterator[bytes]:
    """The elements of an array, as they are written."""
    at = _after_blanks(text, 1)
    is_going_on = not text.startswith("]", at)
    while is_going_on:
        _, end = DECODER.raw_decode(text, at)
        yield text[at:end].encode()
        at = _after_blanks(text, end)
        if is_going_on := text.startswith(",", at):
            at = _after_blanks(text, at + 1)
    if text[at:] != "]":
        raise json.JSONDecodeError("Expecting ',' or the end of the array", text, at)


def _objects(text: bytes) -> Iterator[bytes]:
    """Each line is an object, some of them maybe broken; or one object, on however many lines."""
    first = next(_lines(text), b"")
    if _is_object(first):
        return _lines(text)
    if _is_object(text):
        return iter([text])
    if any(map(_is_object, islice(_lines(text), conf.feed_max_cdrs()))):
        return _lines(text)
    DECODER.decode(_decoded(text))
    raise ValueError("neither an object nor an array")


def _lines(text: bytes) -> Iterator[bytes]:
    return filter(None, map(bytes.strip, io.BytesIO(text)))


def _is_object(raw: bytes) -> bool:
    try:
        return type(orjson.loads(raw)) is dict
    except ValueError:
        pass
    # It is the stricter one, as where readers meet Latin-1.
    try:
        return type(DECODER.decode(_decoded(raw))) is dict
    except (ValueError, RecursionError):
        return False


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _after_blanks(text: str, at: int) -> int:
    match = BLANKS.match(text, at)
    return match.end() if match else at


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
