"""A commune counts its own: what goes deep enough into it, measured by the part inside (ADR 0056)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Polygon
from django.db import connection

from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.vocabulary import GeometryKind
from gisportal.checks import check_commune_thresholds
from layers import registry
from layers.models import Commune
from layers.sql.communes import apply_commune_thresholds
from plui.models import PrescriptionLin, ZoneUrba
from tests import factories
from tests.deliveries import dataset, field, published
from tests.factories import MEUDON, SEVRES, SQUARES, box
from tests.selections import aggregated, selected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("communes")]
METRE = 1 / 111_200  # in degrees of latitude
EAST = METRE / 0.6587  # a metre towards the east at this latitude
SOUTH, NORTH = 48.805, 48.81
BORDER = SQUARES[MEUDON][0]  # between Sèvres, at the west, and Meudon


def zone(west: float, east: float, *, south: float = SOUTH, north: float = NORTH) -> ZoneUrba:
    """Return a zone as the database stored it."""
    created = factories.zone(geom=Polygon.from_bbox((west, south, east, north)))
    created.refresh_from_db()
    return created


def line(*points: tuple[float, float]) -> PrescriptionLin:
    """Return a line as the database stored it."""
    created = factories.prescription_lin("Alignement", LineString(*points, srid=4326))
    created.refresh_from_db()
    return created


def measure(row: ZoneUrba | PrescriptionLin) -> float:
    """Return the area or the length of a row on the spheroid."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT layers_measure(%s::geometry)", [row.geom.ewkt])
        return float(cursor.fetchone()[0])


def total(shares: Mapping[str, float]) -> float:
    return sum(shares.values())


def test_a_surface_inside_a_commune_is_its_own_alone() -> None:
    inside = zone(BORDER + 0.002, BORDER + 0.004)
    assert (inside.communes, inside.commune_id) == ([MEUDON], MEUDON)
    assert inside.commune_shares == {MEUDON: pytest.approx(measure(inside), abs=1e-5)}


@pytest.mark.parametrize(("metres", "communes"), [(0, [MEUDON]), (0.9, [MEUDON]), (1.2, [MEUDON, SEVRES])])
def test_a_surface_answers_to_a_commune_from_a_metre_inside_it(metres: float, communes: list[str]) -> None:
    assert zone(BORDER - metres * EAST, BORDER + 0.004).communes == communes


def test_a_path_narrower_than_a_metre_answers_to_the_commune_it_runs_into() -> None:
    path = zone(BORDER - 0.001, BORDER + 0.002, south=SOUTH, north=SOUTH + 0.5 * METRE)
    assert path.communes == [MEUDON, SEVRES]


def test_a_share_under_the_threshold_is_stored() -> None:
    row = zone(BORDER - 0.5 * EAST, BORDER + 0.004)
    assert row.commune_shares[SEVRES] == pytest.approx(0.5 * 556, rel=0.02)
    assert total(row.commune_shares) == pytest.approx(measure(row), abs=1e-4)


def test_a_small_surface_along_a_border_answers_to_the_commune_that_holds_most_of_it() -> None:
    row = zone(BORDER - 0.2 * EAST, BORDER + 0.3 * EAST, north=SOUTH + METRE)
    assert (row.communes, set(row.commune_shares)) == ([MEUDON], {MEUDON, SEVRES})


def test_what_lies_outside_all_communes_is_a_share_without_a_code() -> None:
    west = SQUARES[SEVRES][0]
    row = zone(west - 0.001, west + 0.001)
    assert row.commune_shares[""] == pytest.approx(measure(row) / 2, rel=1e-3)
    assert total(row.commune_shares) == pytest.approx(measure(row), abs=1e-4)


def test_a_surface_that_only_touches_the_territory_is_in_no_commune() -> None:
    west = SQUARES[SEVRES][0]
    row = zone(west - 0.001, west)
    assert (row.communes, row.commune_id, list(row.commune_shares)) == ([], None, [""])


@pytest.mark.parametrize(("metres", "communes"), [(4.5, [MEUDON]), (5.5, [MEUDON, SEVRES])])
def test_a_line_answers_to_a_commune_from_five_metres_in_it(metres: float, communes: list[str]) -> None:
    row = line((BORDER - metres * EAST, SOUTH), (BORDER + 0.004, SOUTH))
    assert row.communes == communes
    assert row.commune_shares[SEVRES] == pytest.approx(metres, rel=0.02)


def test_a_line_along_a_border_is_shared_between_both_communes() -> None:
    row = line((BORDER, SOUTH), (BORDER, NORTH))
    assert sorted(row.communes) == sorted([MEUDON, SEVRES])
    assert row.commune_shares == {
        code: pytest.approx(measure(row) / 2, rel=1e-6) for code in (MEUDON, SEVRES)
    }


