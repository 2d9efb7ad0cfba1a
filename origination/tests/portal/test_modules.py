"""The scripts of the charts and of the portal page that only compute, run in a browser."""

import random
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import override_settings

from origination.statistics.buckets import Buckets
from origination.statistics.sampling import SAMPLINGS

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY = {"account": "", "range": "7d", "from": "", "to": "", "sampling": "", "filters": {}}
FIRST = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
NOW = datetime(2026, 6, 30, 23, 59, 30, tzinfo=UTC).timestamp()


@pytest.fixture(scope="module")
def tab(open_tab):
    """One for all tests: what only computes leaves nothing behind."""
    sources = [("frontend", settings.BASE_DIR / "frontend")]
    with override_settings(STATICFILES_DIRS=sources):
        yield open_tab("/static/origination/icon.svg")


@pytest.fixture
def run(tab, problems):
    """``run(path, body, *values)``: an expression of the module ``m`` and the values ``v``."""
    problems.watch(tab)

    def evaluate(path, body, *values):
        script = (
            f"async v => {{ const m = await import('/static/frontend/{path}'); return {body}; }}"
        )
        return tab.evaluate(script, list(values))

    return evaluate


def test_the_samplings_are_the_endpoint_s(run):
    assert run("sampling.js", "m.SAMPLINGS") == list(SAMPLINGS)


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_a_bucket_ends_where_the_endpoint_begins_the_next(run, sampling):
    random.seed(sampling)
    first = datetime.fromtimestamp(random.randrange(2**31), UTC)
    last = datetime.fromtimestamp(first.timestamp() + 200 * SAMPLINGS[sampling].width, UTC)
    starts = list(Buckets.of(sampling).kind.starts(first, last))
    ends = run("sampling.js", "v[0].map(t => m.bucketEnd(t, v[1]))", starts, sampling)
    assert len(starts) > 100
    assert ends[:-1] == starts[1:]


@pytest.mark.parametrize(
    ("seconds", "sampling"),
    [(0, "minute"), (200 * 60, "minute"), (200 * 60 + 1, "5minutes"), (7 * 86400, "hour"),
     (200 * 86400, "day"), (365 * 86400, "week"), (10**9, "month")],
)  # fmt: skip
def test_the_finest_sampling_of_at_most_200_buckets_fits(run, seconds, sampling):
    assert run("sampling.js", "m.fittingSampling(v[0])", seconds) == sampling


@pytest.mark.parametrize(
    ("starts", "buckets"),
    [
        ([], []),
        ([120], [[60, 120, None], [120, 180, 0], [180, 240, None]]),
        ([0, 60], [[-60, 0, None], [0, 60, 0], [60, 120, 1], [120, 180, None]]),
        ([0, 120], [[-60, 0, None], [0, 60, 0], [60, 120, None], [120, 180, 1], [180, 240, None]]),
        ([0, 600], [[-60, 0, None], [0, 60, 0], [60, 120, None], [540, 600, None], [600, 660, 1],
                    [660, 720, None]]),
    ],
    ids=["nothing", "one", "neighbours", "a gap of one", "a long gap"],
)  # fmt: skip
def test_a_gap_has_an_empty_bucket_at_each_of_its_ends(run, starts, buckets):
    body = "m.frame(v[0], 'minute').map(b => [b.start, b.end, b.row])"
    assert run("frame.js", body, starts) == buckets


def test_a_gap_of_one_month_is_one_empty_bucket(run):
    january, february, march = (
        int(datetime(2026, month, 1, tzinfo=UTC).timestamp()) for month in (1, 2, 3)
    )
    body = "m.frame(v[0], 'month').map(b => [b.start, b.row])"
    found = run("frame.js", body, [january, march])
    assert found[1:4] == [[january, 0], [february, None], [march, 1]]


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        (None, ["–", "–", "–"]),
        ("1234567.891", ["1,234,568", "1,234,567.89", "1,234,567.89 %"]),
        (0, ["0", "0.00", "0.00 %"]),
    ],
    ids=["null", "a decimal string", "zero"],
)
def test_numbers_are_written_as_a_person_reads_them(run, value, texts):
    body = "[m.whole, m.decimal, m.percent].map(text => text(v[0]))"
    assert run("format.js", body, value) == texts


@pytest.mark.parametrize(
    ("sampling", "name"),
    [("minute", "Mon, 1 Jun 2026 00:00"), ("hour", "Mon, 1 Jun 2026 00:00"),
     ("day", "Mon, 1 Jun 2026"), ("week", "Week of Mon, 1 Jun 2026"), ("month", "June 2026")],
)  # fmt: skip
def test_a_bucket_is_named_in_utc(run, sampling, name):
    assert run("format.js", "m.bucketName(...v)", FIRST, sampling) == name


@pytest.mark.parametrize(
    ("start", "end", "parameters"),
    [
        (0, None, {"from-time": "1970-01-01T00:00:00Z"}),
        (60, 120, {"from-time": "1970-01-01T00:01:00Z", "to-time": "1970-01-01T00:01:59.999999Z"}),
    ],
    ids=["open", "closed"],
)
def test_a_time_range_excludes_its_end(run, start, end, parameters):
    assert run("api.js", "m.timeRange(...v)", start, end) == parameters


STATES = {
    "nothing": ("", EMPTY),
    "preset": ("?account=a&sampling=hour&range=24h",
               EMPTY | {"account": "a", "range": "24h", "sampling": "hour"}),
    "exact": ("?from=2026-06-01T00%3A00&to=2026-06-02T00%3A00",
              EMPTY | {"range": "exact", "from": "2026-06-01T00:00", "to": "2026-06-02T00:00"}),
    "filters": ("?duration-gt=10", EMPTY | {"filters": {"duration-gt": "10"}}),
}  # fmt: skip


@pytest.mark.parametrize(("search", "state"), STATES.values(), ids=STATES)
def test_a_view_is_its_url(run, search, state):
    assert run("portal/state.js", "m.readState(v[0], ['duration-gt'])", search) == state
    assert run("portal/state.js", "m.writeState(v[0])", state) == (search or "?")


@pytest.mark.parametrize(
    "search",
    ["?range=eternity", "?range=exact", "?from=2026-06-02T00:00&to=2026-06-01T00:00",
     "?from=nonsense&to=2026-06-01T00:00", "?utm_source=mail", "?range=constructor"],
)  # fmt: skip
def test_a_url_that_makes_no_sense_shows_the_usual_range(run, search):
    assert run("portal/state.js", "m.readState(v[0], []).range", search) == "7d"


def test_a_zoom_is_in_whole_minutes_and_of_one_at_least(run):
    exact = run("portal/state.js", "m.exactly(30, 30)")
    assert exact == {
        "range": "exact", "from": "1970-01-01T00:00", "to": "1970-01-01T00:01", "sampling": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "wider"),
    [((20, 21), ("2026-06-19T00:00", "2026-06-22T00:00")),
     ((30, 31), ("2026-06-28T00:00", "2026-07-01T00:00"))],
    ids=["in the past", "up to now"],
)  # fmt: skip
def test_zooming_out_triples_the_range_and_stays_before_now(run, shown, wider):
    first, last = (FIRST + (day - 1) * 86400 for day in shown)
    found = run("portal/state.js", "m.wider(...v)", {"from": first, "to": last}, NOW)
    assert (found["from"], found["to"]) == wider
