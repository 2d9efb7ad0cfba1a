"""What is told of an error, and what is left to the site."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from rest_framework.authentication import BaseAuthentication

from origination.api.errors import exception_handler
from origination.tests.support.client import URL, configured

BODIES = {
    "JSON": ("{}", "application/json"),
    "a form": ("a=b", "application/x-www-form-urlencoded"),
    "of no kind": ("x", ""),
}


class ReadingTheBody(BaseAuthentication):
    def authenticate(self, request):
        request.data["login"]


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_a_host_that_looks_for_credentials_in_a_body_finds_none(body, content_type):
    with configured(AUTHENTICATION_CLASSES=[f"{__name__}.ReadingTheBody"]):
        response = Client().generic("POST", URL, body, content_type)
    assert (response.status_code, response.json()) == (400, {"error": "malformed body"})


def test_a_request_that_the_site_finds_suspicious_is_refused_as_malformed():
    response = exception_handler(SuspiciousOperation("a name from abroad"), {})
    assert response.status_code == 400
    assert response.content == b'{"error":"request too large or malformed"}'


def test_a_defect_is_raised_where_the_site_is_told_of_it():
    assert exception_handler(ZeroDivisionError(), {}) is None
