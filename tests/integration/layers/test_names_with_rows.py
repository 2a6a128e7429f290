"""The entries of a menu are written in one statement for many visitors, and read with the rights of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission
from pytest_django import DjangoAssertNumQueries

from gisportal.accounts.access import managed_groups
from layers.access import NamedRows, editing_grants, fed_layers, holding, names_with_rows
from layers.models import Grant
from layers.visitor import Visitor
from tests.instants import MIDNIGHT
from tests.people import EVERYBODY, GARDENER, MANAGER, OUTSIDER, PLANNER, TOWN_AGENT
from tests.world import PLAYGROUNDS, World, grant

ENTRIES: tuple[NamedRows, ...] = (
    ("jeux", lambda visitor: [fed_layers(visitor), holding(visitor, "datasets.add_dataset")]),
    ("signalements", lambda visitor: [editing_grants(visitor)]),
    ("gestion", lambda visitor: [managed_groups(visitor)]),
)


def one_by_one(visitor: Visitor) -> set[str]:
    """Return the names by a statement for each queryset."""
    return {name for name, querysets in ENTRIES if any(rows.exists() for rows in querysets(visitor))}


@pytest.fixture
def rights(world: World) -> None:
    """A feeder, an editor, a maker of datasets, a manager; each other account with as many groups has none of that."""
    grant(PLANNER, "arbres-remarquables", can_add=True, can_change=True, can_delete=True)
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name=GARDENER.groups[0]).update(can_change=True)
    OUTSIDER.account().user_permissions.add(Permission.objects.get(codename="add_dataset"))


def test_each_visitor_has_the_entries_of_their_own_rights(rights: None) -> None:
    visitors = {str(person): person.visitor() for person in EVERYBODY}
    assert {name: names_with_rows(each, ENTRIES) for name, each in visitors.items()} == {
        name: one_by_one(each) for name, each in visitors.items()
    }
    menus = {str(person): names_with_rows(person.visitor(), ENTRIES) for person in (PLANNER, GARDENER)}
    assert menus == {str(PLANNER): {"jeux", "signalements"}, str(GARDENER): {"signalements"}}
    assert names_with_rows(OUTSIDER.visitor(), ENTRIES) == {"jeux"}
    assert names_with_rows(MANAGER.visitor(), ENTRIES) == {"gestion"}


def test_a_grant_counts_at_the_instant_of_who_asks(rights: None) -> None:
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(valid_until=MIDNIGHT)
    before, after = (
        replace(PLANNER.visitor(), instant=instant)
        for instant in (MIDNIGHT - dt.timedelta(seconds=1), MIDNIGHT)
    )
    assert names_with_rows(before, ENTRIES) == {"jeux", "signalements"}
    assert names_with_rows(after, ENTRIES) == set()


def test_who_may_only_read_edits_nothing(rights: None) -> None:
    assert "signalements" not in names_with_rows(PLANNER.visitor(may_write=False), ENTRIES)


def test_somebody_of_several_groups_has_the_rights_of_each(rights: None) -> None:
    both = TOWN_AGENT.visitor().groups | PLANNER.visitor().groups
    assert names_with_rows(replace(TOWN_AGENT.visitor(), groups=both), ENTRIES) == {"jeux", "signalements"}
    assert names_with_rows(replace(TOWN_AGENT.visitor(), groups=frozenset()), ENTRIES) == set()


def test_the_entries_are_one_statement(
    rights: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visitor = PLANNER.visitor()
    with django_assert_num_queries(1):
        names_with_rows(visitor, ENTRIES)
