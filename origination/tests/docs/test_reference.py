"""The reference is made from the code; nothing of the code may be missing from it."""

import ast
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import get_resolver

from origination import conf, statistics
from origination.importing.formats import FORMATS
from origination.models import CDR, Account

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md"))
CHECKS = [
    *(ROOT / "origination" / "checks").glob("*.py"),
    ROOT / "origination/contrib/clickhouse/checks.py",
]
SPEED = re.compile(r"\d ?ms\b(?!=)|\d (?:CDRs|calls|requests) a second|\| ms \|")
LINK = re.compile(r"\]\((?!http)([^)#\s]+)[^)]*\)|^\[[^\]]+\]: (?!http)([^#\s]+)", re.MULTILINE)

sys.path.insert(0, str(DOCS / "_ext"))
from makers import MAKERS  # noqa: E402
from makers.checks import all_checks  # noqa: E402
from makers.settings import default_of, meaning_of  # noqa: E402


def first_cells(text):
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(conf.SETTINGS))
def test_a_setting_has_its_default_and_its_meaning(name):
    assert default_of(name)
    assert meaning_of(name).endswith(".")


def test_every_setting_is_on_the_page():
    assert first_cells(MAKERS["settings"]()) == conf.SETTINGS


def test_no_key_is_on_the_page():
    made = MAKERS["settings"]()
    assert settings.SECRET_KEY not in made
    assert conf.derived_keys()[0] not in made


def test_every_check_that_is_made_is_on_the_page():
    told = {check.id.rpartition(".")[2] for check in all_checks()}
    assert numbers_in_code() <= told


def numbers_in_code():
    """Of ``error(5, …)`` and ``warning(12, …)``, and of ids that are written out."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in CHECKS]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    letters = {"error": "E", "warning": "W"}
    short = {
        f"{letters[call.func.id]}{call.args[0].value:03d}"
        for call in calls
        if getattr(call.func, "id", "") in letters and isinstance(call.args[0], ast.Constant)
    }
    text = "".join(path.read_text(encoding="utf-8") for path in CHECKS)
    return short | set(re.findall(r'\.([EW]\d{3})"', text))


def test_a_check_has_one_row():
    ids = [check.id for check in all_checks()]
    assert len(ids) > 35
    assert len(ids) == len(set(ids))


def test_a_check_has_its_own_cure():
    cures = {check.id: check.cure for check in all_checks()}
    assert cures["origination.E001"].startswith("Use a random text of 32 bytes")
    assert cures["origination.E011"].startswith("Give a list of dotted paths")


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.id)
def test_a_cure_says_what_to_do(check):
    assert len(check.cure.split()) > 3
    assert "message tells" not in check.cure
    assert "Cure:" not in check.cause


def test_every_check_that_a_page_names_is_there():
    known = {check.id for check in all_checks()}
    named = {found for page in PAGES for found in re.findall(ID, page.read_text(encoding="utf-8"))}
    assert named
    assert named <= known


ID = r"origination(?:_clickhouse)?\.[EW]\d{3}"


def test_every_command_is_on_the_page():
    # Of the app that is not installed on this site as well.
    pytest.importorskip("clickhouse_backend")
    made = MAKERS["commands"]()
    folders = (ROOT / "origination").rglob("management/commands/[!_]*.py")
    names = {path.stem for path in folders}
    assert set(re.findall(r"usage: manage.py (\w+)", made)) == names
    assert "--rebuild" in made
    assert "--pythonpath" not in made


@pytest.mark.parametrize("model", [Account, CDR], ids=["account", "cdr"])
def test_every_field_is_on_the_page(model):
    fields = {field.name for field in model._meta.get_fields() if not field.auto_created}
    assert fields <= first_cells(MAKERS["models"]())


def test_every_endpoint_is_on_the_page():
    made = MAKERS["endpoints"]()
    mounts = ("api/rest/customer/v1/", "switches/")
    routes = [route for route in get_resolver().url_patterns if str(route.pattern) in mounts]
    paths = {f"/{route.pattern}{each.pattern}" for route in routes for each in route.url_patterns}
    assert set(re.findall(r"`[A-Z]+ (\S+)`", made)) == paths


def test_every_format_and_public_name_is_on_its_page():
    assert first_cells(MAKERS["formats"]()) == FORMATS.keys()
    assert all(f"{name}(" in MAKERS["python"]() for name in statistics.__all__)


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.stem)
def test_every_link_to_a_file_leads_to_one(page):
    targets = {a or b for a, b in LINK.findall(page.read_text(encoding="utf-8"))}
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=lambda page: page.stem)
def test_a_speed_stands_on_the_page_of_measurements_alone(page):
    found = SPEED.findall(page.read_text(encoding="utf-8"))
    assert bool(found) == (page.stem == "measurements")
