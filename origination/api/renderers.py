"""Statistics -> bytes, as compact JSON or as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer

from origination.statistics.answers import Statistics
from origination.statistics.metrics import Columns

from .dialects import dialect


class StatisticsRenderer(BaseRenderer):
    @property
    def columns(self) -> Columns:
        """Those of the site's dialect."""
        return dialect().columns


class StatisticsJSONRenderer(StatisticsRenderer):
    """``{"data": {column: [...]}, "rows": n, "totals": {column: value}}``, no blanks."""

    media_type = "application/json"
    format = "json"
    content_type = "application/json; charset=utf-8"

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        columns, totals = data.columns(self.columns), data.total(self.columns)
        return render_json(columns, len(data.starts), totals)


class StatisticsCSVRenderer(StatisticsRenderer):
    """A header line of column names, a line per bucket; null is empty."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8"

    def render(
        self, data: Statistics, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        columns = data.columns(self.columns)
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        return out.getvalue().encode()


def render_json(columns: dict[str, list[Any]], rows: int, totals: dict[str, Any]) -> bytes:
    return compact_json({"data": columns, "rows": rows, "totals": totals})


def compact_json(body: Any) -> bytes:
    """JSON without blanks."""
    return orjson.dumps(body)


class AcceptNegotiation(BaseContentNegotiation):
    """``format=csv`` or ``text/csv`` gives CSV, everything else JSON; never 406."""

    def select_parser(self, request: Any, parsers: Any) -> None:
        """None reads a body, not even for an authentication class of the host's."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        preferred = _preferred(request)
        chosen = next((r for r in renderers if r.media_type == preferred), renderers[0])
        return chosen, chosen.media_type


def _preferred(request: Any) -> str:
    """``text/csv`` where the client says so or likes it best, else JSON."""
    if request.query_params.get("format") == "csv":
        return StatisticsCSVRenderer.media_type
    ranges = [_weighted(r) for r in request.META.get("HTTP_ACCEPT", "")[:8192].split(",")]
    liked = max(ranges, key=lambda weighted: weighted[0])
    return liked[1] if liked[0] > 0 else ""


def _weighted(media_range: str) -> tuple[float, str]:
    name, *parameters = (part.strip().lower() for part in media_range.split(";"))
    weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    return (
        float(weight) if weight.replace(".", "", 1).isdecimal() and weight.isascii() else 1.0
    ), name
