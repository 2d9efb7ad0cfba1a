"""Parts of the reference as Markdown, by their names. Each is made from the code alone."""

from __future__ import annotations

from collections.abc import Callable

from .api import endpoints, parameters
from .checks import checks
from .commands import commands
from .formats import fields, formats
from .javascript import javascript
from .models import models
from .python import python
from .settings import settings

MAKERS: dict[str, Callable[[], str]] = {
    maker.__name__: maker
    for maker in (
        checks,
        commands,
        endpoints,
        fields,
        formats,
        javascript,
        models,
        parameters,
        python,
        settings,
    )
}
