"""GML of each version becomes one geometry in x, y order, whatever the form of its ``srsName``."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import GEOSGeometry

from layers.crs import CRS84, LAMBERT_93, WGS84, Crs
from layers.errors import InvalidGeometry, UnknownCrs
from wfs.parsing.gml import read_geometry, read_shape
from wfs.parsing.xml import parse_xml

GML32, GML31 = "http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml"
RING = "2.1 48.8 2.3 48.8 2.3 48.9 2.1 48.8"
TRIANGLE = "POLYGON ((2.1 48.8, 2.3 48.8, 2.3 48.9, 2.1 48.8))"
PARK = "POINT (2.25 48.82)"
BOX = "POLYGON ((2.3 48.8, 2.3 48.9, 2.1 48.9, 2.1 48.8, 2.3 48.8))"


def _read(text: str, *, default: Crs = CRS84) -> GEOSGeometry:
    return read_geometry(parse_xml(text), default=default, parameter="FILTER")


def _linear_ring(text: str = RING) -> str:
    return f"<LinearRing><posList>{text}</posList></LinearRing>"


@pytest.mark.parametrize(
    ("srs_name", "position"),
    [
        ("EPSG:4326", "2.25 48.82"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "2.25 48.82"),
        ("urn:ogc:def:crs:EPSG::4326", "48.82 2.25"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "48.82 2.25"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "2.25 48.82"),
    ],
)
def test_each_form_of_a_name_has_its_axis_order(srs_name: str, position: str) -> None:
    found = _read(f'<Point srsName="{srs_name}"><pos>{position}</pos></Point>')
    assert (found.srid, found.wkt) == (4326, PARK)


@pytest.mark.parametrize(
    "srs_name",
    [
        "EPSG:2154",
        "http://www.opengis.net/gml/srs/epsg.xml#2154",
        "urn:ogc:def:crs:EPSG::2154",
        "http://www.opengis.net/def/crs/EPSG/0/2154",
    ],
)
def test_lambert_93_is_easting_northing_in_each_form(srs_name: str) -> None:
    found = _read(f'<Point srsName="{srs_name}"><pos>645000 6858000</pos></Point>')
    assert (found.srid, found.wkt) == (2154, "POINT (645000 6858000)")


def test_coordinates_of_gml_2_follow_the_form_of_the_name_too() -> None:
    text = '<Point srsName="urn:ogc:def:crs:EPSG::4326"><coordinates>48.82,2.25</coordinates></Point>'
    assert _read(text).wkt == PARK


def test_without_a_name_coordinates_are_in_the_default_system() -> None:
    assert _read("<Point><pos>48.82 2.25</pos></Point>", default=WGS84).wkt == PARK


@pytest.mark.parametrize("namespace", [GML32, GML31, ""])
def test_each_namespace_of_gml_is_read(namespace: str) -> None:
    assert _read(f'<Point xmlns="{namespace}"><pos>2.25 48.82</pos></Point>').wkt == PARK


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<Point><coord><X>2.2</X><Y>48.8</Y></coord></Point>", "POINT (2.2 48.8)"),
        ("<Point><coordinates>2.2,48.8</coordinates></Point>", "POINT (2.2 48.8)"),
        ('<Point><coordinates decimal="," cs=";">2,2;48,8</coordinates></Point>', "POINT (2.2 48.8)"),
        ('<Point srsDimension="3"><pos>2.2 48.8 35</pos></Point>', "POINT (2.2 48.8)"),
        ("<LineString><posList>2.1 48.8 2.3 48.9</posList></LineString>", "LINESTRING (2.1 48.8, 2.3 48.9)"),
        ("<LineString><pos>2.1 48.8</pos><pos>2.3 48.9</pos></LineString>", "LINESTRING (2.1 48.8, 2.3 48.9)"),
        (
            '<LineString><posList srsDimension="3">2.1 48.8 0 2.3 48.9 0</posList></LineString>',
            "LINESTRING (2.1 48.8, 2.3 48.9)",
        ),
        ("<LineString><coordinates>2.1,48.8 2.3,48.9</coordinates></LineString>", "LINESTRING (2.1 48.8, 2.3 48.9)"),
        (
            '<LineString><coordinates ts=";">2.1,48.8;2.3,48.9</coordinates></LineString>',
            "LINESTRING (2.1 48.8, 2.3 48.9)",
        ),
        (
            "<LineString><pointProperty><Point><pos>2.1 48.8</pos></Point></pointProperty>"
            "<pointProperty><Point><pos>2.3 48.9</pos></Point></pointProperty></LineString>",
            "LINESTRING (2.1 48.8, 2.3 48.9)",
        ),
        (
            "<Curve><segments><LineStringSegment><posList>2.1 48.8 2.2 48.8</posList></LineStringSegment>"
            "<LineStringSegment><posList>2.2 48.8 2.3 48.9</posList></LineStringSegment></segments></Curve>",
            "LINESTRING (2.1 48.8, 2.2 48.8, 2.3 48.9)",
        ),
        (f"<Polygon><exterior>{_linear_ring()}</exterior></Polygon>", TRIANGLE),
        (
            "<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 0,9 0,0</coordinates></LinearRing>"
            "</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing>"
            "</innerBoundaryIs></Polygon>",
            "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
        ),
        (
            f"<Surface><patches><PolygonPatch><exterior>{_linear_ring()}</exterior></PolygonPatch></patches></Surface>",
            TRIANGLE,
        ),
        (
            "<Polygon><exterior><Ring>"
            "<curveMember><LineString><posList>2.1 48.8 2.3 48.8 2.3 48.9</posList></LineString></curveMember>"
            "<curveMember><LineString><posList>2.3 48.9 2.1 48.8</posList></LineString></curveMember>"
            "</Ring></exterior></Polygon>",
            TRIANGLE,
        ),
        (
            "<MultiPoint><pointMember><Point><pos>2.1 48.8</pos></Point></pointMember>"
            "<pointMembers><Point><pos>2.2 48.8</pos></Point><Point><pos>2.3 48.8</pos></Point></pointMembers>"
            "</MultiPoint>",
            "MULTIPOINT ((2.1 48.8), (2.2 48.8), (2.3 48.8))",
        ),
        (
            "<MultiCurve><curveMember><LineString><posList>2.1 48.8 2.3 48.9</posList></LineString></curveMember>"
            "</MultiCurve>",
            "MULTILINESTRING ((2.1 48.8, 2.3 48.9))",
        ),
        (
            f"<MultiSurface><surfaceMember><Polygon><exterior>{_linear_ring()}</exterior></Polygon></surfaceMember>"
            "</MultiSurface>",
            "MULTIPOLYGON (((2.1 48.8, 2.3 48.8, 2.3 48.9, 2.1 48.8)))",
        ),
        (
            "<Envelope><lowerCorner>2.1 48.8</lowerCorner><upperCorner>2.3 48.9</upperCorner></Envelope>",
            BOX,
        ),
        ("<Box><coordinates>2.1,48.8 2.3,48.9</coordinates></Box>", BOX),
    ],
)  # fmt: skip
def test_each_element_of_each_version_is_read(text: str, expected: str) -> None:
    assert _read(text) == GEOSGeometry(expected, srid=4326)  # texts differ with the version of GEOS


@pytest.mark.parametrize(
    ("corners", "kind"), [(("2.2 48.8", "2.2 48.8"), "Point"), (("2.2 48.8", "2.2 48.9"), "LineString")]
)
def test_a_box_without_width_is_what_is_left_of_it(corners: tuple[str, str], kind: str) -> None:
    low, high = corners
    text = f"<Envelope><lowerCorner>{low}</lowerCorner><upperCorner>{high}</upperCorner></Envelope>"
    assert _read(text).geom_type == kind


@pytest.mark.parametrize(
    ("corners", "extents"),
    [
        (("170 -10", "160 10"), [(-180, -10, 160, 10), (170, -10, 180, 10)]),
        (("170 -10", "190 10"), [(-180, -10, -170, 10), (170, -10, 180, 10)]),
        (("-700 -95", "700 95"), [(-180, -90, 180, 90)]),
    ],
)
def test_a_box_goes_round_the_world(corners: tuple[str, str], extents: list[tuple[int, ...]]) -> None:
    low, high = corners
    shape = _read(f"<Envelope><lowerCorner>{low}</lowerCorner><upperCorner>{high}</upperCorner></Envelope>")
    parts = [shape] if shape.geom_type == "Polygon" else list(shape)
    assert sorted(part.extent for part in parts) == extents


def test_the_box_of_a_map_zoomed_out_is_cut_to_what_coordinates_reach() -> None:
    text = "<Envelope><lowerCorner>-9000000 -9000000</lowerCorner><upperCorner>9000000 9000000</upperCorner></Envelope>"
    assert _read(text, default=LAMBERT_93).extent == LAMBERT_93.bounds


@pytest.mark.parametrize(
    ("text", "default"),
    [
        (
            '<Polygon srsName="urn:ogc:def:crs:EPSG::4326"><exterior>'
            + _linear_ring()
            + "</exterior></Polygon>",
            CRS84,
        ),
        ("<Point><pos>48.82 2.25</pos></Point>", CRS84),
        ('<Point srsName="EPSG:3857"><pos>6250000 250000</pos></Point>', CRS84),
        ("<Point><pos>6858000 645000</pos></Point>", LAMBERT_93),
        (
            "<Envelope><lowerCorner>6858000 645000</lowerCorner><upperCorner>6859000 646000</upperCorner></Envelope>",
            LAMBERT_93,
        ),
    ],
)
def test_swapped_axes_are_refused_with_a_hint(text: str, default: Crs) -> None:
    with pytest.raises(InvalidGeometry, match="Les axes semblent inversés"):
        _read(text, default=default)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<Sphere><pos>2 48</pos></Sphere>", "<Sphere> n’est pas une géométrie"),
        ('<Point xmlns="urn:autre"><pos>2 48</pos></Point>', "<Point> n’est pas une géométrie"),
        ("<Curve><segments><Arc><posList>2 48 3 48 3 49</posList></Arc></segments></Curve>", "<Arc> n’est pas"),
        ("<Point/>", "<Point> n’a pas de coordonnées"),
        ("<Point><pos>2</pos></Point>", "compte 2 ou 3 nombres"),
        ("<Point><pos>deux 48</pos></Point>", "« deux » n’est pas un nombre"),
        ("<Point><pos>1_0 48</pos></Point>", "« 1_0 » n’est pas un nombre"),
        ("<Point><pos>nan 48</pos></Point>", "nombre fini"),
        ("<Point><pos>200 48</pos></Point>", "sort des limites"),
        ("<LineString><posList>2 48 3</posList></LineString>", "multiple de 2"),
        ("<LineString><posList>2 48</posList></LineString>", "trop peu de points"),
        ('<LineString srsDimension="4"><posList>2 48 3 4</posList></LineString>', "srsDimension attend 2 ou 3"),
        ("<LineString><pos>2 48</pos><pos>2 48 3</pos></LineString>", "deux et de trois nombres"),
        ("<Polygon/>", "contour extérieur"),
        ("<Polygon><exterior/></Polygon>", "attend un anneau"),
        (f"<Polygon><exterior>{_linear_ring('2 48 3 48 3 49 2 49')}</exterior></Polygon>", "n’est pas fermé"),
        (f"<Polygon><exterior>{_linear_ring('0 0 9 9 0 9 9 0 0 0')}</exterior></Polygon>", "le contour se croise"),
        ("<MultiPoint/>", "n’a pas de coordonnées"),
        ("<Envelope><lowerCorner>3 48</lowerCorner></Envelope>", "deux coins"),
        ("<Box><coordinates>nan,48 3,49</coordinates></Box>", "nombre fini"),
        ("<CompositeCurve><curveMember><Polygon/></curveMember></CompositeCurve>", "contour extérieur"),
        (
            "<CompositeCurve><curveMember><Point><pos>1 2</pos></Point></curveMember></CompositeCurve>",
            "mêle des géométries",
        ),
        ("<Envelope><lowerCorner>3 49</lowerCorner><upperCorner>2 48</upperCorner></Envelope>", "est inversé"),
        (
            '<MultiPoint srsName="EPSG:2154"><pointMember><Point srsName="EPSG:4326"><pos>2 48</pos></Point>'
            "</pointMember></MultiPoint>",
            "<Point> n’est pas dans le système",
        ),
    ],
)  # fmt: skip
def test_what_is_not_a_geometry_is_refused_by_the_name_of_its_element(text: str, message: str) -> None:
    with pytest.raises(InvalidGeometry, match=message):
        _read(text)


def test_a_system_that_is_not_served_is_refused() -> None:
    with pytest.raises(UnknownCrs, match="EPSG:27572"):
        _read('<Point srsName="EPSG:27572"><pos>1 2</pos></Point>')


def test_a_shape_to_write_keeps_its_heights_and_its_order() -> None:
    element = parse_xml('<Point srsName="urn:ogc:def:crs:EPSG::4326"><pos>48.8 2.2 35</pos></Point>')
    shape, crs = read_shape(element, default=LAMBERT_93, parameter="geom")
    assert (list(shape.coords), crs) == ([(48.8, 2.2, 35.0)], WGS84)
