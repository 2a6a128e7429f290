"""The address a request comes from, and the network it is counted by."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

_IPV6_NETWORK_BITS = 64


def client_address(request: HttpRequest) -> str:
    """Return the address of the client in text; empty when the server tells none (a Unix socket)."""
    return str(request.META.get("REMOTE_ADDR", ""))


def client_network(request: HttpRequest) -> str:
    """Return what requests without an account are counted by: see ``network_of``."""
    return network_of(client_address(request))


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
