"""The page and its panels as the browser asks them, without a browser: nothing remembered, then everything."""

from __future__ import annotations

import re
import selectors
import time
from collections.abc import Iterable
from contextlib import ExitStack, closing
from html import unescape
from statistics import median

from django.db import connection

from bench.client import Connection
from bench.dashboards import floors
from bench.dashboards.site import COMMUNES, PANELS, SLUG
from bench.floors import Psql
from bench.measures import Figure
from bench.server import Server

PAGE = f"/tableaux-de-bord/{SLUG}/"
TURNS = 5
MOST_RATIO = 1.5
# As many as the page has under way at once (``dashboards/static/dashboards/reading/panels.js``).
TOGETHER = 2
# Pages without a panel to ask for, before all processes are taken to remember them: one in a thousand does not.
_IN_A_ROW = 10
_PANEL = re.compile(r'<article class="panel [^>]*?data-address="([^"]*)"([^>]*)>', re.DOTALL)
# The mark of a bar that tells its count (``dashboards/reading/bar.html``).
_COUNTED = b'id="barre" data-counted'
# A write that changes no row counts as a write: what was remembered of the layer is no longer asked for.
_WRITTEN = "UPDATE bench_million SET nom = nom WHERE false"


def forget() -> None:
    """Let every process of the server compute its answers again, as after a write to the layer."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN)


def panels_of(body: bytes) -> dict[str, bool]:
    """Return the addresses of the panels of a page, in order, and whether each has to be asked for."""
    found = _PANEL.findall(body.decode())
    return {unescape(address): "data-waiting" in rest for address, rest in found}


def opening(server: Server, psql: Psql) -> list[Figure]:
    """Measure the page and its panels after a write, beside bare SQL, then once every process remembers them."""
    bare, cold, warm = [], [], []
    for _turn in range(TURNS):
        bare.append(floors.milliseconds(psql))
        forget()
        cold.append(_opened(server, ""))
        remember(server, "")
        warm.append(_opened(server, ""))
    first, last = median(turn[0] for turn in cold), median(turn[-1] for turn in cold)
    again, ratio = median(turn[-1] for turn in warm), last / median(bare)
    return [
        Figure("Panels, cold: the first", "≤ 500 ms", _told([turn[0] for turn in cold]), first <= 500),
        Figure(f"Panels, cold: all {PANELS}", "≤ 2 s", _told([turn[-1] for turn in cold]), last <= 2_000),
        Figure(
            f"Panels, cold: all {PANELS}, beside the same questions by hand",
            f"≤ {MOST_RATIO} × bare SQL",
            f"{ratio:.2f} × (bare SQL {median(bare):.0f} ms, one after the other)",
            ratio <= MOST_RATIO,
        ),
        Figure(f"Panels, warm: all {PANELS}", "≤ 300 ms", _told([turn[-1] for turn in warm]), again <= 300),
    ]


def communes(server: Server) -> list[Figure]:
    """Measure every panel asked again for another commune, remembered and not."""
    forget()
    cold = [asked(server, _under(server, f"commune={code}"))[-1] for code in COMMUNES]
    for code in COMMUNES:
        remember(server, f"commune={code}")
    warm = [asked(server, _under(server, f"commune={code}"))[-1] for code in COMMUNES]
    return [
        Figure("Another commune, cold", "", _told(cold)),
        Figure("Another commune, warm", "≤ 500 ms", _told(warm), median(warm) <= 500),
    ]


def asked(server: Server, addresses: Iterable[str], *, together: int = TOGETHER) -> list[float]:
    """Return when each panel was there, in milliseconds from now, ``together`` of them asked at once.

    Raises:
        RuntimeError: an answer that is not a 200, or that tells of a fault.
    """
    waiting, done, begun = list(addresses), list[float](), time.perf_counter()
    with ExitStack() as opened:
        under_way = opened.enter_context(selectors.DefaultSelector())
        for _ in range(min(together, len(waiting))):
            client = opened.enter_context(closing(Connection(server.port)))
            client.send(waiting.pop(0), HX_Request="true")
            under_way.register(client.socket, selectors.EVENT_READ, client)
        while under_way.get_map():
            for key, _event in under_way.select():
                answer = key.data.receive(keep=True)
                done.append((time.perf_counter() - begun) * 1000)
                if answer.status != 200 or b"panel-fault" in answer.body:
                    raise RuntimeError(f"a panel is not there: {answer.status}")
                if waiting:
                    key.data.send(waiting.pop(0), HX_Request="true")
                else:
                    under_way.unregister(key.fileobj)
    return done


def remember(server: Server, query: str) -> None:
    """Let every process of the server meet every panel and the count of the bar.

    Pages are opened over new connections until many in a row hold everything.
    """
    in_a_row = 0
    while in_a_row < _IN_A_ROW:
        waiting = missing_of(_page(server, query), query)
        asked(server, waiting, together=6)
        in_a_row = 0 if waiting else in_a_row + 1


def missing_of(body: bytes, query: str) -> list[str]:
    """Return the addresses of what a page under a query has to ask for: panels, and the count of its bar."""
    missing = [address for address, is_waiting in panels_of(body).items() if is_waiting]
    return missing if _COUNTED in body else [*missing, address_of(f"{PAGE}filtres/", query)]


def address_of(path: str, query: str) -> str:
    """Return an address under filters."""
    return f"{path}?{query}" if query else path


def _page(server: Server, query: str) -> bytes:
    with closing(Connection(server.port)) as client:
        return client.get(address_of(PAGE, query), keep=True).body


def _opened_page(server: Server, query: str) -> dict[str, bool]:
    return panels_of(_page(server, query))


def _opened(server: Server, query: str) -> list[float]:
    """Return when each panel was there, from the moment the page is asked for."""
    begun = time.perf_counter()
    found = _opened_page(server, query)
    if len(found) != PANELS:
        raise RuntimeError(f"the page has {len(found)} panels")
    page = (time.perf_counter() - begun) * 1000
    there = [page] * sum(not is_waiting for is_waiting in found.values())
    return [
        *there,
        *(page + each for each in asked(server, [name for name, waits in found.items() if waits])),
    ]


def _under(server: Server, query: str) -> list[str]:
    return list(_opened_page(server, query))


def _told(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.0f} ms (best {min(milliseconds):.0f}, worst {max(milliseconds):.0f})"
