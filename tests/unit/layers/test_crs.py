"""CRS names, and the axis order each one carries."""

import pytest

from layers.crs import CC49, CRS84, LAMBERT_93, SERVED, WEB_MERCATOR, WGS84, Crs, parse_crs
from layers.errors import UnknownCrs

_OGC = "http://www.opengis.net/def/crs"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{_OGC}/OGC/1.3/CRS84", CRS84),
        (f"<{_OGC}/OGC/1.3/CRS84>", CRS84),
        (f"[{_OGC}/EPSG/0/4326]", WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", CRS84),
        ("CRS84", CRS84),
        ("OGC:CRS84", CRS84),
        (f"{_OGC}/EPSG/0/4326", WGS84),
        ("https://www.opengis.net/def/crs/EPSG/0/4326", WGS84),
        ("urn:ogc:def:crs:EPSG::4326", WGS84),
        ("EPSG:4326", WGS84),
        ("epsg:2154", LAMBERT_93),
        (f"{_OGC}/EPSG/9.9/2154", LAMBERT_93),
        ("EPSG:3857", WEB_MERCATOR),
        ("EPSG:3949", CC49),
    ],
)
def test_a_name_is_a_served_crs(text: str, expected: Crs) -> None:
    assert parse_crs(text, parameter="crs") is expected


@pytest.mark.parametrize(
    "text",
    ["", "4326", "EPSG:27572", "EPSG:", "EPSG:4326;--", "urn:ogc:def:crs:EPSG::", "EPSG:٤٣٢٦", "x" * 5000],
)
def test_an_unknown_crs_is_refused_by_name_of_the_parameter(text: str) -> None:
    with pytest.raises(UnknownCrs) as caught:
        parse_crs(text, parameter="bbox-crs")
    assert caught.value.parameter == "bbox-crs"


def test_the_refusal_lists_what_is_served() -> None:
    with pytest.raises(UnknownCrs) as caught:
        parse_crs("EPSG:27572", parameter="crs")
    assert all(crs.uri in caught.value.detail for crs in SERVED)


@pytest.mark.parametrize("crs", SERVED, ids=lambda crs: crs.title)
def test_every_published_uri_is_read_back(crs: Crs) -> None:
    assert parse_crs(crs.uri, parameter="crs") is crs


def test_only_the_authority_form_of_4326_is_latitude_first() -> None:
    assert [crs for crs in SERVED if crs.is_yx] == [WGS84]
