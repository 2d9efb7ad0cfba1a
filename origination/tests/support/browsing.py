"""A real browser for tests: Chromium, driven by Playwright. Loaded by pytest.ini.

    def test_the_page_greets(visit, problems):
        page = visit("/", viewport=PHONE, color_scheme="dark")
        expect(page.get_by_role("heading")).to_have_text("Hello")

``visit(path, **options)``    opens a page of the live server in a tab of its own; nothing that
                              an earlier test stored is there. The options are those of
                              Playwright's ``new_context``, and ``at``: the time that the page's
                              clock shows, always.
``problems``                  what went wrong in any page of the test: console errors (a violation
                              of the CSP is one), exceptions, failed requests, answers of 400 and
                              more. The test fails for each, unless it said before with
                              ``problems.allow(pattern)`` that one must come; it fails as well
                              where none came.
``accessibility_problems(page)``  a function: what axe-core finds serious or critical.
``shoot(page, name)``         stores ``NAME.png`` where pytest runs with ``--screenshots=DIR``.

Without a Chromium these tests are skipped, and the summary says so; with ``--require-browser``
or ``REQUIRE_BROWSER=1`` they fail. ``CHROMIUM`` names one that is not on the path.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}
TIMEOUT = 10_000
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Playwright turns it off, people do not: what they leave is kept as it is, for Back.
KEPT_PAGES = "--disable-back-forward-cache"
MISSING = "no Chromium found: apt-get install chromium, or name one in CHROMIUM"
AXE = Path(__file__).parent / "axe" / "axe.min.js"
SERIOUS = {"serious", "critical"}


def chromium() -> str | None:
    """Path of the browser; None: there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-browser", action="store_true", help="no Chromium: tests fail")
    parser.addoption("--screenshots", metavar="DIR", help="where browser tests store screenshots")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives a real browser")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "_browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group(item.path.name))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if without := [report for report in skipped if MISSING in str(report.longrepr)]:
        terminalreporter.section("BROWSER TESTS SKIPPED", red=True, bold=True)
        terminalreporter.line(f"{len(without)} tests did not run: {MISSING}")


class Problems:
    """Texts of what went wrong, and patterns of what a test wants to go wrong."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Something that matches this regular expression must go wrong."""
        self.allowed.append(pattern)

    def watch(self, page: Any) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"exception: {error}"))
        page.on("requestfailed", self._failure)
        page.on("response", self._response)

    def unexpected(self) -> list[str]:
        return [text for text in self.found if not any(re.search(p, text) for p in self.allowed)]

    def absent(self) -> list[str]:
        return [p for p in self.allowed if not any(re.search(p, text) for text in self.found)]

    def _console(self, message: Any) -> None:
        # A resource that did not load is known from its response, with its address.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text}")

    def _failure(self, request: Any) -> None:
        # A page that is left gives up its images.
        if request.resource_type == "fetch" or request.failure != "net::ERR_ABORTED":
            self.found.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.found.append(f"{response.status}: {response.url}")


# Of a module: while Playwright runs, its event loop is this thread's, and Django takes all of it
# for asynchronous code. Closed before the server is, which waits for every connection.
@pytest.fixture(scope="module")
def _browser(request: pytest.FixtureRequest, live_server: Any) -> Iterator[Any]:
    path = chromium()
    if path is None:
        _give_up(request.config)
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=path, args=FLAGS, ignore_default_args=[KEPT_PAGES]
        )
        yield browser
        browser.close()


def _give_up(config: pytest.Config) -> None:
    if config.getoption("--require-browser") or os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@pytest.fixture
def problems() -> Iterator[Problems]:
    found = Problems()
    yield found
    assert not found.unexpected()
    assert not found.absent()


# A window costs the browser half a second of CPU, one more tab in it the half of that.
@pytest.fixture(scope="module")
def _window(_browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """A function: the browser context with these options, of which a tab is always open."""
    contexts: dict[str, Any] = {}

    def opened(at: datetime | None, **options: Any) -> Any:
        options = {"viewport": DESKTOP, "base_url": live_server.url, **options}
        key = repr((at, sorted(options.items())))
        if key not in contexts:
            contexts[key] = context = _browser.new_context(**options)
            if at:
                context.clock.set_fixed_time(at)
            context.new_page()
        return contexts[key]

    yield opened
    for context in contexts.values():
        context.close()


@pytest.fixture
def visit(_window: Any, problems: Problems) -> Iterator[Callable[..., Any]]:
    contexts = set()

    def open_page(path: str = "/", at: datetime | None = None, **options: Any) -> Any:
        context = _window(at, **options)
        contexts.add(context)
        return _open(context, path, problems)

    yield open_page
    for context in contexts:
        _leave(context)


@pytest.fixture(scope="module")
def open_tab(_window: Any) -> Callable[..., Any]:
    """``visit`` for a page that all tests of a module share; each has to watch it."""
    return lambda path, at=None, **options: _open(_window(at, **options), path)


def _open(context: Any, path: str, problems: Problems | None = None) -> Any:
    page = context.new_page()
    page.set_default_timeout(TIMEOUT)
    if problems:
        problems.watch(page)
    page.goto(path)
    return page


def _leave(context: Any) -> None:
    """The next test finds no tab, no log-in and nothing stored."""
    kept, *pages = context.pages
    for page in pages:
        page.close()
    context.set_offline(False)
    everything = {"origin": "*", "storageTypes": "all"}
    context.new_cdp_session(kept).send("Storage.clearDataForOrigin", everything)


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    folder = request.config.getoption("--screenshots")

    def store(page: Any, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return store


def accessibility_problems(page: Any) -> list[str]:
    """``rule: element`` of everything that axe-core finds serious or critical."""
    # By the browser's debugger, which no CSP of the page stops.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # Of what is right, it would describe every element as well.
    found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{rule['id']}: {node['html']}"
        for rule in found
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
