"""The address a request comes from, read from trusted hops only, and the network it is counted by.

A proxy appends to ``X-Forwarded-For`` the address it was called from, whatever the client wrote there before. So the
header is read from its right end: the server's own peer is known, and a name that a proxy we trust has written is
believed, one for each proxy. The first address that is no proxy of ours is the client; what stands to its left is only
what that client says. ``gisportal.proxies`` does it once, before everything else, and leaves the client's address in
``REMOTE_ADDR``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import HttpRequest

_IPV6_NETWORK_BITS = 64
# "[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255%zone-of-fifteen]:65535" and some blanks.
_LONGEST = 80
EVERY_PEER, UNIX_SOCKET = "*", "unix"


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a request, and the number of trusted proxies behind it."""

    address: str
    hops: int


def client_address(request: HttpRequest) -> str:
    """Return the address of the client in text; empty when the server has none (a Unix socket)."""
    return str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """Return what requests without an account are counted by: see ``network_of``; never empty."""
    return network_of(client_address(request)) or UNIX_SOCKET


def origin_of(peer: str, forwarded: str, *, proxies: int, trusted: Sequence[str]) -> Origin:
    """Return the client of a request that ``peer`` sent with this ``X-Forwarded-For``.

    At most ``proxies`` addresses are read, from the right, each if its writer is in ``trusted``: networks, ``unix``
    for a Unix socket, ``*`` for any peer. With a header that is too short, or without an address where a proxy
    writes, the origin is the last known proxy, never a client's choice.
    """
    trusted_proxies, origin = tuple(trusted), Origin(_without_port(peer) or "", 0)
    names = forwarded.rsplit(",", proxies)[-proxies:] if proxies and forwarded else []
    for name in reversed(names):
        address = _without_port(name)
        if address is None or not _is_proxy(origin.address, trusted_proxies):
            break
        origin = Origin(address, origin.hops + 1)
    return origin


def is_trusted(peer: str, *, trusted: Sequence[str]) -> bool:
    """Return whether the peer of a request is a proxy of ours."""
    return _is_proxy(_without_port(peer) or "", tuple(trusted))


@lru_cache(maxsize=4096)
def _without_port(text: str) -> str | None:
    """Return an address as Python writes it, a mapped one as IPv4; empty for a Unix socket; None for anything else.

    A port may follow (``192.0.2.7:4711``, ``[2001:db8::7]:4711``), as some proxies write.
    """
    written = text.strip() if len(text) <= _LONGEST else "?"
    if written.startswith("unix:"):
        return ""
    if written.startswith("["):
        written, _bracket, port = written[1:].partition("]")
    elif written.count(":") == 1:
        written, _colon, port = written.partition(":")
    else:
        port = ""
    if port and not port.removeprefix(":").isdecimal():
        return None
    try:
        parsed = ipaddress.ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return str((parsed.ipv4_mapped or parsed) if parsed.version == 6 else parsed)


@lru_cache(maxsize=4096)
def _is_proxy(address: str, trusted: tuple[str, ...]) -> bool:
    if EVERY_PEER in trusted:
        return True
    if not address:
        return UNIX_SOCKET in trusted
    parsed = ipaddress.ip_address(address)
    return any(parsed in ipaddress.ip_network(network) for network in trusted if network != UNIX_SOCKET)


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return an IPv4 address, or the /64 of an IPv6 one: a single machine has all its addresses (RFC 4291 §2.5.4).

    What is no address is returned as it is.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    mapped = parsed.ipv4_mapped
    return str(mapped or ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))
