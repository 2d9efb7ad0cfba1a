# ruff: noqa: F811  fixtures are imported by their names
"""The portal page in a browser: any console error, failed request or violation of the CSP fails."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from origination.api.filters import ConditionFilter, StatisticsFilterSet
from origination.api.tokens import issue_token
from origination.tests.support.browsing import PHONE, accessibility_problems
from origination.tests.support.client import URL, configured
from origination.tests.support.portal import (  # noqa: F401
    ACCOUNT,
    LARGEST,
    SHOWN,
    asked,
    demo,
    log_in,
    portal,
    tile,
)

pytestmark = pytest.mark.django_db(transaction=True)

EXACT = "?from=2026-06-08T00%3A00&to=2026-06-15T00%3A00"
VIEW = {"account-id", "from-time", "to-time"}
FILTERS = {
    name
    for name, filter_ in StatisticsFilterSet.base_filters.items()
    if isinstance(filter_, ConditionFilter) and name not in VIEW
}
VALUES = {
    "src-country-id": "826", "dst-country-id": "356", "auth-orig-ip": "192.0.2.10",
    "src-prefix-routing-eq": "4474", "src-prefix-routing-starts-with": "44",
    "src-prefix-routing-ends-with": "7", "src-prefix-routing-contains": "47",
    "dst-prefix-routing-eq": "9170", "dst-prefix-routing-starts-with": "91",
    "dst-prefix-routing-ends-with": "1", "dst-prefix-routing-contains": "70",
    "duration-eq": "60", "duration-gt": "1", "duration-lt": "3600",
    "customer-price-eq": "0.5", "customer-price-gt": "0.01", "customer-price-lt": "9.5",
}  # fmt: skip


def api(user, **query):
    """The endpoint's answer, asked without a browser."""
    query = {"account-id": str(ACCOUNT.uuid), "sampling": "hour", **query}
    return Client().get(URL, query, headers={"Authorization": issue_token(user)})


WEEK = {"from-time": "2026-06-08", "to-time": "2026-06-14T23:59:59.999999Z"}


def calls(answer):
    return f"{answer.json()['totals']['total_calls']:,}"


def test_a_customer_logs_in_and_sees_the_endpoint_s_numbers(visit, demo):
    page = visit(f"/{EXACT}")
    log_in(page)
    totals = api(demo, **WEEK).json()["totals"]
    expect(tile(page, "Calls")).to_have_text(f"{totals['total_calls']:,}")
    expect(tile(page, "ASR")).to_have_text(f"{float(totals['asr']):.2f} %")
    expect(tile(page, "Price, EUR")).to_have_text(f"{float(totals['total_price']):,.2f}")
    expect(page.locator(".chart canvas")).to_have_count(5)
    expect(page.locator("#controls [name=account] option")).to_have_text(
        ["Harbour Voice contact centre", "Harbour Voice retail", "Harbour Voice wholesale"]
    )


def test_a_view_is_one_question_far_below_what_a_customer_may_ask_in_a_minute(portal):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    questions = []
    page.on("request", lambda r: questions.append(r.url) if str(URL) in r.url else None)
    page.reload()
    for preset in ("7 days", "30 days", "24 hours"):
        expect(page.locator(SHOWN)).to_be_visible()
        asked(page, page.get_by_role("radio", name=preset, exact=True).check)
    expect(page.locator(SHOWN)).to_be_visible()
    assert len(questions) == 4


def test_wrong_credentials_are_told_in_the_endpoint_s_words(visit, problems, demo):
    problems.allow("^401: .*/auth")
    page = visit("/")
    log_in(page, password="wrong")
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text("invalid credentials")


def test_an_expired_token_leads_to_the_login_and_back_to_the_same_view(portal, problems, demo):
    page = portal(f"{EXACT}&sampling=day")
    expect(page.locator(SHOWN)).to_be_visible()
    problems.allow("^401: .*/origination-statistics")
    with configured(JWT_SIGNING_KEY="another key, which makes every token a bad one"):
        page.get_by_role("button", name="Reload").click()
        expect(page.get_by_role("status").filter(visible=True)).to_contain_text("has expired")
    log_in(page)
    expect(page.locator("#range")).to_contain_text("Mon, 8 Jun 2026 00:00")
    assert page.url.endswith(f"/{EXACT}&sampling=day")


