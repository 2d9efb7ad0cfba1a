"""The demo site with its CDRs on a cluster of Debian's ClickHouse; see ``--engine=cluster``."""

import os

from origination.tests.support.debian_clickhouse.servers import CLUSTER, PASSWORD, USER
from statsproject.settings import *  # noqa: F403

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "cdrs": {
        "ENGINE": "origination.tests.support.debian_clickhouse",
        "HOST": "127.0.0.1",
        "PORT": os.environ["CLICKHOUSE_PORTS"].split(",")[0],
        "USER": USER,
        "PASSWORD": PASSWORD,
        "NAME": "default",
        "OPTIONS": {
            "alt_hosts": ",".join(
                f"127.0.0.1:{port}" for port in os.environ["CLICKHOUSE_PORTS"].split(",")[1:]
            ),
            "connect_timeout": 2,
            "send_receive_timeout": 10,
        },
        # Every node has this database from its start.
        "TEST": {"NAME": "default", "managed": False, "fake_transaction": True},
    },
}
INSTALLED_APPS = [*INSTALLED_APPS, "origination.contrib.clickhouse"]  # noqa: F405
ORIGINATION = {"CDR_DATABASE": "cdrs", "CLICKHOUSE_CLUSTER": CLUSTER, "ROLLUPS": False}
ORIGINATION_CDR_MODEL = "origination_clickhouse.CDR"
