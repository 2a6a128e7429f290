"""The course of the attacks: serve, let one attack after the other run while light readers read, tell what they felt.

``./portal bench attack`` runs all of them, ``./portal bench attack heavy-questions`` those named.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection as Pipe

from django.db import connection, connections

from bench import database
from bench.attacks.definitions import Attack, Outcomes
from bench.attacks.light_readers import readers
from bench.attacks.registry import ATTACKS, MEASURED
from bench.figures import Figure
from bench.server import Server, serving, working

ATTACK_S = 20.0
# What was asked may go on for so long after its clients have left.
_AFTER_S = 5.0
_LEFT = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def prepare(*names: str) -> None:
    """Refuse attacks that there are not, and fill the benchmark's database, unless it is filled."""
    known = {attack.name for attack in ATTACKS} | set(MEASURED)
    if unknown := sorted(set(names) - known):
        raise SystemExit(
            f"bench attack: no attack is called {unknown[0]!r}; there are {', '.join(sorted(known))}"
        )
    database.prepare()


def measures(*names: str) -> Iterator[Figure]:
    """Run one attack after the other, all unless some are named, each on a server of its own."""
    for attack in ATTACKS:
        if not names or attack.name in names:
            print(f"Attacking: {attack.sentence}, for {ATTACK_S:.0f} s", flush=True)
            with serving() as server:
                yield from _measure(attack, server)
    for name, measure in MEASURED.items():
        if not names or name in names:
            print(f"Attacking: {name}", flush=True)
            with serving() as server, working():
                yield from measure(server.port)


def _measure(attack: Attack, server: Server) -> Iterator[Figure]:
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
    time.sleep(ATTACK_S)
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


def _attack(attack: Attack, port: int, ended: threading.Event, told: Pipe) -> None:
    told.send(attack.run(port, ended))


def _left_running() -> int:
    """Return how many statements still run, some time after nobody asks any more."""
    time.sleep(_AFTER_S)
    with connection.cursor() as cursor:
        cursor.execute(_LEFT)
        return int(cursor.fetchone()[0])


def _outcomes_figure(attack: Attack, outcomes: Outcomes) -> Figure:
    told = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(outcomes.items()))
    is_met = set(outcomes) <= attack.allowed
    return Figure(f"{attack.name}: outcomes", ", ".join(sorted(attack.allowed)), told, is_met)


def left_figure(attack: Attack, left: int) -> Figure:
    """Return the figure of the statements that outlived those who asked for them."""
    return Figure(
        f"{attack.name}: statements that still run {_AFTER_S:.0f} s later", "0", str(left), left == 0
    )
