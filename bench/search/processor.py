"""What a search takes of the processor of the process that answers, whoever shares the cores with it.

Requests go through the whole chain of the portal, in this process. Sentences are understood alone, too, among the words
of the five hundred layers: once these are remembered, and when one of them has just been written to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median, quantiles

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.measures import Figure
from bench.search import seed as rows
from bench.search.catalogue import tables
from explorer.question.queries import understood
from layers.visitor import Visitor

_BOUND_MS, _TURNS = 50.0, 15
_NAME = rows.NAMES[77]
_VISITOR = Visitor(instant=timezone.now())
SENTENCES = (
    "gymnases à moins de 300 m d’une piscine à Meudon",
    "gymnase : couche n° 120 à moins de 500 m d’une piscine à Sèvres",
    "bornes à Meudon",
    "écoles sans parc à moins de 200 m",
    "marchés près d’une station, Issy ou Meudon",
    "théâtres loin d’une crèche",
    "piscinnes à moins de 1 km d’un stade",
)
_REQUESTS = {
    "a name": (f"gymnase de {_NAME}", _NAME),
    "a fault": (f"gymnse {_NAME}", "meudn", "remarcable"),
    "a sentence": SENTENCES,
}


def processor() -> list[Figure]:
    """Measure suggestions, pages of results, and the understanding of a sentence."""
    if not all(understood(_VISITOR, text).is_question for text in SENTENCES):
        raise SystemExit("bench: a sentence is not understood")
    client, found = Client(SERVER_NAME="127.0.0.1"), []
    for what, address in (("Suggestions", "/recherche/suggestions/"), ("Page", "/recherche/")):
        for kind, texts in _REQUESTS.items():
            told, is_met = _worded(_times([partial(_answered, client, address, text) for text in texts]))
            found.append(Figure(f"{what}, processor: {kind}", f"p95 ≤ {_BOUND_MS:g} ms", told, is_met))
    return [*found, *_understanding()]


def _answered(client: Client, address: str, text: str) -> None:
    status = client.get(address, {"q": text}).status_code
    if status != 200:
        raise RuntimeError(f"bench: {address} answers {status} to « {text} »")


def _understanding() -> list[Figure]:
    told, is_met = _worded(_times([partial(understood, _VISITOR, text) for text in SENTENCES]))
    after = []
    for _turn in range(_TURNS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT layers_bump_version(%s)", [next(iter(tables()))])
        after.append(_taken(partial(understood, _VISITOR, SENTENCES[0])))
    return [
        Figure("A sentence understood, processor", f"p95 ≤ {_BOUND_MS:g} ms", told, is_met),
        Figure("… just after a write to a layer", "", f"{median(after):.1f} ms, at most {max(after):.1f}"),
    ]


def _times(asked: Sequence[Callable[[], object]]) -> list[float]:
    """Return the milliseconds of processor of each, in turn, once the words are remembered."""
    for ask in [*asked, *asked]:
        ask()
    return [_taken(ask) for _turn in range(_TURNS) for ask in asked]


def _taken(ask: Callable[[], object]) -> float:
    started = time.process_time()
    ask()
    return (time.process_time() - started) * 1000


def _worded(times: list[float]) -> tuple[str, bool]:
    high = quantiles(times, n=20)[18]
    return f"{median(times):.1f} ms, p95 {high:.1f}, at most {max(times):.1f}", high <= _BOUND_MS
