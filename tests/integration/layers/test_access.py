"""The door itself: what a scope holds for each visitor, before any protocol asks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from interface.text import fold
from layers import access, registry
from layers.access import Scope
from layers.aggregates import aggregate
from layers.errors import HiddenLayer, UnknownLayer
from layers.models import Grant, Layer
from layers.parsing import FeatureQuery
from layers.parsing.aggregates import AggregateQuery
from layers.queries import select
from layers.visitor import Visitor
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, ZONES, World, grant, protect
from usage.services import Use, add_uses
from usage.vocabulary import USES


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


RIGHTS = ("can_download", "can_add", "can_change", "can_approve")


def rights(found: Scope) -> tuple[bool, ...]:
    return tuple(getattr(found, right) for right in RIGHTS)


def test_seeing_is_not_editing(world: World) -> None:
    assert rights(scope(PLANNER)) == (True, False, False, False)


def test_what_is_open_is_downloaded_by_all_and_edited_by_none(world: World) -> None:
    assert rights(scope(PUBLIC, TREES)) == (True, False, False, False)


@pytest.mark.parametrize("right", RIGHTS)
def test_each_right_is_given_apart(world: World, right: str) -> None:
    given = {name: name == right for name in RIGHTS}
    Grant.objects.filter(group__name=PLANNER.groups[0]).update(**given)
    assert dict(zip(RIGHTS, rights(scope(PLANNER)), strict=True)) == given


def test_an_administrator_may_everything(world: World) -> None:
    assert rights(scope(ADMINISTRATOR)) == (True, True, True, True)


def test_an_expired_grant_gives_no_right_on_an_open_layer(world: World) -> None:
    grant(PARTNER, TREES, can_add=True, can_change=True, can_delete=True, valid_until=timezone.now() - SECOND)
    assert rights(scope(PARTNER, TREES)) == (True, False, False, False)


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
    assert seen == sorted(seen, key=lambda layer: (layer.theme.rank, fold(layer.title)))


def test_every_definition_has_its_row(world: World) -> None:
    seen = {found.slug for found in access.visible(visitor(ADMINISTRATOR))}
    assert seen == {definition.slug for definition in registry.definitions()}


@pytest.mark.parametrize("person", [PUBLIC, TOWN_AGENT, ADMINISTRATOR], ids=str)
def test_the_whole_catalogue_costs_few_queries(world: World, person: Person) -> None:
    asking = visitor(person)
    with CaptureQueriesContext(connection) as queries:
        access.visible(asking)
    # Counters, datasets, periods of the reader's grants, layers (once for every reader), grants, readers of protected
    # fields, versions of the tables.
    assert len(queries) <= 7


def test_one_layer_costs_few_queries(world: World) -> None:
    asking = visitor(TOWN_AGENT)
    with CaptureQueriesContext(connection) as queries:
        access.scope(asking, PLAYGROUNDS)
    assert len(queries) <= 4


@pytest.fixture
def uses(world: World) -> None:
    """One use of a layer that gardeners feed, and one of a layer that their group produces; one of another."""
    gardeners = Group.objects.get(name="Espaces verts")
    grant(GARDENER, TREES, can_add=True, can_change=True, can_delete=True)
    Layer.objects.filter(slug=PLAYGROUNDS).update(producer=gardeners)
    today = timezone.localdate()
    add_uses(
        {Use(today, "consultation", slug, origin="connecte"): 1 for slug in (TREES, PLAYGROUNDS, ZONES)}, {}
    )
    add_uses({Use(today, "consultation", TREES, portal=MEUDON): 1}, {})


def own(person: Person, *, portal: str = "") -> set[tuple[str, str | None]]:
    rows = access.scope_of_own(visitor(person, portal=portal), USES).queryset
    return set(rows.values_list("couche", "commune_id"))


def test_who_feeds_or_produces_a_layer_reads_the_rows_about_it(uses: None) -> None:
    assert own(GARDENER) == {(TREES, None), (TREES, MEUDON), (PLAYGROUNDS, None)}
    assert own(GARDENER, portal=MEUDON) == {(TREES, MEUDON)}
    assert (ZONES, None) in own(ADMINISTRATOR)


def test_rows_about_own_layers_open_nothing_else_of_their_layer(uses: None) -> None:
    found = access.scope_of_own(visitor(GARDENER), USES)
    assert not (found.can_download or found.can_change or found.can_load or found.is_public)
    with pytest.raises(UnknownLayer):
        scope(GARDENER, USES)


@pytest.mark.parametrize(("person", "slug"), [(PUBLIC, USES), (OUTSIDER, USES), (GARDENER, TREES)])
def test_without_a_layer_of_ones_own_or_a_subject_there_are_no_own_rows(
    uses: None, person: Person, slug: str
) -> None:
    with pytest.raises(UnknownLayer):
        access.scope_of_own(visitor(person), slug)


def test_rows_about_own_layers_go_with_the_layer_that_holds_them(uses: None) -> None:
    Layer.objects.filter(slug=USES).update(state="archived")
    with pytest.raises(UnknownLayer):
        access.scope_of_own(visitor(GARDENER), USES)


def test_a_protected_field_stays_so_in_rows_about_own_layers(uses: None) -> None:
    protect(USES, "nombre", PLANNER)
    assert "nombre" not in access.scope_of_own(visitor(GARDENER), USES).readable_names


@pytest.fixture
def counted(world: World) -> None:
    """The trees are internal, and their statistics open."""
    Layer.objects.filter(slug=TREES).update(visibility="statistics", smallest_count=2)


def test_open_statistics_open_no_row(counted: None) -> None:
    with pytest.raises(HiddenLayer):
        scope(PUBLIC, TREES)
    assert TREES not in {found.slug for found in access.visible(visitor(PUBLIC))}
    told = access.countable_scope(visitor(PUBLIC), TREES)
    assert not (told.can_read_rows or told.is_public or told.relations or told.can_change or told.can_load)
    assert aggregate(select(told, FeatureQuery()), AggregateQuery()).matched == told.queryset.count()
    for listed in (select(told, FeatureQuery()).page, select(told, FeatureQuery()).counted_page):
        with pytest.raises(UnknownLayer):
            listed()


def test_open_statistics_hide_what_is_protected_and_follow_the_portal(counted: None) -> None:
    told = access.countable_scope(visitor(PUBLIC, portal=MEUDON), TREES)
    assert "etat_sanitaire" not in told.readable_names
    assert set(told.queryset.values_list("commune_id", flat=True)) == {MEUDON}


def test_statistics_that_are_open_have_another_key_than_rows(counted: None) -> None:
    grant(PLANNER, TREES)
    (rows,) = access.countable(visitor(PLANNER), [registry.definition(TREES)])
    assert rows.can_read_rows
    assert rows.key != access.countable_scope(visitor(PUBLIC), TREES).key


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_only_a_published_layer_has_open_statistics(counted: None, state: str) -> None:
    Layer.objects.filter(slug=TREES).update(state=state)
    with pytest.raises(UnknownLayer):
        access.countable_scope(visitor(PUBLIC), TREES)


def test_an_internal_layer_without_open_statistics_is_not_counted(world: World) -> None:
    with pytest.raises(UnknownLayer):
        access.countable_scope(visitor(PUBLIC), PLAYGROUNDS)
