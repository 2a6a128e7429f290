"""Who hung up is known by the portal's server, or by the kernel's table of connections."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from gisportal.hang_ups import is_established, peer_of
from interface.http.client_connection import ENVIRON_KEY, ClientConnection

Ends = tuple[socket.socket, socket.socket]


@pytest.fixture(params=[("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)], ids=["IPv4", "IPv6"])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    """Both ends of a connection on loopback: the server's, then the client's."""
    address, family = request.param
    with closing(socket.socket(family)) as listening:
        listening.bind((address, 0))
        listening.listen()
        with closing(socket.create_connection(listening.getsockname()[:2])) as client:
            server, _peer = listening.accept()
            with closing(server):
                yield server, client


def environment(client: socket.socket) -> dict[str, object]:
    """Return what a WSGI server says of its client."""
    address, port = client.getsockname()[:2]
    return {"REMOTE_ADDR": address, "REMOTE_PORT": str(port)}


def test_server_of_the_portal_tells_who_hung_up() -> None:
    client = ClientConnection()
    has_hung_up = peer_of({ENVIRON_KEY: client})
    assert has_hung_up is not None
    before = has_hung_up()
    client.hang_up()
    assert (before, has_hung_up()) == (False, True)


def test_table_of_connections_knows_who_waits(ends: Ends) -> None:
    assert is_established(*ends[1].getsockname()[:2])


def test_table_of_connections_tells_who_closed(ends: Ends) -> None:
    has_hung_up = peer_of(environment(ends[1]))
    assert has_hung_up is not None
    before = has_hung_up()
    ends[1].close()
    assert (before, has_hung_up()) == (False, True)


def test_address_of_a_proxys_header_never_hung_up() -> None:
    has_hung_up = peer_of({"REMOTE_ADDR": "192.0.2.7", "REMOTE_PORT": "9"})
    assert has_hung_up is not None
    assert not has_hung_up()


def test_server_that_tells_nothing_is_not_watched() -> None:
    assert peer_of({"REMOTE_ADDR": "127.0.0.1"}) is None
