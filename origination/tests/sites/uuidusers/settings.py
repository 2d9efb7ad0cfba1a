from origination.tests.sites.settings import *  # noqa: F403
from origination.tests.sites.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "knox", "origination.tests.sites.uuidusers"]
AUTH_USER_MODEL = "uuidusers.Member"
ORIGINATION = {"AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"]}
