"""The demo site with its CDRs in a database of their own: accounts and users stay on SQLite."""

from statsproject.settings import *  # noqa: F403

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "cdrs": DATABASES["default"],  # noqa: F405
}
ORIGINATION = {"CDR_DATABASE": "cdrs"}
