"""What the statistics page asks: the endpoint's own views, for operators and all accounts."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Q, QuerySet
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from origination.contract import CustomerView
from origination.fields import UUID
from origination.metrics import COLUMNS
from origination.models import get_account_model
from origination.renderers import StatisticsCSVRenderer, StatisticsJSONRenderer
from origination.views import AccountsView, OriginationStatisticsView

from .filters import OperatorFilterSet

MOST_ACCOUNTS = 20


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


class OperatorStatisticsView(OperatorView, OriginationStatisticsView):
    filterset_class = OperatorFilterSet
    renderer_classes = [JSONRenderer, CSVRenderer]


class OperatorAccountsView(OperatorView, AccountsView):
    """``?search=``: accounts with this text in one of their texts, or with this uuid."""

    renderer_classes = [JSONRenderer]

    def accounts(self, request: Request) -> QuerySet:
        return search_accounts(request.query_params.get("search", ""))


def search_accounts(text: str) -> QuerySet:
    """Some accounts, by whatever texts a host's model has."""
    model = get_account_model()
    # PostgreSQL refuses a NUL; no text holds one.
    if "\0" in text:
        return model._default_manager.none()
    texts = [field.name for field in model._meta.fields if isinstance(field, CharField)]
    condition = Q(*((f"{name}__icontains", text) for name in texts), _connector=Q.OR)
    if UUID.fullmatch(text):
        condition |= Q(uuid=text)
    return model._default_manager.filter(condition).order_by(*texts[:1], "pk")[:MOST_ACCOUNTS]
