from origination.tests.sites.settings import *  # noqa: F403
from origination.tests.sites.settings import DATABASES, INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "django.contrib.admin.apps.SimpleAdminConfig",
    "origination.tests.sites.realschemas",
]
TEMPLATES[0]["OPTIONS"]["context_processors"] += [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
# The clock of the switches; times on SQLite are UTC.
if "postgresql" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TIME_ZONE"] = "Europe/Kyiv"
ORIGINATION_ACCOUNT_MODEL = "realschemas.Client"
