"""What a process of the server does before its first request and after its last one, whatever signal ends it."""

from __future__ import annotations

import asyncio
from typing import Any

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
        end=lambda: done.append("ended"),
    )
    asyncio.run(server({"type": "lifespan"}, receive, send))
    assert done == ["begun", "lifespan.startup.complete", "ended", "lifespan.shutdown.complete"]
