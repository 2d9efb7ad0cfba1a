"""The description follows the code: filters, columns, dialect."""

import re
import subprocess
import sys

import pytest
from django.test import override_settings
from django.urls import resolve, reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.validation import validate_schema
from rest_framework.schemas.generators import EndpointEnumerator

from origination.api import parameters
from origination.api.filters import REQUIRED, StatisticsFilterSet
from origination.statistics.metrics import COLUMNS
from origination.tests.support.client import AUTH_URL, URL, configured
from origination.tests.support.switches import FEED_URL

ACCOUNTS_URL = str(URL).replace("origination-statistics", "accounts")


def described():
    """Path -> operation."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    return schema, {path: next(iter(of.values())) for path, of in schema["paths"].items()}


def test_every_filter_is_a_parameter_with_a_description():
    parameters = {p["name"]: p for p in described()[1][URL]["parameters"]}
    assert set(parameters) == set(StatisticsFilterSet.base_filters)
    assert {name for name, p in parameters.items() if p.get("required")} == set(REQUIRED)
    assert all(parameter["description"] for parameter in parameters.values())


@pytest.mark.parametrize(
    ("dialect", "duration", "acd"),
    [("published", "string", ["string", "null"]), ("yeti", "number", ["number", "null"])],
)
def test_the_columns_are_those_of_the_dialect(dialect, duration, acd):
    with configured(DIALECT=dialect):
        operation = described()[1][URL]
    body = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
    totals = body["totals"]["properties"]
    assert list(totals) == ["t", *COLUMNS]
    assert totals["total_duration"]["type"] == duration
    assert totals["acd"]["type"] == totals["asr"]["type"] == acd


def test_both_media_types_and_every_error_are_described():
    responses = described()[1][URL]["responses"]
    assert set(responses["200"]["content"]) == {"application/json", "text/csv"}
    assert set(responses) == {"200", "400", "401", "429", "503"}


@pytest.mark.parametrize(
    ("dialect", "schemes"),
    [("published", ["originationToken"]), ("yeti", ["originationToken", "originationSession"])],
)
def test_the_ways_to_prove_who_asks_are_described(dialect, schemes):
    with configured(DIALECT=dialect):
        schema, operations = described()
    feed = {"originationFeedKey", "originationFeedPassword"}
    assert set(schema["components"]["securitySchemes"]) == {*schemes, *feed}
    assert operations[str(FEED_URL)]["security"] == [{name: []} for name in sorted(feed)]
    assert operations[URL]["security"] == [{name: []} for name in schemes]
    assert operations[ACCOUNTS_URL]["security"] == [{name: []} for name in schemes]
    assert "security" not in operations[AUTH_URL]


def test_credentials_are_required_in_both_media_types():
    body = described()[1][AUTH_URL]["requestBody"]
    assert body["required"]
    assert set(body["content"]) == {"application/json", "application/vnd.api+json"}


@pytest.fixture(params=["3.0.3", "3.1.0", "3.1.1"])
def version(request, monkeypatch):
    monkeypatch.setattr(spectacular_settings, "OAS_VERSION", request.param)
    return request.param


@pytest.mark.parametrize("dialect", ["published", "yeti"])
def test_the_description_is_valid_in_the_site_s_version_of_openapi(version, dialect, capsys):
    with configured(DIALECT=dialect):
        schema, operations = described()
    assert schema["openapi"] == version
    assert {URL, ACCOUNTS_URL, AUTH_URL} <= set(operations)
    assert capsys.readouterr().err == ""


def test_null_is_told_as_the_version_has_it(version):
    answer = described()[1][URL]["responses"]["200"]["content"]["application/json"]["schema"]
    acd = answer["properties"]["totals"]["properties"]["acd"]
    nullable = {"type": "string", "nullable": True}
    assert acd == (nullable if version == "3.0.3" else {"type": ["string", "null"]})


def test_no_name_of_the_site_s_own_is_taken():
    schema, operations = described()
    names = [name for kind in schema["components"].values() for name in kind]
    assert len(names) == 5
    assert all(name.lower().startswith("origination") for name in names)
    ours = [operations[url] for url in (URL, ACCOUNTS_URL, AUTH_URL, FEED_URL)]
    assert all(operation["operationId"].startswith("origination_") for operation in ours)
    assert all(operation["tags"] == ["origination"] for operation in ours)


def test_descriptions_speak_to_who_uses_the_api():
    # Names of our code and of the columns are no words of a reader.
    insiders = re.compile(r"``|\w_\w|\{mount\}|\bview\b|published page", re.IGNORECASE)
    schema, operations = described()
    assert not any("description" in body for body in schema["components"]["schemas"].values())
    for operation in operations.values():
        parts = [operation, *operation.get("parameters", []), *operation["responses"].values()]
        for text in (part.get("description", "") for part in parts):
            assert text
            assert not insiders.search(text)


def test_a_site_may_leave_the_api_out_of_its_description():
    with configured(OPENAPI=False):
        assert URL not in described()[1]


class SiteSchema(AutoSchema):
    """A site's own, of drf-spectacular's."""


@pytest.mark.parametrize(
    ("generator", "is_described"),
    [
        ("rest_framework.schemas.openapi.AutoSchema", False),
        ("drf_spectacular.openapi.AutoSchema", True),
        (f"{__name__}.SiteSchema", True),
    ],
)
def test_generators_that_would_only_guess_leave_the_api_out(generator, is_described):
    with override_settings(REST_FRAMEWORK={"DEFAULT_SCHEMA_CLASS": generator}):
        paths = [path for path, _, _ in EndpointEnumerator().get_api_endpoints()]
    assert (str(URL) in paths) == is_described


def test_drf_yasg_leaves_the_api_out():
    # Before it looks for what the paths have in common: see its EndpointEnumerator.
    for name in ("statistics", "accounts", "auth"):
        assert resolve(reverse(f"origination:{name}")).func.cls.swagger_schema is None


def test_every_field_of_a_filter_has_a_schema():
    for chosen in StatisticsFilterSet.base_filters.values():
        assert parameters.value_schema(chosen.field)


def test_the_app_needs_no_drf_spectacular():
    code = (
        "import sys; sys.modules['drf_spectacular'] = None; import django;"
        "from django.conf import settings as s;"
        "s.configure(INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes',"
        " 'rest_framework', 'django_filters', 'origination'], SECRET_KEY='x' * 50);"
        "django.setup(); import origination.urls"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.django_db(transaction=True)
def test_the_page_that_tries_the_api_runs_without_any_other_site(visit, shoot):
    page = visit("/api/docs")
    for name in ("origination-statistics", "accounts", "auth"):
        page.locator(f"[data-path$='/{name}']").first.wait_for()
    asked = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert all(address.startswith(page.evaluate("location.origin")) for address in asked)
    shoot(page, "docs")
