"""Listening sockets of several processes at one address, among which the kernel deals the connections out."""

from __future__ import annotations

import socket


def listener_beside(bound: socket.socket) -> socket.socket:
    """Return another socket bound to the address of ``bound`` (``SO_REUSEPORT``, ``socket(7)``), for one process.

    ``bound`` does not listen and gets no connection; it keeps the address, so that no other server can take it.
    """
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own = socket.socket(bound.family, bound.type)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own.bind(bound.getsockname())
    return own
