"""What is around a feature, against distances that pyproj measures on the same spheroid."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pyproj import Geod

from amenities.models import Equipment, Inspection, Intervention, Playground
from explorer.sheet.links import steps
from explorer.sheet.neighbours import NEAREST, RADIUS_M, LayerNeighbours, Neighbourhood, neighbours
from heritage.models import RemarkableTree
from layers import access
from layers.models import Commune, Layer
from layers.queries import feature, read_related, related
from layers.visitor import Visitor, system_visitor
from tests import factories
from tests.factories import BOULOGNE, MEUDON, box

GEOD = Geod(ellps="WGS84")
HERE = (2.21, 48.81)
TREES, ZONES, PLAYGROUNDS = "arbres-remarquables", "plui-zones", "aires-de-jeux"


def around(slug: str, pk: int, *, portal: str = "") -> Neighbourhood:
    visitor = Visitor(instant=timezone.now(), portal=portal)
    scope = access.scope(visitor, slug)
    found = neighbours(access.visible(visitor), scope, feature(scope, pk))
    assert found is not None
    return found


def titles(groups: tuple[LayerNeighbours, ...], slug: str) -> list[str]:
    return [row.title for group in groups if group.scope.slug == slug for row in group.rows]


def metres(tree: RemarkableTree) -> float:
    return float(GEOD.inv(*HERE, tree.geom.x, tree.geom.y)[2])


@pytest.fixture
def playground(catalogue: dict[str, Commune]) -> int:
    """A playground at ``HERE``."""
    return factories.playground("Square", at=HERE).pk


@pytest.fixture
def forest(catalogue: dict[str, Commune]) -> list[RemarkableTree]:
    """Two hundred trees in every direction, some beyond the radius."""
    chance = random.Random(4)
    with factories.in_bulk():
        return [
            factories.tree(
                f"Arbre {number}",
                at=(HERE[0] + chance.uniform(-0.009, 0.009), HERE[1] + chance.uniform(-0.006, 0.006)),
            )
            for number in range(200)
        ]


def test_the_nearest_are_those_of_a_brute_force_search(playground: int, forest: list[RemarkableTree]) -> None:
    nearest = sorted(forest, key=metres)[:NEAREST]
    assert titles(around(PLAYGROUNDS, playground).near, TREES) == [tree.nom_vernaculaire for tree in nearest]


def test_distances_are_those_of_the_spheroid(playground: int, forest: list[RemarkableTree]) -> None:
    group = next(g for g in around(PLAYGROUNDS, playground).near if g.scope.slug == TREES)
    expected = [metres(RemarkableTree.objects.get(pk=row.pk)) for row in group.rows]
    assert [row.metres for row in group.rows] == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(("distance", "is_told"), [(RADIUS_M - 1, True), (RADIUS_M + 1, False)])
def test_the_radius_is_kept_to_the_metre(playground: int, distance: float, is_told: bool) -> None:
    longitude, latitude, _back = GEOD.fwd(*HERE, 60, distance)
    factories.tree("Loin", at=(longitude, latitude))
    assert (titles(around(PLAYGROUNDS, playground).near, TREES) == ["Loin"]) is is_told


def test_a_list_that_is_cut_says_so(playground: int, forest: list[RemarkableTree]) -> None:
    assert [g.is_cut for g in around(PLAYGROUNDS, playground).near if g.scope.slug == TREES] == [True]


def test_the_zone_and_the_commune_of_a_point_are_here(playground: int) -> None:
    factories.zone("UMeudon", geom=box(2.205, 48.805, 2.215, 48.815))
    found = around(PLAYGROUNDS, playground).here
    assert (titles(found, ZONES), titles(found, "communes")) == (["UMeudon"], ["Meudon"])


def test_a_point_on_a_border_is_in_both_zones(playground: int) -> None:
    factories.zone("Ouest", geom=box(2.205, 48.805, HERE[0], 48.815))
    factories.zone("Est", geom=box(HERE[0], 48.805, 2.215, 48.815))
    assert titles(around(PLAYGROUNDS, playground).here, ZONES) == ["Est", "Ouest"]


def test_a_prescription_beside_a_zone_is_near_not_here(catalogue: dict[str, Commune]) -> None:
    zone = factories.zone("U", geom=box(2.205, 48.805, 2.210, 48.815))
    factories.zone("Contigue", geom=box(2.210, 48.805, 2.215, 48.815))
    related = around(ZONES, zone.pk)
    assert (titles(related.here, ZONES), titles(related.near, ZONES)) == ([], ["Contigue"])


def test_a_zone_that_goes_a_sliver_into_another_is_near_not_here(catalogue: dict[str, Commune]) -> None:
    zone = factories.zone("U", geom=box(2.205, 48.805, 2.210, 48.815))
    factories.zone("Contigue", geom=box(2.2099995, 48.805, 2.215, 48.815))  # 4 cm
    found = around(ZONES, zone.pk)
    assert (titles(found.here, ZONES), titles(found.near, ZONES)) == ([], ["Contigue"])


def test_a_tree_inside_a_zone_is_told_inside(catalogue: dict[str, Commune]) -> None:
    zone = factories.zone("U", geom=box(2.205, 48.805, 2.215, 48.815))
    factories.tree("Dedans", at=HERE)
    rows = [row for group in around(ZONES, zone.pk).near if group.scope.slug == TREES for row in group.rows]
    assert [(row.title, row.metres, row.is_here) for row in rows] == [("Dedans", 0, True)]


def test_a_feature_is_not_its_own_neighbour(playground: int) -> None:
    assert titles(around(PLAYGROUNDS, playground).near, PLAYGROUNDS) == []


def test_a_hidden_layer_is_not_around(playground: int, forest: list[RemarkableTree]) -> None:
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    assert titles(around(PLAYGROUNDS, playground).near, TREES) == []


def test_the_portal_of_a_commune_looks_at_its_own_alone(catalogue: dict[str, Commune]) -> None:
    east = 2.2199
    square = factories.playground("Square", at=(east, 48.81)).pk
    factories.tree("Meudon", at=(east - 0.001, 48.81))
    factories.tree("Boulogne", at=(2.2205, 48.81))
    shown = {
        portal: set(titles(around(PLAYGROUNDS, square, portal=portal).near, TREES)) for portal in ("", MEUDON)
    }
    assert shown == {"": {"Meudon", "Boulogne"}, MEUDON: {"Meudon"}}


def test_one_statement_reads_all_layers(playground: int, forest: list[RemarkableTree]) -> None:
    visitor = Visitor(instant=timezone.now())
    scopes, scope = access.visible(visitor), access.scope(visitor, PLAYGROUNDS)
    record = feature(scope, playground)
    with CaptureQueriesContext(connection) as seen:
        neighbours(scopes, scope, record)
    located = [each for each in scopes if each.definition.geometry.is_located]
    statements = [query["sql"] for query in seen.captured_queries]
    assert [sql.count("<->") for sql in statements] == [len(located)]


def test_a_statement_is_written_once_for_the_features_of_a_layer(
    catalogue: dict[str, Commune], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own place and its own id in it; a surface is asked for more than a point."""
    trees = [factories.tree(f"Arbre {rank}", at=(2.21 + rank / 100, 48.81)) for rank in range(3)]
    twins = [factories.tree(f"Jumeau {rank}", at=(2.21 + rank / 100, 48.8101)) for rank in range(3)]
    zone = factories.zone("UZ", geom=box(2.2, 48.8, 2.22, 48.82))
    first = around(TREES, trees[0].pk)
    monkeypatch.setattr(SQLCompiler, "get_combinator_sql", None)  # what writes a union
    near = [first, *(around(TREES, tree.pk) for tree in trees[1:])]
    assert [titles(each.near, TREES) for each in near] == [[twin.nom_vernaculaire] for twin in twins]
    assert titles(first.here, ZONES) == ["UZ"]
    monkeypatch.undo()
    assert titles(around(ZONES, zone.pk).near, TREES) == ["Arbre 0", "Arbre 1", "Jumeau 0"]


