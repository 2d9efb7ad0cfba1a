"""A billing site that existed before us: its own user, account and CDR tables, and settings
that clash with ours wherever they can."""

import dj_database_url

SECRET_KEY = "the host site's own secret key, which is long enough for everything"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "Pacific/Auckland"
LANGUAGE_CODE = "de"
ROOT_URLCONF = "origination.tests.sites.hostsite.urls"
DATABASES = {"default": dj_database_url.config(default="sqlite://:memory:")}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
DATABASE_ROUTERS = ["origination.routers.CDRRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "rest_framework_simplejwt",
    "django_filters",
    "origination",
    "origination.tests.sites.hostsite",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
STATIC_URL = "assets/"

AUTH_USER_MODEL = "hostsite.Person"
ORIGINATION_ACCOUNT_MODEL = "hostsite.BillingAccount"
ORIGINATION_CDR_MODEL = "hostsite.SwitchCDR"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.StaticHTMLRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.FormParser"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1/day", "anon": "1/day"},
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.AcceptHeaderVersioning",
    "EXCEPTION_HANDLER": "origination.tests.sites.hostsite.urls.handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": "duration-gt",
}
SIMPLE_JWT = {
    "ALGORITHM": "HS512",
    "AUDIENCE": "host",
    "AUTH_HEADER_TYPES": ("JWT",),
    "USER_ID_CLAIM": "user",
    "USER_ID_FIELD": "email",
    "AUTH_HEADER_NAME": "HTTP_X_HOST_TOKEN",
}
