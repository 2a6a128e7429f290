"""A withdrawal acts everywhere at once, and what waits is nowhere: every address of the site is asked.

Who adds a route extends this test by it: its parameters take the values of ``VALUES``, or one by their converter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from datasets.models import Dataset
from datasets.publication.subjects import DeliverySubject
from layers.visitor import system_visitor
from publication import services
from publication.models import Submission
from tests.deliveries import bench, dataset, deliver
from tests.examples import is_thorough
from tests.people import OUTSIDER, PUBLIC, Person
from tests.protocols import OF_A_LAYER, OF_THE_CATALOGUE, Answer, get, read, tile_of
from tests.world import World

SLUG, TITLE, ROW = "bancs", "Assises-du-quai", "Banc-du-lavoir"
TILE = tile_of(2.21, 48.81)
ZOOM, COLUMN, ROW_OF_TILE = TILE.split("/")
VALUES = {
    "format": "csv",
    "form": "csv",
    "kind": "csv",
    "extension": "csv",
    "tile": TILE,
    "tiles": TILE,
    "z": ZOOM,
    "zoom": ZOOM,
    "x": COLUMN,
    "column": COLUMN,
    "y": ROW_OF_TILE,
    "row": ROW_OF_TILE,
}
BY_CONVERTER = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "slug": SLUG, "layer": SLUG}
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
SEARCHES = (
    "/recherche/?q=assises",
    "/recherche/?q=lavoir",
    "/recherche/suggestions/?q=assis",
    f"/carte/?couches={SLUG}",
    "/api/collections?f=json",
)
# Beside a file or a page of the layer, what is asked in every state; the others wait for a thorough run.
PEOPLE = (PUBLIC, OUTSIDER) if is_thorough() else (PUBLIC,)


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Yield an address for each route that is written as one, its parameters filled in for the dataset."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if "^" in route or "(" in route:
            continue
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield PARAMETER.sub(_value, route)


def _value(match: re.Match[str]) -> str:
    return VALUES.get(match[2], BY_CONVERTER.get(match[1] or "", SLUG))


def addresses() -> list[str]:
    """Return every address, those that show the dataset when it is online first in a short run."""
    place = {"slug": SLUG, "pk": 1, "photo": 1, "tile": TILE, "row_tile": f"{ZOOM}/{ROW_OF_TILE}/{COLUMN}"}
    asked = {protocol.address.format(**place) for protocol in (*OF_A_LAYER, *OF_THE_CATALOGUE)}
    return sorted({*asked, *SEARCHES, *routes(get_resolver().url_patterns)})


def shown(answer: Answer) -> bool:
    return answer.status < 300 and bool(answer.shows([TITLE, ROW]))


def showing(person: Person, asked: list[str]) -> list[str]:
    return [path for path in asked if shown(get(path, person, by_basic=False))]


@pytest.fixture
def made(world: World, media: object) -> Dataset:
    """An open dataset without anything online, and a delivery that is ready."""
    made = dataset(SLUG)
    made.layer.title = TITLE
    made.layer.save()
    deliver(made, bench("B1", ROW))
    return made


def submitted(made: Dataset) -> Submission:
    delivery = made.deliveries.get()
    return services.submit(subject=DeliverySubject(delivery), visitor=system_visitor())


def test_what_waits_is_nowhere_and_what_is_withdrawn_leaves_every_address(
    made: Dataset, subtests: pytest.Subtests
) -> None:
    every, now = addresses(), timezone.now()
    start, end = now + dt.timedelta(days=1), now + dt.timedelta(days=2)
    few = every if is_thorough() else sorted({*SEARCHES, "/", f"/catalogue/{SLUG}/", "/catalogue/"})

    def nowhere(state: str, asked: list[str]) -> None:
        with subtests.test(state):
            assert [(str(person), path) for person in PEOPLE for path in showing(person, asked)] == []

    nowhere("draft", few)
    submission = submitted(made)
    nowhere("submitted", few)
    services.approve(submission=submission, visitor=system_visitor(), starts_at=start, ends_at=end)
    services.run_due(system_visitor(start - dt.timedelta(minutes=1)))
    nowhere("approved for tomorrow", few)
    services.run_due(system_visitor(start))
    public = showing(PUBLIC, every)
    with subtests.test("online"):
        assert len(public) > 25, public
    tags = {path: tag for path in public if (tag := get(path, by_basic=False).headers.get("ETag"))}
    services.withdraw(submission=submission, visitor=system_visitor(), reason="Erreur")
    nowhere("withdrawn", every if is_thorough() else public)
    with subtests.test("no copy is confirmed"):
        confirmed = [path for path, tag in tags.items() if revalidated(path, tag) == 304]
        assert confirmed == []
    services.publish_directly(subject=DeliverySubject(made.deliveries.get()), visitor=system_visitor())
    with subtests.test("online again, at the same addresses"):
        assert showing(PUBLIC, public) == public
    again = Submission.objects.get(state="online")
    services.move(submission=again, visitor=system_visitor(), ends_at=end)
    services.run_due(system_visitor(end))
    nowhere("ended", every if is_thorough() else public)


def revalidated(path: str, tag: str) -> int:
    client = Client(headers={"host": "localhost", "if-none-match": tag}, raise_request_exception=False)
    return read(client.get(path)).status