def test_the_nearest_are_found_by_an_index(playground: int, forest: list[RemarkableTree]) -> None:
    visitor = Visitor(instant=timezone.now())
    scopes, scope = access.visible(visitor), access.scope(visitor, PLAYGROUNDS)
    record = feature(scope, playground)
    with CaptureQueriesContext(connection) as seen:
        neighbours(scopes, scope, record)
    statement = next(
        query["sql"]
        for query in seen.captured_queries
        if "<->" in query["sql"] and "remarkabletree" in query["sql"]
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + statement.rpartition("jit = off; ")[2].replace("%", "%%"))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using remarkabletree_geom_3857" in plan


def test_records_read_in_one_statement_are_those_of_each_relation(playground: int) -> None:
    owner = Playground.objects.get(pk=playground)
    for day in (3, 1, 2):
        Inspection.objects.create(
            playground=owner, type="annuel", date=dt.date(2026, 3, day), resultat="conforme"
        )
        Intervention.objects.create(
            playground=owner, date=dt.date(2026, 4, day), nature="reparation", cout_eur=Decimal("20.10")
        )
    Equipment.objects.create(playground=owner, type="toboggan", hauteur_chute_m=1.1)
    scope = access.scope(system_visitor(), PLAYGROUNDS)
    with CaptureQueriesContext(connection) as seen:
        rows = read_related(scope, owner)
    assert len(seen) == 1
    expected = [(each.relation.name, list(each.records.values())) for each in related(scope, owner)]
    assert [
        (relation.name, [values_of(record) for record in records]) for relation, records in rows
    ] == expected
    assert sum(len(records) for _name, records in expected) == 7


def values_of(record: Model) -> dict[str, object]:
    return {column.attname: getattr(record, column.attname) for column in record._meta.concrete_fields}


def test_steps_follow_the_titles_then_the_ids(catalogue: dict[str, Commune]) -> None:
    with factories.in_bulk():
        first, second, third = (factories.tree(name, at=BOULOGNE) for name in ("Chêne", "Chêne", "Orme"))
    scope = access.scope(Visitor(instant=timezone.now()), TREES)
    found = {tree.pk: steps(scope, feature(scope, tree.pk)) for tree in (first, second, third)}
    led = {
        pk: (around.previous.pk if around.previous else None, around.next.pk if around.next else None)
        for pk, around in found.items()
    }
    assert led == {
        first.pk: (None, second.pk),
        second.pk: (first.pk, third.pk),
        third.pk: (second.pk, None),
    }


def test_a_neighbour_says_how_sure_its_distance_is(catalogue: object) -> None:
    here = factories.tree("Ici", at=(2.21, 48.81), precision_position=30)
    factories.tree("Voisin", at=(2.211, 48.81), precision_position=40)
    factories.playground(at=(2.212, 48.81))
    found = around(TREES, here.pk)
    errors = {row.title: row.error for group in found.near for row in group.rows}
    assert errors == {"Voisin": 50, "Square": 30}
