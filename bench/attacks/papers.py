"""Twenty-four clients that ask, at once and again, for a dashboard as PDF or as a page that holds everything.

Half of them share an address and half have one each. A third hang up before the file is there. None does what
``Retry-After`` says. The dashboard is small: one that takes long is ordered, and its file is made by a worker.
"""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing
from typing import Any

from bench.attacks.definitions import Outcomes
from bench.client import Connection
from dashboards.models import Dashboard, DashboardVersion

CLIENTS = 24
PAUSE_S = 0.3
SLUG = "attaque-papier"
_SHARED = "127.0.0.2"
_HURRIED_S, _PATIENT_S = 0.8, 60.0
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


def attack(port: int, ended: threading.Event) -> Outcomes:
    """Ask until the event is set; then nobody waits for what is not answered."""
    _publish()
    outcomes, lock = Counter[str](), threading.Lock()

    def client(number: int) -> None:
        turn = number
        while not ended.is_set():
            told = _ask(port, number, turn)
            with lock:
                outcomes[told] += 1
            turn += 1
            ended.wait(PAUSE_S)

    for number in range(CLIENTS):
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


def _ask(port: int, number: int, turn: int) -> str:
    """Ask for one file and return the outcome."""
    path = f"/tableaux-de-bord/{SLUG}/imprimer/?{_FILES[turn % len(_FILES)]}"
    source = _SHARED if number % 2 else f"127.0.2.{number + 1}"
    seconds = _HURRIED_S if number % 3 == 0 else _PATIENT_S
    try:
        with closing(Connection(port, source=source, seconds=seconds)) as connection:
            return str(connection.get(path, User_Agent="bench").status)
    except TimeoutError:
        return "hung up"
    except OSError as error:
        return type(error).__name__
