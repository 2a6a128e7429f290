"""The client of a request is read from trusted hops only; the network of those without an account is counted."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from gisportal.client_address import Origin, client_network, network_of, origin_of

PROXY, FRONT, CLIENT = "10.0.0.5", "10.0.0.9", "192.0.2.7"
INSIDE = ("10.0.0.0/8", "fd00::/8")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("::g", "::g"),
    ],
)
def test_a_network_of_ipv6_is_one_caller(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_request_by_a_unix_socket_has_a_caller() -> None:
    assert client_network(RequestFactory().get("/", REMOTE_ADDR="")) == "unix"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        (CLIENT, CLIENT),
        (f"203.0.113.1, {CLIENT}", CLIENT),
        (f"203.0.113.1,198.51.100.2,\t{CLIENT} ", CLIENT),
        (f"{PROXY}, {CLIENT}", CLIENT),
        ("2001:DB8::7", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("192.0.2.7:4711", CLIENT),
        ("::ffff:192.0.2.7", CLIENT),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
def test_a_trusted_proxy_tells_the_client(forwarded: str, client: str) -> None:
    assert origin_of(PROXY, forwarded, proxies=1, trusted=INSIDE) == Origin(client, 1)


@pytest.mark.parametrize(
    "forwarded",
    [
        "",
        ",",
        " ",
        "unknown",
        "_hidden",
        f"{CLIENT},",
        f"{CLIENT}, nobody",
        "192.0.2.7:x",
        "[::1]x",
        "1" * 90,
    ],
)
def test_a_header_without_an_address_at_its_end_names_nobody(forwarded: str) -> None:
    assert origin_of(PROXY, forwarded, proxies=1, trusted=INSIDE) == Origin(PROXY, 0)


@pytest.mark.parametrize("forwarded", [CLIENT, f"{CLIENT}, {FRONT}", ""])
def test_a_peer_that_is_no_proxy_is_the_client(forwarded: str) -> None:
    assert origin_of("198.51.100.2", forwarded, proxies=1, trusted=INSIDE) == Origin("198.51.100.2", 0)


def test_without_proxies_the_peer_is_the_client() -> None:
    assert origin_of(PROXY, CLIENT, proxies=0, trusted=INSIDE) == Origin(PROXY, 0)


def test_two_proxies_tell_the_address_before_the_first() -> None:
    forwarded = f"203.0.113.1, {CLIENT}, {FRONT}"
    assert origin_of(PROXY, forwarded, proxies=2, trusted=INSIDE) == Origin(CLIENT, 2)


def test_who_goes_round_the_first_proxy_forges_nothing() -> None:
    assert origin_of(PROXY, f"203.0.113.1, {CLIENT}", proxies=2, trusted=INSIDE) == Origin(CLIENT, 1)


def test_a_header_shorter_than_the_proxies_stops_at_the_last_one_told() -> None:
    assert origin_of(PROXY, FRONT, proxies=2, trusted=INSIDE) == Origin(FRONT, 1)


def test_a_proxy_of_ipv4_is_recognised_by_its_mapped_address() -> None:
    assert origin_of(f"::ffff:{PROXY}", CLIENT, proxies=1, trusted=INSIDE) == Origin(CLIENT, 1)


@pytest.mark.parametrize("peer", ["", "unix:", "unix:/run/portal.sock"])
def test_a_unix_socket_is_a_proxy_when_it_is_named(peer: str) -> None:
    assert origin_of(peer, CLIENT, proxies=1, trusted=("unix",)) == Origin(CLIENT, 1)


def test_a_unix_socket_that_is_not_named_is_no_proxy() -> None:
    assert origin_of("", CLIENT, proxies=1, trusted=INSIDE) == Origin("", 0)


def test_any_peer_is_a_proxy_where_the_setting_says_so() -> None:
    assert origin_of("198.51.100.2", CLIENT, proxies=1, trusted=("*",)) == Origin(CLIENT, 1)
