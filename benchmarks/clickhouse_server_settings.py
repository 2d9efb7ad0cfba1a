"""The demo site with its CDRs on one of Debian's ClickHouse servers, at ``CLICKHOUSE_PORTS``."""

from origination.tests.sites.clustersite import *  # noqa: F403
from statsproject.settings import DATABASES as SITE

DATABASES["default"] = SITE["default"]  # noqa: F405
ORIGINATION = {"CDR_DATABASE": "cdrs", "THROTTLE_RATE": None}
LOGGING = {}
