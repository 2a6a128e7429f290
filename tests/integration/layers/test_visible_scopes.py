"""The scopes of all layers are built once for each set of rights, and are never those of rights that have changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from layers import access, registry
from layers.access import Scope
from layers.models import Grant, Layer, ProtectedField
from layers.visitor import Visitor
from tests import factories
from tests.people import OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person, of_each_right
from tests.world import PLAYGROUNDS, TREES, World, grant, protect

BUILDING = import_module("layers.access.scopes")  # a function of the package has its name
HOUR = dt.timedelta(hours=1)


def words(scope: Scope) -> tuple[object, ...]:
    """Return what a scope says, its rows by the statement that reads them."""
    flags = (scope.can_download, scope.can_change, scope.can_publish, scope.is_public, scope.has_every_row)
    row = (scope.layer.title, scope.layer.state, scope.layer.theme.title, scope.layer.style)
    return (scope.slug, scope.key, scope.version, scope.readable_names, flags, row, str(scope.queryset.query))


def seen(visitor: Visitor) -> list[tuple[object, ...]]:
    return [words(scope) for scope in access.visible(visitor)]


def built_now(visitor: Visitor) -> list[tuple[object, ...]]:
    return [words(scope) for scope in access.visible(visitor, registry.definitions())]


WRITES: dict[str, Callable[[World], object]] = {
    "right": lambda _world: grant(OUTSIDER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True),
    "rows of a right": lambda _world: Grant.objects.update(rows="commune = '92012'"),
    "right removed": lambda _world: Grant.objects.all().delete(),
    "protected field": lambda _world: protect(TREES, "nom_vernaculaire", PLANNER),
    "field no more protected": lambda _world: ProtectedField.objects.all().delete(),
    "group removed": lambda _world: Group.objects.get(name="Urbanisme").delete(),
    "withdrawal": lambda _world: Layer.objects.filter(slug=TREES).update(state="archived"),
    "text": lambda _world: Layer.objects.filter(slug=TREES).update(title="Arbres choisis"),
    "row": lambda _world: factories.tree("Tilleul"),
}


@pytest.mark.parametrize("name", WRITES)
def test_scopes_after_a_write_are_those_that_would_be_built(world: World, name: str) -> None:
    visitors = [person.visitor() for person in of_each_right()]
    visitors += [person.visitor(portal="92048") for person in (PUBLIC, TOWN_AGENT)]
    before = [seen(visitor) for visitor in visitors]
    WRITES[name](world)
    after = [seen(visitor) for visitor in visitors]
    assert after == [built_now(visitor) for visitor in visitors]
    assert after != before


@pytest.mark.parametrize(
    ("shift", "is_seen"), [(-HOUR, False), (0 * HOUR, True), (HOUR, True), (2 * HOUR, False)]
)
def test_a_right_begins_and_ends_at_its_instants(world: World, shift: dt.timedelta, is_seen: bool) -> None:
    start = timezone.now() + 10 * HOUR
    grant(OUTSIDER, PLAYGROUNDS, valid_from=start, valid_until=start + 2 * HOUR)
    access.visible(OUTSIDER.visitor())
    scopes_then = access.visible(OUTSIDER.visitor(instant=start + shift))
    assert (PLAYGROUNDS in {scope.slug for scope in scopes_then}) == is_seen


@pytest.mark.parametrize("person", [PUBLIC, PLANNER], ids=str)
def test_scopes_of_the_same_rights_are_built_once(
    world: World, person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    visitor = person.visitor()
    slugs = [scope.slug for scope in access.visible(visitor)]
    list(registry.definitions())
    with patch.object(BUILDING, "layer_scope", side_effect=AssertionError):
        assert [scope.slug for scope in access.visible(person.visitor())] == slugs
    with django_assert_num_queries(2):  # the datasets online, the numbers of what was written
        access.visible(visitor)


def test_a_scope_reads_the_rows_of_now(world: World) -> None:
    visitor = PLANNER.visitor()
    counts = []
    for _time in range(2):
        trees = next(scope for scope in access.visible(visitor) if scope.slug == TREES)
        counts.append(len(trees.queryset))
        factories.tree("Tilleul")
    assert counts[1] == counts[0] + 1


def test_a_change_of_a_catalogue_row_in_memory_stays_in_its_request(world: World) -> None:
    first, second = (access.visible(PUBLIC.visitor())[0] for _time in range(2))
    first.layer.title = "changée"
    assert second.layer.title != "changée"
    assert access.visible(PUBLIC.visitor())[0].layer.title != "changée"


def test_rights_that_were_rolled_back_are_not_remembered(world: World) -> None:
    visitor = OUTSIDER.visitor()
    with transaction.atomic():
        grant(OUTSIDER, PLAYGROUNDS)
        assert PLAYGROUNDS in {scope.slug for scope in access.visible(visitor)}
        transaction.set_rollback(True)
    Layer.objects.filter(slug=TREES).update(title="Arbres choisis")
    assert PLAYGROUNDS not in {scope.slug for scope in access.visible(visitor)}
