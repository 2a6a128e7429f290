"""Rasters over HTTP: colours and values are those of the file, and what cannot be asked is refused by name."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from django.contrib.gis.geos import MultiPolygon
from django.test import Client
from PIL import Image
from pyproj import Transformer
from rasterio.io import MemoryFile

from layers.models import Commune, Raster
from layers.queries.rasters.legends import scale_of
from tests.factories import MEUDON, box, zone
from tests.people import ADMINISTRATOR
from tests.protocols import get
from tests.rasters import CELL, ORIGIN, online, slope, tile_over

pytestmark = pytest.mark.django_db

ZOOM = 17
TO_DEGREES = Transformer.from_crs(2154, 4326, always_xy=True)
FULL = {"rescale": [0, 4000], "resampling": "nearest"}


@pytest.fixture
def raster(communes: Any, media: Path) -> Raster:
    return online("pente", slope(), style=FULL, unit="m")


def centre(row: int, column: int) -> tuple[float, float]:
    """Return longitude and latitude of the centre of a cell."""
    left, top = ORIGIN
    lon, lat = TO_DEGREES.transform(left + (column + 0.5) * CELL, top - (row + 0.5) * CELL)
    return lon, lat


def picture(address: str, host: str = "localhost") -> Any:
    answer = Client(headers={"host": host}).get(address)
    assert answer.status_code == 200, answer.content
    return np.asarray(Image.open(BytesIO(answer.content)).convert("RGBA"))


def tile(
    zoom: int = ZOOM, form: str = "png", query: str = "", *, at: tuple[float, float] | None = None
) -> str:
    x, y, z = tile_over(zoom, *(at or centre(20, 25)))
    return f"/tiles/raster/pente/{z}/{x}/{y}.{form}{query}"


def pixel(place: tuple[float, float], zoom: int = ZOOM) -> tuple[int, int]:
    """Return row and column of a place in its tile."""
    x, y, _zoom = tile_over(zoom + 8, *place)
    return y % 256, x % 256


@pytest.mark.parametrize(("row", "column"), [(0, 0), (20, 25), (31, 7), (39, 49)])
def test_colour_of_a_pixel_is_that_of_its_cell(row: int, column: int, raster: Raster) -> None:
    place = centre(row, column)
    found = picture(tile(at=place))[pixel(place)]
    colour = scale_of("viridis")[round((100 * row + column) / 4000 * 254)]
    assert bytes(found.tolist()) == colour + b"\xff"


def test_webp_has_the_colours_of_png(raster: Raster) -> None:
    assert np.array_equal(picture(tile()), picture(tile(form="webp")))


def test_ogc_tile_is_that_of_xyz(raster: Raster) -> None:
    x, y, z = tile_over(ZOOM, *centre(20, 25))
    assert np.array_equal(
        picture(f"/api/collections/pente/map/tiles/WebMercatorQuad/{z}/{y}/{x}"), picture(tile())
    )


def test_lambert_tile_has_whole_cells(raster: Raster) -> None:
    # At zoom 14 of the pyramid a pixel is 12.8 m; at 17, 1.6 m: the corner of the raster is inside its tile.
    side, origin = 1.6 * 256, 12_000_000
    column, row = int(ORIGIN[0] // side), int((origin - ORIGIN[1]) // side)
    found = picture(f"/api/collections/pente/map/tiles/2154_10cm/17/{row}/{column}?f=png")
    inside = round((ORIGIN[0] + CELL / 2 - column * side) / 1.6)
    below = round((origin - row * side - ORIGIN[1] + CELL / 2) / 1.6)
    assert bytes(found[below, inside].tolist()) == scale_of("viridis")[0] + b"\xff"


def test_tile_without_a_cell_is_transparent(raster: Raster) -> None:
    assert picture(tile(at=(2.19, 48.83)))[..., 3].max() == 0


def test_low_zoom_draws_the_overview(raster: Raster) -> None:
    assert 0 < (picture(tile(12))[..., 3] > 0).sum() < 1_000


@pytest.mark.parametrize("rank", [0, 1])
def test_tileset_of_the_list_has_limits_and_no_tile_below(rank: int, raster: Raster) -> None:
    listed = get("/api/collections/pente/map/tiles").document["tilesets"][rank]
    place = listed["tileMatrixSetLimits"][-1]
    column = f"{listed['tileMatrixSetId']}/{place['tileMatrix']}/{{}}/{place['minTileCol']}"
    address = f"/api/collections/pente/map/tiles/{column}"
    last, below = (get(address.format(place["maxTileRow"] + rows)) for rows in (0, 1))
    assert (last.status, below.status, below.document["parameter"]) == (200, 404, "tile")


def test_style_of_the_address_goes_before_that_of_the_raster(raster: Raster) -> None:
    place = centre(20, 25)
    found = picture(tile(query="?rescale=2025,2026&colormap=magma", at=place))[pixel(place)]
    assert bytes(found.tolist()) == scale_of("magma")[0] + b"\xff"


def test_class_has_its_colour_and_the_rest_none(raster: Raster) -> None:
    raster.layer.style = {
        "classes": [{"from": 2000, "to": 2100, "title": "deux", "colour": "#123456"}],
        "resampling": "nearest",
    }
    raster.layer.save()
    places = centre(20, 25), centre(22, 25)
    drawn = [picture(tile(at=place))[pixel(place)].tolist() for place in places]
    assert drawn == [[0x12, 0x34, 0x56, 255], [0, 0, 0, 0]]


def test_picture_has_its_own_colours(communes: Any, media: Path) -> None:
    cells = np.zeros((3, 40, 50), dtype="uint8")
    cells[0], cells[2] = 250, 40
    online("pente", cells, kind="image")
    place = centre(20, 25)
    red, green, blue, alpha = picture(tile(at=place))[pixel(place)].tolist()
    assert alpha == 255
    assert [red, green, blue] == pytest.approx([250, 0, 40], abs=6)


@pytest.mark.parametrize(("scale", "number"), [("-10,300", 14), ("-1e30,1e30", 127), ("1000,2000", 0)])
def test_scale_may_go_beyond_the_type_of_the_cells(
    communes: Any, media: Path, scale: str, number: int
) -> None:
    online("pente", np.full((40, 50), 7, dtype="uint8"))
    place = centre(20, 25)
    found = picture(tile(query=f"?rescale={scale}", at=place))[pixel(place)]
    assert bytes(found.tolist()) == scale_of("viridis")[number] + b"\xff"


def test_value_is_that_of_the_cell(raster: Raster) -> None:
    lon, lat = centre(31, 7)
    answer = get(f"/tiles/raster/pente/value?lon={lon}&lat={lat}").document
    assert answer["values"][0]["value"] == 3107
    assert answer["unit"] == "m"


@pytest.mark.parametrize("place", ["lon=2.19&lat=48.83", "lon=0&lat=-90", "lon=180&lat=90"])
def test_value_outside_of_the_grid_is_none(raster: Raster, place: str) -> None:
    assert get(f"/tiles/raster/pente/value?{place}").document["values"][0]["value"] is None


def test_statistics_of_a_drawn_surface_weigh_its_cells(raster: Raster) -> None:
    corners = [centre(row, column) for row, column in ((0, 0), (0, 2), (2, 2), (2, 0), (0, 0))]
    drawn = ",".join(f"{lon:.9f} {lat:.9f}" for lon, lat in corners)
    found = get(f"/tiles/raster/pente/statistics?within=POLYGON(({drawn}))").document
    # From centre to centre of 3 × 3 cells: 1 whole, 4 halves, 4 quarters, all around 101.
    assert found["cells"] == pytest.approx(4, rel=1e-3)
    assert found["mean"] == pytest.approx(101, rel=1e-3)


def test_statistics_of_a_feature_are_those_of_its_shape(raster: Raster, catalogue: Any) -> None:
    west, south, east, north = raster.online.bounds if raster.online else (0, 0, 0, 0)
    drawn = zone("UA", geom=box(west, south, east, north))
    found = get(f"/tiles/raster/pente/statistics?feature=plui-zones:{drawn.pk}").document
    assert found["area"] == "UA"
    assert found["cells"] == pytest.approx(2000, rel=0.01)


def test_statistics_of_a_commune_name_it(raster: Raster) -> None:
    found = get(f"/tiles/raster/pente/statistics?commune={MEUDON}").document
    assert (found["area"], found["unit"]) == ("Meudon", "m")


def coverage(query: str = "") -> Any:
    answer = Client(headers={"host": "localhost"}).get(f"/api/collections/pente/coverage{query}")
    assert answer.status_code == 200, answer.content
    return MemoryFile(b"".join(answer.streaming_content))  # type: ignore[attr-defined]


def test_coverage_is_the_grid_that_was_delivered(raster: Raster) -> None:
    with coverage() as file, file.open() as grid:
        assert np.array_equal(grid.read(1), slope())
        assert (grid.crs.to_epsg(), tuple(grid.transform)[:6]) == (
            2154,
            (CELL, 0, ORIGIN[0], 0, -CELL, ORIGIN[1]),
        )


def test_coverage_of_a_box_has_its_cells_alone(raster: Raster) -> None:
    x, y = ORIGIN[0] + 5 * CELL, ORIGIN[1] - 7 * CELL
    query = f"?bbox={x},{y - 2 * CELL},{x + 3 * CELL},{y}&bbox-crs=EPSG:2154"
    with coverage(query) as file, file.open() as grid:
        kept = grid.read(1, masked=True)
    assert sorted(kept.compressed().tolist()) == [705, 706, 707, 805, 806, 807]


def test_coverage_of_the_world_is_the_whole_grid(raster: Raster) -> None:
    with coverage("?bbox=-180,-90,180,90") as file, file.open() as grid:
        assert np.array_equal(grid.read(1), slope())


def test_coverage_hides_no_cell_behind_its_mask(communes: Any, media: Path) -> None:
    online("pente", np.full((40, 50), 7, dtype="uint8"))
    corners = ",".join("{} {}".format(*centre(*cell)) for cell in ((5, 5), (5, 20), (20, 20), (5, 5)))
    with coverage(f"?within=POLYGON(({corners}))") as file, file.open() as grid:
        seen, cells = grid.read_masks(1) > 0, grid.read(1)
    assert set(cells[seen].tolist()) == {7}
    assert set(cells[~seen].tolist()) == {0}


def test_tag_of_a_tile_tells_the_limits_of_the_commune_that_it_is_cut_to(raster: Raster) -> None:
    tags = {host: get(tile(), host=host).headers["ETag"] for host in ("localhost", "meudon.localhost")}
    town = Commune.objects.get(code=MEUDON)
    town.geom = MultiPolygon(town.geom.buffer(-0.005))
    town.save()
    assert get(tile(), host="meudon.localhost").headers["ETag"] != tags["meudon.localhost"]
    assert get(tile(), host="localhost").headers["ETag"] == tags["localhost"]


def test_downloads_take_the_places_of_exports(raster: Raster, settings: Any) -> None:
    settings.EXPORTS_AT_ONCE_EACH = 0
    assert get("/api/collections/pente/coverage").status == 429


def test_statistics_of_many_cells_take_a_heavy_place(
    raster: Raster, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEAVY_PLACES = settings.HEAVY_WAITING = 0
    address = "/tiles/raster/pente/statistics?within=POLYGON((2.2 48.8,{} 48.8,2.23 48.83,2.2 48.8))"
    few = get(address.format("2.23"))
    monkeypatch.setattr(import_module("layers.queries.rasters.statistics"), "HEAVY_CELLS", 100)
    many = get(address.format("2.24"))
    assert (few.status, many.status) == (200, 503)


def test_same_answer_is_not_sent_twice(raster: Raster) -> None:
    first = get(tile())
    assert get(tile(), **{"If-None-Match": first.headers["ETag"]}).status == 304


def test_a_tile_of_an_open_raster_may_be_kept_in_front(raster: Raster) -> None:
    x, y, z = tile_over(ZOOM, *centre(20, 25))
    ogc = f"/api/collections/pente/map/tiles/WebMercatorQuad/{z}/{y}/{x}"
    assert {get(path).headers["X-Accel-Expires"] for path in (tile(), ogc, f"{ogc}?f=png")} == {"1"}
    assert "Accept" in get(ogc).headers["Vary"]
    held = {"If-None-Match": get(tile()).headers["ETag"]}
    assert get(tile(), **held).headers["X-Accel-Expires"] == "1"


def test_a_tile_of_an_internal_raster_is_kept_by_nobody_in_front(communes: Any, media: Path) -> None:
    online("pente", slope(), is_open=False)
    answer = get(tile(), ADMINISTRATOR)
    assert answer.status == 200
    assert "X-Accel-Expires" not in answer.headers


def test_tilejson_and_legend_say_what_is_drawn(raster: Raster) -> None:
    told = get("/tiles/raster/pente.json?colormap=magma").document
    entries = get("/tiles/raster/pente/legend").document["entries"]
    assert told["tiles"][0].endswith("/tiles/raster/pente/{z}/{x}/{y}.png?colormap=magma")
    assert [(entry["from"], entry["colour"]) for entry in entries][::8] == [(0, "#440154"), (4000, "#fde724")]


BAD = {
    "/tiles/raster/pente/0/0/0.png?colour=red": "colour",
    "/tiles/raster/pente/0/0/0.png?colormap=red": "colormap",
    "/tiles/raster/pente/0/0/0.png?rescale=3,1": "rescale",
    "/tiles/raster/pente/0/0/0.png?rescale=a": "rescale",
    "/tiles/raster/pente/0/0/0.png?rescale=nan,1": "rescale",
    "/tiles/raster/pente/0/0/0.png?bands=2": "bands",
    "/tiles/raster/pente/0/0/0.png?bands=1,1": "bands",
    "/tiles/raster/pente/0/0/0.png?resampling=lanczos": "resampling",
    "/tiles/raster/pente/value?lat=1": "lon",
    "/tiles/raster/pente/value?lon=nan&lat=1": "lon",
    "/tiles/raster/pente/value?lon=1&lat=91": "lat",
    "/tiles/raster/pente/statistics": "within",
    "/tiles/raster/pente/statistics?commune=92048&within=POINT(1 1)": "within",
    "/tiles/raster/pente/statistics?within=POINT(1 1)": "within",
    "/tiles/raster/pente/statistics?within=POLYGON((2 48,nan 48,2 49,2 48))": "within",
    "/tiles/raster/pente/statistics?within=POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))": "within",
    "/tiles/raster/pente/statistics?commune=75056": "commune",
    "/tiles/raster/pente/statistics?feature=communes": "feature",
    "/api/collections/pente/coverage?f=png": "f",
    "/api/collections/pente/coverage?bbox=1,2,3": "bbox",
    "/api/collections/pente/coverage?bbox=2.3,48.9,2.4,48.95": "within",
    "/api/collections/pente/map/tiles/WebMercatorQuad/0/0/0?f=tiff": "f",
}


@pytest.mark.parametrize("address", BAD)
def test_bad_question_names_its_culprit(address: str, raster: Raster) -> None:
    answer = get(address)
    assert (answer.status, answer.document["parameter"]) == (400, BAD[address])


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/raster/pente/1/2/0.png",
        "/tiles/raster/pente/23/0/0.png",
        "/api/collections/pente/map/tiles/Inconnu/0/0/0",
        "/api/collections/pente/items",
        "/tiles/pente.json",
        "/export/pente.csv",
        "/tiles/raster/communes.json",
    ],
)
def test_what_is_not_there_is_not_found(address: str, raster: Raster, catalogue: Any) -> None:
    assert get(address).status == 404


NO_NUMBER = {
    "/tiles/raster/pente/a/0/0.png": "z",
    "/tiles/raster/pente/1/0.5/0.png": "x",
    "/tiles/raster/pente/1/0/-1.webp": "y",
    "/tiles/communes/1/0/b.mvt": "y",
    "/tiles/fonds/plan/1/a/0": "x",
    "/api/collections/pente/map/tiles/WebMercatorQuad/1/b/0": "tileRow",
}


@pytest.mark.parametrize("address", NO_NUMBER)
def test_place_of_a_tile_that_is_no_number_is_named(address: str, raster: Raster, catalogue: Any) -> None:
    answer = get(address)
    assert (answer.status, answer.document["parameter"]) == (404, NO_NUMBER[address])
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_file_that_is_gone_is_told(raster: Raster) -> None:
    assert raster.online is not None
    raster.online.location.unlink()
    assert get(tile()).status == 502


def test_gdal_reads_the_values_of_the_coverage(raster: Raster, tmp_path: Path) -> None:
    file = tmp_path / "coverage.tif"
    with coverage("?commune=92048") as memory:
        file.write_bytes(memory.read())
    with rasterio.open(file) as grid:
        lon, lat = centre(10, 3)
        assert next(grid.sample([(ORIGIN[0] + 3.5 * CELL, ORIGIN[1] - 10.5 * CELL)]))[0] == 1003
        assert lon < 2.22 < lat
