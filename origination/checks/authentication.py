"""Who may log in, by what, and what a token is worth."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Tags
from django.core.exceptions import ImproperlyConfigured
from django.db import models, router

from origination import conf
from origination.api.authentication import (
    CustomerJWTAuthentication,
    authentication_class,
    customer_authentication,
    user_key_field,
)
from origination.api.logging_in import hook
from origination.conf.keys import key_fault
from origination.models import AccountQuerySet

from .messages import error, register, setting, warning

KEY_HINT = "Use e.g. the output of: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
SECOND_FACTORS = ("allauth.mfa", "django_otp", "two_factor")
TENANTS = ("django_tenants", "tenant_schemas")
FORGETFUL = "django.core.cache.backends.dummy.DummyCache"


@register(Tags.security)
def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """E001: a JWT key is too short, of the wrong type, or half of a key pair.

    Keys that a function gives are looked at when used.
    Cure: use a random text of 32 bytes or more, such as ``python -c 'import secrets;
    print(secrets.token_urlsafe(48))'`` prints. ``JWT_VERIFYING_KEYS`` is a list of such texts.
    """
    signing, retired = setting("JWT_SIGNING_KEY"), setting("JWT_VERIFYING_KEYS")
    is_list = isinstance(retired, list | tuple)
    if not (retired is None or is_list or callable(retired)):
        hint = "Write [key, …]: of a text, each letter would be a key."
        return [error(1, "ORIGINATION['JWT_VERIFYING_KEYS'] is not a list of keys.", hint)]
    keys = [] if signing in (None, "", b"") or callable(signing) else [signing]
    faults = filter(None, map(key_fault, [*keys, *(retired if is_list else ())]))
    return [error(1, f"A JWT key {fault}.", KEY_HINT) for fault in dict.fromkeys(faults)]


@register
def check_authentication(**kwargs: Any) -> list[CheckMessage]:
    """E011: ``AUTHENTICATION_CLASSES`` is no list, or names something that is no such class."""
    hint = "Give a list of dotted paths of DRF authentication classes."
    try:
        paths = conf.authentication_classes()
    except ImproperlyConfigured as e:
        return [error(11, str(e), hint)]
    return [error(11, fault, hint) for fault in map(_class_fault, paths) if fault]


def _class_fault(path: str) -> str | None:
    try:
        authentication_class(path)
    except ImproperlyConfigured as e:
        return str(e)
    return None


@register
def check_user(**kwargs: Any) -> list[CheckMessage]:
    """E008: your users have a primary key that is no integer, and a token holds an integer."""
    if isinstance(user_key_field(), models.IntegerField) or not _has_our_tokens():
        return []
    return [
        error(
            8,
            "The primary key of AUTH_USER_MODEL is not an integer, a token's 'sub' is.",
            "Set ORIGINATION['AUTHENTICATION_CLASSES'] to classes of your own log-in, such as "
            "['rest_framework.authentication.SessionAuthentication']. The handbook lists them in "
            '"Your own log-in".',
        )
    ]


def _has_our_tokens() -> bool:
    return CustomerJWTAuthentication in map(authentication_class, conf.authentication_classes())


@register
def check_user_database(**kwargs: Any) -> list[CheckMessage]:
    """E051: users and accounts are in two databases, and no database joins the two."""
    try:
        account = apps.get_model(conf.account_model())
    # E005 tells.
    except (LookupError, ValueError):
        return []
    user = get_user_model()
    aliases = [router.db_for_read(model) for model in (account, user)]
    if aliases[0] == aliases[1] or not _joins_users(account):
        return []
    return [
        error(
            51,
            f"{account._meta.label} is read from {aliases[0]!r}, {user._meta.label} from "
            f"{aliases[1]!r}; no database joins the two.",
            "Let DATABASE_ROUTERS send both to one database.",
        )
    ]


def _joins_users(account: Any) -> bool:
    """Whether ``visible_to`` is ours; a host's own may ask one database after the other."""
    manager = getattr(account, "objects", None)
    queryset = type(manager.all()) if manager else None
    return getattr(queryset, "visible_to", None) is AccountQuerySet.visible_to


@register(Tags.security)
def check_log_in(**kwargs: Any) -> list[CheckMessage]:
    """E050: ``MAY_LOG_IN`` names no function.

    W050: your site asks for a second factor or a verified address, and a token takes a password
    alone.
    """
    if conf.may_log_in() is not None:
        return _check_hook()
    wanted = _more_than_a_password()
    if not wanted or customer_authentication() is None:
        return []
    return [
        warning(
            50,
            f"{wanted}, but POST …/auth gives a token for a password alone.",
            "Name a function in ORIGINATION['MAY_LOG_IN'] that says who may; see "
            '"Your own log-in" in the handbook.',
        )
    ]


def _check_hook() -> list[CheckMessage]:
    try:
        hook(conf.may_log_in())
    except ImproperlyConfigured as e:
        return [error(50, str(e), "Give the dotted path of may_log_in(request, user).")]
    return []


def _more_than_a_password() -> str | None:
    installed = [app for app in SECOND_FACTORS if apps.is_installed(app)]
    if installed:
        return f"{', '.join(installed)} can ask for a second factor"
    verification = getattr(settings, "ACCOUNT_EMAIL_VERIFICATION", None)
    if apps.is_installed("allauth.account") and verification == "mandatory":
        return "ACCOUNT_EMAIL_VERIFICATION is mandatory"
    return None


@register(Tags.security)
def check_tenants(**kwargs: Any) -> list[CheckMessage]:
    """W051: the tokens of all tenants are alike, so the token of one is valid at all."""
    installed = [app for app in TENANTS if apps.is_installed(app)]
    told_apart = callable(setting("JWT_SIGNING_KEY")) or callable(setting("JWT_AUDIENCE"))
    if not installed or told_apart:
        return []
    return [
        warning(
            51,
            f"{installed[0]} is installed, and the tokens of all tenants are alike.",
            "Let ORIGINATION['JWT_AUDIENCE'] be a function that names the tenant; see "
            '"Several tenants in one site" in the handbook.',
        )
    ]


@register(Tags.security, deploy=True)
def check_cache(**kwargs: Any) -> list[CheckMessage]:
    """W052: the cache ``default`` keeps nothing, so each process counts attempts alone."""
    if conf.auth_throttle_rate() is None or settings.CACHES["default"]["BACKEND"] != FORGETFUL:
        return []
    return [
        warning(
            52,
            "CACHES['default'] keeps nothing, so each process counts attempts at logins alone.",
            "Use a cache that all processes share.",
        )
    ]
