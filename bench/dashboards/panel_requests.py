"""The panels of a page asked as its browser asks them: in their order, two at a time."""

from __future__ import annotations

import re
import selectors
import time
from collections.abc import Iterable
from contextlib import ExitStack, closing
from html import unescape

from bench.client import Connection
from bench.server import Server

# As many as the page has under way at once (``dashboards/static/dashboards/reading/panels.js``).
PARALLEL = 2
_PANEL = re.compile(r'<article class="panel [^>]*?data-address="([^"]*)"([^>]*)>', re.DOTALL)


def panels_of(body: bytes) -> dict[str, bool]:
    """Return the addresses of the panels of a page, in order, and whether each has to be asked for."""
    panels = _PANEL.findall(body.decode())
    return {unescape(address): "data-waiting" in rest for address, rest in panels}


def missing_panels(body: bytes) -> list[str]:
    """Return the addresses of the panels that a page has to ask for, in order."""
    return [address for address, is_waiting in panels_of(body).items() if is_waiting]


def arrivals(
    server: Server, addresses: Iterable[str], *, parallel: int = PARALLEL, **headers: str
) -> list[float]:
    """Return when each panel was there, in milliseconds from now, ``parallel`` of them asked at once.

    Raises:
        RuntimeError: an answer that is not a 200, or that tells of a fault.
    """
    waiting, done, begun = list(addresses), list[float](), time.perf_counter()
    with ExitStack() as opened:
        under_way = opened.enter_context(selectors.DefaultSelector())
        for _ in range(min(parallel, len(waiting))):
            client = opened.enter_context(closing(Connection(server.port)))
            client.send(waiting.pop(0), HX_Request="true", **headers)
            under_way.register(client.socket, selectors.EVENT_READ, client)
        while under_way.get_map():
            for key, _event in under_way.select():
                answer = key.data.receive(keep=True)
                done.append((time.perf_counter() - begun) * 1000)
                if answer.status != 200 or b"panel-fault" in answer.body:
                    raise RuntimeError(f"a panel is not there: {answer.status}")
                if waiting:
                    key.data.send(waiting.pop(0), HX_Request="true", **headers)
                else:
                    under_way.unregister(key.fileobj)
    return done
