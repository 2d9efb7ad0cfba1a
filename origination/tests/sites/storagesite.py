"""The demo site with its static files as another site has them: told by the environment."""

import os

from statsproject.settings import *  # noqa: F403
from statsproject.settings import CONTENT_SECURITY_POLICY, MIDDLEWARE

ROOT_URLCONF = "origination.tests.support.storageurls"
# Beside its own files a site may have allowed those of another host, and no more.
STATIC_URL = os.environ["STATIC_URL"]
WHITENOISE_STATIC_PREFIX = "/assets/"
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = os.environ.get("ONLY_HASHED") == "1"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": os.environ["STORAGE"]},
}
if STATIC_URL.startswith("http"):
    for kind in ("script-src", "style-src", "img-src"):
        CONTENT_SECURITY_POLICY["DIRECTIVES"][kind].append(STATIC_URL)
MIDDLEWARE = [name for name in MIDDLEWARE if "corsheaders" not in name]

# The tests' server speaks plain HTTP.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
