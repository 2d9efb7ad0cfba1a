"""Which switch posts: by its key, as ``Bearer``, or as the password of ``Basic``."""

from __future__ import annotations

import base64

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from origination.importing import keys
from origination.importing.models import FeedKey

CHALLENGE = 'Basic realm="cdrs", Bearer realm="cdrs"'
LONGEST_HEADER = 1_024


class FeedKeyAuthentication(BaseAuthentication):
    """A switch is no user of the site."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, FeedKey]:
        key = keys.found(_shown(request.META.get("HTTP_AUTHORIZATION", "")))
        if key is None:
            raise AuthenticationFailed
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def _shown(header: str) -> str:
    """The text of the key; empty where there is none."""
    scheme, _, value = header[:LONGEST_HEADER].partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    return _password(value) if scheme.lower() == "basic" else ""


def _password(value: str) -> str:
    try:
        credentials = base64.b64decode(value.strip(), validate=True).decode()
    except ValueError:
        return ""
    # Whatever the user is called: a switch wants to have a name there.
    return credentials.partition(":")[2]
