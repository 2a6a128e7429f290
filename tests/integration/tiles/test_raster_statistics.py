"""Statistics of a raster, against grids small enough to count by hand: a cell counts for the share that is covered."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from django.contrib.gis.geos import Polygon
from django.db.models import F
from django.test import override_settings

from layers.access import RasterScope, raster_scope
from layers.cache import clear_caches
from layers.errors import InvalidParameter, TooCostly
from layers.models import Commune
from layers.queries.rasters import Area, RasterStatistics, by_commune, communes_areas, statistics
from layers.queries.rasters.statistics import stored_statistics
from layers.visitor import system_visitor
from tests.factories import MEUDON
from tests.rasters import online
from tiles.rasters.services.commune_statistics import keep_statistics, outdated_versions

pytestmark = pytest.mark.django_db

# Cells of a thousandth of a degree, from the north-west corner of Meudon: what is drawn in degrees cuts them exactly.
CORNER, SIDE = (2.20, 48.82), 0.001
CELLS = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, -1, 12]], dtype="float32")


def ask(left: float, top: float, right: float, bottom: float, slug: str = "grille") -> RasterStatistics:
    """Return the statistics of a box whose sides are counted in cells from the corner."""
    x, y = CORNER
    box = Polygon.from_bbox((x + left * SIDE, y - bottom * SIDE, x + right * SIDE, y - top * SIDE))
    box.srid = 4326
    return statistics(raster_scope(system_visitor(), slug), Area(box, "", f"{left} {top} {right} {bottom}"))


@pytest.fixture
def grid(communes: Any) -> None:
    online("grille", CELLS, srid=4326, origin=CORNER, cell=SIDE, nodata=-1, is_additive=True)


def test_whole_cells_count_one_each(grid: None) -> None:
    found = ask(0, 0, 2, 2)
    assert found.cells == pytest.approx(4)
    assert found.mean == pytest.approx((1 + 2 + 5 + 6) / 4)


def test_cells_covered_in_part_count_for_their_share(grid: None) -> None:
    found = ask(0.5, 0.5, 2, 1.25)
    # Of the first row 0.5 high, of the second 0.25; of the first column 0.5 wide, of the second 1.
    shares = {1: 0.25, 2: 0.5, 5: 0.125, 6: 0.25}
    assert found.cells == pytest.approx(sum(shares.values()), rel=1e-4)
    assert found.total == pytest.approx(sum(value * share for value, share in shares.items()), rel=1e-4)
    assert found.mean == pytest.approx(3.375 / 1.125, rel=1e-4)


def test_extremes_are_those_of_every_cell_that_is_touched(grid: None) -> None:
    found = ask(0.9, 0.9, 1.1, 1.1)
    assert (found.minimum, found.maximum) == (1, 6)


def test_median_weighs_cells_too(grid: None) -> None:
    assert ask(0, 0, 3, 1).median == 2
    assert ask(0, 0, 4, 1).median == pytest.approx(2.5, abs=0.5)


def test_cells_without_value_are_left_out_and_told(grid: None) -> None:
    found = ask(2, 2, 4, 3)
    assert found.mean == 12
    assert found.covered == pytest.approx(0.5, rel=1e-4)


def test_surface_beyond_the_grid_is_covered_in_part(grid: None) -> None:
    found = ask(-1, 0, 1, 1)
    assert found.cells == pytest.approx(1, rel=1e-4)
    assert found.covered == pytest.approx(0.5, rel=1e-4)


def test_surface_away_from_the_grid_has_nothing(grid: None) -> None:
    assert ask(10, 10, 12, 12) == RasterStatistics(0.0, 0.0)


def test_classes_of_a_measure_share_what_they_hold(communes: Any) -> None:
    classes = [
        {"to": 3, "title": "peu", "colour": "#0000ff"},
        {"from": 3, "to": 7, "title": "moyen", "colour": "#00ff00"},
        {"from": 7, "title": "beaucoup", "colour": "#ff0000"},
    ]
    online("grille", CELLS, srid=4326, origin=CORNER, cell=SIDE, nodata=-1, style={"classes": classes})
    shares = {each.raster_class.title: each.share for each in ask(0, 0, 2.5, 2).classes if each.raster_class}
    # 1, 2 and 5, 6 whole, 3 and 7 by half: 2 of 5 cells are under 3, 2.5 from 3 to 7.
    assert shares == pytest.approx({"peu": 2 / 5, "moyen": 2.5 / 5, "beaucoup": 0.5 / 5}, rel=1e-4)


def test_codes_share_what_they_hold_and_have_no_mean(communes: Any) -> None:
    codes = np.array([[10, 10, 20], [10, 30, 0]], dtype="uint8")
    style = {"classes": [{"value": 10, "title": "Bois", "colour": "#00ff00"}]}
    online("codes", codes, srid=4326, origin=CORNER, cell=SIDE, nodata=0, kind="classes", style=style)
    found = ask(0, 0, 3, 2, "codes")
    assert found.mean is None
    assert {each.value: each.share for each in found.classes} == pytest.approx(
        {10: 0.6, 20: 0.2, 30: 0.2}, rel=1e-4
    )


def test_sum_is_of_values_that_may_be_added_up(communes: Any) -> None:
    online("pente", CELLS, srid=4326, origin=CORNER, cell=SIDE, nodata=-1)
    assert ask(0, 0, 2, 2, "pente").total is None


def test_picture_has_no_statistics(communes: Any) -> None:
    online("photo", np.zeros((3, 4, 4), "uint8"), srid=4326, origin=CORNER, cell=SIDE, kind="image")
    with pytest.raises(InvalidParameter, match="photo"):
        ask(0, 0, 2, 2, "photo")


@override_settings(RASTER_STATISTICS_MAX_CELLS=5)
def test_too_large_a_surface_is_refused_by_its_number_of_cells(grid: None) -> None:
    with pytest.raises(TooCostly, match="6 mailles"):
        ask(0, 0, 3, 2)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the titles of the surfaces that are read from a file from now on."""
    read: list[str] = []
    module = import_module("layers.queries.rasters.statistics")
    compute = module.computed_statistics

    def told(scope: RasterScope, area: Area) -> RasterStatistics:
        read.append(area.title)
        return compute(scope, area)

    monkeypatch.setattr(module, "computed_statistics", told)
    return read


