"""What a process of the server does before its first request and after its last one, whatever signal ends it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gisportal.server import application
from gisportal.server.application import PortalServer

PATIENCE_S = 60.0


def test_a_process_says_that_it_began_or_ended_once_it_has() -> None:
    done: list[str] = []
    incoming = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, Any]:
        return {"type": next(incoming)}

    async def send(message: dict[str, Any]) -> None:
        done.append(message["type"])

    server = PortalServer(
        lambda *_request: [],
        threads=1,
        waiting=1,
        begin=lambda: done.append("begun"),
        prepare=lambda: done.append("prepared"),
        end=lambda: done.append("ended"),
    )
    asyncio.run(server({"type": "lifespan"}, receive, send))
    assert done == ["begun", "lifespan.startup.complete", "prepared", "ended", "lifespan.shutdown.complete"]


def test_a_process_whose_preparation_fails_serves_and_writes_why(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []
    incoming = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, Any]:
        return {"type": next(incoming)}

    async def send(message: dict[str, Any]) -> None:
        done.append(message["type"])

    def prepare() -> None:
        raise ModuleNotFoundError("altair")

    server = PortalServer(lambda *_request: [], threads=1, waiting=1, prepare=prepare)
    asyncio.run(server({"type": "lifespan"}, receive, send))
    assert done == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert "altair" in caplog.text


def test_a_process_is_not_prepared_before_it_is_quiet() -> None:
    """Its thread would take the interpreter from them; one that ends meanwhile ends at once."""
    done: list[str] = []

    async def live() -> None:
        incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        served = asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            done.append(message["type"])
            served.set()

        server = PortalServer(
            lambda *_request: [], threads=1, waiting=1, prepare=lambda: done.append("prepared"), quiet_s=3_600
        )
        incoming.put_nowait({"type": "lifespan.startup"})
        life = asyncio.create_task(server({"type": "lifespan"}, incoming.get, send))
        await served.wait()
        incoming.put_nowait({"type": "lifespan.shutdown"})
        await life

    asyncio.run(live())
    assert done == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_process_that_is_never_quiet_is_prepared_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "LONGEST_DELAY_S", 0.0)
    done: list[str] = []

    async def live() -> None:
        incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        prepared = asyncio.Event()
        loop = asyncio.get_running_loop()

        async def send(message: dict[str, Any]) -> None:
            done.append(message["type"])

        def prepare() -> None:
            done.append("prepared")
            loop.call_soon_threadsafe(prepared.set)

        server = PortalServer(lambda *_request: [], threads=1, waiting=1, prepare=prepare, quiet_s=3_600)
        incoming.put_nowait({"type": "lifespan.startup"})
        life = asyncio.create_task(server({"type": "lifespan"}, incoming.get, send))
        await asyncio.wait_for(prepared.wait(), PATIENCE_S)
        incoming.put_nowait({"type": "lifespan.shutdown"})
        await life

    asyncio.run(live())
    assert done == ["lifespan.startup.complete", "prepared", "lifespan.shutdown.complete"]
