"""What a Django site would write without this app: ``Trunc`` over the raw rows."""

from django.db.models import Count, DecimalField, Q, Sum
from django.db.models.functions import TruncDay, TruncHour, TruncMinute
from django.http import HttpRequest, JsonResponse
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from origination.authentication import CustomerJWTAuthentication
from origination.models import CDR
from statsproject.urls import urlpatterns as of_the_site

TRUNC = {"minute": TruncMinute, "hour": TruncHour, "day": TruncDay}
LOOKUPS = {
    "from-time": "time_start__gte",
    "to-time": "time_start__lte",
    "dst-country-id": "dst_country_id",
    "dst-prefix-routing-eq": "dst_prefix_routing",
    "dst-prefix-routing-starts-with": "dst_prefix_routing__startswith",
    "dst-prefix-routing-ends-with": "dst_prefix_routing__endswith",
    "dst-prefix-routing-contains": "dst_prefix_routing__icontains",
    "duration-gt": "duration__gt",
    "customer-price-lt": "customer_price__lt",
    "auth-orig-ip": "auth_orig_ip",
}


def plain(request: HttpRequest) -> JsonResponse:
    filters = {LOOKUPS[name]: value for name, value in request.GET.items() if name in LOOKUPS}
    rows = (
        CDR.objects.filter(account__uuid=request.GET["account-id"], is_last_cdr=True, **filters)
        .annotate(t=TRUNC[request.GET["sampling"]]("time_start"))
        .values("t")
        .annotate(
            calls=Count("pk"),
            successful=Count("pk", filter=Q(duration__gt=0)),
            seconds=Sum("duration"),
            price=Sum("customer_price", output_field=DecimalField()),
        )
        .order_by("t")
    )
    return JsonResponse({"data": list(rows)})


class Empty(APIView):
    """What every DRF view costs behind the endpoint's authentication."""

    authentication_classes = [CustomerJWTAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [JSONRenderer]

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [*of_the_site, path("plain", plain), path("empty", Empty.as_view())]
