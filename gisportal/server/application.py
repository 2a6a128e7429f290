"""A WSGI application served as an ASGI one, in a bounded number of threads.

A thread serves a request from its full arrival until its answer is written: slow clients, at either end, cost a
connection and no thread. Probes have threads of their own, since they report whether the others are busy. A request
whose client hung up while it waited is not run.

A request whose body is not read to its end is answered in the form of its address where that helps
(``gisportal.large_bodies``), without its body; else by a line of text.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from gisportal.server.client_connection import ClientConnection
from gisportal.server.request_bodies import (
    REFUSED_BODY,
    Body,
    BodyReader,
    BodyRefused,
    BoundOf,
    ClientGone,
    MaySend,
    Receive,
    Refusal,
    anybody,
    has_body,
    small_everywhere,
)
from gisportal.server.wsgi_bridge import (
    ANSWER_RECORD_KEY,
    Application,
    WsgiAnswer,
    client_address,
    run_application,
    wsgi_environ,
)

if TYPE_CHECKING:
    from gisportal.short_road.requests import PlainRequest
    from gisportal.short_road.road import ShortRoad

Send = Callable[[dict[str, Any]], Awaitable[None]]
_log = logging.getLogger("gisportal.server")
# A client that still sends what nobody reads has this time to take its answer before its connection is closed; so much
# of what it sends is dropped meanwhile, since a flood costs the loop a processor.
LINGER_SECONDS = 2.0
LINGER_BYTES = 1024 * 1024
# A process that is never quiet is prepared beside its requests after so long.
LONGEST_DELAY_S = 30.0
# What is refused by a line of text: the status, and the words.
_REFUSALS = {
    Refusal.TOO_SLOW: (HTTPStatus.REQUEST_TIMEOUT, gettext_noop("La requête arrive trop lentement.")),
    Refusal.NETWORK_FULL: (
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_noop("Trop d’envois arrivent en même temps de votre réseau : réessayez dans un instant."),
    ),
    Refusal.PROCESS_FULL: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("Trop d’envois arrivent en même temps : réessayez dans un instant."),
    ),
}
_RETRY = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})


def _nothing() -> None:
    """Do nothing."""


class PortalServer:
    """The application with its threads.

    ``bound_of`` gives the largest body of an address; ``may_send`` says who may send a large one.
    ``begin`` is called before the first request of the process, ``prepare`` once none came for ``quiet_s`` seconds, or
    beside them after ``LONGEST_DELAY_S``, and ``end`` after the last one, in a thread: uvicorn ends a process by the
    signal that it was sent, which runs nothing of ``atexit``.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        waiting: int,
        may_send: MaySend = anybody,
        bound_of: BoundOf = small_everywhere,
        begin: Callable[[], None] = _nothing,
        prepare: Callable[[], None] = _nothing,
        end: Callable[[], None] = _nothing,
        short_road: ShortRoad | None = None,
        quiet_s: float = 0,
    ) -> None:
        self._application, self._short_road = application, short_road
        self._threads = ThreadPoolExecutor(threads, "request")
        self._probes = ThreadPoolExecutor(2, "probe")
        self._pieces = ThreadPoolExecutor(2, "piece")
        self._bodies = BodyReader(may_send, bound_of=bound_of)
        self._running, self._most = 0, threads + waiting
        self._begin, self._prepare, self._end = begin, prepare, end
        self._quiet_s, self._last_request = quiet_s, 0.0

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request (ASGI 3.0)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            if scope["path"] not in settings.PROBE_PATHS:
                self._last_request = time.monotonic()
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.to_thread(self._begin)
        watch = asyncio.create_task(_end_with_parent(os.getppid()))
        await send({"type": "lifespan.startup.complete"})
        ended = asyncio.Event()
        preparation = asyncio.create_task(self._prepare_in_quiet(ended))
        preparation.add_done_callback(_log_failure)
        await receive()
        watch.cancel()
        ended.set()
        await asyncio.wait([preparation])
        if self._short_road is not None:
            await self._short_road.close()
        await asyncio.to_thread(self._end)
        await send({"type": "lifespan.shutdown.complete"})

    async def _prepare_in_quiet(self, ended: asyncio.Event) -> None:
        """Prepare the process: its thread would take the interpreter from the first requests. Not once it ``ended``."""
        began = self._last_request = time.monotonic()
        while (now := time.monotonic()) < min(self._last_request + self._quiet_s, began + LONGEST_DELAY_S):
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), min(self._quiet_s, began + LONGEST_DELAY_S - now))
                return
        await asyncio.to_thread(self._prepare)

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        record = AccessRecord(scope)
        try:
            if not await self._answer_shortly(record, receive, send):
                await self._read_and_run(record, receive, send)
        finally:
            record.write()

    async def _answer_shortly(self, record: AccessRecord, receive: Receive, send: Send) -> bool:
        """Answer without the application; false where it has to answer."""
        road = self._short_road
        if road is None or (request := road.request_of(record.scope)) is None:
            return False
        record.plain = request
        answer = await road.answer(request, partial(self._work, receive))
        if answer is not None:
            await self._send(record, answer, send, None)
        return answer is not None

    async def _work(self, receive: Receive, call: Callable[[ClientConnection], Any]) -> Any:
        """Run a part of a request in a thread, and say in it whether the client hung up; None where too many wait."""
        if self._running >= self._most:
            return None
        client = ClientConnection()
        watch = asyncio.create_task(self._watch(receive, client))
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, client)
        finally:
            self._running -= 1
            watch.cancel()

    async def _read_and_run(self, record: AccessRecord, receive: Receive, send: Send) -> None:
        body: Body | None = None
        try:
            body = await self._bodies.read(record.scope, receive) if has_body(record.scope) else None
        except ClientGone:
            return
        except BodyRefused as refused:
            await self._refuse_body(record, refused, receive, send)
            return
        try:
            if body is None:
                await self._run(record, BytesIO(), 0, receive, send)
            else:
                await self._run(record, body.file, body.size, receive, send)
        finally:
            if body is not None:
                body.close()

    async def _refuse_body(
        self, record: AccessRecord, refused: BodyRefused, receive: Receive, send: Send
    ) -> None:
        if refused.refusal.is_worded:
            await self._run(record, BytesIO(), 0, receive, send, refused)
            return
        status, words = _REFUSALS[refused.refusal]
        await _refuse(_lingering(send, receive), record, status, gettext(words))

    async def _run(
        self,
        record: AccessRecord,
        body: BinaryIO,
        size: int,
        receive: Receive,
        send: Send,
        refused: BodyRefused | None = None,
    ) -> None:
        if self._running >= self._most:
            words = gettext("Trop de demandes attendent : réessayez dans un instant.")
            await _refuse(send, record, HTTPStatus.SERVICE_UNAVAILABLE, words)
            return
        client = ClientConnection()
        environ = record.environ = wsgi_environ(record.scope, body, size, client)
        if record.plain is not None:
            environ[ANSWER_RECORD_KEY] = record.plain.answer_record
        if refused is not None:
            environ[REFUSED_BODY] = refused
            # To listen would ask for the body (100 Continue), before the answer says that it is not wanted.
            send, receive = _lingering(send, receive), _nothing_more
        watch = asyncio.create_task(self._watch(receive, client))
        self._running += 1
        try:
            answer = await self._call(environ, client)
        finally:
            self._running -= 1
        try:
            if answer is not None and record.plain is not None and self._short_road is not None:
                self._short_road.remember(record.plain, answer)
            if answer is not None and client.is_gone:
                await asyncio.get_running_loop().run_in_executor(self._pieces, answer.close)
            elif answer is not None:
                await self._send(record, answer, send, watch)
        finally:
            watch.cancel()

    async def _call(self, environ: dict[str, Any], client: ClientConnection) -> WsgiAnswer | None:
        """Return the answer, None when the client was gone before its turn came."""
        pool = self._probes if environ["PATH_INFO"] in settings.PROBE_PATHS else self._threads

        def call() -> WsgiAnswer | None:
            return None if client.is_gone else run_application(self._application, environ)

        return await asyncio.get_running_loop().run_in_executor(pool, call)

    @staticmethod
    async def _watch(receive: Receive, client: ClientConnection) -> None:
        """Note that the client hung up. Ends when it does; cancelled after the answer."""
        while (await receive())["type"] != "http.disconnect":
            pass
        client.hang_up()

    async def _send(
        self, record: AccessRecord, answer: WsgiAnswer, send: Send, watch: asyncio.Task[None] | None
    ) -> None:
        record.status = answer.status
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.pieces is None:
            record.sent = len(answer.body)
            await send({"type": "http.response.body", "body": answer.body})
            return
        loop, read = asyncio.get_running_loop(), partial(next, answer.pieces, None)
        following: asyncio.Future[bytes | None] | None = None
        try:
            if record.scope["method"] != "HEAD":
                following = loop.run_in_executor(self._pieces, read)
                while (piece := await following) is not None:
                    following = loop.run_in_executor(self._pieces, read)  # while this one leaves
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    record.sent += len(piece)
                    if watch is not None and watch.done():  # nobody reads any more
                        return
            await send({"type": "http.response.body", "body": b""})
        finally:
            if following is not None:
                await asyncio.wait([following])
            await loop.run_in_executor(self._pieces, answer.close)