def test_logging_out_forgets_the_token_and_the_view(portal):
    page = portal(EXACT)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.evaluate("sessionStorage.getItem('origination-token')") is None
    assert "?" not in page.url


def test_dragging_over_a_chart_asks_for_that_range_with_the_sampling_that_fits(portal):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    box = page.locator(".chart-asr .u-over").bounding_box()
    middle, y = box["x"] + box["width"] / 2, box["y"] + 40

    def drag():
        page.mouse.move(middle, y)
        page.mouse.down()
        page.mouse.move(middle + box["width"] / 14, y, steps=4)
        page.mouse.up()

    parameters = asked(page, drag)
    # The middle of the week, and half a day from there.
    assert parameters["from-time"].startswith("2026-06-11T1")
    assert parameters["to-time"].startswith(("2026-06-11T23", "2026-06-12T00"))
    assert parameters["sampling"] == "5minutes"
    assert "from=2026-06-11T1" in page.url
    page.go_back()
    expect(page.locator("#range")).to_contain_text("Mon, 8 Jun 2026 00:00")


def test_a_chosen_bucket_is_looked_into_by_keyboard(portal, demo):
    page = portal(f"{EXACT}&sampling=day")
    chart = page.get_by_role("slider", name="Calls, by day")
    chart.press("Home")
    chart.press("ArrowRight")
    expect(chart).to_have_attribute("aria-valuetext", re.compile(r"^Tue, 9 Jun 2026, succ"))
    # The cursor is one for all charts.
    expect(page.locator(".chart-price .chart-readout")).to_contain_text("Tue, 9 Jun 2026")
    parameters = asked(page, lambda: chart.press("Enter"))
    assert parameters["from-time"] == "2026-06-09T00:00:00Z"
    assert parameters["to-time"] == "2026-06-09T23:59:59.999999Z"
    day = api(demo, **{"from-time": "2026-06-09", "to-time": parameters["to-time"]})
    expect(tile(page, "Calls")).to_have_text(calls(day))


def test_a_click_on_a_bucket_looks_into_it(portal):
    page = portal(f"{EXACT}&sampling=day")
    expect(page.locator(SHOWN)).to_be_visible()
    box = page.locator(".chart-calls .u-over").bounding_box()
    # Into the last seventh.
    click = {"x": box["width"] * 6.5 / 7, "y": 100}
    parameters = asked(page, lambda: page.locator(".chart-calls .u-over").click(position=click))
    assert parameters["from-time"] == "2026-06-14T00:00:00Z"


def test_zooming_out_shows_three_times_the_range(portal):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    parameters = asked(page, page.get_by_role("button", name="Zoom out").click)
    assert parameters["from-time"] == "2026-06-01T00:00:00Z"
    assert parameters["to-time"] == "2026-06-21T23:59:59.999999Z"


@pytest.mark.parametrize(
    ("preset", "start", "sampling"),
    [
        ("Hour", "2026-06-30T23:00:00Z", "minute"),
        ("24 hours", "2026-06-30T00:00:00Z", "15minutes"),
        ("30 days", "2026-06-01T00:00:00Z", "day"),
        ("12 months", "2025-07-01T00:00:00Z", "week"),
    ],
)
def test_a_preset_begins_with_a_whole_bucket_and_ends_now(portal, preset, start, sampling):
    page = portal()
    expect(page.locator(SHOWN)).to_be_visible()
    parameters = asked(page, page.get_by_label(preset, exact=True).check)
    assert parameters["from-time"] == start
    assert parameters["to-time"] == "2026-06-30T23:59:59.999999Z"
    assert parameters["sampling"] == sampling


def test_an_exact_range_is_typed_and_one_that_ends_before_it_begins_is_refused(portal):
    page = portal()
    expect(page.locator(SHOWN)).to_be_visible()
    page.get_by_label("Exact").check()
    page.get_by_label("From, UTC").fill("2026-06-10T06:00")
    page.get_by_label("Until, UTC").fill("2026-06-10T05:00")
    assert not page.get_by_label("Until, UTC").evaluate("field => field.checkValidity()")
    page.get_by_label("Until, UTC").fill("2026-06-10T18:00")
    parameters = asked(page, page.get_by_role("button", name="Show", exact=True).click)
    assert parameters["from-time"] == "2026-06-10T06:00:00Z"
    assert parameters["to-time"] == "2026-06-10T17:59:59.999999Z"


