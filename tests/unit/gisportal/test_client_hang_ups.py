<<<<<<< HEAD
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
=======
"""Who hung up is known by what the server tells."""

from __future__ import annotations

from gisportal.hang_ups import peer_of
from interface.http.client_connection import ENVIRON_KEY, ClientConnection


def test_client_that_waits_is_there() -> None:
    has_hung_up = peer_of({ENVIRON_KEY: ClientConnection()})
    assert has_hung_up is not None
    assert not has_hung_up()


def test_client_that_closed_hung_up() -> None:
    client = ClientConnection()
    has_hung_up = peer_of({ENVIRON_KEY: client})
    client.hang_up()
    assert has_hung_up is not None
    assert has_hung_up()
>>>>>>> 45033da82aa5da39d996d3af149dcc3adabdbc4b


def test_server_that_tells_nothing_is_not_watched() -> None:
    assert peer_of({"REMOTE_ADDR": "127.0.0.1"}) is None
