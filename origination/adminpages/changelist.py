"""The list of CDRs: newest first, of a window of time, counted only so far."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db import OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest

from origination.api.errors import ParameterError
from origination.statistics.bounds import bounded_query

from .filters import CDRFilterSet
from .form import FilterForm
from .times import aware, clock, iso
from .window import WORDS

TOO_SLOW = "The database took too long and was stopped: choose a shorter range or fewer filters."
# Parameter -> word before it.
BOUNDS = {"from-time": "from", "to-time": "to"}
WINDOW = {*BOUNDS, "period"}

logger = logging.getLogger(__name__)


class CappedPaginator(Paginator):
    """Counts to one more than ``most``, and has no page beyond it.

    The window is gone through once, for the keys; each page is then as near as the first.
    """

    most = 10_000

    @cached_property
    def keys(self) -> list[Any]:
        cdrs: Any = self.object_list
        return list(cdrs.prefetch_related(None).values_list("pk", flat=True)[: self.most + 1])

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        return min(len(self.keys), self.most)

    @property
    def is_capped(self) -> bool:
        return len(self.keys) > self.most

    def page(self, number: int | str) -> Page:
        number = self.validate_number(number)
        end = min(number * self.per_page, self.count)
        keys = self.keys[(number - 1) * self.per_page : end]
        cdrs: Any = self.object_list
        return Page(cdrs.filter(pk__in=keys), number, self)


class Link(NamedTuple):
    query: str
    words: str
    is_shown: bool


class CDRChangeList(ChangeList):
    """``error``: why there is no list, for people; ``status``: of HTTP."""

    error = ""
    status = 200
    filters: CDRFilterSet | None = None

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        self.request = request
        self.filter_specs, self.has_filters, self.has_active_filters = [], False, False
        try:
            self.filters = chosen(self.model_admin, request)
        except ParameterError as e:
            return self._nothing(400, str(e.detail))
        return self.filters.narrow(self.filters.queryset)

    def get_results(self, request: HttpRequest) -> None:
        try:
            with bounded_query(self.queryset.db):
                super().get_results(request)
                self.result_list = self._rows()
        except OperationalError:
            logger.exception("The list of CDRs was not answered")
            self.queryset = self._nothing(503, TOO_SLOW)
            super().get_results(request)

    def _rows(self) -> list[Any]:
        number = self.page_num if self.multi_page else 1
        return list(self.paginator.page(number).object_list)

    def _nothing(self, status: int, error: str) -> QuerySet:
        self.status, self.error = status, error
        return self.root_queryset.none()

    @cached_property
    def form(self) -> FilterForm:
        return FilterForm(CDRFilterSet, self.model_admin, self.request, self.params)

    @cached_property
    def times(self) -> dict[str, datetime]:
        """The bounds of the window shown, by their parameters."""
        cleaned = self.filters.cleaned if self.filters else {}
        return {name: cleaned[name] for name in BOUNDS if cleaned.get(name)}

    @cached_property
    def window(self) -> dict[str, str]:
        """The window shown, as parameters."""
        return {name: iso(moment) for name, moment in self.times.items()}

    @property
    def window_in_words(self) -> str:
        """``from … to …``; empty: any time."""
        words = zip(BOUNDS.values(), map(self.times.get, BOUNDS), strict=True)
        return " ".join(f"{word} {clock(moment)}" for word, moment in words if moment)

    @property
    def periods(self) -> list[Link]:
        """What the window can be changed to by a click."""
        shown = self.filters.shown_period if self.filters else None
        return [
            Link(self.query_of({"period": name}), words, name == shown)
            for name, words in WORDS.items()
        ]

    @property
    def shown_query(self) -> str:
        """What is shown, whenever it is asked for."""
        return self.query_of(self.window or {"period": "all"})

    @property
    def page_numbers(self) -> Iterator[Any]:
        return self.paginator.get_elided_page_range(self.page_num)

    @property
    def count_in_words(self) -> str:
        if self.paginator.is_capped:
            return f"more than {self.paginator.most:,} {self.opts.verbose_name_plural}"
        names = self.opts.verbose_name, self.opts.verbose_name_plural
        return f"{self.result_count:,} {names[self.result_count != 1]}"

    @property
    def is_end_of_count(self) -> bool:
        """There are more CDRs than the pages show."""
        return self.paginator.is_capped and self.page_num == self.paginator.num_pages

    @property
    def older_query(self) -> str:
        """From the last CDR of the page on; the range is inclusive, so that none is left out."""
        last = self.result_list[-1]
        return self.query_of(self.window | {"to-time": iso(aware(last.time_start, last._state.db))})

    def query_of(self, window: dict[str, str]) -> str:
        others = {name: value for name, value in self.params.items() if name not in WINDOW}
        return "?" + urlencode(others | window)

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Pages are of the window shown: calls that come in meanwhile move none of them."""
        pinned = self.window if new_params and PAGE_VAR in new_params else {}
        return super().get_query_string({**(new_params or {}), **pinned}, remove)


def chosen(model_admin: Any, request: HttpRequest) -> CDRFilterSet:
    """The filters of a request, validated; raises ParameterError."""
    filters = CDRFilterSet.of(model_admin, request)
    filters.validate()
    return filters
