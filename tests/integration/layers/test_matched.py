"""Each answer to ``touching`` comes with the nearest feature of the other layer, and how far it is."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from heritage.models import HeritageBuilding
from layers import access, queries
from layers.errors import InvalidParameter
from layers.parsing import parse_query
from layers.queries import Selection
from tests import factories
from tests.deliveries import bench, dataset, published
from tests.export_files import exported, selection
from tests.factories import MEUDON, box
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, ZONES, World, protect

pytestmark = pytest.mark.django_db

BUILDINGS = "batiments-patrimoniaux"
NEAREST = """
SELECT DISTINCT ON (answer.id) answer.id, other.id, metres
FROM "{answers}" AS answer, "{others}" AS other, LATERAL (
    SELECT CASE WHEN ST_Intersects(answer.geom, other.geom) THEN 0
    ELSE ST_Distance(answer.geom::geography, other.geom::geography) END AS metres
) AS measured
WHERE metres <= %s ORDER BY answer.id, metres, other.id
"""
Found = dict[int, tuple[int, Any]]


def ask(slug: str, person: Person = PUBLIC, portal: str = "", **asked: str | list[str]) -> Selection:
    visitor = person.visitor(portal=portal)
    parameters = {name: [value] if isinstance(value, str) else value for name, value in asked.items()}
    return queries.select(access.scope(visitor, slug), parse_query({"matched": ["true"], **parameters}))


def matched(answers: Selection) -> Found:
    """Return the id and the distance of the first match of each row."""
    (match, *_others) = answers.matches
    return {row["id"]: (row[match.id.name], row[match.distance.name]) for row in answers.page().rows}


def nearest(answers: type[Any], others: type[Any], metres: float) -> Found:
    """Return the same from every pair, compared by PostGIS without index nor bound."""
    sql = NEAREST.format(answers=answers._meta.db_table, others=others._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(sql, [metres])
        return {pk: (other, pytest.approx(far, abs=0.006)) for pk, other, far in cursor.fetchall()}


@pytest.fixture
def scattered(catalogue: object) -> None:
    """Trees and buildings over 4 km by 2, and zones of which some overlap: each has two ids at 0 m."""
    chance = random.Random(11)
    places = [(chance.uniform(2.181, 2.239), chance.uniform(48.801, 48.819)) for _ in range(200)]
    with factories.in_bulk():
        for place in places[:90]:
            factories.tree(at=place)
    for number, place in enumerate(places[90:130]):
        HeritageBuilding.objects.create(denomination=f"Maison {number}", geom=factories.point(*place))
    with factories.in_bulk():
        for number, (x, y) in enumerate(places[130:]):
            width, height = chance.uniform(0.0005, 0.004), chance.uniform(0.0005, 0.002)
            factories.zone(f"U{number}", geom=box(x, y, x + width, y + height))


@pytest.mark.parametrize(
    ("slug", "other", "metres"),
    [(TREES, BUILDINGS, 250), (TREES, ZONES, 300), (ZONES, TREES, 150), (ZONES, BUILDINGS, 2_000)],
)
def test_matched_object_is_the_nearest_of_all_on_the_spheroid(
    scattered: None, slug: str, other: str, metres: int
) -> None:
    answers = ask(slug, touching=f"{other}@{metres}")
    models = (answers.scope.definition.model, answers.matches[0].other.definition.model)
    expected = nearest(*models, metres)
    assert len(expected) > 10
    assert matched(answers) == expected


def test_matched_object_of_what_touches_is_at_no_distance(scattered: None) -> None:
    answers = ask(TREES, touching=ZONES)
    models = (answers.scope.definition.model, answers.matches[0].other.definition.model)
    assert matched(answers) == nearest(*models, 0) != {}


def test_filter_of_the_other_layer_chooses_the_matched_object(scattered: None) -> None:
    few = HeritageBuilding.objects.order_by("-pk")[:3].values_list("pk", flat=True)
    found = matched(ask(TREES, touching=f"{BUILDINGS}@1500?id IN ({','.join(map(str, few))})"))
    assert {other for other, _metres in found.values()} <= set(few)


def test_one_feature_is_the_matched_object_of_what_is_near_it(scattered: None) -> None:
    pk = HeritageBuilding.objects.order_by("pk").values_list("pk", flat=True)[0]
    found = matched(ask(TREES, touching=f"{BUILDINGS}/{pk}@1500"))
    assert {other for other, _metres in found.values()} == {pk}


@pytest.mark.parametrize("sign", ["", "-"])
def test_pages_by_distance_hold_every_row_once(scattered: None, sign: str) -> None:
    asked = {"touching": f"{BUILDINGS}@400", "sortby": f"{sign}batiments_patrimoniaux_distance", "limit": "7"}
    page = ask(TREES, **asked).page()
    rows = page.rows
    while page.next:
        page = ask(TREES, **asked, cursor=page.next).page()
        rows += page.rows
    metres = [row["batiments_patrimoniaux_distance"] for row in rows]
    assert len({row["id"] for row in rows}) == len(rows) == ask(TREES, **asked).count()
    assert metres == sorted(metres, reverse=bool(sign))


def test_the_first_rows_by_distance_are_the_nearest(scattered: None) -> None:
    parameters = {"touching": f"{BUILDINGS}@400"}
    metres = {pk: far for pk, (_other, far) in matched(ask(TREES, **parameters)).items()}
    nearest_rows = sorted(metres, key=lambda pk: (metres[pk], pk))[:3]
    first = ask(TREES, **parameters, top="_distance:3")
    assert sorted(row["id"] for row in first.page().rows) == sorted(nearest_rows)


def test_the_first_rows_by_distance_need_a_layer_nearby(scattered: None) -> None:
    with pytest.raises(InvalidParameter, match="top=_distance"):
        ask(TREES, touching=BUILDINGS, top="_distance:3")


def test_hidden_rows_of_the_other_layer_are_never_matched(world: World) -> None:
    inside = {world.playgrounds[name].pk for name in ("Jeux-Val", "Jeux-Bruyeres")}
    asked = {"touching": f"{PLAYGROUNDS}@100000"}
    of_agent = matched(ask(TREES, TOWN_AGENT, **asked))
    of_portal = matched(ask(TREES, PLANNER, MEUDON, **asked))
    everywhere = matched(ask(TREES, PLANNER, **asked))
    assert {other for other, _metres in of_agent.values()} <= inside
    assert {other for other, _metres in of_portal.values()} <= inside
    assert world.playgrounds["Jeux-Pont"].pk in {other for other, _metres in everywhere.values()}


def test_title_that_is_not_read_is_told_by_its_id(world: World) -> None:
    protect(TREES, "nom_vernaculaire", GARDENER)
    (row, *_others) = ask(ZONES, touching=TREES).page().rows
    assert row["arbres_remarquables_voisin"] == str(row["arbres_remarquables_voisin_id"])


@pytest.mark.parametrize(
    ("slug", "title"),
    [
        (TREES, "Arbre remarquable voisin"),
        (ZONES, "Zone du PLUi voisine"),
        ("bancs", "Bancs au plus près"),
    ],
    ids=["masculine", "feminine", "of no gender"],
)
def test_title_of_the_matched_object_agrees_with_its_noun(world: World, slug: str, title: str) -> None:
    published(dataset(), bench())
    (match,) = ask(BUILDINGS, touching=f"{slug}@300").matches
    assert str(match.title.title) == title


def test_layer_asked_twice_has_two_names(world: World) -> None:
    answers = ask(ZONES, touching=[TREES, f"{TREES}@500"])
    names = [field.name for match in answers.matches for field in match.fields]
    titles = [str(field.title) for match in answers.matches for field in match.fields]
    titles_of_objects = [match.title.name for match in answers.matches]
    assert titles_of_objects == ["arbres_remarquables_voisin", "arbres_remarquables_voisin_2"]
    assert len(set(names)) == len(names)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize(
    "extension",
    ["csv", "excel.csv", "xlsx", "geojson", "geojsonl", "gpkg", "shp.zip", "fgb", "kml", "parquet", "gml"],
)
def test_every_file_holds_the_matched_object_and_its_distance(
    scattered: None, tmp_path: Path, extension: str
) -> None:
    asked = {"touching": f"{BUILDINGS}@300", "matched": "true", "properties": "hauteur"}
    rows = exported(TREES, extension, tmp_path, **asked)
    found = set()
    for row in rows:
        names = list(row)
        first = next(at for at, name in enumerate(names) if str(row[name]).startswith("Maison"))
        found.add((row[names[first]], float(str(row[names[first + 1]]).replace(",", "."))))
    assert found == {
        (row["batiments_patrimoniaux_voisin"], row["batiments_patrimoniaux_distance"])
        for row in selection(TREES, **asked).page().rows
    }


def near_building(metres: int, *, tree: int | None, building: int | None, person: Person = PUBLIC) -> Any:
    """Return the row of a tree that is 222 m north of a building, with the error of each position."""
    pk = factories.tree(at=(2.21, 48.812), precision_position=tree).pk
    HeritageBuilding.objects.create(
        denomination="Hangar", geom=factories.point(2.21, 48.81), precision_position=building
    )
    rows = ask(TREES, person, touching=f"{BUILDINGS}@{metres}").page().rows
    return next(row for row in rows if row["id"] == pk)


@pytest.mark.parametrize(
    ("tree", "building", "metres", "error", "is_near_limit"),
    [
        (150, 200, 300, 250, True),  # the squares of independent errors add up
        (3, 4, 300, 5, False),
        (None, 70, 300, 70, False),
        (None, 80, 300, 80, True),
        (None, None, 300, None, None),
        (300, 200, 2_000, 360, False),  # from 100 m on, to ten metres
    ],
)
def test_the_error_of_a_distance_is_that_of_both_positions(
    catalogue: object,
    tree: int | None,
    building: int | None,
    metres: int,
    error: int | None,
    is_near_limit: bool | None,
) -> None:
    row = near_building(metres, tree=tree, building=building)
    assert row["batiments_patrimoniaux_distance"] == pytest.approx(222.4, abs=0.1)
    assert row["batiments_patrimoniaux_incertitude"] == error
    assert row["batiments_patrimoniaux_limite"] is is_near_limit


@pytest.mark.parametrize(("error", "is_near_limit"), [(None, None), (100, False), (150, True)])
def test_a_point_in_a_surface_is_near_its_limit_within_its_error(
    catalogue: object, error: int | None, is_near_limit: bool | None
) -> None:
    factories.zone("N1", geom=box(2.20, 48.80, 2.22, 48.82))
    factories.tree(at=(2.21, 48.8189), precision_position=error)  # 122 m from the north of the zone
    (row,) = ask(TREES, touching=ZONES).page().rows
    assert row["plui_zones_limite"] is is_near_limit
    assert "plui_zones_incertitude" not in row


def test_layers_without_errors_add_no_column(catalogue: object) -> None:
    factories.zone("N1", geom=box(2.20, 48.80, 2.22, 48.82))
    factories.playground(at=(2.21, 48.81))
    names = [field.name for field in ask(PLAYGROUNDS, PLANNER, touching=f"{ZONES}@50").matches[0].fields]
    assert names == ["plui_zones_voisin", "plui_zones_distance", "plui_zones_voisin_id"]


def test_an_error_that_the_visitor_does_not_read_is_not_part_of_the_distance(world: World) -> None:
    protect(BUILDINGS, "precision_position", GARDENER)
    row = near_building(300, tree=30, building=200)
    assert (row["batiments_patrimoniaux_incertitude"], row["batiments_patrimoniaux_limite"]) == (30, False)


def test_files_hold_the_error_and_the_limit(catalogue: object, tmp_path: Path) -> None:
    near_building(300, tree=150, building=200)
    (row,) = exported(TREES, "csv", tmp_path, touching=f"{BUILDINGS}@300", matched="true")
    assert float(row["batiments_patrimoniaux_incertitude"]) == 250
    assert row["batiments_patrimoniaux_limite"] in {"true", True}
