"""What the fields of a layer hold, for who chooses among them: never more than the rows that the visitor sees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.aggregates import LayerProfile, profile
from layers.errors import UnknownProperty
from layers.models import Grant, Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import GARDENER, OUTSIDER, PUBLIC, TOWN_AGENT, Person
from tests.selections import selected
from tests.world import PLAYGROUNDS, TREES, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Four trees: two genera and an empty one, heights from 1 to 40 m, three years of planting."""
    rows = (
        ("Cedrus", 1, 2000, MEUDON),
        ("Cedrus", 10, 2001, MEUDON),
        ("Quercus", 40, 2020, BOULOGNE),
        ("", 5, 2020, MEUDON),
    )
    with factories.in_bulk():
        for number, (genre, hauteur, year, at) in enumerate(rows):
            factories.tree(
                f"Arbre {number}",
                at=MIDDLES[at],
                genre=genre,
                hauteur=hauteur,
                date_releve=dt.date(year, 5, 1),
            )


def profiled(slug: str, *names: str, person: Person = PUBLIC, relation: str = "") -> LayerProfile:
    """Return what a person is told of some fields."""
    return profile(selected(slug, person), names, relation=relation)


def test_values_come_most_frequent_first_and_empty_ones_are_none(trees: None) -> None:
    found = profiled(TREES, "genre").of("genre")
    assert (found.values, found.distinct) == ((("Cedrus", 2), ("Quercus", 1)), 2)


def test_numbers_tell_their_lowest_middle_and_highest_value(trees: None) -> None:
    assert profiled(TREES, "hauteur").of("hauteur").ends == ("1", "5", "40")


def test_bins_hold_every_row_with_a_value(trees: None) -> None:
    found = profiled(TREES, "hauteur", "date_releve")
    assert [sum(found.of(name).bins) for name in ("hauteur", "date_releve")] == [4, 4]


def test_dates_tell_their_first_and_last_day(trees: None) -> None:
    ends = profiled(TREES, "date_releve").of("date_releve").ends
    assert (ends[0], ends[-1]) == ("2000-05-01", "2020-05-01")


def test_every_field_is_read_in_one_statement(trees: None) -> None:
    selection = selected(TREES)
    names = [field.name for field in selection.scope.fields]
    with CaptureQueriesContext(connection) as asked:
        profile(selection, names)
    assert len([query for query in asked.captured_queries if "heritage_remarkabletree" in query["sql"]]) == 1


def test_a_layer_without_rows_holds_nothing(catalogue: Any) -> None:
    found = profiled(TREES, "genre", "hauteur", "date_releve")
    assert (found.rows, found.of("hauteur").bins, found.of("genre").values) == (0, (), ())


def test_a_layer_that_suppresses_small_counts_tells_neither_counts_nor_extremes(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=2)
    found = profiled(TREES, "genre", "hauteur")
    assert (found.of("genre").values, found.of("hauteur").ends, found.of("hauteur").bins) == (
        (("Cedrus", None),),
        (),
        (),
    )


def test_too_few_rows_are_not_counted(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=5)
    assert profiled(TREES, "genre").rows is None


def test_examples_are_those_of_the_rows_that_a_grant_gives(world: World) -> None:
    Grant.objects.filter(group__name="Espaces verts").delete()
    values = dict(profiled(PLAYGROUNDS, "nom", person=TOWN_AGENT).of("nom").values)
    assert set(values) == {"Jeux-Val", "Jeux-Bruyeres"}


def test_a_protected_field_is_refused_like_one_that_does_not_exist(world: World) -> None:
    with pytest.raises(UnknownProperty):
        profiled(TREES, "etat_sanitaire", person=OUTSIDER)


def test_a_protected_relation_is_refused_like_one_that_does_not_exist(world: World) -> None:
    with pytest.raises(UnknownProperty):
        profiled(PLAYGROUNDS, "date", person=TOWN_AGENT, relation="inspections")


def test_related_records_tell_their_own_values(world: World) -> None:
    found = profiled(PLAYGROUNDS, "type", "commune", person=GARDENER, relation="inspections")
    assert (found.rows, found.of("type").values) == (3, (("annuel", 3),))
