"""What a process of the server does before its first request and after its last one, whatever signal ends it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gisportal.server.application import PortalServer


def test_a_process_says_that_it_began_or_ended_once_it_has() -> None:
    done: list[str] = []
    asked = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, Any]:
        return {"type": next(asked)}

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
    asked = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, Any]:
        return {"type": next(asked)}

    async def send(message: dict[str, Any]) -> None:
        done.append(message["type"])

    def prepare() -> None:
        raise ModuleNotFoundError("altair")

    server = PortalServer(lambda *_request: [], threads=1, waiting=1, prepare=prepare)
    asyncio.run(server({"type": "lifespan"}, receive, send))
    assert done == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert "altair" in caplog.text
