"""Fifty people who open the dashboard at the same moment, each under filters of their own."""

from __future__ import annotations

import selectors
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import cycle, islice
from statistics import median

from bench.client import Connection
from bench.dashboards.panels import PAGE, address_of, forget, missing_of, remember
from bench.dashboards.site import COMMUNES
from bench.figures import Figure
from bench.server import Server

READERS = 50
_QUERIES = ("", *(f"commune={code}" for code in COMMUNES), *(f"categorie={code}" for code in "ABC"))


@dataclass(slots=True)
class DashboardReader:
    """Somebody in front of the page: what they still have to ask, when they began and when they had everything."""

    query: str
    client: Connection
    begun: float
    left: list[str] = field(default_factory=list)
    has_page: bool = False
    asked: float = 0.0
    done: float = 0.0

    def ask(self, path: str) -> None:
        """Ask for the page, or for a part of it as htmx does."""
        self.asked = time.perf_counter()
        self.client.send(path, **({"HX_Request": "true"} if self.has_page else {}))


@dataclass(frozen=True, slots=True)
class Felt:
    """What readers felt, in milliseconds: of each answer, and until the whole page was there."""

    answers: list[float]
    pages: list[float]


def fifty(server: Server) -> list[Figure]:
    """Measure fifty readers of pages that were read before, then of one page that nobody read since a write."""
    for query in _QUERIES:
        remember(server, query)
    felt = read(server, list(islice(cycle(_QUERIES), READERS)))
    forget()
    first = read(server, [""] * READERS)
    p95 = percentile(felt.pages, 0.95)
    return [
        Figure(
            f"{READERS} readers at once: the page with every panel, p95",
            "≤ 1 s",
            _told(felt.pages),
            p95 <= 1_000,
        ),
        Figure(f"{READERS} readers at once: an answer", "", _told(felt.answers)),
        Figure(
            f"{READERS} readers at once, after a write: the page with every panel", "", _told(first.pages)
        ),
    ]


def read(server: Server, queries: Sequence[str]) -> Felt:
    """Let a reader for each query open the page and what is not in it yet (panels, the count), all at once."""
    felt = Felt([], [])
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        for query in queries:
            client = opened.enter_context(closing(Connection(server.port)))
            reader = DashboardReader(query, client, time.perf_counter())
            reader.ask(address_of(PAGE, query))
            waiting.register(client.socket, selectors.EVENT_READ, reader)
        while waiting.get_map():
            for key, _event in waiting.select():
                _receive(key.data, felt)
                if key.data.done:
                    waiting.unregister(key.fileobj)
    return felt


def _receive(reader: DashboardReader, felt: Felt) -> None:
    answer = reader.client.receive(keep=True)
    now = time.perf_counter()
    felt.answers.append((now - reader.asked) * 1000)
    if answer.status != 200 or b"panel-fault" in answer.body:
        raise RuntimeError(f"a reader was answered {answer.status}")
    if not reader.has_page:
        reader.has_page = True
        reader.left = missing_of(answer.body, reader.query)
    if reader.left:
        reader.ask(reader.left.pop(0))
    else:
        reader.done = now
        felt.pages.append((now - reader.begun) * 1000)


def percentile(milliseconds: Sequence[float], share: float) -> float:
    """Return the time that this share of them, between 0 and 1, did not exceed."""
    ordered = sorted(milliseconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _told(milliseconds: Sequence[float]) -> str:
    return f"{percentile(milliseconds, 0.95):.0f} ms at p95 (median {median(milliseconds):.0f})"
