"""Keys that customer tokens are signed with, and what is wrong with others."""

from __future__ import annotations

from typing import Any

from jwt.algorithms import HMACAlgorithm
from jwt.exceptions import InvalidKeyError

MINIMUM_KEY_BYTES = 32


def key_fault(key: Any) -> str | None:
    """Why no token may be signed with this key; None: it may."""
    if not isinstance(key, str | bytes):
        return "is neither text nor bytes"
    try:
        length = len(HMACAlgorithm(HMACAlgorithm.SHA256).prepare_key(key))
    except UnicodeEncodeError:
        return "holds what UTF-8 cannot write"
    # What everybody may read signs nothing.
    except InvalidKeyError:
        return "is a key pair's or a certificate, not a secret"
    return f"is shorter than {MINIMUM_KEY_BYTES} bytes" if length < MINIMUM_KEY_BYTES else None
