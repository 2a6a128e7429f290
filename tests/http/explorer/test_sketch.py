"""Pictures without script pass the same door as lists: a layer in its style, a feature among those around it."""

from __future__ import annotations

import re

import pytest

from layers.models import Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES, SQUARES
from tests.people import PLANNER, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, World

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


@pytest.mark.parametrize(("person", "is_seen"), [(PLANNER, True), (TOWN_AGENT, False)], ids=["all", "part"])
def test_a_sheet_shows_around_its_feature_only_rows_that_are_read(
    styled: World, person: Person, is_seen: bool
) -> None:
    border, (_middle, latitude) = SQUARES[BOULOGNE][0], MIDDLES[MEUDON]
    own = factories.playground("De ce cote", at=(border - 0.0005, latitude), etat="ouvert")
    factories.playground("De l’autre", at=(border + 0.0005, latitude), etat="ferme")
    found = figure(f"/catalogue/{PLAYGROUNDS}/{own.pk}/", person)
    assert ("hue-c-wine" in found) == is_seen
    assert f"objet={PLAYGROUNDS}/{own.pk}" in found
