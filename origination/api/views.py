"""The endpoint and the accounts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponseBase
from rest_framework.request import Request

from origination.models import get_cdr_model
from origination.statistics import Statistics, ask
from origination.statistics.accounts import visible_accounts
from origination.statistics.bounds import GROUPING
from origination.statistics.planner import Plan
from origination.statistics.slots import statement_in_slot

from .accounts import accounts_document
from .authentication import customer_key
from .contract import JSON, CustomerView, cacheable
from .dialects import dialect
from .errors import asking_the_host
from .filters import StatisticsFilterSet
from .renderers import StatisticsJSONRenderer, compact_json
from .request_log import LOGGED, log_request
from .throttling import CustomerThrottle
from .timing import Timing


class OriginationStatisticsView(CustomerView):
    """``GET {mount}/origination-statistics``; source: the published page."""

    throttle_classes = [CustomerThrottle]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.timing = Timing()
        # What is known of the request so far, for the log.
        self.known: dict[str, Any] = dict.fromkeys(LOGGED)

    def perform_authentication(self, request: Request) -> None:
        super().perform_authentication(request)
        # A host's UNAUTHENTICATED_USER may be None.
        self.known["customer"] = getattr(request.user, "pk", None)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        cost = {"status": response.status_code, "ms": round(self.timing.total, 1)}
        log_request(self.known | cost)
        return super().finalize_response(request, response, *args, **kwargs)

    def get(self, request: Request) -> HttpResponseBase:
        filterset = self.filters(request)
        filterset.validate()
        self.known |= filterset.summary
        if filterset.is_future and dialect().future is not None:
            body = compact_json(dialect().future)
            return cacheable(request, body, JSON)
        renderer: Any = request.accepted_renderer
        body = renderer.render(self.answer(filterset))
        response = cacheable(request, body, renderer.content_type)
        response["Server-Timing"] = self.timing.header()
        return response

    def filters(self, request: Request) -> StatisticsFilterSet:
        cdrs = get_cdr_model()._default_manager.all()
        return StatisticsFilterSet(request.query_params, cdrs, request=request)

    def answer(self, filters: StatisticsFilterSet) -> Statistics:
        answer = ask(**filters.asked, run=self.run)
        self.known |= {"source": self.timing.source, "rows": len(answer.starts)}
        return answer

    def run(self, planned: Plan) -> Statistics:
        self.timing.source = planned.source
        slot = statement_in_slot(planned.alias, customer_key(self.request.user), GROUPING)
        with slot, self.timing.of_database():
            return planned.answer()


class AccountsView(CustomerView):
    """``GET {mount}/accounts``: the accounts that the caller may see, always as JSON."""

    renderer_classes = [StatisticsJSONRenderer]

    def get(self, request: Request) -> HttpResponseBase:
        with asking_the_host("The account model"):
            document = accounts_document(self.accounts(request))
        return cacheable(request, compact_json(document), JSON)

    def accounts(self, request: Request) -> Iterable[Any]:
        return visible_accounts(request.user)
