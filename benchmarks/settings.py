"""The demo site with one more view, a plain one, to compare with."""

from statsproject.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain"

LOGGING = {}  # a line per request would be measured as well
# The pages of the admin name static files, which nobody has collected.
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": PLAIN_FILES}}  # noqa: F405
