"""Which client asks, by address, where proxies may stand in front."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from origination import conf

# Some proxies write the client's port as well.
WITH_PORT = re.compile(r"([0-9.]+):[0-9]+|\[([0-9a-f:.]+)\](?::[0-9]+)?", re.ASCII | re.IGNORECASE)


def client_of(request: Any) -> str:
    """What a client's attempts are counted by: its IPv4 address, or the /64 of its IPv6 address.

    Where the proxies named none, it is the address that the server saw: the last proxy's, which all
    clients then share, or an empty one behind a Unix socket.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    return _client(_forwarded(request)) or _client(seen) or seen


def _forwarded(request: Any) -> str:
    """What the outermost of the ``TRUSTED_PROXIES`` saw; empty where there is no such entry.

    Each proxy appends the address it saw, so whatever stands further left is the client's own word.
    """
    proxies = conf.trusted_proxies()
    if proxies < 1:
        return ""
    entries = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", proxies)
    return entries[-proxies].strip() if len(entries) >= proxies else ""


def _client(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(_without_port(text))
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    # Whoever has one IPv6 address has all of its network.
    return str(ipaddress.IPv6Network((int(address), 64), strict=False))


def _without_port(text: str) -> str:
    match = WITH_PORT.fullmatch(text)
    return match[1] or match[2] if match else text
