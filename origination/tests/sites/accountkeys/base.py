from origination.tests.sites.settings import *  # noqa: F403
from origination.tests.sites.settings import INSTALLED_APPS, TEMPLATES

INSTALLED_APPS = [
    *INSTALLED_APPS,
    "django.contrib.admin",
    "django.contrib.staticfiles",
    "origination.tests.sites.accountkeys",
]
STATIC_URL = "static/"
TEMPLATES[0]["OPTIONS"]["context_processors"] += [
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
# On a table of one's own sums are used where one says so.
ORIGINATION = {"ROLLUPS": True}