def test_statistics_of_communes_are_those_that_the_import_kept(grid: None, files: list[str]) -> None:
    scope = raster_scope(system_visitor(), "grille")
    found = {area.commune: statistics(scope, area) for _commune, area in communes_areas(scope)}
    assert files == []
    assert found == {
        area.commune: import_module("layers.queries.rasters.statistics").computed_statistics(scope, area)
        for _commune, area in communes_areas(scope)
    }


def test_statistics_of_other_classes_are_read_again_until_they_are_renewed(
    grid: None, files: list[str]
) -> None:
    layer = raster_scope(system_visitor(), "grille").layer
    layer.style = {"classes": [{"from": 3, "title": "beaucoup", "colour": "#ff0000"}]}
    layer.save()
    drawn = by_commune(raster_scope(system_visitor(), "grille"))
    assert len(files) == 3
    files.clear()
    clear_caches()
    assert [version.raster.layer.slug for version in outdated_versions()] == ["grille"]
    for version in outdated_versions():
        keep_statistics(version)
    assert outdated_versions() == []
    assert by_commune(raster_scope(system_visitor(), "grille")) == drawn
    assert files == []


def test_statistics_follow_the_communes(grid: None, files: list[str]) -> None:
    Commune.objects.filter(code=MEUDON).update(geom=F("geom"))
    by_commune(raster_scope(system_visitor(), "grille"))
    assert len(files) == 3


@override_settings(RASTER_STATISTICS_MAX_CELLS=1)
def test_a_commune_too_large_to_be_read_stops_no_import(communes: Any) -> None:
    online("grille", CELLS, srid=4326, origin=CORNER, cell=SIDE, nodata=-1)
    assert stored_statistics(raster_scope(system_visitor(), "grille")).get(MEUDON) is None


def test_each_commune_has_its_own(grid: None) -> None:
    found = {commune.code: told for commune, told in by_commune(raster_scope(system_visitor(), "grille"))}
    assert found[MEUDON].cells == pytest.approx(11, rel=1e-3)
    assert len(found) == 3
