"""``./portal bench load``: two hundred clients that ask without pause, thirty seconds on each kind of answer.

Those that are signed in have a session each, of accounts in several groups: pages are cached by rights, and each person
reads the menu and the saved views of their own. Pages are requested in gzip, as browsers do; items and tiles are not.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import cycle

from django.contrib.auth.models import Group

from bench.attacks.sessions import account_session
from bench.client import Connection, Outcome
from bench.dashboards import panels
from bench.figures import Figure, by_length, fast_enough, in_time, part
from bench.floors import full_tiles
from bench.reading import boxes
from bench.server import Server, serving
from gisportal.accounts.models import User

CLIENTS, ACCOUNTS, GROUPS = 200, 40, 5
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
_SIGNED_IN_PAGES = [
    page
    for number in range(1, 65)
    for page in ("/", "/catalogue/", f"/catalogue/surfaces/{number * 900}/", panels.PAGE, "/carte/")
]
_P95_MS = 1_000
_BROWSER = {"Accept-Encoding": "gzip"}


# The layers, the published files, and a dashboard.
prepare = panels.prepare


def measures() -> Iterator[Figure]:
    """Load items, tiles, pages of the public and pages of accounts in turn."""
    tiles = [f"/tiles/points/{zoom}/{x}/{y}.mvt" for zoom, x, y in full_tiles(15)]
    with serving() as server:
        yield from part("items", _loaded, server, "items", _ITEMS, rate=170)
        yield from part("tiles", _loaded, server, "tiles", tiles, rate=200)
        yield from part("pages", _loaded, server, "pages", _PAGES, rate=300, p95=_P95_MS, people=[_BROWSER])
        yield from part("signed-in", _signed_in, server)


def _signed_in(server: Server) -> Iterator[Figure]:
    """Load pages of people whose dashboard is computed: its panels have a run of their own."""
    panels.remember(server, "")
    yield from _loaded(server, "signed-in pages", _SIGNED_IN_PAGES, rate=120, p95=_P95_MS, people=_sessions())


def _sessions() -> list[dict[str, str]]:
    """Return the headers of as many sessions as there are clients, of accounts in several groups."""
    groups = [Group.objects.get_or_create(name=f"Service {number}")[0] for number in range(GROUPS)]
    accounts = [User.objects.get_or_create(username=f"agent-{number}")[0] for number in range(ACCOUNTS)]
    for number, account in enumerate(accounts):
        account.groups.set([groups[number % GROUPS]])
    cookies = [account_session(accounts[number % ACCOUNTS]) for number in range(CLIENTS)]
    return [_BROWSER | {"Cookie": cookie} for cookie in cookies]


def _loaded(
    server: Server,
    name: str,
    paths: Sequence[str],
    *,
    rate: int,
    p95: int = 0,
    people: Sequence[Mapping[str, str]] = ({},),
) -> Iterator[Figure]:
    seconds = by_length(SECONDS, _BRIEF_SECONDS)
    print(f"{CLIENTS} clients for {seconds:.0f} s: {name}", flush=True)
    before = server.processor_ms()
    outcome = load(server, paths, seconds=seconds, people=people)
    each = (server.processor_ms() - before) / max(outcome.answered, 1)
    yield from _figures(name, outcome, rate=rate, p95=p95, seconds=seconds)
    yield Figure(f"{name}: processor of the server for each", "", f"{each:.2f} ms")


def load(
    server: Server,
    paths: Sequence[str],
    *,
    clients: int = CLIENTS,
    seconds: float = SECONDS,
    people: Sequence[Mapping[str, str]] = ({},),
) -> Outcome:
    """Return the outcome of so many clients that each ask the next path as soon as they have their answer.

    ``people`` are the headers of the clients in turn.
    """
    outcome, addresses, sent = Outcome(), cycle(paths), dict[int, float]()
    headers = cycle(people)
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        for _ in range(clients):
            connection = opened.enter_context(closing(Connection(server.port)))
            own = next(headers)
            waiting.register(connection.socket, selectors.EVENT_READ, (connection, own))
            _send(connection, own, next(addresses), sent)
        started = time.perf_counter()
        while time.perf_counter() - started < seconds and waiting.get_map():
            for key, _event in waiting.select(timeout=1):
                connection, own = key.data
                if _receive(connection, outcome, sent):
                    _send(connection, own, next(addresses), sent)
                else:
                    waiting.unregister(key.fileobj)
    return outcome


def _send(connection: Connection, headers: Mapping[str, str], path: str, sent: dict[int, float]) -> None:
    sent[id(connection)] = time.perf_counter()
    connection.send(path, **headers)


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


def _figures(name: str, outcome: Outcome, *, rate: int, p95: int, seconds: float) -> list[Figure]:
    """Return the figures of an outcome; ``p95`` is a bound in milliseconds, 0 for none."""
    measured, slow = outcome.answered / seconds, outcome.percentile(0.95)
    failed = ", ".join(f"{count} × {reason}" for reason, count in outcome.failures.items()) or "none"
    return [
        Figure(
            f"{name}: answers a second", f"≥ {rate} /s", f"{measured:.0f} /s", fast_enough(measured, rate)
        ),
        Figure(
            f"{name}: p95",
            f"≤ {p95:,} ms" if p95 else "",
            f"{slow:.0f} ms",
            in_time(slow, p95) if p95 else None,
        ),
        Figure(f"{name}: failures", "none", failed, not outcome.failures),
    ]