def test_the_account_and_the_sampling_are_chosen_at_once_and_stand_in_the_url(portal):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    asked(page, lambda: page.get_by_label("Account").select_option(LARGEST.name))
    parameters = asked(page, lambda: page.get_by_label("Sampling").select_option("day"))
    assert (parameters["account-id"], parameters["sampling"]) == (str(LARGEST.uuid), "day")
    address, title = page.url, f"{LARGEST.name} – Call statistics"
    expect(page).to_have_title(title)
    page.goto(address)
    expect(page).to_have_title(title)
    expect(page.get_by_label("Sampling")).to_have_value("day")


def test_the_page_has_a_field_for_every_filter_of_the_endpoint():
    html = Client().get(reverse("origination_portal:page")).content.decode()
    names = set(re.findall(r'name="([a-z0-9-]+)"', html))
    assert set(VALUES) == FILTERS
    assert names >= FILTERS


def test_every_filter_reaches_the_endpoint_and_the_url(portal):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    page.get_by_text("Filters", exact=True).click()
    for name, value in VALUES.items():
        page.locator(f"#filters [name={name}]").fill(value)
    parameters = asked(page, page.get_by_role("button", name="Apply filters").click)
    assert {name: parameters[name] for name in FILTERS} == VALUES
    assert asked(page, page.reload) == parameters
    page.get_by_text("Filters", exact=True).click()
    assert not FILTERS & set(asked(page, page.get_by_role("button", name="Clear filters").click))


def test_a_filter_is_shown_and_can_be_removed(portal, demo):
    page = portal(f"{EXACT}&dst-country-id=276")
    filtered = api(demo, **WEEK, **{"dst-country-id": "276"})
    expect(tile(page, "Calls")).to_have_text(calls(filtered))
    page.get_by_role("button", name="Remove filter Called · Country id 276").click()
    expect(tile(page, "Calls")).to_have_text(calls(api(demo, **WEEK)))
    assert "dst-country-id" not in page.url


def test_a_bad_value_is_told_in_the_endpoint_s_words_at_its_field(portal, problems):
    problems.allow("^400: .*auth-orig-ip=nonsense")
    page = portal("?auth-orig-ip=nonsense")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(
        "invalid value auth-orig-ip"
    )
    field = page.get_by_role("textbox", name="Origination address")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    field.fill("192.0.2.10")
    field.press("Enter")
    expect(page.locator(SHOWN)).to_be_visible()


@pytest.mark.parametrize(
    ("most", "sampling", "shown"),
    [(500, "minute", "hour"), (100, "hour", "day")],
    ids=["the one that fits", "the one advised"],
)
def test_a_sampling_of_too_many_rows_is_replaced_by_a_coarser_one(
    portal, problems, most, sampling, shown
):
    problems.allow(f"^400: .*sampling={sampling}")
    with configured(MAX_ROWS=most):
        page = portal(f"{EXACT}&sampling={sampling}")
        notice = f"Shown by {shown}: more than {most} rows"
        expect(page.locator("#notice")).to_contain_text(notice)
        expect(page.locator("#range")).to_contain_text(f"by {shown}")


def test_an_answer_that_is_refused_for_now_says_how_long_to_wait(portal, problems):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    problems.allow("^429: ")
    busy = {"status": 429, "headers": {"Retry-After": "7"}, "body": '{"error":"too many requests"}'}
    page.route("**/origination-statistics?*", lambda route: route.fulfill(**busy), times=1)
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(
        "too many requests (wait 7 seconds)"
    )


def test_an_account_of_somebody_else_is_refused_in_the_endpoint_s_words(portal, problems):
    problems.allow("^400: ")
    page = portal("?account=de300000-0000-4000-8000-000000000004")
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(
        "invalid value account-id"
    )
    page.get_by_label("Account").select_option(ACCOUNT.name)
    expect(page.locator(SHOWN)).to_be_visible()


