"""One line a request, with the true address of its client and without its query: it may hold a token."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gisportal.server.environ import client_address

LOGGER = logging.getLogger("gisportal.access")


@dataclass(slots=True)
class AccessRecord:
    """What is known of a request when its answer ends."""

    scope: dict[str, Any]
    environ: dict[str, Any] | None = None
    status: int = 499  # the client hung up before it was answered, as nginx writes it
    sent: int = 0
    began: float = field(default_factory=time.perf_counter)

    def write(self) -> None:
        """Write the line, where an access log is kept."""
        if not LOGGER.isEnabledFor(logging.INFO):
            return
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        path = self.scope["raw_path"].decode("latin-1")
        request = f"{self.scope['method']} {path} HTTP/{self.scope['http_version']}"
        elapsed = (time.perf_counter() - self.began) * 1000
        LOGGER.info(
            '%s [%s] "%s" %d %d %.0fms', self._address(), now, request, self.status, self.sent, elapsed
        )

    def _address(self) -> str:
        """Return the client: the first middleware has written it; what was refused before it is read here."""
        if self.environ is not None:
            return self.environ["REMOTE_ADDR"] or "unix"
        return client_address(self.scope) or "unix"
