"""Calls as they happened, which each system writes down in its own way."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

CLOCK = ZoneInfo("Europe/Kyiv")
# Clocks are set back, and forward; a month and a year end.
DAYS = [datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 5, 31, 19, tzinfo=UTC), datetime(2025, 12, 31, 20, tzinfo=UTC)]  # fmt: skip
TALKED = ["0", "0", "0.3", "0.499", "1.5", "59.5", "61", "600.25", "3599.999"]
NUMBERS = ["380441234567", "3805", "4930123", "49", "+14155550100", "anonymous", ""]
ADDRESSES = ["192.0.2.17", "::ffff:192.0.2.17", "198.51.100.4", "2001:db8::1", None]
COUNTRIES = [None, 1, 49, 380]
FAILURES = [486, 487, 404, 503]
CALLS = 72


@dataclass(frozen=True)
class Call:
    """``talked`` and ``ringing`` in seconds, 0 talked: it failed. ``price`` None: not rated.

    ``attempts``: that failed before this one. ``has_end`` False: nobody hung up.
    """

    number: int
    client: object
    start: datetime
    ringing: Decimal
    talked: Decimal
    price: Decimal | None
    caller: str
    callee: str
    country: int | None
    address: str | None
    code: int
    attempts: int
    has_end: bool

    @property
    def call_id(self):
        return f"{self.number:08x}-7f@pbx"

    @property
    def answer(self):
        return self.start + timedelta(seconds=float(self.ringing)) if self.talked else None

    @property
    def end(self):
        return self.start + timedelta(seconds=float(self.ringing + self.talked))


@dataclass(frozen=True)
class Seen:
    """One CDR as the system's table tells it; seconds and price None are NULL."""

    client: object
    start: datetime
    seconds: Decimal | int | None
    price: Decimal | None = None
    caller: str = ""
    callee: str = ""
    country: int | None = None
    address: str | None = None
    code: int | None = None
    is_last: bool = True


def calls_of(clients):
    random = Random(14)
    return [_call(random, number, random.choice(clients)) for number in range(1, CALLS + 1)]


def _call(random, number, client):
    talked = Decimal(random.choice(TALKED))
    return Call(
        number=number,
        client=client,
        start=random.choice(DAYS) + timedelta(milliseconds=random.randrange(5 * 3_600_000)),
        ringing=Decimal(random.randrange(500, 9000)).scaleb(-3),
        talked=talked,
        price=random.choice([None, Decimal(random.randrange(90_000)).scaleb(-4)])
        if talked
        else None,
        caller=random.choice(NUMBERS),
        callee=random.choice(NUMBERS),
        country=random.choice(COUNTRIES),
        address=random.choice(ADDRESSES),
        code=200 if talked else random.choice(FAILURES),
        attempts=random.choice([0, 0, 1, 2]),
        has_end=not talked or random.random() < 0.9,
    )


def local(moment):
    """The clock of the switch, as it writes it: without a zone."""
    return moment.astimezone(CLOCK).replace(tzinfo=None)


def read_local(clock):
    """The moment of such a clock, of an hour that comes twice the second one."""
    return clock.replace(tzinfo=CLOCK, fold=1).astimezone(UTC)


def cut(moment):
    """Without the fraction of a second."""
    return moment.replace(microsecond=0)


def whole(seconds):
    """Rounded half up."""
    return int(seconds + Decimal("0.5"))
