"""Which schema generators of the site's describe the API."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from rest_framework.schemas.inspectors import DefaultSchema
from rest_framework.settings import api_settings

from origination import conf


class SchemaWhereDescribed(DefaultSchema):
    """None but for drf-spectacular, which ``openapi`` tells what to say.

    Another generator would only guess, and some name all that they describe by what the paths have
    in common: ours must not change the site's own names.
    """

    def __get__(self, instance: Any, owner: Any) -> Any:
        is_asked = conf.openapi() and apps.is_installed("drf_spectacular")
        return super().__get__(instance, owner) if is_asked and _is_spectacular() else None


def _is_spectacular() -> bool:
    generator: Any = api_settings.DEFAULT_SCHEMA_CLASS
    return any(base.__module__ == "drf_spectacular.openapi" for base in generator.__mro__)
