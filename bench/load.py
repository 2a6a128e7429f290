"""``./portal bench load``: two hundred clients that ask without pause, thirty seconds on each kind of answer."""

from __future__ import annotations

import selectors
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import cycle

from bench import database
from bench.client import Connection
from bench.creation import publish_files
from bench.figures import Figure, by_length, part
from bench.floors import full_tiles
from bench.reading import boxes
from bench.server import Server, serving

CLIENTS = 200
SECONDS, _BRIEF_SECONDS = 30.0, 12.0
_ITEMS = [f"/api/collections/points/items?bbox={box}&limit=100" for box in boxes(64)]
_PAGES = [
    page
    for number in range(1, 65)
    for page in (
        "/",
        "/catalogue/",
        "/catalogue/points/",
        f"/catalogue/surfaces/{number * 900}/",
        "/carte/",
        f"/carte/tableau/points/?tri={'nom' if number % 2 else 'effectif'}",
    )
]


@dataclass(slots=True)
class Outcome:
    """What a load gave: how many answers were 200, how long each took in milliseconds, what else came back."""

    answered: int = 0
    milliseconds: list[float] = field(default_factory=list)
    failures: dict[str, int] = field(default_factory=dict)

    def percentile(self, share: float) -> float:
        """Return the time that this share of the answers, between 0 and 1, did not exceed."""
        ordered = sorted(self.milliseconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("inf")

    def fail(self, reason: str) -> None:
        """Count a failure by its reason."""
        self.failures[reason] = self.failures.get(reason, 0) + 1


def prepare() -> None:
    """Fill the measured layers and publish the static files."""
    database.prepare()
    publish_files()


def measures() -> Iterator[Figure]:
    """Load items, tiles and pages in turn."""
    tiles = [f"/tiles/points/{zoom}/{x}/{y}.mvt" for zoom, x, y in full_tiles(15)]
    with serving() as server:
        for name, paths, rate in (("items", _ITEMS, 170), ("tiles", tiles, 200), ("pages", _PAGES, 0)):
            yield from part(name, _loaded, server, name, paths, rate)


def _loaded(server: Server, name: str, paths: Sequence[str], rate: int) -> Iterator[Figure]:
    seconds = by_length(SECONDS, _BRIEF_SECONDS)
    print(f"{CLIENTS} clients for {seconds:.0f} s: {name}", flush=True)
    yield from _figures(name, load(server, paths, seconds=seconds), rate=rate, seconds=seconds)


def load(
    server: Server, paths: Sequence[str], *, clients: int = CLIENTS, seconds: float = SECONDS
) -> Outcome:
    """Return the outcome of so many clients that each ask the next path as soon as they have their answer."""
    outcome, addresses, sent = Outcome(), cycle(paths), dict[int, float]()
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        for _ in range(clients):
            connection = opened.enter_context(closing(Connection(server.port)))
            waiting.register(connection.socket, selectors.EVENT_READ, connection)
            _send(connection, next(addresses), sent)
        started = time.perf_counter()
        while time.perf_counter() - started < seconds and waiting.get_map():
            for key, _event in waiting.select(timeout=1):
                if _receive(key.data, outcome, sent):
                    _send(key.data, next(addresses), sent)
                else:
                    waiting.unregister(key.fileobj)
    return outcome


def _send(connection: Connection, path: str, sent: dict[int, float]) -> None:
    sent[id(connection)] = time.perf_counter()
    connection.send(path)


def _receive(connection: Connection, outcome: Outcome, sent: dict[int, float]) -> bool:
    """Read an answer; return whether the connection can be used again."""
    try:
        answer = connection.receive()
    except OSError as error:
        outcome.fail(type(error).__name__)
        return False
    outcome.milliseconds.append((time.perf_counter() - sent[id(connection)]) * 1000)
    if answer.status == 200:
        outcome.answered += 1
    else:
        outcome.fail(str(answer.status))
    return answer.headers.get("connection") != "close"


def _figures(name: str, outcome: Outcome, *, rate: int, seconds: float) -> list[Figure]:
    measured = outcome.answered / seconds
    p95 = outcome.percentile(0.95)
    failed = ", ".join(f"{count} × {reason}" for reason, count in outcome.failures.items()) or "none"
    return [
        Figure(
            f"{name}: answers a second",
            f"≥ {rate} /s" if rate else "",
            f"{measured:.0f} /s",
            measured >= rate if rate else None,
        ),
        Figure(f"{name}: p95", "" if rate else "≤ 3,000 ms", f"{p95:.0f} ms", None if rate else p95 <= 3_000),
        Figure(f"{name}: failures", "none", failed, not outcome.failures),
    ]
