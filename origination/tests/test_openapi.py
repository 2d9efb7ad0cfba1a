"""The description follows the code: filters, columns, dialect."""

import subprocess
import sys

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from origination import openapi
from origination.filters import REQUIRED, StatisticsFilterSet
from origination.metrics import COLUMNS

from .client import AUTH_URL, URL, configured

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
    [("published", "string", ["null", "string"]), ("yeti", "number", ["null", "number"])],
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
    [("published", ["customerToken"]), ("yeti", ["customerToken", "customerSession"])],
)
def test_the_ways_to_prove_who_asks_are_described(dialect, schemes):
    with configured(DIALECT=dialect):
        schema, operations = described()
    assert set(schema["components"]["securitySchemes"]) == set(schemes)
    assert operations[URL]["security"] == [{name: []} for name in schemes]
    assert operations[ACCOUNTS_URL]["security"] == [{name: []} for name in schemes]
    assert "security" not in operations[AUTH_URL]


def test_credentials_are_required_in_both_media_types():
    body = described()[1][AUTH_URL]["requestBody"]
    assert body["required"]
    assert set(body["content"]) == {"application/json", "application/vnd.api+json"}


def test_every_field_of_a_filter_has_a_schema():
    for chosen in StatisticsFilterSet.base_filters.values():
        assert openapi.value_schema(chosen.field)


def test_the_app_needs_no_drf_spectacular():
    code = (
        "import sys; sys.modules['drf_spectacular'] = None; import django;"
        "from django.conf import settings as s;"
        "s.configure(INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes',"
        " 'rest_framework', 'django_filters', 'origination'], SECRET_KEY='x' * 50);"
        "django.setup(); import origination.urls"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
