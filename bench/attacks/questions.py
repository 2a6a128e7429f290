"""Attacks by what is asked: joins of large layers, thousands of queries in one, dashboards on paper, guesses, exports.

Clients ask at once and again, half of them from one address, a third hanging up early; none does what ``Retry-After``
says. Guesses of passwords and exports measure by themselves what their neighbours meet, and need a site with the
portal's own limits. Addresses of 127.0.0.0/8 stand for networks.
"""

from __future__ import annotations

import base64
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from bench.attacks.clients import Outcomes
from bench.client import Connection
from bench.figures import Figure, in_time
from dashboards.models import Dashboard, DashboardVersion

JOINING_CLIENTS = 40
JOIN_PAUSE_S = 0.5
_SHARED = "127.0.0.2"
_JOIN_HURRIED_S, _PATIENT_S = 1.0, 60.0
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


def heavy_questions(port: int, ended: threading.Event) -> Outcomes:
    """Ask until the event is set; then nobody waits for what is not answered."""
    outcomes, lock = Counter[str](), threading.Lock()

    def client(number: int) -> None:
        turn = number
        while not ended.is_set():
            result = _ask_join(port, number, turn)
            with lock:
                outcomes[result] += 1
            turn += JOINING_CLIENTS
            ended.wait(JOIN_PAUSE_S)

    threads = [
        threading.Thread(target=client, args=(number,), daemon=True) for number in range(JOINING_CLIENTS)
    ]
    for thread in threads:
        thread.start()
    ended.wait()
    with lock:
        return outcomes.copy()


