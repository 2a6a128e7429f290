"""What people choose on the map finds the rows they mean, hostile texts included."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from explorer.map_state.parsing import parse_map
from explorer.map_state.queries import layer_query
from layers import access
from layers.visitor import Visitor
from tests import factories
from tests.factories import BOULOGNE, MIDDLES

TREES = "arbres-remarquables"
HOSTILE = ["'); DROP TABLE layers_layer; --", "\\", "%_%", "''", '"', "N') OR (1=1", "CASEI(x)"]


def names(**own: str | list[str]) -> set[str]:
    """Return the names of the trees that answer the values asked of the layer's fields."""
    asked = {f"{TREES}.{name}": [value] if isinstance(value, str) else value for name, value in own.items()}
    scope = access.scope(Visitor(instant=timezone.now()), TREES)
    found = layer_query(scope, parse_map(asked)).selection.queryset
    return set(found.values_list("nom_vernaculaire", flat=True))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_value_is_only_a_value(catalogue: object, text: str) -> None:
    factories.tree("Voulu", genre=text)
    factories.tree("Autre", genre="Cedrus")
    assert names(genre=text) == {"Voulu"}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_looked_for_as_it_is(catalogue: object, text: str) -> None:
    factories.tree(f"Le {text} voulu")
    factories.tree("Autre")
    assert names(nom_vernaculaire=text) == {f"Le {text} voulu"}


def test_several_values_are_an_or(catalogue: object) -> None:
    with factories.in_bulk():
        for genus in ("Cedrus", "Acer", "Tilia"):
            factories.tree(genus, genre=genus)
    assert names(genre=["Cedrus", "Acer"]) == {"Cedrus", "Acer"}


def test_two_fields_are_an_and(catalogue: object) -> None:
    factories.tree("Grand", genre="Cedrus", hauteur=30)
    factories.tree("Petit", genre="Cedrus", hauteur=5)
    assert names(genre="Cedrus", hauteur="20..") == {"Grand"}


def test_a_range_holds_both_its_ends(catalogue: object) -> None:
    with factories.in_bulk():
        for height in (9, 10, 20, 21):
            factories.tree(str(height), hauteur=height)
    assert names(hauteur="10..20") == {"10", "20"}


def test_not_filled_in_finds_empty_texts_and_missing_values(catalogue: object) -> None:
    factories.tree("Sans", genre="", hauteur=None)
    factories.tree("Avec", genre="Cedrus", hauteur=12)
    assert (names(genre="-"), names(hauteur="-")) == ({"Sans"}, {"Sans"})


def test_a_day_is_in_the_range_that_ends_with_it(catalogue: object) -> None:
    factories.tree("Ce jour", date_plantation=dt.date(1900, 3, 1))
    assert names(date_plantation="1900-03-01..1900-03-01") == {"Ce jour"}


def test_a_combination_keeps_what_is_asked_of_the_other_layer(catalogue: object) -> None:
    factories.zone("N", typezone="N")
    factories.tree("Dedans")
    factories.tree("Dehors", at=MIDDLES[BOULOGNE])
    scope = access.scope(Visitor(instant=timezone.now()), TREES)
    asked = {f"{TREES}.touching": ["plui-zones*"], "plui-zones.typezone": ["N"]}
    assert layer_query(scope, parse_map(asked)).selection.count() == 1
    assert layer_query(scope, parse_map(asked | {"plui-zones.typezone": ["U"]})).selection.count() == 0
