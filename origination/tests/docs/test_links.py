"""Every link of the built handbook leads to a page, and to a place of it, that is there."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from .running import ROOT

pytestmark = pytest.mark.long


class Page(HTMLParser):
    """Addresses that a page names, and the places that it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.add(value)
            if name in ("id", "name") and value:
                self.places.add(value)

    def targets(self) -> list[tuple[str, Path, str]]:
        """Of links within the handbook: as written, file and place."""
        parts = [(link, urlsplit(link)) for link in sorted(self.links)]
        return [
            (link, self._file(unquote(to.path)), unquote(to.fragment))
            for link, to in parts
            if not to.scheme and not to.netloc
        ]

    def _file(self, path: str) -> Path:
        return (self.path.parent / path).resolve() if path else self.path


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    pytest.importorskip("sphinx", reason="requirements-docs.txt is not installed")
    folder = tmp_path_factory.mktemp("handbook").resolve()
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "docs", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    found = [Page(path) for path in folder.rglob("*.html")]
    return {page.path: page for page in found}


def test_every_link_within_the_handbook_leads_somewhere(pages):
    assert len(pages) > 60
    assert [broken for page in pages.values() for broken in broken_links(page, pages)] == []


def broken_links(page, pages):
    for link, file, place in page.targets():
        is_there = file.exists()
        is_place = not place or file not in pages or place in pages[file].places
        if not is_there or not is_place:
            yield f"{page.path.name}: {link}"


def test_a_link_to_nothing_is_found(tmp_path):
    (tmp_path / "page.html").write_text(
        '<a href="#here" id="here">1</a><a href="gone.html">2</a><a href="page.html#gone">3</a>'
        '<a href="https://example.com/gone">4</a><a href="">5</a>'
    )
    page = Page(tmp_path / "page.html")
    assert list(broken_links(page, {page.path: page})) == [
        "page.html: gone.html",
        "page.html: page.html#gone",
    ]