def _ask_join(port: int, number: int, turn: int) -> str:
    """Send one question and return its outcome."""
    layer, touching = _JOINS[turn % len(_JOINS)]
    question = _QUESTIONS[(turn // len(_JOINS)) % len(_QUESTIONS)]
    path = question.format(layer=layer, touching=quote(touching.format(turn=turn)))
    source = _SHARED if number % 2 else f"127.0.1.{number + 1}"
    seconds = _JOIN_HURRIED_S if number % 3 == 0 else _PATIENT_S
    try:
        with closing(Connection(port, source=source, seconds=seconds)) as connection:
            return str(connection.get(path, User_Agent="bench").status)
    except TimeoutError:
        return "hung up"
    except OSError as error:
        return type(error).__name__


_FORM, _XML = "application/x-www-form-urlencoded", "text/xml"
_ROOT = '<GetFeature xmlns="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" count="1">'
_QUERY = '<Query typeNames="points"/>'
_PATIENCE_S, _PAUSE_S = 60.0, 0.05
_PARAMETERS = {"SERVICE": "WFS", "VERSION": "2.0.0", "REQUEST": "GetFeature", "COUNT": "1"}


def _queries(count: int) -> bytes:
    return f"{_ROOT}{_QUERY * count}</GetFeature>".encode()


def _listed(count: int) -> bytes:
    return urlencode({**_PARAMETERS, "TYPENAMES": "(points)" * count}).encode()


def _sending(body: bytes, kind: str, clients: int) -> Callable[[int, threading.Event], Outcomes]:
    """Return the attack of so many clients that send a body until the event is set."""

    def attack(port: int, ended: threading.Event) -> Outcomes:
        outcomes, lock = Counter[str](), threading.Lock()

        def client(number: int) -> None:
            while not ended.is_set():
                result = _post(port, body, kind, f"127.0.2.{number + 1}")
                with lock:
                    outcomes[result] += 1
                ended.wait(_PAUSE_S)

        threads = [threading.Thread(target=client, args=(number,), daemon=True) for number in range(clients)]
        for thread in threads:
            thread.start()
        ended.wait()
        with lock:
            return outcomes.copy()

    return attack


def _post(port: int, body: bytes, kind: str, source: str) -> str:
    head = (
        f"POST /wfs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    try:
        with closing(Connection(port, source=source, seconds=_PATIENCE_S)) as connection:
            connection.socket.sendall(head.encode() + body)
            return str(connection.receive().status)
    except TimeoutError:
        return "hung up"
    except OSError as error:
        return type(error).__name__


many_queries = _sending(_queries(5_000), _XML, 8)
many_bodies = _sending(_queries(16 * 1024 // len(_QUERY)), _XML, 40)
long_lists = _sending(_listed(5_000), _FORM, 8)
many_elements = _sending(f"{_ROOT}{'<a/>' * 400_000}</GetFeature>".encode(), _XML, 8)
long_namespaces = _sending(
    f'<GetFeature xmlns="{"u" * 1_000_000}">{"<a/>" * 20_000}</GetFeature>'.encode(), _XML, 8
)
# What is served: twenty queries, each of which counts its layer.
most_queries = _sending(_queries(20), _XML, 8)


PRINTING_CLIENTS = 24
PRINT_PAUSE_S = 0.3
SLUG = "attaque-papier"
_PRINT_SHARED = "127.0.0.2"
_PRINT_HURRIED_S, _PRINT_PATIENT_S = 0.8, 60.0
_FILES = (
    "fichier-type=pdf&papier-format=a3&avec-tableaux=1",
    "fichier-type=html",
    "fichier-type=pdf&papier-sens=paysage",
)
_PANELS: list[dict[str, Any]] = [
    {
        "id": "groupes",
        "kind": "bar",
        "title": "Par catégorie",
        "question": {"layer": "points", "by": ["categorie"]},
    },
    {
        "id": "table",
        "kind": "table",
        "title": "Points",
        "question": {"layer": "points", "fields": ["nom", "effectif"]},
    },
]


def papers(port: int, ended: threading.Event) -> Outcomes:
    """Ask until the event is set; then nobody waits for what is not answered."""
    _publish()
    outcomes, lock = Counter[str](), threading.Lock()

    def client(number: int) -> None:
        turn = number
        while not ended.is_set():
            result = _ask_paper(port, number, turn)
            with lock:
                outcomes[result] += 1
            turn += 1
            ended.wait(PRINT_PAUSE_S)

    for number in range(PRINTING_CLIENTS):
        threading.Thread(target=client, args=(number,), daemon=True).start()
    ended.wait()
    with lock:
        return outcomes.copy()


def _publish() -> None:
    """Publish the dashboard that is printed, as often as the attack is run."""
    board, _is_new = Dashboard.objects.update_or_create(
        slug=SLUG, defaults={"title": SLUG, "is_public": True}
    )
    document = {"title": SLUG, "sections": [{"id": "s", "title": "Points", "panels": _PANELS}]}
    board.published, _is_new = DashboardVersion.objects.update_or_create(
        dashboard=board, number=1, defaults={"document": document}
    )
    board.save()


def _ask_paper(port: int, number: int, turn: int) -> str:
    """Ask for one file and return the outcome."""
    path = f"/tableaux-de-bord/{SLUG}/imprimer/?{_FILES[turn % len(_FILES)]}"
    source = _PRINT_SHARED if number % 2 else f"127.0.2.{number + 1}"
    seconds = _PRINT_HURRIED_S if number % 3 == 0 else _PRINT_PATIENT_S
    try:
        with closing(Connection(port, source=source, seconds=seconds)) as connection:
            return str(connection.get(path, User_Agent="bench").status)
    except TimeoutError:
        return "hung up"
    except OSError as error:
        return type(error).__name__


ATTACKER, NEIGHBOUR = "127.0.0.66", "127.0.0.7"
PAIRS, EXPORTS = 200, 32
_OPEN = "/api/collections/points/items?limit=10"
_FILE = "/export/points.xlsx?filter=effectif%3E%3D{least}"
_SMALL_FILE = "/export/points.csv?filter=effectif%3C{most}"
# Requests with wrong credentials that a network may send in a minute, and a few that fall into the next one.
_MAX_JUDGED = 120
_PROBE_MS, _FILE_MS = 1_000.0, 5_000.0
_EXPORT_PATIENCE_S = 30


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
            f"≤ {_MAX_JUDGED} judged",
            str(judged),
            judged <= _MAX_JUDGED,
        ),
        Figure("An open page from the same address", "200", str(after), after == HTTPStatus.OK),
    ]


def many_exports(port: int, *, count: int = EXPORTS) -> list[Figure]:
    """Ask for as many distinct files at once, and meanwhile for a probe and a file from another address."""
    with ThreadPoolExecutor(count) as attackers:
        paths = [_FILE.format(least=number) for number in range(count)]
        requests = [attackers.submit(_status, port, path, ATTACKER) for path in paths]
        wait(
            requests, timeout=_EXPORT_PATIENCE_S, return_when=FIRST_COMPLETED
        )  # one was refused: the others are under way
        probe, probe_ms = _timed(port, "/healthz")
        file, file_ms = _timed(port, _SMALL_FILE.format(most=time.time_ns() % 50 + 2))
        statuses = Counter(one.result() for one in requests)
    refused = statuses[HTTPStatus.TOO_MANY_REQUESTS]
    return [
        Figure(
            f"{count} exports of one address", f"≥ {count // 2} are 429", str(refused), refused >= count // 2
        ),
        Figure(
            "A probe meanwhile",
            f"200, ≤ {_PROBE_MS:g} ms",
            f"{probe}, {probe_ms:.0f} ms",
            in_time(probe_ms, _PROBE_MS, probe == HTTPStatus.OK),
        ),
        Figure(
            "A file for the next visitor",
            f"200, ≤ {_FILE_MS:g} ms",
            f"{file}, {file_ms:.0f} ms",
            in_time(file_ms, _FILE_MS, file == HTTPStatus.OK),
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
