"""Forty clients that ask, at once and again, to join two large layers by space in the dearest ways they find.

Half of them share an address and half have one each. A third hang up after a second and ask again. None does what
``Retry-After`` says.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from urllib.parse import quote

from bench.attacks.definitions import Outcomes
from bench.client import Connection

CLIENTS = 40
PAUSE_S = 0.5
_SHARED = "127.0.0.2"
_HURRIED_S, _PATIENT_S = 1.0, 60.0
_QUESTIONS = (
    "/carte/?couches={layer}&{layer}.touching={touching}",
    "/api/collections/{layer}/items?touching={touching}",
    "/api/collections/{layer}/items?f=html&touching={touching}",
    "/export/{layer}.csv?preparer=1&touching={touching}",
    "/export/{layer}.geojson?touching={touching}",
)
# Few rows, no row, every row; near, far; both directions.
_JOINS = (
    ("surfaces", "points@500?effectif<0"),
    ("points", "surfaces@500"),
    ("surfaces", "points@5000?effectif<{turn}"),
    ("points", "surfaces@800?effectif<{turn}"),
    ("surfaces", "points@300"),
)


def attack(port: int, ended: threading.Event) -> Outcomes:
    """Ask until the event is set; then nobody waits for what is not answered."""
    outcomes, lock = Counter[str](), threading.Lock()

    def client(number: int) -> None:
        turn = number
        while not ended.is_set():
            told = _ask(port, number, turn)
            with lock:
                outcomes[told] += 1
            turn += CLIENTS
            ended.wait(PAUSE_S)

    threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    ended.wait()
    with lock:
        return outcomes.copy()


def _ask(port: int, number: int, turn: int) -> str:
    """Send one question and return its outcome."""
    layer, touching = _JOINS[turn % len(_JOINS)]
    question = _QUESTIONS[(turn // len(_JOINS)) % len(_QUESTIONS)]
    path = question.format(layer=layer, touching=quote(touching.format(turn=turn)))
    source = _SHARED if number % 2 else f"127.0.1.{number + 1}"
    seconds = _HURRIED_S if number % 3 == 0 else _PATIENT_S
    try:
        with closing(Connection(port, source=source, seconds=seconds)) as connection:
            return str(connection.get(path, User_Agent="bench").status)
    except TimeoutError:
        return "hung up"
    except OSError as error:
        return type(error).__name__
