"""How many questions the map and its filters ask the database: pinned, and the same whatever the number of features."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers import access
from layers.visitor import Visitor
from tests import factories

TREES, ZONES = "arbres-remarquables", "plui-zones"
TRANSACTION = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT")
# The address names its layers: the portal's own choice would count them all first.
COUNTS = {
    f"/carte/filtres/{TREES}/?couches={TREES}&champs=": 3,
    # For each field open: the time limit, the values.
    f"/carte/filtres/{TREES}/?couches={TREES}&champs=genre,hauteur": 7,
    f"/carte/filtres/{TREES}/nom_vernaculaire/valeurs/?couches={TREES}&debut=ce": 4,
    f"/carte/emprise/{TREES}/?couches={TREES}&{TREES}.genre=Cedrus": 4,
    # Its own time limit is set before, and again after the reads that have theirs; the rasters are one more, and the
    # numbers that the page is cached under another; one counts all the layers.
    f"/carte/?couches={TREES}&couches={ZONES}&{TREES}.genre=Cedrus": 10,
}


def asked(client: Client, path: str) -> list[str]:
    """Return the statements of a request for a part of the page, transactions left out."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers={"HX-Request": "true"}).status_code == 200
    return [query["sql"] for query in captured if not query["sql"].startswith(TRANSACTION)]


@pytest.mark.parametrize("path", COUNTS)
def test_the_map_asks_a_pinned_number_of_questions(catalogue: object, client: Client, path: str) -> None:
    factories.tree("Un", genre="Cedrus", hauteur=12)
    factories.zone("N")
    access.visible(Visitor(instant=timezone.now()))  # cached until the catalogue is written
    # What the key of a cached page depends on is read once after each write.
    client.get("/catalogue/absente/")
    found = asked(client, path)
    assert len(found) == COUNTS[path], "\n".join(found)


@pytest.mark.parametrize("path", COUNTS)
def test_the_number_of_questions_does_not_grow_with_the_features(
    catalogue: object, client: Client, path: str
) -> None:
    factories.tree("Un", genre="Cedrus", hauteur=12)
    factories.zone("N")
    few = len(asked(client, path))
    with factories.in_bulk():
        for number in range(15):
            factories.tree(f"{number}", genre=f"Genre {number}", hauteur=number + 1)
            factories.zone(f"N{number}", typezone="N")
    assert len(asked(client, path)) <= few  # counts of what did not change are remembered
