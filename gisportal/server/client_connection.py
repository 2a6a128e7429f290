"""Whether the client of a request is still there: work without a client is not worth finishing."""

from __future__ import annotations

ENVIRON_KEY = "gisportal.client_connection"


class ClientConnection:
    """The client's end of a request: the server writes once that it hung up, any thread reads it."""

    is_gone = False

    def hang_up(self) -> None:
        """Note that the client is gone."""
        self.is_gone = True
