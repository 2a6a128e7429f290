"""Who hung up is known by what the server tells."""

from __future__ import annotations

from gisportal.query_limits import disconnect_check
from gisportal.server.client_connection import ENVIRON_KEY, ClientConnection


def test_client_that_waits_is_there() -> None:
    has_hung_up = disconnect_check({ENVIRON_KEY: ClientConnection()})
    assert has_hung_up is not None
    assert not has_hung_up()


def test_client_that_closed_hung_up() -> None:
    client = ClientConnection()
    has_hung_up = disconnect_check({ENVIRON_KEY: client})
    client.hang_up()
    assert has_hung_up is not None
    assert has_hung_up()


def test_server_that_tells_nothing_is_not_watched() -> None:
    assert disconnect_check({"REMOTE_ADDR": "127.0.0.1"}) is None
