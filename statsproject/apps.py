from __future__ import annotations

import re
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started

from origination.api.content_type import rewrite

LONGEST = 1_000
KIND = re.compile(r"\s*([\w!#$&^.+-]+/[\w!#$&^.+-]+)\s*(?:;|$)", re.ASCII)
BOUNDARY = re.compile(r""";\s*boundary=("?)([\w'()+,./:=?-]{1,70})\1\s*(?:;|$)""", re.ASCII | re.I)


class SiteConfig(AppConfig):
    name = "statsproject"

    def ready(self) -> None:
        request_started.connect(read_plain_types, dispatch_uid="statsproject")


def read_plain_types(environ: Any = None, scope: Any = None, **kwargs: Any) -> None:
    """On every page: a charset is an error of Django's where it is no codec for texts."""
    rewrite(plain, environ, scope)


def plain(text: str) -> str:
    """A ``Content-Type`` without its parameters, but for where the parts of a form end.

    Empty where it is no type, or very long.
    """
    kind = KIND.match(text) if len(text) <= LONGEST else None
    if kind is None:
        return ""
    boundary = BOUNDARY.search(text)
    return f'{kind[1]}; boundary="{boundary[2]}"' if boundary else kind[1]
