"""A worker that restarts: procrastinate's, begun again whenever PostgreSQL leaves it, until it is stopped.

Procrastinate ends with the connection that it listens on. Here the connection is tried again for ever, at intervals
that grow to a few seconds. The jobs of a dead worker are put back in the queue at once when it died on this machine
(its place is free: see ``WorkerSlot``), and after ``WORKER_SILENT_S`` without a heartbeat when it died elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
from django.conf import settings
from django.utils import timezone
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.middleware import AsyncCallNext
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.tasks import configure_task
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool

logger = logging.getLogger(__name__)

# The task that removes from the disk what killed processes left (``gisportal.jobs``): also done at the start.
CLEANING = "portal.clean_remains"
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 5.0
_CONNECTION_WAIT_S = 3.0
_AWAY = (ConnectorException, psycopg.Error, OSError)


class WorkerSlot:
    """A file of this machine that a living worker holds locked. It names its worker; its date is that of a heartbeat.

    The lock ends with its process, however it ends: what is written in a free place is the number of a dead worker.
    """

    def __init__(self, file: IO[str]) -> None:
        self.path, self._file = Path(file.name), file
        self._is_silent = False

    @property
    def worker_id(self) -> int | None:
        """The worker that is written here: the one before, until ``hold``."""
        self._file.seek(0)
        text = self._file.read().strip()
        return int(text) if text.isdecimal() else None

    def hold(self, worker_id: int) -> None:
        """Write which worker is here, with its heartbeat; without room on the disk the worker still runs its jobs."""
        descriptor = self._file.fileno()
        try:
            if self.worker_id != worker_id:
                os.ftruncate(descriptor, 0)
                os.write(descriptor, f"{worker_id}\n".encode())  # not buffered: what fails is not tried again
            os.utime(descriptor)
            self._is_silent = False
        except OSError as error:
            if not self._is_silent:
                logger.error("The worker does not show that it lives: %s", error)
            self._is_silent = True

    def leave(self) -> None:
        """Remove the worker: it ended as it should."""
        self._file.seek(0)
        self._file.truncate()


@contextlib.contextmanager
def first_free_slot(folder: Path) -> Iterator[WorkerSlot]:
    """Take the first place of this machine that no living worker holds, for as long as the block lasts."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 1
    while True:
        with (folder / f"{socket.gethostname()}-{number}").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                number += 1
                continue
            yield WorkerSlot(file)
            return


class PersistentWorker:
    """Runs procrastinate's worker again and again. ``parameters`` are those of a connection to its database."""

    def __init__(self, app: App, parameters: Callable[[], dict[str, Any]], slot: WorkerSlot) -> None:
        self._app, self._parameters, self._slot = app, parameters, slot
        self._stopping = asyncio.Event()
        self._delay = FIRST_DELAY_S

    def stop(self) -> None:
        """End after the jobs that are under way."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until ``stop``."""
        while not self._stopping.is_set():
            try:
                await self._work()
            except _AWAY as error:
                self._tell(error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._delay)
            self._delay = min(LONGEST_DELAY_S, self._delay * 2)

    def _tell(self, error: BaseException) -> None:
        cause = str(error.__cause__ or error).strip().partition("\n")[0]
        logger.warning("The database does not answer the worker (%s): again in %.1f s", cause, self._delay)

    async def _work(self) -> None:
        """Work until ``stop``, or until the connection is lost.

        Raises:
            ConnectorException, psycopg.Error, OSError: the database is away.
        """
        async with self._connected() as app:
            await self._bury(self._slot.worker_id)
            with contextlib.suppress(AlreadyEnqueued):
                cleaning = configure_task(name=CLEANING, job_manager=app.job_manager, queueing_lock=CLEANING)
                await cleaning.defer_async(timestamp=0)
            options = app.worker_defaults | {"worker_middleware": [self._begin]}
            worker = Worker(app, install_signal_handlers=False, **options)
            watch = asyncio.create_task(self._watch(worker))
            try:
                await worker.run()  # type: ignore[no-untyped-call]  # procrastinate's
                self._slot.leave()
            finally:
                watch.cancel()

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[App]:
        parameters = self._parameters()
        # One attempt, one line in the log: the pool would make many, and a warning of each.
        await (await psycopg.AsyncConnection.connect(**parameters)).close()
        pool = AsyncConnectionPool(
            kwargs=parameters,
            min_size=1,
            max_size=2 + int(settings.PROCRASTINATE_WORKER_DEFAULTS["concurrency"]),
            timeout=_CONNECTION_WAIT_S,
            reconnect_timeout=_CONNECTION_WAIT_S,
            open=False,
            check=AsyncConnectionPool.check_connection,
        )
        try:
            await pool.open(wait=True, timeout=_CONNECTION_WAIT_S)
            connector = PsycopgConnector()
            await connector.open_async(pool)
            with self._app.replace_connector(connector) as app:
                yield app
        finally:
            await pool.close()

    async def _watch(self, worker: Worker) -> None:
        """Stop the worker when requested; meanwhile write heartbeats, and look for the jobs of dead ones."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), settings.WORKER_HEARTBEAT_S)
                break
            with contextlib.suppress(*_AWAY):  # the worker itself ends when the database is away
                await self._beat(worker)
        worker.stop()  # type: ignore[no-untyped-call]  # procrastinate's

    async def _begin(self, run: AsyncCallNext, _context: JobContext, worker: Worker) -> Any:
        """Write who begins a job, before it can be killed with it."""
        self._hold(worker)
        return await run()

    async def _beat(self, worker: Worker) -> None:
        await retry_stalled(self._app)
        self._delay = FIRST_DELAY_S
        self._hold(worker)

    def _hold(self, worker: Worker) -> None:
        if worker.worker_id is not None:
            self._slot.hold(worker.worker_id)

    async def _bury(self, worker_id: int | None) -> None:
        """Remove the dead worker of this place from the table, and put its jobs back in the queue."""
        if worker_id is not None:
            await self._app.job_manager.unregister_worker(worker_id)
        await retry_stalled(self._app)


async def retry_stalled(app: App) -> None:
    """Put back in the queue what dead workers had begun: every task of the portal can be run again.

    Where the next job of the same queueing lock waits already, the one that was begun ends instead (``aborted``): the
    queue holds one of them at a time, and a worker that put it back would find its database away for ever.
    """
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_SILENT_S):
        try:
            await manager.retry_job(job, retry_at=timezone.now())
        except UniqueViolation:
            await manager.finish_job(job, Status.ABORTED, delete_job=False)