def test_nobody_writes_shares_but_the_database() -> None:
    row = zone(BORDER + 0.002, BORDER + 0.004)
    ZoneUrba.objects.filter(pk=row.pk).update(communes=[SEVRES], commune_shares={SEVRES: 1})
    row.refresh_from_db()
    assert (row.communes, list(row.commune_shares)) == ([MEUDON], [MEUDON])


def test_a_boundary_that_moves_places_surfaces_again() -> None:
    row = zone(BORDER + 0.002, BORDER + 0.004)
    west, south, _east, north = SQUARES[SEVRES]
    Commune.objects.filter(code=MEUDON).update(
        geom=MultiPolygon(Polygon.from_bbox((BORDER + 0.003, south, BORDER + 0.02, north)), srid=4326)
    )
    Commune.objects.filter(code=SEVRES).update(
        geom=MultiPolygon(Polygon.from_bbox((west, south, BORDER + 0.003, north)), srid=4326)
    )
    row.refresh_from_db()
    assert sorted(row.communes) == sorted([MEUDON, SEVRES])
    assert total(row.commune_shares) == pytest.approx(measure(row), abs=1e-4)


def test_a_change_of_the_thresholds_places_surfaces_and_lines_again(settings: object) -> None:
    surface = zone(BORDER - 1.5 * EAST, BORDER + 0.004)
    alignment = line((BORDER - 6 * EAST, SOUTH), (BORDER + 0.004, SOUTH))
    settings.COMMUNE_DEPTH_CM, settings.COMMUNE_LENGTH_CM = 200, 1_000  # type: ignore[attr-defined]
    assert [each.id for each in check_commune_thresholds(databases=["default"])] == ["gisportal.W008"]
    assert apply_commune_thresholds(using="default")
    assert list(check_commune_thresholds(databases=["default"])) == []
    for row in (surface, alignment):
        row.refresh_from_db()
    assert (surface.communes, alignment.communes) == ([MEUDON], [MEUDON])
    assert not apply_commune_thresholds(using="default")


BLOCKS = DatasetSchema(
    fields=(field("code"),), geometry=GeometryKind.SURFACE, key=("code",), title_field="code"
)


def test_the_table_of_a_delivery_has_the_communes_and_the_shares_of_its_rows() -> None:
    shape = Polygon.from_bbox((BORDER - 0.001, SOUTH, BORDER + 0.003, NORTH))
    recipe = GeometryRecipe("wkt", (1,))
    published(
        dataset("ilots", BLOCKS), ["I1", shape.wkt], schema=BLOCKS, titles=("code", "wkt"), recipe=recipe
    )
    rows = registry.definition("ilots").model._default_manager
    loaded = rows.get()
    rows.update(geom=box(BORDER + 0.001, SOUTH, BORDER + 0.003, NORTH))
    moved = rows.get()
    assert (loaded.communes, loaded.commune_id, moved.communes) == ([MEUDON, SEVRES], MEUDON, [MEUDON])
    assert loaded.commune_shares[SEVRES] == pytest.approx(total(loaded.commune_shares) / 4, rel=1e-3)


@pytest.mark.parametrize(
    "shape",
    [
        Polygon.from_bbox((-180, -90, 180, 90)),
        Polygon.from_bbox((0, 0, 180, 60)),
    ],
    ids=["world", "half"],
)
def test_a_surface_as_wide_as_the_world_is_no_fault_of_a_delivery(shape: Polygon) -> None:
    """Its edges join opposite points of the Earth, of which the spheroid knows no way."""
    near = Polygon.from_bbox((BORDER + 0.001, SOUTH, BORDER + 0.003, NORTH))
    lines = [["I1", near.wkt], ["I2", shape.wkt]]
    recipe = GeometryRecipe("wkt", (1,))
    published(dataset("ilots", BLOCKS), *lines, schema=BLOCKS, titles=("code", "wkt"), recipe=recipe)
    communes = dict(registry.definition("ilots").model._default_manager.values_list("f0", "communes"))
    assert communes["I1"] == [MEUDON]
    assert MEUDON in communes["I2"]
    inside = aggregated("ilots", measures="area", filter="code = 'I1'").rows
    assert aggregated("ilots", measures="area").rows == inside
    assert aggregated("ilots", measures="count,area", commune=MEUDON).rows[0] == (
        2,
        pytest.approx(inside[0][0]),
    )
    assert [row["code"] for row in selected("ilots", top="-_area:2").page().rows] == ["I1"]


def test_every_layer_of_lines_and_surfaces_stores_shares() -> None:
    without = {
        each.slug
        for each in registry.definitions()
        if not each.geometry.has_one_commune and not each.has_commune_shares
    }
    assert without == {"communes"}


def test_the_functions_of_communes_are_planned_once_a_session() -> None:
    names = ["layers_commune_of", "layers_commune_shares"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname, proconfig FROM pg_proc WHERE proname = ANY(%s) ORDER BY 1", [names])
        settings = cursor.fetchall()
    assert settings == [(name, ["plan_cache_mode=force_generic_plan"]) for name in names]
