"""Processes that listen at one address: each gets its share of a burst, and a stranger does not get the address."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator

import pytest

from gisportal.server.protocol import sibling_listener

CLIENTS = 200


@pytest.fixture
def bound() -> Iterator[socket.socket]:
    with socket.socket() as parent:
        parent.bind(("127.0.0.1", 0))
        yield parent


def test_a_burst_is_dealt_out_among_listeners(bound: socket.socket) -> None:
    with (
        sibling_listener(bound) as one,
        sibling_listener(bound) as other,
        selectors.DefaultSelector() as ready,
    ):
        taken = {}
        for listener in (one, other):
            listener.listen(CLIENTS)
            ready.register(listener, selectors.EVENT_READ)
            taken[listener] = 0
        for _ in range(CLIENTS):
            with socket.create_connection(bound.getsockname()):
                for key, _event in ready.select(timeout=10):
                    key.fileobj.accept()[0].close()  # type: ignore[union-attr]  # the sockets registered
                    taken[key.fileobj] += 1  # type: ignore[index]
    # Dealt by a hash: less than a quarter for one of two is beyond seven standard deviations.
    assert min(taken.values()) > CLIENTS / 4


def test_another_server_does_not_get_the_address(bound: socket.socket) -> None:
    with sibling_listener(bound) as own, socket.socket() as stranger:
        own.listen()
        with pytest.raises(OSError, match="in use"):
            stranger.bind(bound.getsockname())
