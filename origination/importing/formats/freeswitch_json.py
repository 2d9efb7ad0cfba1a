"""``freeswitch-json``: files of ``mod_json_cdr``, an object a line or a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

from .. import values
from ..clocks import times_of
from ..limits import longest
from ..lines import MAX_LINE_BYTES, Line
from ..values import Rejected, text_of
from .fields import TIMES
from .freeswitch import identity_of_leg
from .jsonl import exact
from .names import value_of

if TYPE_CHECKING:
    from ..explaining import Explained
    from .format import Format

# What may be told to be somewhere else, and where it is.
PLACES = {
    "account": "variables.accountcode",
    "src_prefix_routing": "caller_profile.caller_id_number",
    "dst_prefix_routing": "caller_profile.destination_number",
}
WHERE = {
    "variables.uuid": "uuid",
    "variables.call_uuid": "orig_call_id",
    "variables.start_epoch": "time_start",
    "variables.answer_epoch": "time_connect",
    "variables.end_epoch": "time_end",
    "variables.billsec": "duration",
    "variables.hangup_cause": "disconnect_reason",
    "variables.sip_term_status": "disconnect_code",
    "variables.sip_network_ip": "auth_orig_ip",
}


class FreeSWITCHJSON:
    """Reads an object at a time; raises Rejected."""

    joins_records = True
    reads_json = True

    def __init__(self, format: Format) -> None:
        self.source = format.source
        self.places = PLACES | {field: name for name, field in format.mapping}
        self.address = values.optional(values.address)
        self.texts = {
            field: values.short_text(longest(field))
            for field in (*PLACES, "disconnect_reason", "orig_call_id")
            if field != "account"
        }

    def __call__(self, line: Line) -> dict[str, Any]:
        return self.read(exact(line))

    def records(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The lines, those of an object as one."""
        waiting: list[Line] = []
        for line in lines:
            if waiting and _is_object(line.raw):
                # What began before it was cut off.
                yield from waiting
                waiting = []
            waiting.append(line)
            if _is_ended(waiting):
                yield _one(waiting)
                waiting = []
        yield from waiting

    def explained(self, line: Line) -> Explained:
        """Place, field and value of what is read."""
        get = _Values.of(exact(line))
        places = {**WHERE, **{place: field for field, place in self.places.items()}}
        return [(place, field, get(place)) for place, field in places.items()]

    def read(self, record: dict[str, Any]) -> dict[str, Any]:
        """Field values of one leg."""
        get = _Values.of(record)
        own = get("variables.uuid")
        # Both legs have it, from the one that began the call.
        call = get("variables.call_uuid") or own
        seconds = values.integer("billsec", get("variables.billsec"))
        return {
            "uuid": identity_of_leg(self.source, own, get("variables.start_epoch")),
            "account": get(self.places["account"]),
            **_times(get, seconds),
            "duration": seconds,
            "customer_duration": seconds,
            "src_prefix_routing": self._text("src_prefix_routing", get),
            "dst_prefix_routing": self._text("dst_prefix_routing", get),
            "auth_orig_ip": self.address("sip_network_ip", get("variables.sip_network_ip")),
            "disconnect_code": _code(get),
            "disconnect_reason": self.texts["disconnect_reason"](
                "hangup_cause", get("variables.hangup_cause")
            ),
            "orig_call_id": self.texts["orig_call_id"]("call_uuid", call),
            "other_leg": _other(get, call),
        }

    def _text(self, field: str, get: _Values) -> str:
        return self.texts[field](field, get(self.places[field]))


class _Values:
    """The values of a record by their places, as text; ``encode-values`` writes them as in URLs."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record

    @classmethod
    def of(cls, record: dict[str, Any]) -> _Values:
        if type(record.get("variables")) is not dict:
            raise Rejected("no variables: not an object of mod_json_cdr")
        return cls({"caller_profile": _caller(record), **record})

    def __call__(self, place: str) -> str:
        text = text_of(value_of(self.record, place))
        return unquote(text) if "%" in text else text


def _times(get: _Values, seconds: int) -> dict[str, Any]:
    """By the seconds since 1970, which need no zone."""
    start, answer, end = (get(f"variables.{name}_epoch") for name in ("start", "answer", "end"))
    if not start:
        raise Rejected("no start_epoch")
    return dict(zip(TIMES, times_of(start, answer, end, seconds), strict=True))


def _caller(record: dict[str, Any]) -> dict[str, Any]:
    """Of the last flow, which is written first."""
    flows = record.get("callflow")
    first = flows[0] if type(flows) is list and flows else None
    profile = first.get("caller_profile") if type(first) is dict else None
    return profile if type(profile) is dict else {}


def _other(get: _Values, call: str) -> str:
    """A leg of the same call that is not known by the id of the call, "" where there is none."""
    names = ["originating_leg_uuid", "originator"]
    if not get("variables.call_uuid"):
        names += ["bridge_uuid", "signal_bond"]
    found = (get(f"variables.{name}") for name in names)
    return next((other for other in found if other and other != call), "")


def _code(get: _Values) -> int | None:
    """The status of SIP, where the leg was of SIP."""
    code = get("variables.sip_term_status")
    return values.integer("sip_term_status", code) if code else None


def _is_ended(lines: list[Line]) -> bool:
    """Whether the lines are an object, or can no longer become one."""
    if sum(len(line.raw) for line in lines) > MAX_LINE_BYTES or not _begins(lines[0]):
        return True
    return lines[-1].raw.rstrip().endswith(b"}") and _is_object(_joined(lines))


def _begins(line: Line) -> bool:
    return line.raw.lstrip().startswith(b"{")


def _is_object(raw: bytes) -> bool:
    """Whether it is a leg by itself, not a part of one."""
    if not raw.lstrip().startswith(b"{"):
        return False
    try:
        return "variables" in orjson.loads(raw)
    except orjson.JSONDecodeError:
        return False


def _joined(lines: list[Line]) -> bytes:
    return b"\n".join(line.raw for line in lines)


def _one(lines: list[Line]) -> Line:
    last = lines[-1]
    return Line(lines[0].number, _joined(lines), last.ended, last.end)
