"""The pages beside the list and the single CDR: export, statistics and what they ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from origination.api.errors import ParameterError

from .api import OperatorAccountsView, OperatorStatisticsView
from .buckets import list_parameters
from .changelist import chosen
from .export import csv_of
from .filters import BucketFilterSet, OperatorFilterSet
from .form import FilterForm
from .times import iso
from .unreadable import told

Page = Callable[[Any, HttpRequest], Any]


def urls(model_admin: Any) -> list[URLPattern]:
    opts = model_admin.opts
    prefix = f"{opts.app_label}_{opts.model_name}"
    statistics = OperatorStatisticsView.as_view(model_admin=model_admin)
    accounts = OperatorAccountsView.as_view(model_admin=model_admin)
    return [
        path("export/", _page(model_admin, export), name=f"{prefix}_export"),
        path("statistics/", _page(model_admin, statistics_page), name=f"{prefix}_statistics"),
        path("statistics/calls/", _page(model_admin, calls_of_bucket), name=f"{prefix}_bucket"),
        path("statistics/origination-statistics", statistics, name=f"{prefix}_data"),
        path("statistics/accounts", accounts, name=f"{prefix}_accounts"),
    ]


def _page(model_admin: Any, page: Page) -> Callable[..., Any]:
    """For whoever may view CDRs; others log in, or get 403. It is read alone: POST is 405."""
    read = require_safe(partial(page, model_admin))

    def view(request: HttpRequest) -> Any:
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        return read(request)

    return model_admin.admin_site.admin_view(view)


@told
def export(model_admin: Any, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What the list shows, as CSV; it needs a permission of its own."""
    if not model_admin.has_export_permission(request):
        raise PermissionDenied
    try:
        filters = chosen(model_admin, request)
    except ParameterError as e:
        return _refused(e)
    return StreamingHttpResponse(
        csv_of(filters.narrow(filters.queryset.prefetch_related(None))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="cdrs.csv"'},
    )


def _refused(error: ParameterError) -> HttpResponse:
    return HttpResponseBadRequest(str(error.detail), content_type="text/plain; charset=utf-8")


def statistics_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The form and a frame; a script fills it."""
    values = _defaults() | {name: str(value) for name, value in request.GET.items() if value}
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Statistics",
        "opts": model_admin.opts,
        "form": FilterForm(OperatorFilterSet, model_admin, request, values),
    }
    request.current_app = model_admin.admin_site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, model_admin.statistics_template, context)


def _defaults() -> dict[str, str]:
    """The last 24 hours by hour."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    return {"from-time": iso(hour - timedelta(hours=23)), "sampling": "hour"}


@told
def calls_of_bucket(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Goes to the list of the calls that a bucket counts."""
    filters = BucketFilterSet.of(model_admin, request)
    try:
        filters.validate()
    except ParameterError as e:
        return _refused(e)
    opts, site = model_admin.opts, model_admin.admin_site.name
    cdrs = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist", current_app=site)
    return redirect(f"{cdrs}?{urlencode(list_parameters(filters))}")
