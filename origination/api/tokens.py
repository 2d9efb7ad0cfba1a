"""Customer tokens: HS256, ``{"aud": ["customer-v1"], "sub": 40, "exp": …}``, nothing else.

simplejwt's settings are the host's, global and frozen at import; none of them is used here.
"""

from __future__ import annotations

from typing import Any

import jwt
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import aware_utcnow

from origination import conf

ALGORITHM = "HS256"
DATES = ("exp", "nbf", "iat")
# PyJWT wants a string subject; the published tokens hold an integer, checked where they are used.
DECODE_OPTIONS: Any = {"require": ["exp", "aud", "sub"], "verify_sub": False}


class CustomerTokenBackend(TokenBackend):
    """Signs with the signing key, accepts every verifying key."""

    def __init__(self) -> None:
        key: Any = conf.jwt_signing_key()
        super().__init__(ALGORITHM, key, audience=conf.jwt_audience())

    def encode(self, payload: dict[str, Any]) -> str:
        return jwt.encode(payload, self.signing_key or "", algorithm=ALGORITHM)

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        for key in conf.jwt_verifying_keys():
            try:
                return self._decode(token, key)
            except jwt.InvalidSignatureError:
                continue
        raise TokenBackendError("invalid token")

    def _decode(self, token: Any, key: str | bytes) -> dict[str, Any]:
        try:
            claims = jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=self.audience, options=DECODE_OPTIONS
            )
        except jwt.InvalidSignatureError:
            raise
        # A header of nested brackets or an absurd number is only a bad token.
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError) as e:
            raise TokenBackendError("invalid token") from e
        # PyJWT reads a date from text as well, in any script.
        if any(type(claims.get(name, 0)) not in (int, float) for name in DATES):
            raise TokenBackendError("invalid token")
        return claims


class CustomerToken(Token):
    """A token of exactly audience, subject and expiry; no ``jti``, no ``token_type``."""

    token_type = "customer"

    def __init__(self, token: Any = None, verify: bool = True) -> None:
        self.token = token
        self.current_time = aware_utcnow()
        self.lifetime = conf.jwt_lifetime()
        self.payload: dict[str, Any] = {}
        if token is not None:
            self.payload = self._decoded(token)

    def _decoded(self, token: Any) -> dict[str, Any]:
        try:
            return self.get_token_backend().decode(token)
        except TokenBackendError as e:
            raise TokenError("invalid token") from e

    def get_token_backend(self) -> TokenBackend:
        return CustomerTokenBackend()

    @classmethod
    def for_user(cls, user: Any) -> CustomerToken:
        token = cls()
        token["aud"] = [conf.jwt_audience()]
        token["sub"] = user.pk
        token.set_exp()
        return token


def issue_token(user: Any) -> str:
    """A token for this user, valid for ``JWT_LIFETIME``."""
    return str(CustomerToken.for_user(user))
