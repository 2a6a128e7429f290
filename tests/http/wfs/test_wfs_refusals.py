"""Refusals: a report in the form of the version, with a status, a code and the culprit; never a 500."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from export_formats.services import export_sent
from tests.people import OUTSIDER, PUBLIC
from tests.protocols import get
from tests.wfs_asking import ask_wfs, post_form, post_xml, report
from tests.world import PLAYGROUNDS, TREES, World

FES, GML = "http://www.opengis.net/fes/2.0", "http://www.opengis.net/gml/3.2"
WFS2 = "http://www.opengis.net/wfs/2.0"
BY_ID = "urn:ogc:def:query:OGC-WFS::GetFeatureById"


def condition(content: str) -> str:
    return f'<Filter xmlns="{FES}" xmlns:gml="{GML}">{content}</Filter>'


def within(positions: str, srs: str) -> str:
    return condition(
        f'<Within><ValueReference>geom</ValueReference><gml:Polygon gml:id="p" srsName="{srs}"><gml:exterior>'
        f"<gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></Within>"
    )


def dated(value: str) -> str:
    return condition(
        "<PropertyIsEqualTo><ValueReference>date_plantation</ValueReference>"
        f"<Literal>{value}</Literal></PropertyIsEqualTo>"
    )


ADDRESSES = [
    ({"TYPENAMES": "rien-du-tout"}, (400, "InvalidParameterValue", "TYPENAMES")),
    ({"TYPENAMES": "a" * 300}, (400, "InvalidParameterValue", "TYPENAMES")),
    ({"TYPENAMES": TREES, "SRSNAME": "EPSG:27572"}, (400, "InvalidParameterValue", "SRSNAME")),
    ({"TYPENAMES": TREES, "OUTPUTFORMAT": "image/png"}, (400, "InvalidParameterValue", "OUTPUTFORMAT")),
    ({"TYPENAMES": TREES, "VIEWPARAMS": "a:1"}, (400, "InvalidParameterValue", "VIEWPARAMS")),
    ({"TYPENAMES": TREES, "PROPERTYNAME": "rien"}, (400, "InvalidParameterValue", "PROPERTYNAME")),
    ({"TYPENAMES": TREES, "SORTBY": "geom"}, (400, "InvalidParameterValue", "SORTBY")),
    ({"TYPENAMES": TREES, "FILTER": "<Filter>"}, (400, "OperationParsingFailed", "FILTER")),
    ({"TYPENAMES": TREES, "FILTER": dated("hier")}, (400, "InvalidParameterValue", "FILTER")),
    ({"TYPENAMES": f"{TREES},{TREES}"}, (400, "OptionNotSupported", "TYPENAMES")),
    ({"STOREDQUERY_ID": BY_ID, "ID": f"{TREES}.999999999"}, (404, "NotFound", "id")),
    ({"STOREDQUERY_ID": BY_ID, "ID": "rien.1"}, (404, "NotFound", "id")),
    ({"STOREDQUERY_ID": BY_ID, "ID": f"{TREES}.{10**17}"}, (404, "NotFound", "id")),
    ({"operation": "LockFeature"}, (400, "OperationNotSupported", "REQUEST")),
    ({"version": "3.0.0", "TYPENAMES": TREES}, (400, "InvalidParameterValue", "VERSION")),
    ({"operation": "DescribeStoredQueries", "STOREDQUERY_ID": "x"}, (400, "InvalidParameterValue", "STOREDQUERY_ID")),
    ({"operation": "GetPropertyValue", "TYPENAMES": TREES, "VALUEREFERENCE": "rien"},
     (400, "InvalidParameterValue", "valueReference")),
    ({"operation": "GetCapabilities", "ACCEPTVERSIONS": "9.9.9"},
     (400, "VersionNegotiationFailed", "ACCEPTVERSIONS")),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ADDRESSES, ids=lambda value: str(value)[:70])
def test_an_address_is_refused_by_a_report(
    world: World, given: dict[str, str], expected: tuple[int, str, str]
) -> None:
    assert report(ask_wfs(**given)) == expected


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"STARTINDEX": 2_000_000_000}, 200),
        ({"COUNT": 0}, 200),
        ({"RESOURCEID": ",".join(f"{TREES}.{n}" for n in range(10_000))}, 200),
        ({"RESOURCEID": f"{TREES}.{10**17}"}, 200),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_question_about_nothing_is_no_fault(world: World, given: dict[str, Any], status: int) -> None:
    assert post_form(TYPENAMES=TREES, **given).status == status


BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    f'<GetFeature xmlns="{WFS2}" service="WFS" version="2.0.0"><Query typeNames="&c;"/></GetFeature>'
)
STOLEN = (
    '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    f'<GetFeature xmlns="{WFS2}" service="WFS" version="2.0.0"><Query typeNames="&a;"/></GetFeature>'
)
DEEP = f'<GetFeature xmlns="{WFS2}">' + "<Query>" * 1_000 + "</Query>" * 1_000 + "</GetFeature>"
NESTED = condition(
    "<Not>" * 400 + "<PropertyIsNull><ValueReference>id</ValueReference></PropertyIsNull>" + "</Not>" * 400
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (BOMB, (400, "OperationParsingFailed", "")),
        (STOLEN, (400, "OperationParsingFailed", "")),
        (DEEP, (400, "OperationParsingFailed", "")),
        ("", (400, "OperationParsingFailed", "")),
        ("bonjour", (400, "OperationParsingFailed", "")),
        ("<a>" * 10, (400, "OperationParsingFailed", "")),
        ('<GetFeature xmlns="urn:autre"/>', (400, "OperationParsingFailed", "GetFeature")),
        (f'<Rien xmlns="{WFS2}"/>', (400, "OperationNotSupported", "Rien")),
        ("<a>" + "x" * 6_000_000 + "</a>", (413, "NoApplicableCode", "body")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_is_refused_by_a_report(world: World, body: str, expected: tuple[int, str, str]) -> None:
    assert report(post_xml(body)) == expected


def test_a_filter_that_nests_too_deep_is_refused(world: World) -> None:
    status, _code, locator = report(post_form(TYPENAMES=TREES, FILTER=NESTED))
    assert (status, locator) == (400, "FILTER")


def test_a_body_that_is_no_xml_is_refused(world: World) -> None:
    answer = Client().post("/wfs", b"{}", content_type="application/json")
    assert (answer.status_code, b"ows:ExceptionReport" in answer.content) == (415, True)


def test_degrees_are_no_coordinates_of_lambert_93(world: World) -> None:
    degrees = within("48.8 2.2 48.8 2.3 48.9 2.3 48.8 2.2", "urn:ogc:def:crs:EPSG::2154")
    assert report(ask_wfs(TYPENAMES=TREES, FILTER=degrees)) == (400, "InvalidParameterValue", "FILTER")


def test_a_report_of_a_body_is_in_its_version(world: World) -> None:
    body = (
        '<GetFeature xmlns="http://www.opengis.net/wfs" version="1.0.0"><Query typeName="rien"/></GetFeature>'
    )
    assert post_xml(body).body.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<ServiceExceptionReport')


def test_a_browser_that_asks_an_operation_gets_the_report_too(world: World) -> None:
    answer = ask_wfs(TYPENAMES="rien", headers={"accept": "text/html, */*; q=.2"})
    assert answer.headers["Content-Type"].startswith("text/xml")


def test_an_internal_layer_asks_who_gave_no_credentials(world: World) -> None:
    answer = ask_wfs(PUBLIC, TYPENAMES=PLAYGROUNDS)
    assert (answer.status, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_an_internal_layer_does_not_exist_for_others(world: World) -> None:
    hidden, unknown = (ask_wfs(OUTSIDER, TYPENAMES=name) for name in (PLAYGROUNDS, "rien-du-tout"))
    assert (hidden.status, hidden.body.replace(PLAYGROUNDS, "rien-du-tout")) == (400, unknown.body)


@pytest.mark.parametrize("operation", ["DescribeFeatureType", "GetFeature"])
def test_the_service_of_one_layer_knows_no_other(world: World, operation: str) -> None:
    answer = ask_wfs(operation=operation, path=f"/wfs/{TREES}", TYPENAMES="plui-zones")
    assert report(answer) == (400, "InvalidParameterValue", "TYPENAMES")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_allowed(world: World, method: str) -> None:
    assert getattr(Client(), method)("/wfs").status_code == 405


def test_too_many_parameters_are_refused(world: World) -> None:
    answer = get("/wfs?" + "&".join(f"a{n}=1" for n in range(9_000)))
    assert (answer.status, "ExceptionReport" in answer.body) == (400, True)


def test_a_feature_that_is_not_there_is_refused_before_its_file_is_written(world: World) -> None:
    files: list[str] = []

    def note(extension: str, **_rest: Any) -> None:
        files.append(extension)

    export_sent.connect(note)
    try:
        answer = ask_wfs(STOREDQUERY_ID=BY_ID, ID=f"{TREES}.999999999", OUTPUTFORMAT="csv")
    finally:
        export_sent.disconnect(note)
    assert answer.status == 404
    assert files == []
