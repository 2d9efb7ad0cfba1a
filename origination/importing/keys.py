"""Keys of switches: made once, found again by what a switch shows.

A key is ``PREFIX.SECRET``. Its secret has 256 random bits: nobody can try them all, so a plain
SHA-256 keeps it, where a password would need a slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import get_random_string

from origination.statistics.accounts import account_uuid

from .accounts import Accounts
from .models import FeedKey

SECRET_BYTES = 32
PREFIX_LENGTH = 8
KEY = re.compile(r"(?P<prefix>[A-Za-z0-9]{8})\.[\w-]{43}", re.ASCII)
# How exact "last used" is: to write it down costs more than a small request.
USE_STEP = timedelta(minutes=1)


def made(name: str, **options: Any) -> tuple[FeedKey, str]:
    """A new key and what the switch shows, which is told here and nowhere else.

    Raises ValidationError for wrong options, as a name that another key has.
    """
    prefix = get_random_string(PREFIX_LENGTH)
    text = f"{prefix}.{secrets.token_urlsafe(SECRET_BYTES)}"
    key = FeedKey(name=name, prefix=prefix, digest=_digest(text), **options)
    key.full_clean()
    key.save()
    return key, text


def found(text: str) -> FeedKey | None:
    """The key that this is, unless revoked."""
    match = KEY.fullmatch(text)
    if match is None:
        return None
    key = FeedKey.objects.filter(prefix=match["prefix"], revoked_at=None).order_by().first()
    # The prefix is no secret; the rest is compared in a time that tells nothing.
    return key if key and hmac.compare_digest(key.digest, _digest(text)) else None


def used(key: FeedKey) -> None:
    """Note that the switch has been here."""
    now = timezone.now()
    if key.used_at is None or now - key.used_at > USE_STEP:
        FeedKey.objects.filter(pk=key.pk).update(used_at=now)


def revoke(key: FeedKey) -> None:
    """From now on whoever shows it is refused."""
    FeedKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())


def accounts_of(key: FeedKey) -> Accounts:
    """Which accounts the codes of its switch stand for."""
    only = account_uuid(key.account) if key.account_id else None
    return Accounts(only=only, source=key.source, own_codes_only=key.own_codes_only)


def source_of(key: FeedKey) -> str:
    """What its switch is called."""
    return key.source or key.name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
