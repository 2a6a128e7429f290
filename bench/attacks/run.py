"""``./portal bench attack [ATTACK …]``: one attack after the other, while light readers ask for a page, a tile…"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe

from django.conf import settings
from django.db import connection, connections

from bench import database
from bench.attacks import clients, files, questions
from bench.attacks.clients import Attack, Outcomes
from bench.attacks.sessions import administrator_session
from bench.client import Connection
from bench.figures import Figure, by_length, in_time
from bench.floors import full_tiles
from bench.server import Server, serving, working

# Half-sent heads and bodies are cut, with a status or without; a connection that waits for its first byte may be held.
_CUT = frozenset({"400", "408", "closed", "held"})

# Refused before it is read; too many of an address, or a server that has no room for another body.
_REFUSED = frozenset({"400", "413", "429", "503"})

# Those that light readers endure.
ATTACKS = (
    Attack(
        name="heavy-questions",
        sentence="40 clients join large layers by space",
        run=questions.heavy_questions,
        # Answered, sent to the page of an order, refused as too vast, too many or busy; left by who hung up.
        allowed=frozenset({"200", "303", "400", "429", "503", "hung up"}),
    ),
    Attack(
        name="papers",
        sentence="24 clients print dashboards",
        run=questions.papers,
        allowed=frozenset({"200", "303", "429", "503", "hung up"}),
    ),
    Attack("slow-heads", "500 clients never end the head of a request", clients.slow_heads, _CUT),
    Attack(
        "slow-bodies",
        "500 clients never end the body of a request",
        clients.slow_bodies,
        _CUT | {"401", "404", "429"},
    ),
    Attack(
        "silent-bodies",
        "192 clients of 17 networks announce bodies near the largest, and stop",
        clients.silent_bodies,
        # A file of nobody is led to the sign-in; a network has its share, a process its room.
        _CUT | {"302", "429", "503"},
    ),
    Attack("idle-connections", "1,000 clients say nothing", clients.idle_connections, _CUT),
    Attack(
        "slow-readers",
        "8 clients take a large answer byte by byte",
        clients.slow_readers,
        _CUT | {"200", "429", "503"},
    ),
    Attack(
        "large-heads",
        "lines of 29 MB, 10,000 headers, headers of 1 MB, no HTTP at all",
        clients.large_heads,
        frozenset({"400", "414", "431", "closed"}),
    ),
    Attack("wfs-queries", "8 clients send 5,000 queries in one body", questions.many_queries, _REFUSED),
    Attack("wfs-bodies", "40 clients send 16 kB of queries", questions.many_bodies, _REFUSED),
    Attack("wfs-lists", "8 clients send a form that names 5,000 types", questions.long_lists, _REFUSED),
    Attack("wfs-elements", "8 clients send 400,000 elements", questions.many_elements, _REFUSED),
    Attack(
        "wfs-namespaces",
        "8 clients send 20,000 elements in a namespace of 1 MB",
        questions.long_namespaces,
        _REFUSED,
    ),
    Attack(
        "wfs-most-queries",
        "8 clients send as many queries as are served",
        questions.most_queries,
        frozenset({"200", "429", "503"}),
    ),
)
# Those that measure by themselves what their neighbours meet.
MEASURED: dict[str, Callable[[int], list[Figure]]] = {
    "wrong-pairs": questions.wrong_pairs,
    "many-exports": questions.many_exports,
    "hostile-files": lambda port: files.hostile_uploads(port, session=administrator_session()),
}


_PATIENCE_S = 60.0
_ZOOM = 15
# The choice of a language, with the token of a page: the smallest form that anybody sends.
_TOKEN = "a" * 32
_FORM = f"language=fr&next=%2F&csrfmiddlewaretoken={_TOKEN}"


@dataclass(slots=True)
class Reader:
    """Asks for its paths one after the other, each over a new connection, and takes the times in milliseconds.

    ``share`` of the answers must take ``bound_ms`` at most. ``form`` is posted, when there is one.
    """

    name: str
    paths: Sequence[str]
    every_s: float
    share: float
    bound_ms: float
    form: str = ""
    times: list[float] = field(default_factory=list)
    refusals: Outcomes = field(default_factory=Outcomes)

    def read(self, port: int, ended: threading.Event) -> None:
        """Ask until the event is set."""
        turn = 0
        while not ended.wait(self.every_s):
            started = time.perf_counter()
            outcome = _outcome(port, self.paths[turn % len(self.paths)], self.form)
            self.times.append((time.perf_counter() - started) * 1000)
            if outcome not in ({"302"} if self.form else {"200", "204"}):
                self.refusals[outcome] += 1
            turn += 1

    def figures(self, attack: str) -> list[Figure]:
        """Return the time of the slowest share, and how many answers were none."""
        ordered = sorted(self.times)
        slow = ordered[min(int(len(ordered) * self.share), len(ordered) - 1)]
        measured = ", ".join(f"{count} × {outcome}" for outcome, count in self.refusals.items()) or "none"
        title = f"{attack}: {self.name}"
        return [
            Figure(
                f"{title}, p{self.share * 100:.0f} of {len(ordered)}",
                f"≤ {self.bound_ms:.0f} ms",
                f"{slow:.0f} ms",
                in_time(slow, self.bound_ms),
            ),
            Figure(f"{title}, refused", "none", measured, not self.refusals),
        ]


def readers() -> list[Reader]:
    """Return those who read while an attack runs."""
    tiles = [f"/tiles/points/{zoom}/{x}/{y}.mvt" for zoom, x, y in full_tiles(_ZOOM)]
    return [
        Reader("/healthz", ["/healthz"], every_s=0.05, share=0.99, bound_ms=100),
        Reader("/", ["/"], every_s=0.2, share=0.95, bound_ms=1_000),
        Reader("tile", tiles, every_s=0.2, share=0.95, bound_ms=1_000),
        Reader("a form", ["/langue/"], every_s=0.2, share=0.95, bound_ms=1_000, form=_FORM),
    ]


def _outcome(port: int, path: str, form: str) -> str:
    try:
        with closing(Connection(port, seconds=_PATIENCE_S)) as connection:
            if not form:
                return str(connection.get(path).status)
            cookie = f"{settings.CSRF_COOKIE_NAME}={_TOKEN}"
            return str(connection.post(path, form.encode(), Cookie=cookie).status)
    except OSError as error:
        return type(error).__name__


ATTACK_S, _BRIEF_ATTACK_S = 20.0, 8.0
# What was asked may go on for so long after its clients have left.
_AFTER_S = 5.0
_LEFT = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def prepare(*names: str) -> None:
    """Refuse attacks that there are not, and fill the benchmark's database, unless it is filled."""
    attack_names = {attack.name for attack in ATTACKS} | set(MEASURED)
    if unknown := sorted(set(names) - attack_names):
        raise SystemExit(
            f"bench attack: no attack is called {unknown[0]!r}; there are {', '.join(sorted(attack_names))}"
        )
    database.prepare()


