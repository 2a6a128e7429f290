"""A WSGI application served as an ASGI one, in a bounded number of threads.

A thread is given to a request when it has arrived whole, and taken back when the answer is there: slow clients, at
either end, cost a connection and no thread. Probes have threads of their own, since they tell whether the others are
busy. A request whose client hung up while it waited is not run.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any, BinaryIO

from django.conf import settings

from gisportal.probes import PROBES
from gisportal.server.access_log import AccessRecord
from gisportal.server.environ import wsgi_environ
from gisportal.server.request_bodies import BodyReader, BodyRefused, ClientGone, Receive, has_body
from gisportal.server.responses import Application, WsgiAnswer, run_application
from interface.http.client_connection import ClientConnection

Send = Callable[[dict[str, Any]], Awaitable[None]]
_log = logging.getLogger("gisportal.server")


def _nothing() -> None:
    """Do nothing."""


class PortalServer:
    """The application with its threads.

    ``begin`` is called before the first request of the process and ``end`` after the last one, in a thread: uvicorn
    ends a process by the signal that it was sent, which runs nothing of ``atexit``.
    """

    def __init__(
        self,
        application: Application,
        *,
        threads: int,
        waiting: int,
        begin: Callable[[], None] = _nothing,
        end: Callable[[], None] = _nothing,
    ) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "request")
        self._probes = ThreadPoolExecutor(2, "probe")
        self._pieces = ThreadPoolExecutor(2, "piece")
        self._bodies = BodyReader(room=2 * settings.UPLOAD_BODY_MAX_BYTES)
        self._running, self._most = 0, threads + waiting
        self._begin, self._end = begin, end

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request (ASGI 3.0)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await asyncio.to_thread(self._begin)
        watch = asyncio.create_task(_end_with_parent(os.getppid()))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        watch.cancel()
        await asyncio.to_thread(self._end)
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        record = AccessRecord(scope)
        try:
            body, size = await self._bodies.read(scope, receive) if has_body(scope) else (BytesIO(), 0)
        except ClientGone:
            record.write()
            return
        except BodyRefused as refusal:
            await _refuse(send, record, refusal.status, refusal.reason)
            return
        try:
            await self._run(record, body, size, receive, send)
        finally:
            body.close()
            record.write()

    async def _run(
        self, record: AccessRecord, body: BinaryIO, size: int, receive: Receive, send: Send
    ) -> None:
        if self._running >= self._most:
            await _refuse(send, record, HTTPStatus.SERVICE_UNAVAILABLE, "Too many requests wait.")
            return
        client = ClientConnection()
        environ = record.environ = wsgi_environ(record.scope, body, size, client)
        watch = asyncio.create_task(self._watch(receive, client))
        self._running += 1
        try:
            answer = await self._call(environ, client)
        finally:
            self._running -= 1
        try:
            if answer is not None and client.is_gone:
                await asyncio.get_running_loop().run_in_executor(self._pieces, answer.close)
            elif answer is not None:
                await self._send(record, answer, send, watch)
        finally:
            watch.cancel()

    async def _call(self, environ: dict[str, Any], client: ClientConnection) -> WsgiAnswer | None:
        """Return the answer, None when the client was gone before its turn came."""
        pool = self._probes if environ["PATH_INFO"] in PROBES else self._threads

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
        self, record: AccessRecord, answer: WsgiAnswer, send: Send, watch: asyncio.Task[None]
    ) -> None:
        record.status = answer.status
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        if answer.pieces is None:
            record.sent = len(answer.body)
            await send({"type": "http.response.body", "body": answer.body})
            return
        loop, pieces = asyncio.get_running_loop(), answer.pieces
        try:
            if record.scope["method"] != "HEAD":
                while (piece := await loop.run_in_executor(self._pieces, next, pieces, None)) is not None:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    record.sent += len(piece)
                    if watch.done():  # nobody reads any more
                        return
            await send({"type": "http.response.body", "body": b""})
        finally:
            await loop.run_in_executor(self._pieces, answer.close)


async def _refuse(send: Send, record: AccessRecord, status: HTTPStatus, reason: str) -> None:
    """Answer a request that Django never sees: nobody knows yet in which form it would like it."""
    body = f"{status.value} {status.phrase}: {reason}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"5"))
    record.status, record.sent = status.value, len(body)
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _end_with_parent(parent: int) -> None:
    """End this process when the one that started it was killed: nobody would renew it, and it would keep the port."""
    while os.getppid() == parent:
        await asyncio.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
