"""The browser tests can fail: each kind of problem is seen."""

import pytest

from origination.tests.support.browsing import Problems, accessibility_problems

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


@pytest.mark.parametrize(
    ("script", "pattern"),
    [
        ("() => console.error('went wrong')", "^console: went wrong"),
        ("() => { setTimeout(() => { throw Error('thrown') }) }", "^exception: thrown"),
        ("() => fetch('/nowhere').then(() => null)", "^404: .*/nowhere"),
        ("() => fetch('http://127.0.0.1:9/').catch(() => null)", "Content Security Policy"),
    ],
    ids=["console error", "exception", "404", "violation of the CSP"],
)
def test_what_goes_wrong_in_a_page_is_found(visit, problems, script, pattern):
    page = visit(LOGIN)
    assert problems.found == []
    problems.allow(pattern)
    page.evaluate(script)
    page.wait_for_timeout(50)


def test_a_request_that_gets_no_answer_is_found(visit, problems):
    page = visit(LOGIN)
    problems.allow("^failed: .*/nowhere net::ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.evaluate("() => fetch('/nowhere').catch(() => null)")


def test_what_was_not_allowed_and_what_did_not_come_are_told_apart():
    problems = Problems()
    problems.found = ["404: /a", "console: b"]
    problems.allow("404")
    problems.allow("503")
    assert problems.unexpected() == ["console: b"]
    assert problems.absent() == ["503"]


def test_a_field_without_a_label_is_an_accessibility_problem(visit):
    page = visit(LOGIN)
    assert accessibility_problems(page) == []
    page.evaluate("() => document.querySelector('form').append(document.createElement('input'))")
    assert [problem.split(":")[0] for problem in accessibility_problems(page)] == ["label"]
