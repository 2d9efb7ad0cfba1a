"""``POST {mount of switches}/cdrs``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from origination.api.contract import JSON, ContractView
from origination.api.renderers import StatisticsJSONRenderer, compact_json
from origination.api.request_log import log_request
from origination.api.timing import Timing
from origination.importing import keys
from origination.importing.kept import keep, storable
from origination.importing.lines import Line
from origination.importing.models import FeedKey
from origination.importing.taking import Taken, take

from .authentication import FeedKeyAuthentication
from .body import body_of
from .errors import exception_handler
from .records import records_of
from .throttling import KeyThrottle

# What is told of a request beside its cost; None where it did not get that far.
LOGGED = ("switch", "read", "imported", "known", "rejected")


class FeedView(ContractView):
    """CDRs of the switch that the key stands for.

    What is answered with 200 is in the database: CDRs in their table, the others among the
    rejected records. Posting it again adds nothing twice.
    """

    http_method_names = ["post"]
    authentication_classes = [FeedKeyAuthentication]
    # Whoever has no key does not get that far.
    permission_classes: list[Any] = []
    renderer_classes = [StatisticsJSONRenderer]
    throttle_classes = [KeyThrottle]

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.timing = Timing()
        self.told: dict[str, Any] = dict.fromkeys(LOGGED)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def perform_authentication(self, request: Request) -> None:
        # Before the body: of a stranger nothing is read.
        super().perform_authentication(request)
        key: Any = request.auth
        self.key, self.told["switch"] = key, key.name

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        cost = {"status": response.status_code, "ms": round(self.timing.total, 1)}
        log_request(self.told | cost)
        return super().finalize_response(request, response, *args, **kwargs)

    def post(self, request: Request) -> HttpResponse:
        records = records_of(body_of(request._request))
        self.told["read"] = len(records)
        taken = _taken(records, self.key)
        self.told |= {
            "imported": taken.imported,
            "known": taken.known,
            "rejected": len(taken.rejects),
        }
        return _answered(taken)


def _taken(records: Sequence[Line], key: FeedKey) -> Taken:
    taken = take(records, key.reading(), keys.accounts_of(key))
    rejects = [(records[reject.place].raw, reject.reason) for reject in taken.rejects]
    keep(keys.source_of(key), rejects, key)
    keys.used(key)
    return taken


def _answered(taken: Taken) -> HttpResponse:
    rejected = [{"index": place, "reason": storable(reason)} for place, reason in taken.rejects]
    body = {"imported": taken.imported, "known": taken.known, "rejected": rejected}
    return HttpResponse(compact_json(body), JSON, headers={"Cache-Control": "no-store"})