def _log_failure(preparation: asyncio.Task[None]) -> None:
    """Write why a preparation failed: the process serves without it, and its first requests are slower."""
    if not preparation.cancelled() and (error := preparation.exception()):
        _log.error("A process serves without its preparation", exc_info=error)


async def _nothing_more() -> dict[str, Any]:
    """Receive nothing, ever."""
    await asyncio.Event().wait()
    return {"type": "http.disconnect"}


async def _drop(receive: Receive) -> None:
    """Drop what a client sends until it hangs up; beyond ``LINGER_BYTES`` take no more, and wait for ever."""
    dropped = 0
    while dropped < LINGER_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        dropped += len(message["body"])
    await asyncio.Event().wait()


def _lingering(send: Send, receive: Receive) -> Send:
    """Return a ``send`` for who still sends a body: what comes is dropped for a while after the answer, then cut.

    A connection closed on what was not read is reset, which may take the answer away (RFC 9112, 9.6).
    """

    async def send_and_linger(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0] != b"connection"]
            await send({**message, "headers": [*headers, (b"connection", b"close")]})
        elif message.get("more_body"):
            await send(message)
        else:
            await send({**message, "more_body": True})
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_SECONDS):
                    await _drop(receive)
            await send({"type": "http.response.body", "body": b""})

    return send_and_linger


async def _refuse(send: Send, record: AccessRecord, status: HTTPStatus, reason: str) -> None:
    """Answer a request that Django never sees, in plain text, since its preferred form is unknown."""
    body = f"{status.value} {status.phrase}: {reason}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if status in _RETRY:
        headers.append((b"retry-after", b"5"))
    record.status, record.sent = status.value, len(body)
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _end_with_parent(parent: int) -> None:
    """End this process when its parent was killed: nothing would renew it, and it would hold the port."""
    while os.getppid() == parent:
        await asyncio.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


LOGGER = logging.getLogger("gisportal.access")


@dataclass(slots=True)
class AccessRecord:
    """What is known of a request when its answer ends."""

    scope: dict[str, Any]
    environ: dict[str, Any] | None = None
    plain: PlainRequest | None = None
    status: int = 499  # the client hung up before it was answered, as nginx writes it
    sent: int = 0
    began: float = field(default_factory=time.perf_counter)

    def write(self) -> None:
        """Write the line, if there is an access log."""
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
