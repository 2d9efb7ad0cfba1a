"""The OpenAPI description of the app, for sites that have drf-spectacular installed.

Parameters come from the filters and columns from the dialect, so a new one appears by itself.
It is valid in OpenAPI 3.0 and 3.1, whichever the site publishes, and every name that stands beside
the site's own begins with ours.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiViewExtension
from drf_spectacular.utils import (
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers

from origination.statistics.metrics import Sums

from .authentication import customer_authentication
from .dialects import dialect
from .parameters import nullable, parameters

TAG = "origination"
JSON, JSON_API, CSV = "application/json", "application/vnd.api+json", "text/csv"


def statistics_schema() -> dict[str, Any]:
    """The body of the answer, in the dialect of the site."""
    # The values show the types: those of a bucket without calls, and of one whose price is unknown.
    sums = Sums(calls=[0, 1], successful=[0, 1], seconds=[0, 60], price=[0, None])
    columns = {"t": [0, 0]} | {name: of(sums) for name, of in dialect().columns.items()}
    types = {name: _type(values) for name, values in columns.items()}
    data = {name: {"type": "array", "items": of} for name, of in types.items()}
    return object_of(
        {
            "data": object_of(data),
            "rows": {"type": "integer"},
            "totals": object_of(types),
        }
    )


def _type(values: list[Any]) -> dict[str, Any]:
    names = {int: "integer", float: "number", str: "string"}
    (found,) = {names[type(value)] for value in values if value is not None}
    return nullable(found) if None in values else {"type": found}


def object_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


STRING = {"type": "string"}


WITHOUT_NUL = r"^[^\x00]*$"


# They describe a body and read none. Their docstrings would be told to customers.
class OriginationLoginSerializer(serializers.Serializer):
    login = serializers.RegexField(WITHOUT_NUL)
    password = serializers.RegexField(WITHOUT_NUL)


class OriginationCredentialsSerializer(serializers.Serializer):
    auth = OriginationLoginSerializer()


def accounts_schema() -> dict[str, Any]:
    """The body of the list of accounts."""
    account = {
        "id": {"type": "string", "format": "uuid"},
        "type": {"type": "string", "enum": ["accounts"]},
        "attributes": object_of({"name": STRING, "currency": nullable("string")}),
    }
    return object_of({"data": {"type": "array", "items": object_of(account)}})


ERRORS = {
    400: "A parameter or the body is missing, malformed or out of range.",
    401: "No, a bad or an expired token, or wrong credentials.",
    429: "Too many requests; see `Retry-After`.",
    503: "The database does not answer; see `Retry-After`.",
}


def errors(*statuses: int) -> dict[Any, OpenApiResponse]:
    """The responses of these statuses: ``{"error": "<one line>"}``."""
    return {(status, JSON): _error(status) for status in statuses}


def _error(status: int) -> OpenApiResponse:
    return OpenApiResponse(object_of({"error": STRING}), description=ERRORS[status])


class CustomerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "origination.authentication.CustomerJWTAuthentication"

    @property
    def name(self) -> list[str]:  # type: ignore[override]
        return list(self._schemes())

    def get_security_requirement(self, auto_schema: Any) -> Any:
        # A list: any one of them will do.
        return [{name: []} for name in self._schemes()]

    def get_security_definition(self, auto_schema: Any) -> Any:
        return list(self._schemes().values())

    def _schemes(self) -> dict[str, Any]:
        schemes = {"originationToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        if cookie := dialect().session_cookie:
            schemes["originationSession"] = {"type": "apiKey", "in": "cookie", "name": cookie}
        return schemes


class DescribedView(OpenApiViewExtension):
    """A view of ours, with its description."""

    method = "get"

    def view_replacement(self) -> Any:
        # Not the view's own handler, which extend_schema would change.
        handler = extend_schema(tags=[TAG], **self.description())(lambda self, request: None)
        return type(self.target.__name__, (self.target,), {self.method: handler})

    def description(self) -> dict[str, Any]:
        raise NotImplementedError


class DescribedStatistics(DescribedView):
    target_class = "origination.api.views.OriginationStatisticsView"

    def description(self) -> dict[str, Any]:
        return {
            "operation_id": "origination_statistics",
            "summary": "Statistics of an account's calls, by bucket of time",
            "description": "Only the last of a call's attempts counts. All filters apply together.",
            "parameters": parameters(),
            "responses": {
                (200, JSON): OpenApiResponse(statistics_schema(), description="The statistics."),
                (200, CSV): OpenApiResponse(STRING, description="The statistics."),
                **errors(400, 401, 429, 503),
            },
        }


class DescribedAccounts(DescribedView):
    target_class = "origination.api.views.AccountsView"

    def description(self) -> dict[str, Any]:
        return {
            "operation_id": "origination_accounts",
            "summary": "The accounts that the caller may see",
            "description": "An account's `id` is what the statistics take as `account-id`.",
            "responses": {
                (200, JSON): OpenApiResponse(
                    accounts_schema(), description="The accounts, by name."
                ),
                **errors(401, 503),
            },
        }


class DescribedAuth(DescribedView):
    target_class = "origination.api.login.AuthView"
    method = "post"

    def view_replacement(self) -> Any:
        if customer_authentication() is None:
            # Not there on this site.
            return extend_schema(exclude=True)(super().view_replacement())
        return super().view_replacement()

    def description(self) -> dict[str, Any]:
        token = OpenApiResponse(object_of({"jwt": STRING}), description="A token.")
        return {
            "operation_id": "origination_auth",
            "summary": "A token for login and password",
            "description": "The token goes into the header `Authorization` of other requests.",
            "auth": [],
            "request": {media: OriginationCredentialsSerializer for media in (JSON, JSON_API)},
            "responses": {(201, JSON): token, **errors(400, 401, 429, 503)},
        }
