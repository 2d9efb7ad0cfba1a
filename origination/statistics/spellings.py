"""IP addresses and the ways in which they are written."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import combinations

MAPPED = IPv6Address("::ffff:0:0")
GROUPS = 8
ZEROS = {"0", "0000"}


def plain(text: str) -> str:
    """An address in its normal form; an IPv4 address that is mapped into IPv6 is that address.

    Raises ValueError for what is no address, and for one with a zone: that is of one machine.
    """
    address = ip_address(text)
    if getattr(address, "scope_id", None):
        raise ValueError(f"an address with a zone: {text[:64]!r}")
    return str(getattr(address, "ipv4_mapped", None) or address)


def forms(address: str) -> list[str]:
    """The addresses that are this one to us and two to a database: as it is, and mapped."""
    parsed = ip_address(address)
    return [address, str(_mapped(parsed))] if isinstance(parsed, IPv4Address) else [address]


def spellings(address: str) -> list[str]:
    """The texts, in lower case, by which people and programs write an address.

    Zeros that lead are written in every group or in none.
    """
    parsed = ip_address(address)
    written = set(_of_ipv6(_mapped(parsed) if isinstance(parsed, IPv4Address) else parsed))
    # PostgreSQL's own text of an inet.
    with_length = {f"{text}/{IPv6Address(0).max_prefixlen}" for text in written}
    if isinstance(parsed, IPv4Address):
        written |= {str(parsed), f"{parsed}/{parsed.max_prefixlen}"}
    return sorted(written | with_length)


def _mapped(address: IPv4Address) -> IPv6Address:
    return IPv6Address(int(MAPPED) + int(address))


def _of_ipv6(address: IPv6Address) -> Iterator[str]:
    # Not ``exploded``, which ends in dots for a mapped address since Python 3.13.
    full = address.packed.hex(":", 2).split(":")
    short = [group.lstrip("0") or "0" for group in full]
    tail = str(IPv4Address(int(address) & 0xFFFFFFFF))
    for groups in (full, short):
        yield from _shortened(groups)
        yield from _shortened([*groups[: GROUPS - 2], tail])


def _shortened(groups: list[str]) -> Iterator[str]:
    """The groups as they are, and with each stretch of zeros as ``::``."""
    yield ":".join(groups)
    for first, last in combinations(range(len(groups) + 1), 2):
        if ZEROS.issuperset(groups[first:last]):
            yield f"{':'.join(groups[:first])}::{':'.join(groups[last:])}"
