"""What the endpoint has to answer, in plain Python."""

import ipaddress
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

STEPS = {"minute": 60, "5minutes": 300, "15minutes": 900, "hour": 3600}
COLUMNS = ("t", "total_calls", "successful_calls", "failed_calls", "total_duration", "acd", "asr",
           "total_price")  # fmt: skip


def number(value):
    """Half up to two places, one at least."""
    cents = int(Fraction(value) * 100 + Fraction(1, 2))
    return f"{cents // 100}.{cents % 100:02d}"[: -1 if cents % 10 == 0 else None]


def sums(cdrs, has_price):
    seconds = [Fraction(cdr.seconds or 0) for cdr in cdrs]
    answered = sum(s > 0 for s in seconds)
    price = sum((Fraction(cdr.price or 0) for cdr in cdrs), Fraction())
    return {
        "total_calls": len(cdrs),
        "successful_calls": answered,
        "failed_calls": len(cdrs) - answered,
        "total_duration": number(sum(seconds) / 60),
        "acd": number(sum(seconds) / 60 / answered) if answered else None,
        "asr": number(Fraction(100 * answered, len(cdrs))) if cdrs else None,
        "total_price": number(price) if has_price or not cdrs else None,
    }


def bucket(start, sampling, zone):
    if step := STEPS.get(sampling):
        return int(start.timestamp()) // step * step
    day = start.astimezone(ZoneInfo(zone)).date()
    first = {"day": day, "week": day - timedelta(day.weekday()), "month": day.replace(day=1)}
    midnight = datetime.combine(first[sampling], datetime.min.time(), ZoneInfo(zone))
    return int(midnight.timestamp())


def body(cdrs, sampling, zone="UTC", has_price=True):
    """The JSON of these calls."""
    buckets = defaultdict(list)
    for cdr in cdrs:
        buckets[bucket(cdr.start, sampling, zone)].append(cdr)
    rows = [{"t": t, **sums(buckets[t], has_price)} for t in sorted(buckets)]
    return {
        "data": {name: [row[name] for row in rows] for name in COLUMNS},
        "rows": len(rows),
        "totals": {"t": 0, **sums(cdrs, has_price)},
    }


def csv(body):
    """The lines of the same answer as CSV."""
    columns = [["" if v is None else str(v) for v in body["data"][name]] for name in COLUMNS]
    return [",".join(COLUMNS), *(",".join(row) for row in zip(*columns, strict=True))]


def address(text):
    parsed = ipaddress.ip_address(text)
    return getattr(parsed, "ipv4_mapped", None) or parsed


def is_address(cdr, text):
    return cdr.address is not None and address(cdr.address) == address(text)


# Parameter and value -> the CDRs that it is about, and the field of a model that it needs.
QUESTIONS = [
    ("src-prefix-routing-eq", "3805", lambda c: c.caller == "3805"),
    ("src-prefix-routing-starts-with", "380", lambda c: c.caller.startswith("380")),
    ("src-prefix-routing-ends-with", "23", lambda c: c.caller.endswith("23")),
    ("src-prefix-routing-contains", "NON", lambda c: "non" in c.caller),
    ("dst-prefix-routing-eq", "49", lambda c: c.callee == "49"),
    ("dst-prefix-routing-starts-with", "+1", lambda c: c.callee.startswith("+1")),
    ("dst-prefix-routing-ends-with", "67", lambda c: c.callee.endswith("67")),
    ("dst-prefix-routing-contains", "012", lambda c: "012" in c.callee),
    ("dst-country-id", "49", lambda c: c.country == 49),
    ("duration-eq", "0", lambda c: not c.seconds),
    ("duration-eq", "61", lambda c: c.seconds == 61),
    ("duration-gt", "59", lambda c: (c.seconds or 0) > 59),
    ("duration-lt", "1", lambda c: (c.seconds or 0) < 1),
    ("customer-price-gt", "4.5", lambda c: c.price is not None and c.price > Fraction("4.5")),
    ("customer-price-lt", "2", lambda c: c.price is not None and c.price < 2),
    ("auth-orig-ip", "192.0.2.17", lambda c: is_address(c, "192.0.2.17")),
    ("auth-orig-ip", "2001:DB8::1", lambda c: is_address(c, "2001:db8::1")),
    ("to-time", "2026-05-31T22:00:00Z", lambda c: c.start <= datetime(2026, 5, 31, 22, tzinfo=UTC)),
]  # fmt: skip
FIELDS = {
    "src-prefix": "src_prefix_routing",
    "dst-prefix": "dst_prefix_routing",
    "dst-country": "dst_country_id",
    "duration": "duration",
    "customer-price": "customer_price",
    "auth-orig": "auth_orig_ip",
    "to-time": "time_start",
}


def field_of(parameter):
    return next(field for start, field in FIELDS.items() if parameter.startswith(start))
