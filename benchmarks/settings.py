"""The demo site with one more view, a plain one, to compare with."""

from statsproject.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.plain"

LOGGING = {}  # a line per request would be measured as well
