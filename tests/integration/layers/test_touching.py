"""Layers combined by space: the answer is what one would find by measuring, and rights hold on both layers."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone
from pyproj import Geod

from heritage.models import HeritageBuilding, RemarkableTree
from layers import access, queries
from layers.errors import InvalidFilter, InvalidParameter, UnknownFeature, UnknownLayer
from layers.models import Layer
from layers.parsing import parse_query
from layers.queries import Selection
from layers.sql.spatial_joins import SpatialJoin
from layers.visitor import Visitor
from tests import factories
from tests.people import ADMINISTRATOR, GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import items
from tests.world import PLAYGROUNDS, TREES, ZONES, World

BUILDINGS = "batiments-patrimoniaux"
pytestmark = pytest.mark.django_db


def ask(slug: str, *touching: str, person: Person = PUBLIC) -> Selection:
    groups = (
        frozenset()
        if person.is_anonymous
        else frozenset(person.account().groups.values_list("pk", flat=True))
    )
    visitor = Visitor(
        instant=timezone.now(),
        user_id=None if person.is_anonymous else 1,
        groups=groups,
        is_administrator=person.is_administrator,
    )
    return queries.select(access.scope(visitor, slug), parse_query({"touching": list(touching)}))


def public() -> Visitor:
    return Visitor(instant=timezone.now())


def found(slug: str, *touching: str, person: Person = PUBLIC) -> set[int]:
    return set(ask(slug, *touching, person=person).queryset.values_list("pk", flat=True))


def test_distance_is_that_of_the_spheroid(catalogue: object) -> None:
    chance = random.Random(7)
    places = [(chance.uniform(2.181, 2.239), chance.uniform(48.801, 48.819)) for _ in range(120)]
    with factories.in_bulk():
        for place in places[:100]:
            factories.tree(at=place)
    for number, place in enumerate(places[100:]):
        HeritageBuilding.objects.create(denomination=f"Maison {number}", geom=factories.point(*place))
    geod = Geod(ellps="WGS84")
    buildings = [building.geom for building in HeritageBuilding.objects.all()]
    expected = {
        tree.pk
        for tree in RemarkableTree.objects.all()
        if min(geod.inv(tree.geom.x, tree.geom.y, b.x, b.y)[2] for b in buildings) <= 300
    }
    assert 10 < len(expected) < 90
    assert found(TREES, f"{BUILDINGS}@300") == expected


@pytest.mark.parametrize("is_disjoint", [False, True])
def test_no_row_is_near_a_layer_of_which_none_is_read(world: World, is_disjoint: bool) -> None:
    nothing = HeritageBuilding.objects.none()
    join = SpatialJoin(
        RemarkableTree, nothing, 300, parameter="touching", is_disjoint=is_disjoint, from_other_layer=False
    )
    every_tree = RemarkableTree.objects.count()
    assert RemarkableTree.objects.filter(join).count() == (every_tree if is_disjoint else 0)


def test_points_inside_surfaces_touch_them(world: World) -> None:
    inside = factories.tree(at=(2.21, 48.81))
    factories.tree(at=(2.202, 48.802))
    assert found(TREES, f"{ZONES}/{world.zones['UMeudon'].pk}") & {inside.pk} == {inside.pk}
    assert found(TREES, ZONES) == found(TREES, f"{ZONES}?id > 0")


def test_conditions_add_up(world: World) -> None:
    meudon, border = world.zones["UMeudon"].pk, world.zones["UFrontiere"].pk
    factories.tree("Frontalier", at=(2.215, 48.81))
    both = found(TREES, f"{ZONES}/{meudon}", f"{ZONES}/{border}")
    assert both == set(
        RemarkableTree.objects.filter(nom_vernaculaire="Frontalier").values_list("pk", flat=True)
    )


def test_filter_narrows_the_other_layer(world: World) -> None:
    near = found(TREES, f"{ZONES}@5000?id = {world.zones['USevres'].pk}")
    assert near == found(TREES, f"{ZONES}/{world.zones['USevres'].pk}@5000")


def test_hidden_layer_reads_like_an_unknown_one(world: World) -> None:
    with pytest.raises(UnknownLayer):
        ask(TREES, f"{PLAYGROUNDS}@300")


def test_hidden_rows_of_the_other_layer_are_not_there(world: World) -> None:
    far = world.playgrounds["Jeux-Pont"].pk
    with pytest.raises(UnknownFeature):
        ask(TREES, f"{PLAYGROUNDS}/{far}@300", person=TOWN_AGENT)
    assert found(TREES, f"{PLAYGROUNDS}@300", person=TOWN_AGENT) < found(
        TREES, f"{PLAYGROUNDS}@300", person=ADMINISTRATOR
    )


def test_hidden_field_of_the_other_layer_cannot_be_filtered_on(world: World) -> None:
    with pytest.raises(InvalidFilter):
        ask(ZONES, f"{TREES}?matricule LIKE 'M%'")
    assert found(ZONES, f"{TREES}?matricule LIKE 'M%'", person=GARDENER)


def test_answer_is_as_private_as_the_most_private_layer(world: World) -> None:
    selection = ask(TREES, f"{PLAYGROUNDS}@300", person=PLANNER)
    assert not selection.scope.is_public
    assert selection.scope.key != ask(TREES, person=PLANNER).scope.key
    assert "private" in items(TREES, {"touching": f"{PLAYGROUNDS}@300"}, PLANNER).headers["Cache-Control"]


def test_what_is_far_from_a_hidden_layer_is_not_told(world: World) -> None:
    with pytest.raises(UnknownLayer):
        queries.select(access.scope(public(), TREES), parse_query({"disjoint": [f"{PLAYGROUNDS}@300"]}))


def test_answer_far_from_a_layer_is_as_private_and_as_fresh_as_it(world: World) -> None:
    answer = items(TREES, {"disjoint": f"{PLAYGROUNDS}@300"}, PLANNER)
    assert "private" in answer.headers["Cache-Control"]
    before = queries.select(access.scope(public(), TREES), parse_query({"disjoint": [ZONES]})).version
    factories.zone("UNouvelle", geom=factories.box(2.19, 48.805, 2.195, 48.81))
    after = queries.select(access.scope(public(), TREES), parse_query({"disjoint": [ZONES]})).version
    assert after > before


def test_everything_but_what_is_near_a_feature_is_far_from_it(world: World) -> None:
    one = f"{ZONES}/{world.zones['USevres'].pk}@100"
    far = set(
        queries.select(access.scope(public(), ZONES), parse_query({"disjoint": [one]})).queryset.values_list(
            "pk", flat=True
        )
    )
    assert far == {zone.pk for zone in world.zones.values()} - found(ZONES, one) != set()


def test_change_of_the_other_layer_is_a_new_version(world: World) -> None:
    before = ask(TREES, ZONES).version
    factories.zone("UNouvelle", geom=factories.box(2.19, 48.805, 2.195, 48.81))
    assert ask(TREES, ZONES).version > before


@pytest.mark.parametrize(
    "text", ["", "Zones", "plui-zones@", "plui-zones@1e9", "plui-zones/1?id=1", "plui-zones@100001"]
)
def test_unreadable_question_is_refused(catalogue: object, text: str) -> None:
    with pytest.raises(InvalidParameter) as fault:
        ask(TREES, text)
    assert fault.value.parameter == "touching"


def test_too_many_questions_are_refused(catalogue: object) -> None:
    with pytest.raises(InvalidParameter):
        ask(TREES, *(f"plui-zones@{metres}" for metres in range(1, 7)))


def test_api_names_the_culprit(world: World) -> None:
    answer = items(TREES, {"touching": "inconnue@300"})
    assert (answer.status, "inconnue" in answer.document["detail"]) == (404, True)
    Layer.objects.filter(slug=BUILDINGS).update(visibility="internal")
    assert items(TREES, {"touching": f"{BUILDINGS}@300"}).status == 401
