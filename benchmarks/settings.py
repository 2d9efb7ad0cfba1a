"""The demo site with one more view, a plain one, to compare with."""

import os

from statsproject.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain"

LOGGING = {}  # a line per request would be measured as well
# The pages of the admin name static files, which nobody has collected.
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": PLAIN_FILES}}  # noqa: F405
# What is measured is what an answer takes, of as many at a time as there are.
ORIGINATION |= {"THROTTLE_RATE": None, "MAX_CONCURRENT": None}  # noqa: F405
if "MAX_CONCURRENT" in os.environ:
    refusals = {"origination.requests": {"level": "ERROR"}}
    LOGGING = {"version": 1, "disable_existing_loggers": False, "loggers": refusals}
    ORIGINATION["MAX_CONCURRENT"] = int(os.environ["MAX_CONCURRENT"])
