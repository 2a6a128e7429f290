"""Pictures without script pass the same door as lists: a layer in its style, a feature among those around it."""

from __future__ import annotations

import re
from unittest.mock import Mock

import pytest

from amenities.models import Playground
from explorer.sheet import links, neighbours
from explorer.sketch import feature_picture
from explorer.sketch import queries as sketch_queries
from heritage.models import RemarkableTree
from layers import access
from layers.models import Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES, SQUARES
from tests.people import OUTSIDER, PARTNER, PLANNER, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World

CLASSES = [
    {"value": "ouvert", "title": "Ouvert", "token": "c-leaf"},
    {"value": "ferme", "title": "Fermé", "token": "c-wine"},
]


@pytest.fixture
def styled(world: World) -> World:
    """Playgrounds in categories, of which only one of Boulogne is closed."""
    Layer.objects.filter(slug=PLAYGROUNDS).update(
        style={"field": "etat", "categories": CLASSES, "hides_others": True}
    )
    factories.playground("Ouverte", at=MEUDON, etat="ouvert")
    factories.playground("Fermee", at=BOULOGNE, etat="ferme")
    return world


def figure(address: str, person: Person) -> str:
    """Return the picture of a page with its legend."""
    body = get(address, person, by_basic=False).body
    (found,) = re.findall(r"<figure class=\"(?:preview|sheet-sketch).*?</figure>", body, re.S)
    return str(found)


def test_the_picture_of_a_layer_is_in_its_style_and_tells_its_legend(styled: World) -> None:
    found = figure(f"/catalogue/{PLAYGROUNDS}/", PLANNER)
    assert "hue-c-wine" in found
    assert "État : Ouvert, Fermé" in found


def test_the_picture_of_a_layer_has_no_class_that_only_hidden_rows_are_in(styled: World) -> None:
    found = figure(f"/catalogue/{PLAYGROUNDS}/", TOWN_AGENT)
    assert "hue-c-leaf" in found
    assert "hue-c-wine" not in found
    assert "Fermé" not in found


def test_the_picture_of_a_layer_has_features_of_all_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [factories.playground(f"Aire {number}", at=MEUDON) for number in range(9)]
    Playground.objects.exclude(pk__in=[row.pk for row in rows]).delete()
    monkeypatch.setattr(sketch_queries, "OUTLINES", 3)
    outlined = sketch_queries.outlines(access.scope(PLANNER.visitor(), PLAYGROUNDS))
    assert [one.pk for one in outlined.features] == [rows[0].pk, rows[3].pk, rows[6].pk]
    Playground.objects.all().delete()
    assert not sketch_queries.outlines(access.scope(PLANNER.visitor(), PLAYGROUNDS)).features


def test_a_sheet_shows_around_its_feature_only_rows_that_are_read(styled: World) -> None:
    border, (_middle, latitude) = SQUARES[BOULOGNE][0], MIDDLES[MEUDON]
    own = factories.playground("De ce cote", at=(border - 0.0005, latitude), etat="ouvert")
    factories.playground("De l’autre", at=(border + 0.0005, latitude), etat="ferme")
    address = f"/catalogue/{PLAYGROUNDS}/{own.pk}/"
    # Each reads what is cached of the other.
    for person, is_seen in [(PLANNER, True), (TOWN_AGENT, False), (PLANNER, True)]:
        assert ("hue-c-wine" in figure(address, person)) == is_seen
        body = get(address, person, by_basic=False).body
        assert ("De l’autre" in body) == is_seen
        assert f"objet={PLAYGROUNDS}/{own.pk}" in body


def test_who_reads_the_same_rows_gets_the_same_surroundings_until_they_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = world.trees["Cedre-Meudon"]
    address = f"/catalogue/{TREES}/{tree.pk}/"
    reads = [(feature_picture, "outlines"), (links, "_previous_and_next"), (neighbours, "_measured")]
    spies = [Mock(wraps=getattr(module, read)) for module, read in reads]
    for (module, read), spy in zip(reads, spies, strict=True):
        monkeypatch.setattr(module, read, spy)
    assert figure(address, PARTNER) == figure(address, OUTSIDER)
    # Each also reads the moderated rows of their own around.
    assert [spy.call_count for spy in spies] == [1, 1, 2]
    get(f"{address}voisinage/", OUTSIDER, by_basic=False, **{"HX-Request": "true"})
    assert spies[2].call_count == 2
    RemarkableTree.objects.filter(pk=tree.pk).update(genre="Pinus")
    figure(address, OUTSIDER)
    assert [spy.call_count for spy in spies] == [2, 2, 3]
