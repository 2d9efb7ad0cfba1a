"""The demo site with its CDRs in a ClickHouse of this process."""

from origination.tests.sites.clickhousesite import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ["testserver"]
SECURE_SSL_REDIRECT = False
LOGGING_CONFIG = None
ORIGINATION |= {"THROTTLE_RATE": None}  # noqa: F405
