from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.signals import request_started
from django.db.models.signals import post_migrate

from . import conf


class OriginationConfig(AppConfig):
    name = "origination"
    verbose_name = "Origination statistics"
    default_auto_field = "django.db.models.BigAutoField"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The migration autodetector reads swappable settings by name and has no default for them.
        settings.ORIGINATION_ACCOUNT_MODEL = conf.account_model()
        settings.ORIGINATION_CDR_MODEL = conf.cdr_model()

    def import_models(self) -> None:
        super().import_models()
        # These are models of the app too; ``models`` stays below the rooms that they live in.
        import_module("origination.rollups.models")
        import_module("origination.importing.models")

    def ready(self) -> None:
        # Importing registers checks, engines, and stored sums as sources of answers.
        from . import checks  # noqa: F401
        from .api.content_type import OTHERS, ignore_parameters
        from .rollups import migrating, sources  # noqa: F401
        from .statistics import engines  # noqa: F401

        post_migrate.connect(migrating.keep, sender=self)
        OTHERS.add("cdrs")
        request_started.connect(ignore_parameters, dispatch_uid="origination")
        if apps.is_installed("drf_spectacular"):
            from .api import openapi  # noqa: F401
            from .feed import openapi as feed_openapi  # noqa: F401
