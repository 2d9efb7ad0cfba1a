"""How django-axes sees who logs in: operators at the admin; customers have limits of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from origination.api.addresses import client_of


def is_no_operator(request: HttpRequest, credentials: Any) -> bool:
    """Whether the log-in is another one than the admin's."""
    return not request.path.startswith(reverse("admin:index"))


def address_of(request: HttpRequest) -> str | None:
    """The client's address; of an IPv6 client, that of its network. None behind a Unix socket."""
    return client_of(request).partition("/")[0] or None
