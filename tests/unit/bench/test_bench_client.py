"""The benchmark's client knows where an answer ends, however it comes: a wrong end is a wrong time."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bench.client import Connection

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def ends() -> Iterator[tuple[Connection, socket.socket]]:
    """A connection and its other end, where a server would be."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = Connection(listening.getsockname()[1])
        server, _address = listening.accept()
        with server:
            yield client, server
        client.close()


def test_an_answer_in_chunks_ends_at_the_last_one(ends: tuple[Connection, socket.socket]) -> None:
    client, server = ends
    server.sendall(CHUNKED + b"5\r\nabcde\r\n0\r\n\r\n")
    assert client.receive().size == len(b"5\r\nabcde\r\n0\r\n\r\n")


def test_an_answer_of_no_chunk_but_the_last_ends(ends: tuple[Connection, socket.socket]) -> None:
    client, server = ends
    server.sendall(CHUNKED + b"0\r\n\r\n")
    assert client.receive().size == len(b"0\r\n\r\n")


@pytest.mark.parametrize("cut", range(len(CHUNKED), len(CHUNKED) + 14))
def test_chunks_may_come_in_any_pieces(ends: tuple[Connection, socket.socket], cut: int) -> None:
    client, server = ends
    whole = CHUNKED + b"5\r\nabcde\r\n0\r\n\r\n"
    server.sendall(whole[:cut])
    server.sendall(whole[cut:])
    assert client.receive().status == 200


def test_an_answer_cut_in_its_chunks_is_refused(ends: tuple[Connection, socket.socket]) -> None:
    client, server = ends
    server.sendall(CHUNKED + b"5\r\nab")
    server.shutdown(socket.SHUT_WR)
    with pytest.raises(ConnectionError):
        client.receive()


def test_an_answer_that_says_its_length_is_kept_whole(ends: tuple[Connection, socket.socket]) -> None:
    client, server = ends
    server.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde")
    assert client.receive(keep=True).body == b"abcde"
