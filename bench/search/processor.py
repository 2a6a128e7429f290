"""What a search takes of the processor, whoever shares the cores: of the process that answers, and of its database.

Requests go through the whole chain of the portal, in this process, prepared as that of a site. Sentences are understood
alone, too, among the words of the five hundred layers: once these are remembered, and when one of them has just been
written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.figures import Figure
from bench.processor_times import TURNS, processor_figure, processor_ms
from bench.search.catalogue import tables
from bench.search.questions import QUESTIONS, SENTENCES
from explorer.natural_language.queries import understood
from gisportal.warm_up import warm_up
from layers.visitor import Visitor

_VISITOR = Visitor(instant=timezone.now())


def processor() -> Iterator[Figure]:
    """Measure suggestions, pages of results, and the understanding of a sentence."""
    warm_up()
    if not all(understood(_VISITOR, text).is_question for text in SENTENCES):
        raise SystemExit("bench: a sentence is not understood")
    client = Client(SERVER_NAME="127.0.0.1")
    for what, address in (("Suggestions", "/recherche/suggestions/"), ("Page", "/recherche/")):
        for kind, texts in {**QUESTIONS, "a sentence": SENTENCES}.items():
            asked = [partial(_answered, client, address, text) for text in texts]
            yield processor_figure(f"{what}, processor: {kind}", asked)
    yield from _understanding()


def _answered(client: Client, address: str, text: str) -> None:
    status = client.get(address, {"q": text}).status_code
    if status != 200:
        raise RuntimeError(f"bench: {address} answers {status} to « {text} »")


def _understanding() -> list[Figure]:
    after = []
    for _turn in range(TURNS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT layers_bump_version(%s)", [next(iter(tables()))])
        after.append(processor_ms(partial(understood, _VISITOR, SENTENCES[0])))
    return [
        processor_figure(
            "A sentence understood, processor", [partial(understood, _VISITOR, text) for text in SENTENCES]
        ),
        Figure("… just after a write to a layer", "", f"{median(after):.1f} ms, at most {max(after):.1f}"),
    ]
