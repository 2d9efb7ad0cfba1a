"""The handbook at ``/docs/``, where it is built: ``sphinx-build docs build/docs``."""

from __future__ import annotations

from pathlib import Path

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.static import serve

BUILT = Path(settings.BASE_DIR) / "build" / "docs"


# Its theme has a script and styles inline, and icons that are data. Its pages are files that show
# nothing of a request.
POLICY = {"script-src": [UNSAFE_INLINE], "style-src": [UNSAFE_INLINE], "img-src": ["data:"]}


# To the types of django-csp a view has no argument but the request.
@csp_update(POLICY)  # type: ignore[arg-type]
def page(request: HttpRequest, name: str) -> HttpResponseBase:
    return serve(request, name or "index.html", document_root=str(BUILT))


def is_built() -> bool:
    return (BUILT / "index.html").is_file()


def urls() -> list[URLPattern]:
    """None where it is not built."""
    if not is_built():
        return []
    return [path("docs/<path:name>", page), path("docs/", page, {"name": ""}, "handbook")]
