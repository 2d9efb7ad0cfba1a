"""What the token of a session cookie holds besides: which session it is, of whom, since when."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from django.utils.crypto import constant_time_compare

from origination import conf

from .steady_cache import CheckedCache

CLAIM = "origination-session"

ended = CheckedCache()


class Session(NamedTuple):
    """One log-in by cookie: at most ``SESSION_LIFETIME``, one password, until its log-out."""

    id: str
    start: int
    password: str

    @classmethod
    def begun_by(cls, user: Any) -> Self:
        return cls(secrets.token_urlsafe(12), int(time.time()), _password_marks(user)[0])

    @classmethod
    def in_claims(cls, claims: Mapping[str, Any]) -> Self | None:
        """None for a token that was given as one."""
        values: Any = claims.get(CLAIM)
        return cls(*values) if _is_written_by_us(values) else None

    def renewed_by(self, user: Any) -> Self:
        """The same session; its mark by the present ``SECRET_KEY``."""
        return self._replace(password=_password_marks(user)[0])

    @property
    def end(self) -> int:
        return self.start + int(conf.session_lifetime().total_seconds())

    def is_alive(self, user: Any) -> bool:
        marks = _password_marks(user)
        has_password = any(constant_time_compare(self.password, mark) for mark in marks)
        return has_password and time.time() < self.end and not self._is_ended()

    def end_now(self) -> None:
        """Copies of the cookie end with it, as far as the site's cache remembers."""
        ended.set(self._key, True, max(1, self.end - int(time.time())))

    def _is_ended(self) -> bool:
        return bool(ended.get(self._key))

    @property
    def _key(self) -> str:
        return f"origination-session-ended:{self.id}"


def _is_written_by_us(values: object) -> bool:
    return isinstance(values, list) and [type(value) for value in values] == [str, int, str]


def _password_marks(user: Any) -> list[str]:
    """What changes with the user's password, as Django's own sessions see it."""
    mark = getattr(user, "get_session_auth_hash", str)
    of_old_secrets = getattr(user, "get_session_auth_fallback_hash", tuple)
    return [hashlib.sha256(text.encode()).hexdigest() for text in (mark(), *of_old_secrets())]
