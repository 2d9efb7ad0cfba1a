"""The admin as operators use it, of whatever models and admin site the test's site has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from origination.models import get_cdr_model

from .factories import UserFactory

OPTS = get_cdr_model()._meta
NOW = datetime(2026, 6, 11, 16, 0, tzinfo=UTC)
RECENT = NOW - timedelta(minutes=30)


def page(name: str, *args: Any) -> str:
    """Address of a page of the CDR model's admin: ``changelist``, ``change``, ``export``, …"""
    return reverse(f"admin:{OPTS.app_label}_{OPTS.model_name}_{name}", args=args)


def operator(*permissions: str) -> Client:
    """A client logged in as somebody who may do this with CDRs: ``view``, ``export``."""
    user = UserFactory()
    if hasattr(user, "is_staff"):
        user.is_staff = True
        user.save()
    codenames = [f"{action}_{OPTS.model_name}" for action in permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client
