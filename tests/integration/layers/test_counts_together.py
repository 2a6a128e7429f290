"""Counts and texts of many layers take one statement, and are those that each layer gives alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from layers import access
from layers.errors import UnknownLayer
from layers.parsing import parse_query
from layers.queries import Selection, are_empty, select, selection_counts, whole_counts
from layers.sql.unions import TextColumns, text_values
from tests.people import PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, ZONES, World

QUESTIONS: list[dict[str, list[str]]] = [
    {},
    {"q": ["cedre"]},
    {"ids": ["0"]},
    {"filter": ["nom_vernaculaire LIKE 'Cedre%'"]},
]


def selections(person: Person, *slugs: str) -> list[Selection]:
    scopes = access.scopes(person.visitor(), slugs)
    return [select(scope, parse_query({})) for scope in scopes]


@pytest.mark.parametrize("person", [PLANNER, TOWN_AGENT], ids=str)
def test_counts_of_several_layers_are_those_of_each(world: World, person: Person) -> None:
    listed = selections(person, PLAYGROUNDS, TREES, ZONES)
    assert selection_counts(listed) == [each.queryset.count() for each in listed]


@pytest.mark.parametrize("person", [PLANNER, TOWN_AGENT], ids=str)
def test_counts_of_whole_layers_are_those_of_each(world: World, person: Person) -> None:
    scopes = access.scopes(person.visitor(), (PLAYGROUNDS, TREES, ZONES))
    counts = [scope.queryset.count() for scope in scopes]
    assert [whole_counts(scopes), whole_counts(scopes)] == [counts, counts]


def test_the_count_of_a_whole_layer_changes_with_it(world: World) -> None:
    whole_counts(access.scopes(PUBLIC.visitor(), (TREES, ZONES)))
    world.trees["Cedre-Meudon"].delete()
    assert whole_counts(access.scopes(PUBLIC.visitor(), (TREES, ZONES))) == [1, 3]


def test_counts_of_several_questions_are_those_of_each(world: World) -> None:
    trees = access.scope(PUBLIC.visitor(), TREES)
    listed = [select(trees, parse_query(question)) for question in QUESTIONS]
    assert selection_counts(listed) == [2, 1, 0, 1]


def test_counts_of_several_layers_take_one_statement_then_none(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listed = selections(PLANNER, PLAYGROUNDS, TREES, ZONES)
    with django_assert_num_queries(1):
        selection_counts(listed)
    with django_assert_num_queries(0):
        selection_counts(listed)


def test_a_count_changes_with_its_layer(world: World) -> None:
    selection_counts(selections(PUBLIC, TREES, ZONES))
    world.trees["Cedre-Meudon"].delete()
    assert selection_counts(selections(PUBLIC, TREES, ZONES)) == [1, 3]


def test_a_layer_whose_rows_are_closed_is_not_counted(world: World) -> None:
    scope = access.scope(PLANNER.visitor(), PLAYGROUNDS)
    closed = select(replace(scope, can_read_rows=False), parse_query({}))
    with pytest.raises(UnknownLayer):
        selection_counts([closed])


def test_whether_layers_are_empty_takes_one_statement(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trees = access.scope(PUBLIC.visitor(), TREES)
    listed = [select(trees, parse_query(question)) for question in QUESTIONS]
    with django_assert_num_queries(1):
        assert are_empty(listed) == [False, False, True, False]


def test_texts_of_several_layers_take_one_statement(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trees, zones = access.scopes(PUBLIC.visitor(), [TREES, ZONES])
    columns = [
        TextColumns(trees.queryset, ("commune_id",), "nom_vernaculaire"),
        TextColumns(zones.queryset, ("typezone", "libelle"), ""),
    ]
    with django_assert_num_queries(1):
        read, others = text_values(columns, most_titles=1)
    assert read.values == (("92012", "92048"),)
    assert [title for _pk, title in read.titles] == [world.trees["Cedre-Meudon"].nom_vernaculaire]
    assert others.values[1] == tuple(sorted(zone.libelle for zone in world.zones.values()))


def test_a_scope_is_read_once_in_a_block_and_its_rows_each_time(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with access.scopes_read_once():
        (first,) = access.scopes(PUBLIC.visitor(), [TREES])
        list(first.queryset)
        visitor = first.visitor
        with django_assert_num_queries(0):
            again = access.scopes_by_slug(visitor, [TREES])[TREES]
        world.trees["Cedre-Meudon"].delete()
        assert len(list(again.queryset)) == 1


def test_a_hidden_layer_stays_hidden_in_a_block(world: World) -> None:
    visitor = PUBLIC.visitor()
    with access.scopes_read_once():
        assert access.scopes_by_slug(visitor, [PLAYGROUNDS, TREES]).keys() == {TREES}
        with pytest.raises(UnknownLayer):
            access.scope(visitor, PLAYGROUNDS)
        assert PLAYGROUNDS in access.scopes_by_slug(PLANNER.visitor(), [PLAYGROUNDS])
