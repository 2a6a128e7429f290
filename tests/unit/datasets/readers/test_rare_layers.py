"""Smallest layers of those that a long random run found badly read."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow
import pytest
import shapely

from datasets.readers.opening import open_source
from datasets.readers.wkb import is_empty
from layers.parsing.gdal import pyogrio

POINT = {"type": "Point", "coordinates": [2.2, 48.8]}


def _geojson(path: Path, *features: tuple[dict[str, str], object]) -> Path:
    document = [
        {"type": "Feature", "properties": properties, "geometry": shape} for properties, shape in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": document}))
    return path


@pytest.mark.parametrize("name", ["geometry", "wkb_geometry", "geom"])
def test_field_may_have_the_name_of_the_geometry(tmp_path: Path, name: str) -> None:
    with open_source(_geojson(tmp_path / "a.geojson", ({name: "tuile"}, POINT))) as source:
        ((_line, values, wkb),) = source.rows()

    assert dict(zip(source.titles, values, strict=True)) == {name: "tuile"}
    assert shapely.from_wkb(wkb) == shapely.Point(2.2, 48.8)


def test_surface_of_an_empty_ring_is_no_geometry_and_said(tmp_path: Path) -> None:
    hollow = {"type": "Polygon", "coordinates": [[]]}
    with open_source(_geojson(tmp_path / "a.geojson", ({"n": "a"}, hollow), ({"n": "b"}, POINT))) as source:
        shapes = [wkb for _line, _values, wkb in source.rows()]

    assert [shape is None for shape in shapes] == [True, False]
    assert "geometry-empty" in {finding.code for finding in source.findings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MULTIPOLYGON(EMPTY, EMPTY)", True),
        ("MULTIPOINT(EMPTY)", True),
        ("GEOMETRYCOLLECTION(POINT EMPTY, LINESTRING EMPTY)", True),
        ("MULTIPOINT(EMPTY, (1 2))", False),
        ("GEOMETRYCOLLECTION(POINT EMPTY, LINESTRING(1 2, 3 4))", False),
    ],
)
def test_geometry_of_empty_parts_is_empty(text: str, expected: bool) -> None:
    assert is_empty(bytes(shapely.to_wkb(shapely.from_wkt(text), flavor="iso"))) is expected


@pytest.mark.parametrize(
    ("key", "titles"), [("id_arbre", ("id_arbre", "nom")), ("fid", ("nom",)), ("OGC_FID", ("nom",))]
)
def test_primary_key_of_a_geopackage_is_a_field_unless_software_gave_it(
    tmp_path: Path, key: str, titles: tuple[str, ...]
) -> None:
    path = tmp_path / "a.gpkg"
    shape = shapely.to_wkb(shapely.Point(2.2, 48.8))
    table = pyarrow.table({key: [57], "nom": ["Hêtre"], "g": pyarrow.array([shape], pyarrow.binary())})
    pyogrio.write_arrow(
        table,
        path,
        driver="GPKG",
        geometry_name="g",
        geometry_type="Point",
        crs="EPSG:4326",
        layer_options={"FID": key},
    )
    with open_source(path) as source:
        ((_line, values, _wkb),) = source.rows()

    assert source.titles == titles
    assert values == ["57", "Hêtre"][-len(titles) :]


def test_codes_of_a_gml_without_schema_stay_as_they_are_written(tmp_path: Path) -> None:
    spaces = 'xmlns:gml="http://www.opengis.net/gml" xmlns:p="http://p"'
    fields = "<p:insee>{}</p:insee><p:jour>{}</p:jour>"
    members = "".join(
        f"<gml:featureMember><p:lieu>{fields.format(*values)}</p:lieu></gml:featureMember>"
        for values in (("01004", "2024-02-30"), ("01033", "2024-02-28"))
    )
    path = tmp_path / "a.gml"
    path.write_text(f"<gml:FeatureCollection {spaces}>{members}</gml:FeatureCollection>")
    with open_source(path) as source:
        places = [source.titles.index(title) for title in ("insee", "jour")]
        result = [[values[place] for place in places] for _line, values, _wkb in source.rows()]

    assert result == [["01004", "2024-02-30"], ["01033", "2024-02-28"]]