def measures(*names: str) -> Iterator[Figure]:
    """Run one attack after the other, all unless some are named, each on a server of its own."""
    for attack in ATTACKS:
        if not names or attack.name in names:
            seconds = by_length(ATTACK_S, _BRIEF_ATTACK_S)
            print(f"Attacking: {attack.sentence}, for {seconds:.0f} s", flush=True)
            with serving() as server:
                yield from _measure(attack, server, seconds)
    for name, measure in MEASURED.items():
        if not names or name in names:
            print(f"Attacking: {name}", flush=True)
            with serving() as server, working():
                yield from measure(server.port)


def _measure(attack: Attack, server: Server, seconds: float) -> Iterator[Figure]:
    """Run an attack in a process of its own, and the light readers in this one."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ended, (ours, theirs) = context.Event(), context.Pipe(duplex=False)
    attacker = context.Process(target=_attack, args=(attack, server.port, ended, theirs), daemon=True)
    attacker.start()
    light, done = readers(), threading.Event()
    threads = [
        threading.Thread(target=reader.read, args=(server.port, done), daemon=True) for reader in light
    ]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    done.set()
    ended.set()
    for thread in threads:
        thread.join()
    outcomes = ours.recv() if ours.poll(30) else Outcomes({"the attack did not end": 1})
    attacker.terminate()
    attacker.join()
    left = _left_running()
    for reader in light:
        yield from reader.figures(attack.name)
    yield _outcomes_figure(attack, outcomes)
    yield left_figure(attack, left)


def _attack(attack: Attack, port: int, ended: threading.Event, pipe: Pipe) -> None:
    pipe.send(attack.run(port, ended))


def _left_running() -> int:
    """Return how many statements still run, some time after nobody asks any more."""
    time.sleep(_AFTER_S)
    with connection.cursor() as cursor:
        cursor.execute(_LEFT)
        return int(cursor.fetchone()[0])


def _outcomes_figure(attack: Attack, outcomes: Outcomes) -> Figure:
    measured = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(outcomes.items()))
    is_met = set(outcomes) <= attack.allowed
    return Figure(f"{attack.name}: outcomes", ", ".join(sorted(attack.allowed)), measured, is_met)


def left_figure(attack: Attack, left: int) -> Figure:
    """Return the figure of the statements that outlived those who asked for them."""
    return Figure(
        f"{attack.name}: statements that still run {_AFTER_S:.0f} s later", "0", str(left), left == 0
    )
