"""What the statistics page asks: the endpoint's own views, for operators and all accounts."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from origination.api.contract import CustomerView
from origination.api.renderers import StatisticsCSVRenderer, StatisticsJSONRenderer
from origination.api.views import AccountsView, OriginationStatisticsView
from origination.statistics.metrics import COLUMNS

from .accounts import search_accounts
from .filters import OperatorFilterSet


class SiteSession(BaseAuthentication):
    """Whoever the admin site knows."""

    def authenticate(self, request: Request) -> Any:
        return request._request.user, None


class MayView(BasePermission):
    """As for the pages of the admin."""

    def has_permission(self, request: Request, view: Any) -> bool:
        model_admin, asked = view.model_admin, request._request
        return model_admin.admin_site.has_permission(asked) and model_admin.has_view_permission(
            asked
        )


class JSONRenderer(StatisticsJSONRenderer):
    columns = COLUMNS


class CSVRenderer(StatisticsCSVRenderer):
    columns = COLUMNS


class OperatorView(CustomerView):
    """For operators of the admin site that ``model_admin`` is registered with."""

    model_admin: Any = None
    permission_classes = [MayView]
    throttle_classes: list[Any] = []
    # Not of the API that is described to customers.
    schema = None

    def get_authenticators(self) -> list[Any]:
        return [SiteSession()]

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise exceptions.PermissionDenied

    def handle_exception(self, exc: Exception) -> Any:
        # Who he is is known here, and the host's own code may refuse him as well.
        refused = isinstance(exc, PermissionDenied)
        return super(CustomerView, self).handle_exception(
            exceptions.PermissionDenied() if refused else exc
        )


class OperatorStatisticsView(OperatorView, OriginationStatisticsView):
    renderer_classes = [JSONRenderer, CSVRenderer]

    def filters(self, request: Request) -> OperatorFilterSet:
        return OperatorFilterSet.of(self.model_admin, request._request)


class OperatorAccountsView(OperatorView, AccountsView):
    """``?search=``: accounts with this text in one of their texts, or with this uuid."""

    renderer_classes = [JSONRenderer]

    def accounts(self, request: Request) -> list[Any]:
        text = request.query_params.get("search", "")
        return search_accounts(self.model_admin, request._request, text)
