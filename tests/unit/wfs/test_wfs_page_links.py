"""The address of the next page of a body of XML asks the same question as the body."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from layers.parsing.xml.elements import canonical_text
from layers.visitor import Visitor
from wfs.operations import Service
from wfs.operations.features import paging_of
from wfs.parsing.kvp import Parameters, kvp_version, parse_kvp
from wfs.parsing.xml import parse_xml
from wfs.parsing.xml.requests import parse_request, xml_version
from wfs.requests import GetFeature, Request

ADDRESS = "http://localhost/wfs"
SERVICE = Service(Visitor(instant=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)), ADDRESS, lambda *_names: "")
NAMESPACES = {
    "2.0.0": 'xmlns="http://www.opengis.net/wfs/2.0" xmlns:f="http://www.opengis.net/fes/2.0"',
    "1.1.0": 'xmlns="http://www.opengis.net/wfs" xmlns:f="http://www.opengis.net/ogc"',
}
OURS = 'xmlns:p="urn:x-portail:couche"'


def body(content: str, *, version: str = "2.0.0", attributes: str = "") -> str:
    return (
        f'<GetFeature {NAMESPACES[version]} {OURS} xmlns:gml="http://www.opengis.net/gml" service="WFS" '
        f'version="{version}" count="2" {attributes}>{content}</GetFeature>'
    )


def query(content: str = "", *, name: str = "jeux", attributes: str = "", version: str = "2.0.0") -> str:
    names = "typeNames" if version == "2.0.0" else "typeName"
    return f'<Query {names}="p:{name}" {attributes}>{content}</Query>'


def equal(path: str, value: str = "A", *, declared: str = "") -> str:
    return (
        f"<f:PropertyIsEqualTo><f:ValueReference {declared}>{path}</f:ValueReference>"
        f"<f:Literal>{value}</f:Literal></f:PropertyIsEqualTo>"
    )


def filtered(*conditions: str) -> str:
    content = "".join(conditions)
    return f"<f:Filter>{f'<f:And>{content}</f:And>' if len(conditions) > 1 else content}</f:Filter>"


SORTED = (
    "<f:SortBy><f:SortProperty><f:ValueReference>nom</f:ValueReference><f:SortOrder>DESC</f:SortOrder>"
    "</f:SortProperty></f:SortBy>"
)
WITHIN = (
    '<f:BBOX><f:ValueReference>geom</f:ValueReference><gml:Envelope xmlns:gml="http://www.opengis.net/gml/3.2">'
    "<gml:lowerCorner>48.8 2.2</gml:lowerCorner><gml:upperCorner>48.9 2.3</gml:upperCorner></gml:Envelope></f:BBOX>"
)
OTHER = 'xmlns:autre="urn:x-portail:couche"'
DEGREES, METRES = (f'srsName="urn:ogc:def:crs:EPSG::{code}"' for code in (4326, 2154))
BODIES = {
    "one query": body(query()),
    "a prefix of the root": body(query(filtered(equal("p:nom"), equal("p:adresse")))),
    "a prefix on each path": body(
        query(filtered(equal("autre:nom", declared=OTHER), equal("autre:adresse", declared=OTHER)))
    ),
    "a prefix of several namespaces": body(
        query(
            filtered(
                f'<f:Not xmlns:p="urn:other">{equal("p:nom", declared=OURS)}</f:Not>', equal("p:adresse")
            )
        )
    ),
    "the first query filtered": body(query(filtered(equal("nom"))) + query(name="arbres")),
    "the last query filtered": body(query() + query(filtered(equal("nom")), name="arbres")),
    "the second of four filtered": body(
        query()
        + query(filtered(equal("nom", "(a)(b)")), name="arbres")
        + query(name="bancs")
        + query(name="puits")
    ),
    "both queries filtered around one": body(
        query(filtered(equal("nom")))
        + query(name="arbres")
        + query(filtered(equal("nom", "B")), name="bancs")
    ),
    "the first query sorted": body(query(SORTED) + query(name="arbres")),
    "the last query sorted": body(query() + query(SORTED, name="arbres")),
    "an alias": body(query(filtered(equal("j/nom")), attributes='aliases="j"')),
    "an alias of one query": body(
        query() + query(filtered(equal("a/nom")), name="arbres", attributes='aliases="a"')
    ),
    "one system": body(query(attributes=DEGREES) + query(name="arbres", attributes=DEGREES)),
    "two systems": body(query(attributes=DEGREES) + query(name="arbres", attributes=METRES)),
    "a system of the last query": body(query() + query(filtered(WITHIN), name="arbres", attributes=DEGREES)),
    "an identifier of GML": body(
        query(
            filtered('<f:GmlObjectId gml:id="jeux.3"/>'),
            version="1.1.0",
        ),
        version="1.1.0",
        attributes='outputFormat="geojson"',
    ).replace("count=", "maxFeatures="),
}


def by_body(text: str) -> Request:
    root = parse_xml(text)
    return parse_request(root, xml_version(root))


def next_page(request: GetFeature, **more: str) -> Any:
    """Return the request of the address of the next page."""
    parameters = parse_qs(urlsplit(paging_of(SERVICE, request, **more).address(2, "")).query)
    given = Parameters(parameters.items())
    return parse_kvp(given, kvp_version(given))


def question(request: GetFeature) -> list[Any]:
    return [
        (str(request.version), request.output, request.count),
        [
            (
                each.name,
                each.filter.tree if each.filter else None,
                each.ids,
                each.properties,
                each.sort,
                each.srs,
            )
            for each in request.queries
        ],
    ]


@pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
def test_the_next_page_of_a_body_asks_the_same_question(text: str) -> None:
    request = by_body(text)
    assert isinstance(request, GetFeature)
    assert question(next_page(request)) == question(request)


def test_filters_that_name_other_features_are_written_otherwise() -> None:
    texts = [
        f'<Filter xmlns:g="http://www.opengis.net/gml"><GmlObjectId g:id="jeux.{n}"/></Filter>'
        for n in (1, 2)
    ]
    assert len({canonical_text(parse_xml(text)) for text in texts}) == 2
