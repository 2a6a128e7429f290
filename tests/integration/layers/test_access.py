"""The door itself: what a scope holds for each visitor, before any protocol asks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from layers import access, registry
from layers.access import Scope
from layers.errors import HiddenLayer, UnknownLayer
from layers.models import Grant, Layer
from layers.visitor import Visitor
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, World, grant, protect


def visitor(person: Person, *, instant: dt.datetime | None = None, portal: str = "") -> Visitor:
    """Return the visitor that the accounts' middleware would build."""
    groups = Group.objects.filter(name__in=person.groups).values_list("pk", flat=True)
    return Visitor(
        instant=instant or timezone.now(),
        user_id=None if person.is_anonymous else 1,
        groups=frozenset(groups),
        is_administrator=person.is_administrator,
        portal=portal,
    )


def scope(person: Person, slug: str = PLAYGROUNDS, **values: object) -> Scope:
    return access.scope(visitor(person, **values), slug)  # type: ignore[arg-type]


@pytest.mark.parametrize("slug", [PLAYGROUNDS])
def test_a_published_hidden_layer_is_worth_credentials(world: World, slug: str) -> None:
    with pytest.raises(HiddenLayer):
        scope(PUBLIC, slug)


@pytest.mark.parametrize(
    ("person", "slug"), [(OUTSIDER, PLAYGROUNDS), (PUBLIC, DRAFT), (PUBLIC, ARCHIVED), (PUBLIC, "x")]
)
def test_any_other_hidden_layer_is_unknown(world: World, person: Person, slug: str) -> None:
    with pytest.raises(UnknownLayer) as caught:
        scope(person, slug)
    assert not isinstance(caught.value, HiddenLayer)


def test_a_layer_without_its_catalogue_row_is_unknown(world: World) -> None:
    Layer.objects.filter(slug=TREES).delete()
    with pytest.raises(UnknownLayer):
        scope(ADMINISTRATOR, TREES)


def test_a_catalogue_row_without_its_definition_is_in_no_list(world: World) -> None:
    Layer.objects.filter(slug=TREES).update(slug="sans-definition")
    assert "sans-definition" not in {found.slug for found in access.visible(visitor(ADMINISTRATOR))}


SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("shift", "is_open"),
    [(-SECOND, False), (0 * SECOND, True), (SECOND, True)],
    ids=["before", "start", "after"],
)
def test_a_grant_begins_at_its_start(world: World, shift: dt.timedelta, is_open: bool) -> None:
    start = timezone.now() + dt.timedelta(days=10)
    Grant.objects.filter(group__name=PARTNER.groups[0]).update(valid_from=start, valid_until=None)
    seen = {found.slug for found in access.visible(visitor(PARTNER, instant=start + shift))}
    assert (PLAYGROUNDS in seen) == is_open


@pytest.mark.parametrize(
    ("shift", "is_open"),
    [(-SECOND, True), (0 * SECOND, False), (SECOND, False)],
    ids=["before", "end", "after"],
)
def test_a_grant_ends_before_its_end(world: World, shift: dt.timedelta, is_open: bool) -> None:
    end = timezone.now() + dt.timedelta(days=10)
    Grant.objects.filter(group__name=PARTNER.groups[0]).update(valid_until=end)
    seen = {found.slug for found in access.visible(visitor(PARTNER, instant=end + shift))}
    assert (PLAYGROUNDS in seen) == is_open


RIGHTS = ("can_download", "can_edit", "can_approve")


def rights(found: Scope) -> tuple[bool, ...]:
    return tuple(getattr(found, right) for right in RIGHTS)


def test_seeing_is_not_editing(world: World) -> None:
    assert rights(scope(PLANNER)) == (True, False, False)


def test_what_is_open_is_downloaded_by_all_and_edited_by_none(world: World) -> None:
    assert rights(scope(PUBLIC, TREES)) == (True, False, False)


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_is_given_apart(world: World, right: str) -> None:
    given = {name: name == right for name in RIGHTS}
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(**given)
    assert dict(zip(RIGHTS, rights(scope(PLANNER)), strict=True)) == given


def test_an_administrator_may_everything(world: World) -> None:
    assert rights(scope(ADMINISTRATOR)) == (True, True, True)


def test_an_expired_grant_gives_no_right_on_an_open_layer(world: World) -> None:
    grant(PARTNER, TREES, can_edit=True, valid_until=timezone.now() - SECOND)
    assert rights(scope(PARTNER, TREES)) == (True, False, False)


def test_only_what_is_readable_may_be_filtered_and_sorted_on(world: World) -> None:
    for person in (PUBLIC, GARDENER):
        found = scope(person, TREES)
        assert set(found.filterable) == {"id", *(field.name for field in found.fields)}


def test_several_groups_read_what_each_reads(world: World) -> None:
    entry = protect(PLAYGROUNDS, "exploitant", PLANNER)
    both = Person("deux", groups=(PLANNER.groups[0], OUTSIDER.groups[0]))
    entry.groups.add(Group.objects.get_or_create(name=OUTSIDER.groups[0])[0])
    assert "exploitant" in scope(both).filterable


def test_a_protected_name_the_layer_does_not_have_changes_nothing(world: World) -> None:
    before = scope(PLANNER)
    protect(PLAYGROUNDS, "champ_disparu")
    assert scope(PLANNER).key == before.key


def test_protection_without_readers_leaves_the_administrator_alone(world: World) -> None:
    protect(PLAYGROUNDS, "horaires")
    seen = ["horaires" in scope(person).filterable for person in (PLANNER, GARDENER, ADMINISTRATOR)]
    assert seen == [False, False, True]


def test_the_same_permissions_have_the_same_key(world: World) -> None:
    again = Person("autre-urbaniste", groups=PLANNER.groups)
    assert scope(PLANNER).key == scope(again).key


def test_every_difference_of_permission_changes_the_key(world: World) -> None:
    keys = [scope(person).key for person in (PLANNER, TOWN_AGENT, GARDENER, ADMINISTRATOR)]
    keys += [scope(PLANNER, portal=MEUDON).key, scope(PLANNER, TREES).key]
    assert len(set(keys)) == len(keys)


def test_what_is_public_is_the_same_for_the_public(world: World) -> None:
    told = {
        str(person): scope(person, TREES).is_public for person in (PUBLIC, PLANNER, GARDENER, ADMINISTRATOR)
    }
    assert told == {str(PUBLIC): True, str(PLANNER): True, str(GARDENER): False, str(ADMINISTRATOR): False}


def test_the_catalogue_keeps_its_order(world: World) -> None:
    seen = [found.layer for found in access.visible(visitor(ADMINISTRATOR))]
    assert seen == sorted(seen, key=lambda layer: (layer.theme.rank, layer.title))


def test_every_definition_has_its_row(world: World) -> None:
    seen = {found.slug for found in access.visible(visitor(ADMINISTRATOR))}
    assert seen == {definition.slug for definition in registry.definitions()}


@pytest.mark.parametrize("person", [PUBLIC, TOWN_AGENT, ADMINISTRATOR], ids=str)
def test_the_whole_catalogue_costs_few_queries(world: World, person: Person) -> None:
    asking = visitor(person)
    with CaptureQueriesContext(connection) as queries:
        access.visible(asking)
    assert len(queries) <= 5


def test_one_layer_costs_few_queries(world: World) -> None:
    asking = visitor(TOWN_AGENT)
    with CaptureQueriesContext(connection) as queries:
        access.scope(asking, PLAYGROUNDS)
    assert len(queries) <= 4
