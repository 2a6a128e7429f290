"""``./portal bench dashboards``: twelve panels over a million rows, for one reader, for fifty at once, on paper."""

from __future__ import annotations

import selectors
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import cycle, islice, pairwise
from statistics import median
from time import perf_counter

from django.utils import timezone, translation

from bench import database
from bench.client import Connection
from bench.dashboards import browser, panels
from bench.dashboards.panels import (
    COMMUNES,
    PAGE,
    SLUG,
    address_of,
    forget,
    missing_of,
    remember,
    rows_read,
    write,
)
from bench.figures import Figure, in_time, part
from bench.floors import Psql
from bench.server import Server, serving
from dashboards.paper.document import write_paper
from dashboards.paper.layout import parse_layout
from dashboards.reading.dashboard_page import open_page
from layers.visitor import Visitor

READERS = 50
MILLION = 1_000_000
_QUERIES = ("", *(f"commune={code}" for code in COMMUNES), *(f"categorie={code}" for code in "ABC"))


@dataclass(slots=True)
class DashboardReader:
    """Somebody in front of the page: what they still have to ask, when they began and when they had everything."""

    query: str
    client: Connection
    begun: float
    left: list[str] = field(default_factory=list)
    has_page: bool = False
    requested_at: float = 0.0
    done: float = 0.0

    def ask(self, path: str) -> None:
        """Ask for the page, or for a part of it as htmx does."""
        self.requested_at = time.perf_counter()
        self.client.send(path, **({"HX_Request": "true"} if self.has_page else {}))


@dataclass(frozen=True, slots=True)
class Felt:
    """What readers felt, in milliseconds: of each answer, and until the whole page was there."""

    answers: list[float]
    pages: list[float]


def fifty(server: Server) -> list[Figure]:
    """Measure fifty readers of pages that were read before, then of one page just after a write, and a minute after."""
    for query in _QUERIES:
        remember(server, query)
    felt = read(server, list(islice(cycle(_QUERIES), READERS)))
    before = rows_read()
    write()
    former = read(server, [""] * READERS)
    after = rows_read()
    forget()
    first = read(server, [""] * READERS)
    scans = [(end - start) / MILLION for start, end in pairwise((before, after, rows_read()))]
    p95, p95_after = percentile(felt.pages, 0.95), percentile(former.pages, 0.95)
    return [
        Figure(
            f"{READERS} readers at once: the page with every panel, p95",
            "≤ 1 s",
            _summary(felt.pages),
            in_time(p95, 1_000),
        ),
        Figure(f"{READERS} readers at once: an answer", "", _summary(felt.answers)),
        Figure(
            f"{READERS} readers at once, just after a write: the page with every panel, p95",
            "≤ 2 s",
            _summary(former.pages),
            in_time(p95_after, 2_000),
        ),
        Figure(
            f"{READERS} readers at once, a minute after a write: the page with every panel",
            "",
            _summary(first.pages),
        ),
        Figure(
            "Reads of the whole layer: just after a write, a minute after",
            "",
            ", ".join(f"{number:.0f}" for number in scans),
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
    felt.answers.append((now - reader.requested_at) * 1000)
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


def _summary(milliseconds: Sequence[float]) -> str:
    return f"{percentile(milliseconds, 0.95):.0f} ms at p95 (median {median(milliseconds):.0f})"


_BOUND_S = 10.0
_FILE_PARAMETERS = {"fichier-type": ["pdf"]}


def pdf() -> list[Figure]:
    """Measure the file twice: the children that draw charts and lay pages out start with the first."""
    forget()
    with translation.override("fr"):
        return [_written(name) for name in ("nothing awake, nothing read", "once more")]


def _written(name: str) -> Figure:
    layout = parse_layout(_FILE_PARAMETERS)
    assert layout is not None
    begun = perf_counter()
    file = write_paper(open_page(Visitor(instant=timezone.now()), SLUG, {}), layout)
    seconds = perf_counter() - begun
    if not file.content.startswith(b"%PDF-"):
        raise RuntimeError("the file is no PDF")
    measured = f"{seconds:.1f} s, {len(file.content) / 1e3:.0f} kB"
    return Figure(f"PDF, {name}", f"≤ {_BOUND_S:.0f} s", measured, in_time(seconds, _BOUND_S))


prepare = panels.prepare


def measures() -> Iterator[Figure]:
    """Measure panels, fifty readers, the page in Chromium, and the PDF."""
    major, _postgis = database.server_version()
    with serving() as server:
        yield from part("panels", panels.opening, server, Psql(major, is_parallel=True))
        yield from part("communes", panels.communes, server)
        yield from part("readers", fifty, server)
        yield from part("drawing", browser.drawing, server)
    yield from part("pdf", pdf)
