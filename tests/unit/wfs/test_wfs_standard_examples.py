"""The requests of the standard (OGC 09-025r2, annex D): each is read, or refused for what this portal does not have."""

from __future__ import annotations

import pytest

from layers.errors import BadRequest, InvalidFilter, InvalidParameter, UnknownCrs, UnknownProperty
from tests.unit.wfs.test_wfs_requests import by_body
from tests.wfs_schemas import SCHEMAS, needs_schemas
from wfs.errors import UnreadableRequest, UnsupportedOption
from wfs.requests import (
    DescribeFeatureType,
    GetCapabilities,
    GetFeature,
    Request,
)

EXAMPLES = SCHEMAS / "wfs" / "2.0" / "examples"
pytestmark = needs_schemas


def read(path: str) -> Request:
    """Read an example as if its types were of this portal."""
    data = (EXAMPLES / path).read_text()
    for theirs in ("myns", "yourns"):
        data = data.replace(f"http://www.someserver.example.com/{theirs}", "urn:x-portail:couche")
    for theirs in ("http://demo.cubewerx.com/yourns", "http://www.myserver.com/myns"):
        data = data.replace(theirs, "urn:x-portail:couche")
    return by_body(data)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("GetFeature/GetFeature_01.xml", ["InWaterA_1M"]),
        ("GetFeature/GetFeature_02.xml", ["InWaterA_1M"]),
        ("GetFeature/GetFeature_03.xml", ["InWaterA_1M"]),
        ("GetFeature/GetFeature_04.xml", ["InWaterA_1M"]),
        ("GetFeature/GetFeature_05.xml", ["InWaterA_1M"]),
        ("GetFeature/GetFeature_06.xml", ["InWaterA_1M", "BuiltUpA_1M", "RoadL_1M"]),
        ("GetFeature/GetFeature_16.xml", ["Roads"]),
        ("GetFeature/GetFeature_18.xml", ["InWaterA_1M"]),
        ("GetFeature/GetFeature_19.xml", ["Roads"]),
    ],
)
def test_a_request_for_features_is_read(path: str, names: list[str]) -> None:
    request = read(path)
    assert isinstance(request, GetFeature)
    assert [query.name for query in request.queries] == names


@pytest.mark.parametrize(
    ("path", "ids", "properties"),
    [
        ("GetFeature/GetFeature_01.xml", (1234,), None),
        ("GetFeature/GetFeature_02.xml", (1013,), ("wkbGeom", "tileId", "facId")),
        ("GetFeature/GetFeature_03.xml", (1013, 1014, 1015), None),
        ("GetFeature/GetFeature_04.xml", (1013, 1014, 1015), ("wkbGeom", "tileId")),
    ],
)
def test_resources_and_properties_are_those_of_the_example(
    path: str, ids: tuple[int, ...], properties: tuple[str, ...] | None
) -> None:
    request = read(path)
    assert isinstance(request, GetFeature)
    assert (request.queries[0].ids, request.queries[0].properties) == (ids, properties)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("GetCapabilities/GetCapabilities_Req_01.xml", GetCapabilities),
        ("DescribeFeatureType/DescribeFeatureType_Example01_Request.xml", DescribeFeatureType),
    ],
)
def test_the_other_operations_are_read(path: str, kind: type[Request]) -> None:
    assert isinstance(read(path), kind)


@pytest.mark.parametrize(
    ("path", "fault", "message"),
    [
        (
            "GetFeature/GetFeature_07.xml",
            UnknownCrs,
            "urn:ogc;def:crs:EPSG::4326",
        ),  # a semicolon of the example
        ("GetFeature/GetFeature_08.xml", UnknownCrs, "urn:fes:def:crs:EPSG::4326"),
        ("GetFeature/GetFeature_09.xml", UnknownProperty, "mailAddress"),
        ("GetFeature/GetFeature_10.xml", InvalidFilter, "gml:name"),
        ("GetFeature/GetFeature_11.xml", UnsupportedOption, "liens vers d’autres services"),
        ("GetFeature/GetFeature_13.xml", UnsupportedOption, "jointures"),
        ("GetFeature/GetFeature_14.xml", UnsupportedOption, "jointures"),
        ("GetFeature/GetFeature_15.xml", UnsupportedOption, "jointures"),
        ("GetFeature/GetFeature_17.xml", UnreadableRequest, "<Query>"),
        ("StoredQuery/StoredQueryExample.xml", BadRequest, ""),
        ("GetPropertyValue/Example_03_Req.xml", BadRequest, ""),
        ("LockFeature/LockFeature_01.xml", BadRequest, "n’existe pas en 2.0.0"),
    ],
)
def test_what_is_not_served_is_named(path: str, fault: type[BadRequest], message: str) -> None:
    with pytest.raises(fault) as refused:
        read(path)
    assert message in refused.value.detail


def test_a_type_of_another_server_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        by_body((EXAMPLES / "GetFeature/GetFeature_01.xml").read_text())
