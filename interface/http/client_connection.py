"""Whether the client of a request is still there: work that nobody waits for any more is not worth finishing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest

ENVIRON_KEY = "gisportal.client_connection"


class ClientConnection:
    """The client's end of a request. Threads read it; the server says once that the client hung up."""

    def __init__(self) -> None:
        self.is_gone = False
        self._lock = Lock()
        self._callbacks: dict[object, Callable[[], None]] = {}

    def on_gone(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have ``callback`` called, in another thread, when the client hangs up; return what withdraws it.

        It is called at once, in this thread, when the client is gone already.
        """
        key = object()
        with self._lock:
            if not self.is_gone:
                self._callbacks[key] = callback
                return lambda: self._withdraw(key)
        callback()
        return lambda: None

    def hang_up(self) -> None:
        """Note that the client is gone, and call what asked for it. Called by the server, in a thread of its own."""
        with self._lock:
            self.is_gone = True
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    def _withdraw(self, key: object) -> None:
        with self._lock:
            self._callbacks.pop(key, None)


def client_connection(request: HttpRequest) -> ClientConnection:
    """Return the client's end of a request; of one that came by another way (a test), one that stays."""
    connection = request.META.get(ENVIRON_KEY)
    return connection if isinstance(connection, ClientConnection) else ClientConnection()
