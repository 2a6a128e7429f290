"""The nearest of a subject around a person, against distances that pyproj measures on the same spheroid."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pyproj import Geod
from pytest_django import Settings

from explorer.map_state.parsing import parse_map
from explorer.nearby.queries import MAX_ROWS, Nearby, nearby
from explorer.sheet.queries import minutes_on_foot
from interface import territory
from layers import access
from layers.models import Commune, Layer
from layers.visitor import Visitor
from tests import factories

GEOD = Geod(ellps="WGS84")
HERE = (2.2080, 48.8180)
TREES, PLAYGROUNDS, STATIONS = "arbres-remarquables", "aires-de-jeux", "bornes-de-recharge"


def look(*, at: tuple[float, float] = HERE, radius: int = 300, portal: str = "", **asked: str) -> Nearby:
    """Look around a place for the trees, unless another subject is asked."""
    visitor = Visitor(instant=timezone.now(), portal=portal)
    given = {"near": f"{at[0]},{at[1]}", "radius": str(radius), "sujet": TREES, "couches": TREES} | asked
    texts = {name: value.split(",") if name == "couches" else [value] for name, value in given.items()}
    query = parse_map({name: values for name, values in texts.items() if any(values)})
    shapes = territory.own(territory.visible_communes(visitor), portal)
    return nearby(access.visible(visitor), shapes, query)


def away(azimuth: float, metres: float) -> tuple[float, float]:
    longitude, latitude, _back = GEOD.fwd(*HERE, azimuth, metres)
    return longitude, latitude


@pytest.fixture
def trees(catalogue: dict[str, Commune]) -> None:
    """Three trees at 100, 352 and 900 m."""
    with factories.in_bulk():
        for name, azimuth, metres in (("Tilleul", 20, 100), ("Orme", 140, 352), ("Frêne", 260, 900)):
            factories.tree(name, at=away(azimuth, metres), hauteur=metres // 50)


def test_the_nearest_come_first_with_what_is_within_the_radius_told_apart(trees: None) -> None:
    found = look()
    assert [(row.title, row.is_inside) for row in found.rows] == [
        ("Tilleul", True),
        ("Orme", False),
        ("Frêne", False),
    ]
    assert [row.metres for row in found.rows] == pytest.approx([100, 352, 900], abs=0.01)
    assert found.inside == 1


def test_an_empty_circle_is_no_dead_end(trees: None) -> None:
    found = look(radius=50)
    assert found.inside == 0
    assert found.first is not None
    assert found.first.title == "Tilleul"
    assert found.point == pytest.approx(away(20, 100), abs=1e-6)


def test_what_the_map_asks_of_the_subject_is_asked_of_the_nearest(trees: None) -> None:
    found = look(**{f"{TREES}.hauteur": "5.."})
    assert [row.title for row in found.rows] == ["Orme", "Frêne"]
    assert found.is_narrowed


def test_more_rows_than_are_shown_are_counted_by_the_layer(catalogue: dict[str, Commune]) -> None:
    with factories.in_bulk():
        for number in range(MAX_ROWS + 3):
            factories.tree(f"Arbre {number}", at=away(number * 15, 20 + number))
    found = look()
    assert len(found.rows) == MAX_ROWS
    assert found.inside == MAX_ROWS + 3


def test_the_way_to_a_surface_ends_at_its_nearest_point(catalogue: dict[str, Commune]) -> None:
    west = HERE[0] + 0.002
    factories.zone("U", geom=factories.box(west, 48.815, west + 0.01, 48.821))
    found = look(sujet="plui-zones", couches="plui-zones")
    assert found.point == pytest.approx((west, HERE[1]), abs=1e-5)


def test_the_place_is_told_by_its_commune_and_outside_by_none(trees: None) -> None:
    assert look().commune == "Meudon"
    far = look(at=(-1.55, 47.21))
    assert far.commune == ""
    assert len(far.rows) == 3


def test_subjects_are_places_that_have_rows_those_that_are_on_first(trees: None) -> None:
    factories.playground("Square", at=HERE)
    assert [scope.slug for scope in look(couches=TREES).subjects] == [TREES, PLAYGROUNDS]
    assert [scope.slug for scope in look(couches=PLAYGROUNDS).subjects] == [PLAYGROUNDS, TREES]


def test_a_hidden_layer_is_no_subject_and_has_no_nearest(trees: None) -> None:
    factories.playground("Square", at=HERE)
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    found = look()
    assert [scope.slug for scope in found.subjects] == [PLAYGROUNDS]
    assert [row.title for row in found.rows] == ["Square"]


def test_a_status_is_told_in_the_gender_of_its_layer(catalogue: dict[str, Commune]) -> None:
    factories.playground("Square", at=HERE, etat="ferme")
    (row,) = look(sujet=PLAYGROUNDS, couches=PLAYGROUNDS).rows
    assert row.status is not None
    assert str(row.status.word) == "Fermée"


def test_the_nearest_whatever_the_radius_are_found_by_an_index(trees: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        look()
    (statement,) = [query["sql"] for query in seen.captured_queries if "<->" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("EXPLAIN " + statement.replace("%", "%%"))
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using remarkabletree_geom_3857" in plan


@pytest.mark.parametrize(("metres", "minutes"), [(0, 1), (352, 6), (3_800, 60), (4_000, None)])
def test_minutes_on_foot_follow_the_detour_of_streets(metres: float, minutes: int | None) -> None:
    assert minutes_on_foot(metres) == minutes


@pytest.mark.parametrize(("radius", "is_near_limit"), [(300, False), (230, True)])
def test_a_row_says_how_sure_its_distance_is(
    catalogue: dict[str, Commune], radius: int, is_near_limit: bool
) -> None:
    factories.tree("Hêtre", at=away(0, 200), precision_position=50)
    (row,) = look(radius=radius).rows
    assert (row.error, row.is_near_limit) == (50, is_near_limit)


@pytest.mark.parametrize(
    ("errors", "is_sure"), [((None, None), True), ((20, None), True), ((20, 20), False), ((None, 45), False)]
)
def test_the_first_is_the_nearest_where_no_error_may_put_another_before_it(
    catalogue: dict[str, Commune], errors: tuple[int | None, int | None], is_sure: bool
) -> None:
    for number, error in enumerate(errors):
        factories.tree(f"Hêtre {number}", at=away(0, 200 + 30 * number), precision_position=error)
    assert look().is_first_sure is is_sure


def test_what_people_look_for_comes_first_whatever_is_on_when_the_map_opens(
    trees: None, settings: Settings
) -> None:
    factories.playground(at=away(90, 50))
    factories.station(at=away(90, 90))
    settings.PORTAL_FIRST_LAYERS = [TREES, PLAYGROUNDS]
    settings.PORTAL_NEARBY_FIRST = [PLAYGROUNDS, STATIONS]

    def offered(**query: str) -> list[str]:
        return [scope.slug for scope in look(**query).subjects]

    usual = f"{TREES},{PLAYGROUNDS}"
    assert offered(couches="") == [PLAYGROUNDS, STATIONS, TREES]
    assert offered(couches=TREES) == [TREES, PLAYGROUNDS, STATIONS], "somebody put it on"
    assert offered(couches=f"{usual},{STATIONS}") == [STATIONS, PLAYGROUNDS, TREES]
