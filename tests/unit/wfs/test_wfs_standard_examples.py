"""The requests of the standard (OGC 09-025r2): each is read, or refused for what this portal does not have."""

from __future__ import annotations

import pytest

from layers.errors import (
    InvalidFilter,
    InvalidParameter,
    LayersError,
    UnknownCrs,
    UnknownOperation,
    UnknownProperty,
    UnreadableRequest,
)
from tests.unit.wfs.test_wfs_requests import by_body
from tests.wfs_schemas import SCHEMAS, needs_schemas
from wfs.errors import UnsupportedOption
from wfs.parsing.xml import parse_xml
from wfs.requests import (
    DescribeFeatureType,
    GetCapabilities,
    GetFeature,
    GetPropertyValue,
    InsertAction,
    Request,
    Transaction,
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


OF_FEATURES = {
    "GetFeature/GetFeature_01.xml": ["InWaterA_1M"],
    "GetFeature/GetFeature_02.xml": ["InWaterA_1M"],
    "GetFeature/GetFeature_03.xml": ["InWaterA_1M"],
    "GetFeature/GetFeature_04.xml": ["InWaterA_1M"],
    "GetFeature/GetFeature_05.xml": ["InWaterA_1M"],
    "GetFeature/GetFeature_06.xml": ["InWaterA_1M", "BuiltUpA_1M", "RoadL_1M"],
    "GetFeature/GetFeature_16.xml": ["Roads"],
    "GetFeature/GetFeature_18.xml": ["InWaterA_1M"],
    "GetFeature/GetFeature_19.xml": ["Roads"],
    "GetPropertyValue/Example_01_Req.xml": ["Person"],
}
OF_OTHERS = {
    "GetCapabilities/GetCapabilities_Req_01.xml": GetCapabilities,
    "DescribeFeatureType/DescribeFeatureType_Example01_Request.xml": DescribeFeatureType,
    "DescribeFeatureType/DescribeFeatureType_Example02_Request.xml": DescribeFeatureType,
}
OF_VALUES = {
    "GetPropertyValue/Example_02_Req.xml": "location",
    "GetPropertyValue/Example_07_Req.xml": "age",
    "GetPropertyValue/Example_08_Req.xml": "phone",
}
# The actions of each, with the type and the ids that they name.
ACTIONS = {
    "Transaction/Transaction_02.xml": [("Update", "BuiltUpA_1M", (10131,))],
    "Transaction/Transaction_03.xml": [("Update", "BuiltUpA_1M", (1013, 34, 24256))],
    "Transaction/Transaction_04.xml": [
        ("Update", "BuiltUpA_1M", (1013, 34, 24256)),
        ("Update", "BuiltUpA_1M", None),
    ],
    "Transaction/Transaction_05.xml": [("Update", "OceansA_1M", None), ("Update", "TreesA_1M", (1010,))],
    "Transaction/Transaction_06.xml": [("Delete", "InWaterA_1M", (1013,))],
    "Transaction/Transaction_07.xml": [("Delete", "InWaterA_1M", (1013, 10, 13, 140, 5001, 2001))],
    "Transaction/Transaction_08.xml": [("Delete", "InWaterA_1M", None)],
}
JOINED, LINKED, ELSEWHERE = "jointures", "liens vers d’autres services", "espace de noms"
REFUSED: dict[str, tuple[type[LayersError], str]] = {
    "GetFeature/GetFeature_07.xml": (UnknownCrs, "urn:ogc;def:crs:EPSG::4326"),  # a semicolon of the example
    "GetFeature/GetFeature_08.xml": (UnknownCrs, "urn:fes:def:crs:EPSG::4326"),
    "GetFeature/GetFeature_09.xml": (UnknownProperty, "mailAddress"),
    "GetFeature/GetFeature_10.xml": (InvalidFilter, "gml:name"),
    "GetFeature/GetFeature_11.xml": (UnsupportedOption, LINKED),
    "GetFeature/GetFeature_12.xml": (UnsupportedOption, LINKED),
    "GetFeature/GetFeature_13.xml": (UnsupportedOption, JOINED),
    "GetFeature/GetFeature_14.xml": (UnsupportedOption, JOINED),
    "GetFeature/GetFeature_15.xml": (UnsupportedOption, JOINED),
    "GetFeature/GetFeature_17.xml": (UnreadableRequest, "<Query>"),
    "GetFeature/RoadGeocurve.xml": (InvalidParameter, ELSEWHERE),
    "GetPropertyValue/Example_03_Req.xml": (UnsupportedOption, JOINED),
    "GetPropertyValue/Example_04_Req.xml": (InvalidFilter, ELSEWHERE),
    "GetPropertyValue/Example_05_Req.xml": (UnsupportedOption, JOINED),
    "GetPropertyValue/Example_06_Req.xml": (UnknownProperty, "mailAddress"),
    "GetPropertyValue/Example_09_Req.xml": (UnreadableRequest, "phone[2]"),
    "GetPropertyValue/Example_10_Req.xml": (UnsupportedOption, LINKED),
    "GetPropertyValue/Example_11_Req.xml": (InvalidParameter, ELSEWHERE),
    "LockFeature/LockFeature_01.xml": (UnknownOperation, "LockFeature"),
    "LockFeature/LockFeature_02.xml": (UnknownOperation, "LockFeature"),
    "LockFeature/LockFeature_03.xml": (UnknownOperation, "LockFeature"),
    "LockFeature/LockFeature_04.xml": (UnknownOperation, "LockFeature"),
    "StoredQuery/CreateStoredQueryExample.xml": (UnknownOperation, "CreateStoredQuery"),
    "StoredQuery/StoredQueryExample.xml": (UnsupportedOption, LINKED),
    # Two geometries of their own names, a native action.
    "Transaction/Transaction_01.xml": (UnreadableRequest, "wkbGeom"),
    "Transaction/Transaction_09.xml": (UnsupportedOption, "Native"),
}
# The roots of what the folder holds beside requests: answers, features, capabilities, reports.
_ANSWERS = ("Collection", "Response", "WFS_Capabilities", "ExceptionReport")


def test_every_request_of_the_standard_is_here() -> None:
    requests = {
        str(path.relative_to(EXAMPLES))
        for path in EXAMPLES.rglob("*.xml")
        if not parse_xml(path.read_bytes()).name.endswith(_ANSWERS)
    }
    assert requests == {*OF_FEATURES, *OF_OTHERS, *OF_VALUES, *ACTIONS, *REFUSED}


@pytest.mark.parametrize("path", OF_FEATURES)
def test_a_request_for_features_is_read(path: str) -> None:
    request = read(path)
    assert isinstance(request, GetFeature)
    assert [query.name for query in request.queries] == OF_FEATURES[path]


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


@pytest.mark.parametrize("path", OF_OTHERS)
def test_the_other_operations_are_read(path: str) -> None:
    assert isinstance(read(path), OF_OTHERS[path])


@pytest.mark.parametrize("path", OF_VALUES)
def test_a_request_for_values_is_read(path: str) -> None:
    request = read(path)
    assert isinstance(request, GetPropertyValue)
    assert request.name == OF_VALUES[path]


@pytest.mark.parametrize("path", ACTIONS)
def test_a_transaction_is_read(path: str) -> None:
    request = read(path)
    assert isinstance(request, Transaction)
    found = [
        (action.word, action.target.name, action.target.ids)
        for action in request.actions
        if not isinstance(action, InsertAction)
    ]
    assert found == ACTIONS[path]


@pytest.mark.parametrize("path", REFUSED)
def test_what_is_not_served_is_named(path: str) -> None:
    fault, message = REFUSED[path]
    with pytest.raises(fault) as refused:
        read(path)
    assert message in refused.value.detail


def test_a_type_of_another_server_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        by_body((EXAMPLES / "GetFeature/GetFeature_01.xml").read_text())
