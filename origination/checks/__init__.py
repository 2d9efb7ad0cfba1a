"""Misconfiguration, found before the first request. The ids are stable.

Importing this registers every check; each module is about one thing that a site may have wrong.
"""

from . import authentication, columns, migrations, models, portal, settings, sums, tables  # noqa: F401
