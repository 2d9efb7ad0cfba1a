"""What Django reads of a ``Content-Type`` before there is a request.

It takes any codec of Python's for a charset and reads the query string by it: ``charset=zlib`` is
an error that neither a middleware nor a view can answer. Only ``request_started`` comes earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

# The last parts of paths that rooms above this one answer.
OTHERS: set[str] = set()


def ignore_parameters(
    environ: dict[str, Any] | None = None, scope: dict[str, Any] | None = None, **kwargs: Any
) -> None:
    """Receives ``request_started``: bodies of our endpoints are UTF-8, wherever they are mounted.

    They are known by the last part of their path; nobody has resolved it yet.
    """
    path = environ.get("PATH_INFO", "") if environ else (scope or {}).get("path", "")
    last = path.rpartition("/")[2]
    if last in OTHERS or last in _endpoints():
        rewrite(lambda text: text.partition(";")[0], environ, scope)


def rewrite(
    change: Callable[[str], str], environ: dict[str, Any] | None, scope: dict[str, Any] | None
) -> None:
    """Change the ``Content-Type`` of a WSGI environment or of an ASGI scope."""
    if environ and environ.get("CONTENT_TYPE"):
        environ["CONTENT_TYPE"] = change(environ["CONTENT_TYPE"])
    if scope:
        scope["headers"] = [
            (name, change(value.decode("latin-1")).encode("latin-1"))
            if name == b"content-type"
            else (name, value)
            for name, value in scope["headers"]
        ]


@lru_cache
def _endpoints() -> frozenset[str]:
    # The views want models, which are not there yet when this is connected.
    from .urls import urlpatterns

    return frozenset(str(route.pattern) for route in urlpatterns)