def test_a_customer_without_an_account_is_told_so(visit, portal, demo):
    demo.origination_accounts.clear()
    page = portal()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("no account")


def test_a_range_without_calls_says_so_and_offers_a_longer_one(portal):
    page = portal("?from=2020-01-01T00%3A00&to=2020-01-02T00%3A00")
    expect(page.get_by_text("No calls in this range")).to_be_visible()
    expect(page.locator(".chart").first).to_be_hidden()
    page.get_by_role("button", name="Show 12 months").click()
    expect(page.locator(".chart").first).to_be_visible()


def test_a_slow_answer_is_given_up_when_a_newer_one_is_asked_for(portal, problems):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    held = []
    page.route("**/origination-statistics?*sampling=day*", lambda route: held.append(route))
    page.get_by_label("Sampling").select_option("day")
    expect(page.locator("#portal")).to_have_attribute("aria-busy", "true")
    problems.allow("^failed: .*sampling=day.* net::ERR_ABORTED")
    page.get_by_label("Sampling").select_option("week")
    expect(page.locator("#range")).to_contain_text("by week")
    assert len(held) == 1


def test_a_cut_network_is_told_and_the_view_returns_with_it(portal, problems):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    problems.allow("^failed: .*net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(
        "no connection to the server"
    )
    page.context.set_offline(False)
    expect(page.locator(SHOWN)).to_be_visible()


def test_an_answer_that_breaks_off_is_told_and_can_be_tried_again(portal):
    page = portal(EXACT)
    expect(page.locator(SHOWN)).to_be_visible()
    half = '{"data":{"t":[1'
    page.route("**/origination-statistics?*", lambda route: route.fulfill(body=half), times=1)
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("broke off")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(SHOWN)).to_be_visible()


def test_the_csv_is_the_endpoint_s_of_the_same_view(portal, demo):
    page = portal(f"{EXACT}&dst-country-id=276")
    expect(page.locator(SHOWN)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    query = {**WEEK, "dst-country-id": "276", "format": "csv"}
    assert download.value.path().read_bytes() == api(demo, **query).content
    assert download.value.suggested_filename == f"{ACCOUNT.name} 2026-06-08 by hour.csv"


def test_the_table_has_every_bucket_the_newest_first(portal, demo):
    page = portal(f"{EXACT}&account={LARGEST.uuid}")
    data = api(demo, **WEEK, **{"account-id": str(LARGEST.uuid)}).json()["data"]
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(30)
    expect(rows.first.locator("td").first).to_have_text(str(data["total_calls"][-1]))
    while page.locator("#more").is_visible():
        page.locator("#more").click()
    expect(rows).to_have_count(len(data["t"]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_nothing_stands_in_the_way_of_a_person(visit, portal, scheme, viewport):
    options = {"color_scheme": scheme} | ({"viewport": viewport} if viewport else {})
    assert accessibility_problems(visit("/", **options)) == []
    page = portal(f"{EXACT}&dst-prefix-routing-starts-with=4", **options)
    expect(page.locator(SHOWN)).to_be_visible()
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Exact").check()
    assert accessibility_problems(page) == []


@pytest.mark.parametrize("query", [EXACT, f"{EXACT}&dst-prefix-routing-contains={'4' * 64}"])
def test_a_phone_s_width_shows_it_without_scrolling_sideways(portal, query):
    page = portal(query, viewport=PHONE)
    expect(page.locator("#portal")).to_have_attribute("aria-busy", "false")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Exact").check()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_the_first_touch_of_a_bucket_shows_its_values_the_second_looks_into_it(portal):
    page = portal(f"{EXACT}&sampling=day", viewport=PHONE, has_touch=True)
    expect(page.locator(SHOWN)).to_be_visible()
    over = page.locator(".chart-calls .u-over")
    middle = {"x": over.bounding_box()["width"] / 2, "y": 80}
    over.tap(position=middle)
    expect(page.locator(".chart-calls .chart-readout")).to_contain_text("Thu, 11 Jun 2026")
    assert "from=2026-06-08" in page.url
    parameters = asked(page, lambda: over.tap(position=middle))
    assert parameters["from-time"] == "2026-06-11T00:00:00Z"
