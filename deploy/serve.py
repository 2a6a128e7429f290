"""Starts the web server: processes that share an address, each with threads because a request waits for PostgreSQL."""

import os
import resource
import socket
import sys
from pathlib import Path

import uvicorn
from uvicorn.supervisors import multiprocess

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gisportal.server.protocol import sibling_listener

FILES = 16_384


class SupervisedProcess(multiprocess.Process):
    """A process whose end is seen at once, even while it is asked whether it lives: it alone holds its pipe.

    Each listens on a socket of its own: on one for all the first process to wake took up to 173 clients of 200.
    """

    def start(self) -> None:
        """Start it, and let go of what is its own."""
        super().start()
        self.child_conn.close()

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, in the process itself."""
        super().target([sibling_listener(listener) for listener in sockets or ()])


def main() -> None:
    """Serve until a signal: SIGTERM stops after the answers under way, SIGHUP renews the processes one by one."""
    workers = int(os.environ.setdefault("PORTAL_WORKERS", "2"))  # each allows its share of a quota
    multiprocess.Process = SupervisedProcess  # type: ignore[misc]  # uvicorn offers no other way to name it
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard) if hard > 0 else FILES, hard))
    uvicorn.run(
        "gisportal.asgi:application",
        host=os.environ.get("PORTAL_BIND", "127.0.0.1"),
        port=int(os.environ.get("PORTAL_PORT", "8000")),
        workers=workers,
        http="gisportal.server.protocol:BoundedProtocol",
        loop="asyncio",
        ws="none",
        interface="asgi3",
        lifespan="on",
        proxy_headers=False,  # read by gisportal.proxies, from trusted hops
        server_header=False,
        access_log=False,  # written by gisportal.server.application
        log_config=None,
        backlog=2_048,
        limit_concurrency=3_000,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=15,
        timeout_worker_healthcheck=60,
    )


if __name__ == "__main__":
    main()
