# ruff: noqa: F811  fixtures are imported by their names
"""The admin in a browser: any console error, failed request or violation of the CSP fails."""

import csv
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from origination.adminpages.changelist import CappedPaginator
from origination.models import get_cdr_model
from origination.tests.support.browsing import PHONE, accessibility_problems
from origination.tests.support.demo_admin import LIST, QUESTION, STATISTICS, admin  # noqa: F401
from origination.tests.support.portal import LARGEST, demo  # noqa: F401

CDR = get_cdr_model()
pytestmark = pytest.mark.django_db(transaction=True)


def whole(text):
    return int(text.replace(",", ""))


def test_a_bucket_of_the_chart_leads_to_exactly_its_calls(admin):
    page = admin(STATISTICS + QUESTION)
    expect(page.locator("#statistics[aria-busy=false] .chart canvas")).to_have_count(5)
    chart = page.locator(".chart-calls .u-over")
    chart.hover()
    calls = page.locator(".chart-calls .chart-value").all_text_contents()
    total = sum(whole(text.split()[-1]) for text in calls)
    chart.click()
    page.wait_for_url(lambda url: urlsplit(url).path == LIST)
    assert parse_qs(urlsplit(page.url).query)["from-time"] == ["2026-06-11T00:00:00Z"]
    expect(page.locator(".cdr-count")).to_have_text(f"{total:,} CDRs")
    assert total > 1


def test_each_row_of_the_table_leads_to_as_many_cdrs(admin):
    page = admin(STATISTICS + QUESTION)
    links = page.locator("#buckets tbody a")
    expect(links).to_have_count(7)
    rows = links.evaluate_all("links => links.map(link => [link.href, link.textContent])")
    for address, calls in rows:
        page.goto(address)
        expect(page.locator(".cdr-count")).to_have_text(f"{calls} CDRs")


def test_an_account_is_chosen_by_its_name_and_asked_about(admin):
    page = admin(STATISTICS)
    expect(page.get_by_role("status")).to_have_text("Choose an account.")
    page.get_by_label("Account").press_sequentially("wholesale")
    expect(page.locator("#accounts option")).to_have_attribute("value", LARGEST.name)
    page.get_by_label("Account").fill(LARGEST.name)
    page.get_by_label("Sampling").select_option("week")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#totals dd").first).not_to_have_text("0")
    assert parse_qs(urlsplit(page.url).query)["account-id"] == [str(LARGEST.uuid)]
    expect(page.get_by_label("Account")).to_have_value(LARGEST.name)


def test_a_name_of_no_account_is_not_asked_about(admin):
    page = admin(STATISTICS)
    page.get_by_label("Account").fill("nobody")
    page.get_by_role("button", name="Show").click()
    assert page.evaluate("document.querySelector('input[list]').validationMessage")
    assert urlsplit(page.url).query == ""


def test_what_is_wrong_is_told_in_the_endpoint_s_words(admin, problems):
    problems.allow("^400: .*/origination-statistics")
    page = admin(f"{STATISTICS}?account-id={LARGEST.uuid}&sampling=minute&from-time=soon")
    expect(page.get_by_role("status")).to_have_text("invalid value from-time")


def test_dragging_over_a_chart_asks_for_that_range(admin):
    page = admin(STATISTICS + QUESTION)
    expect(page.locator("#statistics[aria-busy=false] canvas")).to_have_count(5)
    box = page.locator(".chart-calls .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 50, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: "sampling=hour" in url or "sampling=15minutes" in url)
    query = parse_qs(urlsplit(page.url).query)
    assert query["from-time"][0] > "2026-06-08"
    assert query["to-time"][0] < "2026-06-14"


def test_the_numbers_and_the_list_come_as_files(admin, tmp_path):
    page = admin(STATISTICS + QUESTION)
    assert len(downloaded(page, "CSV of these numbers", tmp_path)) == 7
    page.goto(f"{LIST}?period=all")
    assert len(downloaded(page, "Export CSV", tmp_path)) == CDR.objects.count()


def downloaded(page, link, folder):
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    download.value.save_as(folder / "file.csv")
    with open(folder / "file.csv", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_list_is_narrowed_by_its_form_and_the_address_stays_short(admin):
    page = admin(LIST)
    expect(page.locator(".cdr-window")).to_contain_text("last 24 hours")
    page.get_by_role("link", name="any time").click()
    # For pictures there are more than are counted.
    words = f"{min(CDR.objects.count(), CappedPaginator.most):,} CDRs"
    expect(page.locator(".cdr-count")).to_contain_text(words)
    page.get_by_label("Outcome").select_option("failed")
    page.get_by_text("More filters").click()
    page.get_by_role("group", name="Called").get_by_label("Number starts with").fill("49")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(f"**{LIST}?*outcome=failed*")
    assert set(parse_qs(urlsplit(page.url).query)) == {
        "outcome",
        "dst-prefix-routing-starts-with",
        "period",
    }
    numbers = page.locator("#result_list tbody .field-dst_prefix_routing").all_text_contents()
    assert numbers
    assert all(number.startswith("49") for number in numbers)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_nothing_stands_in_the_way_of_a_person(admin, scheme, viewport):
    options = {"color_scheme": scheme} | ({"viewport": viewport} if viewport else {})
    page = admin(STATISTICS + QUESTION, **options)
    expect(page.locator("#statistics[aria-busy=false] canvas")).to_have_count(5)
    page.get_by_text("More filters").click()
    assert accessibility_problems(page) == []
    page.goto(LIST)
    page.get_by_text("More filters").click()
    assert accessibility_problems(page) == []


def test_a_cdr_leads_to_the_other_attempts_of_its_call_and_to_its_account(admin):
    page = admin(f"{LIST}?period=all&is-last-cdr=false")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator("#attempts")).to_be_visible()
    assert page.locator("#attempts tbody tr").count() > 1
    page.locator("#attempts tbody a").first.click()
    expect(page.locator("#attempts tr[aria-current]")).to_contain_text("this one")
    page.get_by_role("link", name="Account", exact=True).click()
    expect(page.locator("h1")).to_have_text("View account")
