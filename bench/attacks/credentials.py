"""Two attacks on a running site, each from one address of loopback, and what its neighbours meet meanwhile.

``wrong_pairs`` guesses passwords by HTTP Basic, a name each. ``many_exports`` asks for distinct files all at once. Both
are bounded in count and return figures like the other measures; the site must have the portal's own limits
(``bench.attacks.settings``). Addresses of 127.0.0.0/8 stand for networks.
"""

from __future__ import annotations

import base64
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from http import HTTPStatus

from bench.client import Connection
from bench.figures import Figure

ATTACKER, NEIGHBOUR = "127.0.0.66", "127.0.0.7"
PAIRS, EXPORTS = 200, 32
_OPEN = "/api/collections/points/items?limit=10"
_FILE = "/export/points.xlsx?filter=effectif%3E%3D{least}"
_SMALL_FILE = "/export/points.csv?filter=effectif%3C{most}"
# Requests with wrong credentials that a network may send in a minute, and a few that fall into the next one.
_MOST_JUDGED = 120
_PROBE_MS, _FILE_MS = 1_000.0, 5_000.0
_PATIENCE_S = 30


def wrong_pairs(port: int, *, count: int = PAIRS) -> list[Figure]:
    """Guess as many wrong pairs, a name each, and ask for an open page from the same address after them."""
    statuses: Counter[int] = Counter()
    for number in range(count):
        pair = base64.b64encode(f"personne-{number}:essai-{number}".encode()).decode()
        statuses[_status(port, _OPEN, ATTACKER, Authorization=f"Basic {pair}")] += 1
    judged = count - statuses[HTTPStatus.TOO_MANY_REQUESTS]
    after = _status(port, _OPEN, ATTACKER)
    return [
        Figure(
            f"{count} wrong pairs of {count} names",
            f"≤ {_MOST_JUDGED} judged",
            str(judged),
            judged <= _MOST_JUDGED,
        ),
        Figure("An open page from the same address", "200", str(after), after == HTTPStatus.OK),
    ]


def many_exports(port: int, *, count: int = EXPORTS) -> list[Figure]:
    """Ask for as many distinct files at once, and meanwhile for a probe and a file from another address."""
    with ThreadPoolExecutor(count) as attackers:
        paths = [_FILE.format(least=number) for number in range(count)]
        asked = [attackers.submit(_status, port, path, ATTACKER) for path in paths]
        wait(
            asked, timeout=_PATIENCE_S, return_when=FIRST_COMPLETED
        )  # one was refused: the others are under way
        probe, probe_ms = _timed(port, "/healthz")
        file, file_ms = _timed(port, _SMALL_FILE.format(most=time.time_ns() % 50 + 2))
        statuses = Counter(one.result() for one in asked)
    refused = statuses[HTTPStatus.TOO_MANY_REQUESTS]
    return [
        Figure(
            f"{count} exports of one address", f"≥ {count // 2} are 429", str(refused), refused >= count // 2
        ),
        Figure(
            "A probe meanwhile",
            f"200, ≤ {_PROBE_MS:g} ms",
            f"{probe}, {probe_ms:.0f} ms",
            probe == HTTPStatus.OK and probe_ms <= _PROBE_MS,
        ),
        Figure(
            "A file for the next visitor",
            f"200, ≤ {_FILE_MS:g} ms",
            f"{file}, {file_ms:.0f} ms",
            file == HTTPStatus.OK and file_ms <= _FILE_MS,
        ),
    ]


def _timed(port: int, path: str) -> tuple[int, float]:
    """Return the status of an answer to the neighbour, and its milliseconds."""
    started = time.perf_counter()
    status = _status(port, path, NEIGHBOUR)
    return status, (time.perf_counter() - started) * 1_000


def _status(port: int, path: str, source: str, **headers: str) -> int:
    with closing(Connection(port, source=source)) as connection:
        return connection.get(path, keep=False, **headers).status
