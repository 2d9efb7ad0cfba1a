"""Misconfiguration, found before the first request. The ids are stable.

Importing this registers every check; each module is about one thing that a site may have wrong.
"""

from . import (  # noqa: F401
    authentication,
    columns,
    feed,
    migrations,
    models,
    portal,
    settings,
    stored_sums,
    sums,
    tables,
)
