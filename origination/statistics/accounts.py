"""The accounts of a customer, and by what they are known."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import (
    FieldDoesNotExist,
    ImproperlyConfigured,
    PermissionDenied,
    ValidationError,
)
from django.db.models import Model, Q, QuerySet, UUIDField

from origination import conf
from origination.models import AccountManager, AccountQuerySet, get_account_model

from .overriding import Original, is_every_row
from .statements import Parameter, Statement

OUR_MANAGER, OUR_QUERYSET = Original(AccountManager), Original(AccountQuerySet)


def visible_accounts(user: Any) -> QuerySet:
    """The accounts whose numbers this user may see.

    Raises PermissionDenied for a user of whom the accounts know nothing.
    """
    model: Any = get_account_model()
    if _is_known(user):
        return model.objects.visible_to(user)
    if _is_ours(model.objects):
        raise PermissionDenied
    # A user of tokens alone: some hosts' sites know such, others cannot look anything up for them.
    try:
        return model.objects.visible_to(user)
    except (AttributeError, TypeError, ValueError, ValidationError) as e:
        raise PermissionDenied from e


def visible_account(user: Any, uuid: UUID) -> Any:
    """The account of this uuid; None where there is none or the user may not see it.

    Raises TypeError, and what else a host's rule may raise that gives no accounts to filter.
    """
    model: Any = get_account_model()
    # Whoever is no user of the site has no accounts, whatever key he brings.
    field = _uuid_field()
    if _is_known(user) and _is_ours(model.objects) and isinstance(field, UUIDField):
        lookup = _lookup(model, model.objects.db, field.name)
        found: Any = lookup.instances(model, {"user": user.pk, "uuid": uuid})
    else:
        # Unordered: there is one, though a host's join may find it twice.
        found = visible_accounts(user).filter(of_uuid(uuid)).order_by()[:1]
    account = next(iter(found), None)
    if not isinstance(account, Model | None):
        raise TypeError(f"visible_to returns {type(account).__name__}, not accounts")
    return account


def _is_known(user: Any) -> bool:
    """Whether this is a user of the site, and not one that is made for the request."""
    return isinstance(user, get_user_model()) and user.pk is not None


def _is_ours(manager: Any) -> bool:
    """Whether nobody but us says who sees what."""
    if not OUR_MANAGER.is_kept_by(manager):
        return False
    everything = manager.get_queryset()
    return OUR_QUERYSET.is_kept_by(everything) and is_every_row(everything)


@lru_cache
def _lookup(model: Any, alias: str, field: str) -> Statement:
    """Looks up ``uuid`` in the field for ``user``, as our own manager has it."""
    user = Parameter("user", get_user_model()._meta.pk)
    by_uuid = {field: Parameter("uuid", model._meta.get_field(field))}
    visible = model.objects.using(alias).visible_to(user)
    found: Any = Statement.of(visible.filter(**by_uuid).order_by()[:1])
    return found


def of_uuid(uuid: UUID) -> Q:
    """Condition: the account of this uuid; of a text, however it is spelled."""
    field = _uuid_field()
    if isinstance(field, UUIDField):
        return Q(**{field.name: uuid})
    spelled = [str(uuid), uuid.hex]
    return Q(**{f"{field.name}__in": [*spelled, *map(str.upper, spelled)]})


def account_uuid(account: Any) -> UUID | None:
    """By which the API knows the account; None: it does not."""
    value = getattr(account, _uuid_field().name)
    try:
        return value if isinstance(value, UUID | None) else UUID(str(value))
    except ValueError:
        return None


def _uuid_field() -> Any:
    """Raises ImproperlyConfigured where the account has no such field."""
    name = conf.account_uuid_field()
    try:
        return get_account_model()._meta.get_field(name)
    except FieldDoesNotExist as e:
        raise ImproperlyConfigured(f"ORIGINATION['ACCOUNT_UUID_FIELD']: {e}") from e


def account_name(account: Any) -> str:
    """A host's account may have no ``name``."""
    return str(_told_by(account, "name") or account)


def account_currency(account: Any) -> str | None:
    """ISO 4217; a host's account may have none."""
    currency = _told_by(account, "currency")
    return str(currency) if currency else None


def _told_by(account: Any, name: str) -> Any:
    """A field, a property or a method of the host's, as in a template of Django's."""
    value = getattr(account, name, None)
    return value() if callable(value) else value
