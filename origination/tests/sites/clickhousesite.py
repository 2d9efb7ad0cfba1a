"""The demo site with its CDRs in ClickHouse: accounts and users stay on SQLite."""

from statsproject.settings import *  # noqa: F403

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "cdrs": {
        "ENGINE": "origination.tests.support.chdb",
        "NAME": "default",
        "OPTIONS": {"send_receive_timeout": 20},
        # Its tables are emptied after each test; the other database is rolled back.
        "TEST": {"fake_transaction": True},
    },
}
INSTALLED_APPS = [*INSTALLED_APPS, "origination.contrib.clickhouse"]  # noqa: F405
ORIGINATION = {"CDR_DATABASE": "cdrs"}
ORIGINATION_CDR_MODEL = "origination_clickhouse.CDR"
