"""``./portal bench memory [COUNT]``: one process answers ``COUNT`` mixed requests; what it holds at each mark.

The bound is on the growth between the first mark, when every page has been made once, and the last one. Requests are
counted, not seconds: a busy machine changes the time, and not the figures.
"""

from __future__ import annotations

import selectors
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing

from django.core.management import call_command

from bench.attacks.sessions import administrator_session
from bench.client import Connection
from bench.creation import create
from bench.dashboards.panel_requests import panels_of
from bench.figures import Figure
from bench.memory.requests import Mix, Request
from bench.server import Server, resident_mb, serving
from gisportal.demo.dashboards import DASHBOARDS

MARKS = (2_000, 5_000, 10_000, 20_000, 50_000)
CONNECTIONS = 8
MOST_RATIO = 1.2


def prepare(count: str = "") -> None:
    """Create, migrate, load and publish the demonstration, unless all is there."""
    if count and not count.isdecimal():
        raise SystemExit(f"bench memory: COUNT is a number of requests, not {count!r}")
    create()
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def measures(count: str = str(MARKS[-1])) -> Iterator[Figure]:
    """Ask ``count`` mixed requests of one process; measure what it holds at each mark."""
    with serving(workers=1) as server:
        yield from growth(server, count=int(count), cookie=administrator_session())


def growth(server: Server, *, count: int, cookie: str) -> Iterator[Figure]:
    """Ask ``count`` mixed requests of the only process of a server; measure what it holds at each mark."""
    (process,) = server.workers()
    marks = [mark for mark in MARKS if mark < count] + [count]
    requests = iter(Mix(7, cookie, panels(server, cookie)))
    outcomes, held = Counter[str](), dict[int, float]()
    started, sent = time.perf_counter(), 0
    for mark in marks:
        outcomes += ask(server.port, requests, mark - sent)
        sent = mark
        held[mark] = resident_mb(process)
        rate = sent / (time.perf_counter() - started)
        yield Figure(f"Memory after {mark:,} mixed requests", "", f"{held[mark]:.0f} MB ({rate:.0f} /s)")
    first, last = held[marks[0]], held[marks[-1]]
    is_judged = marks[0] == MARKS[0] and len(marks) > 1
    yield Figure(
        f"Growth from {marks[0]:,} to {marks[-1]:,}",
        f"≤ {MOST_RATIO:g} ×",
        f"{last / first:.2f} ×",
        last / first <= MOST_RATIO if is_judged else None,
    )
    failures = {status: number for status, number in outcomes.items() if status >= "500" and status != "503"}
    answers = ", ".join(f"{number} × {status}" for status, number in sorted(outcomes.items()))
    yield Figure("Answers", "no failure", answers, not failures)


def panels(server: Server, cookie: str) -> list[str]:
    """Return the addresses of the panels of every dashboard, without their questions."""
    found: set[str] = set()
    for dashboard in DASHBOARDS:
        with closing(Connection(server.port)) as connection:
            answer = connection.get(f"/tableaux-de-bord/{dashboard}/", keep=True, Cookie=cookie)
        found |= {address.partition("?")[0] for address in panels_of(answer.body)}
    return sorted(found)


def ask(port: int, requests: Iterator[Request], count: int) -> Counter[str]:
    """Ask the next ``count`` requests over a few connections that wait for nothing; return the statuses."""
    outcomes, left = Counter[str](), count
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        for _ in range(min(CONNECTIONS, count)):
            _send(opened, waiting, port, next(requests))
            left -= 1
        while waiting.get_map():
            for key, _event in waiting.select():
                connection: Connection = key.data
                try:
                    answer = connection.receive()
                    outcomes[str(answer.status)] += 1
                    is_open = answer.headers.get("connection") != "close"
                except OSError as error:
                    outcomes[type(error).__name__] += 1
                    is_open = False
                if not is_open:
                    waiting.unregister(connection.socket)
                    connection.close()
                if left:
                    left -= 1
                    _send(opened, waiting, port, next(requests), connection if is_open else None)
                elif is_open:
                    waiting.unregister(connection.socket)
    return outcomes


def _send(
    opened: ExitStack,
    waiting: selectors.BaseSelector,
    port: int,
    request: Request,
    connection: Connection | None = None,
) -> None:
    """Send a request over a connection, a new one unless one is given."""
    if connection is None:
        connection = opened.enter_context(closing(Connection(port)))
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
    if request.body:
        connection.send_body(request.path, request.body, **request.headers)
    else:
        connection.send(request.path, **request.headers)
