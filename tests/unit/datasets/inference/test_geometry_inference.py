"""Where the geometry of a file is, of which kind and in which system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datasets.definitions import GeometryRecipe
from datasets.inference.coordinates import Bounds, are_exchanged, srid_by_range, system_of
from datasets.inference.schema import InferredSchema, infer_schema
from datasets.readers.opening import open_source
from datasets.readers.source import ReadOptions
from datasets.vocabulary import GeometryKind
from layers.parsing.declared_crs import srid_of

POINT = GeometryKind.POINT


def _guess(path: Path, content: str, **options: int) -> InferredSchema:
    path.write_text(content)
    with open_source(path, options=ReadOptions(crs=options.get("crs"))) as source:
        return infer_schema(source)


@pytest.mark.parametrize(
    ("content", "recipe"),
    [
        ("nom;lon;lat\na;2.24;48.83\nb;2.25;48.84\n", GeometryRecipe("lonlat", (1, 2), 4326)),
        ("Latitude;Longitude\n48,83;2,24\n48,84;2,25\n", GeometryRecipe("lonlat", (1, 0), 4326)),
        ("Xlong;Ylat\n2.24;48.83\n", GeometryRecipe("lonlat", (0, 1), 4326)),
        ("lon;lat\n48.83;2.24\n48.84;2.25\n", GeometryRecipe("lonlat", (1, 0), 4326)),
        ("x;y\n645000;6860000\n646000,5;6861000\n", GeometryRecipe("lonlat", (0, 1), 2154)),
        ("X_L93;Y_L93\n645000;6860000\n", GeometryRecipe("lonlat", (0, 1), 2154)),
        ("coord_x;coord_y\n1645000;8180000\n", GeometryRecipe("lonlat", (0, 1), 3949)),
        ("x;y\n249500;6245000\n", GeometryRecipe("lonlat", (0, 1), 3857)),
        ("x;y\n6860000;645000\n", GeometryRecipe("lonlat", (1, 0), 2154)),
        ('id;geo_point_2d\n1;"48.83, 2.24"\n2;"48.84, 2.25"\n', GeometryRecipe("latlon", (1,), 4326)),
        (
            'id;coordonneesXY\n1;"[2.24, 48.83]"\n2;"[2.25,48.84]"\n',
            GeometryRecipe("lonlat_text", (1,), 4326),
        ),
        ('id;position\n1;"2.24, 48.83"\n2;"2.25, 48.84"\n', GeometryRecipe("lonlat_text", (1,), 4326)),
        ("id;geom\n1;POINT(2.24 48.83)\n2;Point (2.25 48.84)\n", GeometryRecipe("wkt", (1,), 4326)),
        ("id;geom\n1;POINT(645000 6860000)\n", GeometryRecipe("wkt", (1,), 2154)),
        (
            "id;geom\n1;SRID=3949;POINT(1645000 8180000)\n".replace("SRID=3949;", ""),
            GeometryRecipe("wkt", (1,), 3949),
        ),
    ],
)
def test_points_are_found_where_they_are(tmp_path: Path, content: str, recipe: GeometryRecipe) -> None:
    result = _guess(tmp_path / "a.csv", content)

    assert (result.schema.geometry, result.recipe) == (POINT, recipe)


@pytest.mark.parametrize(
    "content",
    ["x;y\n1200;3\n4;5000\n", "lon;lat\na;b\n", "longueur;lateral\n2.2;48.8\n", "id;nom\n1;48, 2\n"],
)
def test_numbers_that_are_no_coordinates_make_no_geometry(tmp_path: Path, content: str) -> None:
    result = _guess(tmp_path / "a.csv", content)

    assert (result.schema.geometry, result.recipe.kind) == (GeometryKind.NONE, "none")


def test_columns_of_shapes_are_the_geometry_and_not_fields(tmp_path: Path) -> None:
    shape = json.dumps({"type": "MultiLineString", "coordinates": [[[2.2, 48.8], [2.3, 48.9]]]}).replace(
        '"', '""'
    )

    result = _guess(tmp_path / "a.csv", f'code,geo_shape\n1,"{shape}"\n2,"{shape}"\n')

    assert result.schema.geometry == GeometryKind.MULTI_LINE
    assert result.recipe == GeometryRecipe("geojson", (1,), 4326)
    assert [field.name for field in result.schema.fields] == ["code"]


def test_exchanged_coordinates_are_said(tmp_path: Path) -> None:
    result = _guess(tmp_path / "a.csv", "lon;lat\n48.83;2.24\n")

    assert [finding.code for finding in result.findings] == ["swapped"]


def test_system_a_person_states_prevails(tmp_path: Path) -> None:
    result = _guess(tmp_path / "a.csv", "x;y\n645000;6860000\n", crs=3949)

    assert result.recipe.srid == 3949


def _collection(*geometries: tuple[str, object]) -> str:
    features = [
        {"type": "Feature", "properties": {"n": 1}, "geometry": {"type": kind, "coordinates": coordinates}}
        for kind, coordinates in geometries
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


RING = [[[2.2, 48.8], [2.3, 48.8], [2.3, 48.9], [2.2, 48.8]]]


@pytest.mark.parametrize(
    ("geometries", "kind", "codes"),
    [
        ([("Polygon", RING)], GeometryKind.SURFACE, []),
        ([("Polygon", RING), ("MultiPolygon", [RING])], GeometryKind.MULTI_SURFACE, []),
        ([("Point", [2.2, 48.8, 35.0])], POINT, ["z"]),
        ([("Point", [2.2, 48.8]), ("Point", [2.2, 48.8]), ("Polygon", RING)], POINT, ["mixed_types"]),
        ([("Point", [645_000, 6_860_000])], POINT, ["crs_guessed"]),
    ],
)
def test_kind_of_geometry_takes_all_that_was_seen(
    tmp_path: Path, geometries: list[tuple[str, object]], kind: GeometryKind, codes: list[str]
) -> None:
    result = _guess(tmp_path / "a.geojson", _collection(*geometries))

    assert (result.schema.geometry, [finding.code for finding in result.findings]) == (kind, codes)


def test_geojson_in_lambert_without_saying_so_is_put_in_its_system(tmp_path: Path) -> None:
    result = _guess(tmp_path / "a.geojson", _collection(("Point", [645_000, 6_860_000])))

    assert result.recipe == GeometryRecipe("wkb", (), 2154)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (2.24, 48.83, 4326),
        (645_000, 6_860_000, 2154),
        (249_500, 6_245_000, 3857),
        (1_645_000, 8_180_000, 3949),
        (1_700_000, 1_200_000, 3942),
        (1_700_000, 9_200_000, 3950),
        (5, 6_000, None),
    ],
)
def test_system_is_read_in_the_range_of_coordinates(x: float, y: float, expected: int | None) -> None:
    assert srid_by_range([x], [y]) == expected


PARIS = (2.1, 48.7, 2.5, 49.0)
REUNION = (55.2, -21.4, 55.85, -20.85)
BASQUE_COAST = (-1.8, 43.2, -1.3, 43.55)
GENEVA_SIDE = (5.9, 46.05, 6.9, 46.5)


@pytest.mark.parametrize(
    ("x", "y", "extent", "expected"),
    [
        (645_000, 6_860_000, PARIS, (2154, False)),
        (6_860_000, 645_000, PARIS, (2154, True)),
        # Lambert-93, where the ranges of metropolitan France say Web Mercator near Paris.
        (314_000, 6_255_000, BASQUE_COAST, (2154, False)),
        (314_000, 6_255_000, None, (3857, False)),
        (340_000, 7_650_000, REUNION, (2975, False)),
        (7_650_000, 340_000, REUNION, (2975, True)),
        (6_178_000, -2_390_000, REUNION, (3857, False)),
        (2_500_000, 1_118_000, GENEVA_SIDE, (2056, False)),
        # A file of elsewhere than the territory.
        (645_000, 6_860_000, REUNION, (2154, False)),
        (-20.9, 55.5, REUNION, (4326, True)),
        (-20.9, 55.5, PARIS, (4326, True)),
        (-22.3, 166.4, None, (4326, True)),
        (16.2, -61.5, PARIS, (4326, True)),
        (-61.5, 16.2, PARIS, (4326, False)),
        (5.0, 6_000.0, PARIS, (None, False)),
    ],
)
def test_territory_says_the_system_before_the_ranges_of_france(
    x: float, y: float, extent: Bounds | None, expected: tuple[int | None, bool]
) -> None:
    assert system_of([x], [y], extent) == expected


def test_territory_abroad_says_the_order_before_the_box_of_france() -> None:
    # Off Somalia, or in Touraine once exchanged: the portal there knows.
    assert not are_exchanged([47.5], [1.5], (47, 1, 48, 2))
    assert are_exchanged([47.5], [1.5])


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("EPSG:2154", 2154),
        ("OGC:CRS84", 4326),
        ("EPSG:9793", 2154),
        ("EPSG:5698", 2154),
        ("n’importe quoi", None),
        (None, None),
    ],
)
def test_code_of_a_definition_is_horizontal_and_known(definition: str | None, expected: int | None) -> None:
    assert srid_of(definition) == expected
