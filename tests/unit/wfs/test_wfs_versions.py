"""Which version a request is of."""

import pytest

from layers.errors import InvalidParameter, VersionNegotiationFailed
from wfs.parsing.kvp import Parameters, kvp_version
from wfs.versions import VERSIONS, find_format, formats_of


def version_of(request: str, **given: str) -> str:
    parameters = {"REQUEST": request, **given}
    return str(kvp_version(Parameters((name, [value]) for name, value in parameters.items())))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("", "2.0.0"),
        ("2.0.0", "2.0.0"),
        ("2.0.2", "2.0.0"),
        ("3.0.0", "2.0.0"),
        ("1.5.0", "1.1.0"),
        ("1.1.0", "1.1.0"),
        ("1.0.5", "1.0.0"),
        ("0.9", "1.0.0"),
    ],
)
def test_capabilities_of_any_version_are_answered_by_the_one_below(asked: str, answered: str) -> None:
    assert version_of("GetCapabilities", VERSION=asked) == answered


@pytest.mark.parametrize(
    ("accepted", "answered"),
    [("2.0.0,1.1.0", "2.0.0"), ("1.1.0,2.0.0", "1.1.0"), ("9.9.9, 2.0.2", "2.0.0"), ("1.0.0", "1.0.0")],
)
def test_the_first_version_that_both_know_is_taken(accepted: str, answered: str) -> None:
    assert version_of("GetCapabilities", ACCEPTVERSIONS=accepted, VERSION="1.0.0") == answered


def test_no_common_version_is_a_failed_negotiation() -> None:
    with pytest.raises(VersionNegotiationFailed):
        version_of("GetCapabilities", ACCEPTVERSIONS="9.9.9,3.0.0")


@pytest.mark.parametrize("text", ["latest", "2.0.0.0", "-1", "2,0"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        version_of("GetCapabilities", VERSION=text)


def test_another_operation_does_not_negotiate() -> None:
    with pytest.raises(InvalidParameter):
        version_of("GetFeature", VERSION="3.0.0")


# The names that clients send: ArcGIS, GeoServer and its clients, GDAL, QGIS, OpenLayers.
@pytest.mark.parametrize(
    ("name", "served"),
    [
        ("application/gml+xml; version=3.2", "application/gml+xml; version=3.2"),
        ("application/gml xml; version=3.2", "application/gml+xml; version=3.2"),
        ("text/xml; subtype=gml/3.2", "application/gml+xml; version=3.2"),
        ("text/xml;subtype=gml/3.2.1", "application/gml+xml; version=3.2"),
        ("GML32", "application/gml+xml; version=3.2"),
        ("gml3", "text/xml; subtype=gml/3.1.1"),
        ("text/xml; subtype=gml/3.1.1", "text/xml; subtype=gml/3.1.1"),
        ("text/gml; subtype=gml/3.1.1", "text/xml; subtype=gml/3.1.1"),
        ("application/xml; subtype=gml/3.2", "application/gml+xml; version=3.2"),
        ("text/xml; subtype=gml/3.2.1; charset=UTF-8", "application/gml+xml; version=3.2"),
        ("GML2", "text/xml; subtype=gml/2.1.2"),
        ("application/json", "application/json"),
        ("GEOJSON", "application/json"),
        ("json", "application/json"),
        ("csv", "csv"),
        ("SHAPE-ZIP", "shape-zip"),
        ("shape+zip", "shape-zip"),
        ("geopackage", "application/geopackage+sqlite3"),
        ("kml", "application/vnd.google-earth.kml+xml"),
        ("flatgeobuf", "application/flatgeobuf"),
    ],
)
def test_clients_find_their_name_of_a_format(name: str, served: str) -> None:
    found = find_format(name, VERSIONS[0])
    assert found is not None and found.names[0] == served


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_a_format_of_nothing_in_particular_is_that_of_the_version(version: object) -> None:
    found = next(each for each in VERSIONS if each is version)
    assert find_format("text/xml", found) is formats_of(found)[0]


def test_an_unknown_format_is_none() -> None:
    assert find_format("image/png", VERSIONS[0]) is None
