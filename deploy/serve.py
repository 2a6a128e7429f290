"""Starts the web server: processes that share an address, each with threads because a request waits for PostgreSQL."""

import os
import resource
import socket
import sys
from importlib import import_module
from multiprocessing import forkserver, get_context
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import multiprocess

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gisportal.server.protocol import sibling_listener

FILES = 16_384
# Imported once, before processes are forked (Python's documentation of ``multiprocessing.set_forkserver_preload``).
PRELOADED = ["gisportal.preloaded"]


class SupervisedProcess(multiprocess.Process):
    """A process whose end is seen at once, even while it is asked whether it lives: it alone holds its pipe.

    Each listens on a socket of its own: on one for all the first process to wake took up to 173 clients of 200.
    """

    def start(self) -> None:
        """Start it, and let go of what is its own."""
        super().start()
        self.child_conn.close()

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, in the process itself.

        It lets go of the pipe whose end tells the fork server that this program was killed; processes end after it.
        """
        if (alive := vars(forkserver)["_forkserver"]._forkserver_alive_fd) is not None:
            os.close(alive)
        super().target([sibling_listener(listener) for listener in sockets or ()])


class SuccessiveProcesses(multiprocess.Multiprocess):
    """Starts each process when the one before serves: together they would answer later than one alone."""

    def init_processes(self) -> None:
        """Start the first one."""
        self._start_one()

    def keep_subprocess_alive(self) -> None:
        """Start again what died, and the next process once all that were started serve."""
        super().keep_subprocess_alive()
        if self.should_exit.is_set() or len(self.processes) == self.processes_num:
            return
        if self.processes[-1].is_ready(self.config.timeout_worker_healthcheck):
            self._start_one()

    def restart_all(self) -> None:
        """Renew each process from a new fork server, which imports the code anew; end the former with its last."""
        former, before = renew_fork_server(), list(self.processes)
        super().restart_all()
        if not any(process in before for process in self.processes):
            former._stop()

    def _start_one(self) -> None:
        process = multiprocess.Process(self.config, self.sockets)
        process.start()
        self.processes.append(process)


def renew_fork_server() -> Any:
    """Fork the next processes from a new server, started with the first of them; return the former one."""
    former, server = vars(forkserver)["_forkserver"], forkserver.ForkServer()
    server.set_forkserver_preload(PRELOADED)
    vars(forkserver)["_forkserver"] = server
    # The module offers the methods of its only server as functions, which ``multiprocessing`` calls.
    for name, value in list(vars(forkserver).items()):
        if getattr(value, "__self__", None) is former:
            vars(forkserver)[name] = getattr(server, name)
    return former


def main() -> None:
    """Serve until a signal: SIGTERM stops after the answers under way, SIGHUP renews the processes one by one."""
    workers = int(os.environ.setdefault("PORTAL_WORKERS", "2"))  # each allows its share of a quota
    multiprocess.Process = SupervisedProcess  # type: ignore[misc]  # uvicorn offers no other way to name them
    renew_fork_server()
    vars(import_module("uvicorn._subprocess"))["spawn"] = get_context("forkserver")
    vars(import_module("uvicorn.main"))["Multiprocess"] = SuccessiveProcesses
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
