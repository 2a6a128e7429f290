"""A request is the same value by an address and by a body, in each version."""

from __future__ import annotations

from typing import Any

import pytest

from layers.parsing import SortKey
from layers.parsing.xml.reader import MAX_PREFIXES
from wfs.parsing.kvp import Parameters, kvp_version, parse_kvp
from wfs.parsing.xml import parse_xml
from wfs.parsing.xml.requests import parse_request, xml_version
from wfs.requests import GetFeature, GetPropertyValue, Request, TypeQuery

WFS2, WFS1 = "http://www.opengis.net/wfs/2.0", "http://www.opengis.net/wfs"
FES, OGC = "http://www.opengis.net/fes/2.0", "http://www.opengis.net/ogc"
EQUAL = (
    '<f:Filter xmlns:f="{ns}"><f:PropertyIsEqualTo><f:{name}>nom</f:{name}><f:Literal>A</f:Literal>'
    "</f:PropertyIsEqualTo></f:Filter>"
)
EQUAL_2, EQUAL_1 = EQUAL.format(ns=FES, name="ValueReference"), EQUAL.format(ns=OGC, name="PropertyName")


def by_address(version: str = "2.0.0", operation: str = "GetFeature", **given: str) -> Any:
    parameters = Parameters(
        (name, [value])
        for name, value in {"service": "WFS", "version": version, "request": operation, **given}.items()
    )
    return parse_kvp(parameters, kvp_version(parameters))


def by_body(text: str) -> Request:
    root = parse_xml(text)
    return parse_request(root, xml_version(root))


def body(content: str, *, version: str = "2.0.0", attributes: str = "") -> str:
    namespace = WFS2 if version == "2.0.0" else WFS1
    return (
        f'<wfs:GetFeature xmlns:wfs="{namespace}" xmlns:p="urn:x-portail:couche" service="WFS" '
        f'version="{version}" {attributes}>{content}</wfs:GetFeature>'
    )


def without_texts(request: Request) -> Any:
    """Return a request without the texts that rows are told apart by: XML is written in many ways."""
    return repr(request).replace("'Filter'", "").replace("'FILTER'", "").partition("fingerprint")[0]


SAME = [
    (
        {"TYPENAMES": "portail:jeux", "COUNT": "5", "STARTINDEX": "10"},
        body('<wfs:Query typeNames="p:jeux"/>', attributes='count="5" startIndex="10"'),
    ),
    (
        {"TYPENAMES": "jeux", "RESULTTYPE": "hits", "SRSNAME": "EPSG:4326"},
        body('<wfs:Query typeNames="p:jeux" srsName="EPSG:4326"/>', attributes='resultType="hits"'),
    ),
    (
        {"TYPENAMES": "jeux", "PROPERTYNAME": "nom,portail:geom", "SORTBY": "nom DESC,id A"},
        body(
            '<wfs:Query typeNames="p:jeux"><wfs:PropertyName>p:nom</wfs:PropertyName>'
            "<wfs:PropertyName>geom</wfs:PropertyName>"
            f'<f:SortBy xmlns:f="{FES}"><f:SortProperty><f:ValueReference>nom</f:ValueReference>'
            "<f:SortOrder>DESC</f:SortOrder></f:SortProperty><f:SortProperty>"
            "<f:ValueReference>id</f:ValueReference></f:SortProperty></f:SortBy></wfs:Query>"
        ),
    ),
    (
        {"TYPENAMES": "jeux", "OUTPUTFORMAT": "application/json"},
        body('<wfs:Query typeNames="p:jeux"/>', attributes='outputFormat="application/json"'),
    ),
    (
        {"STOREDQUERY_ID": "urn:ogc:def:query:OGC-WFS::GetFeatureById", "ID": "jeux.12"},
        body(
            '<wfs:StoredQuery id="urn:ogc:def:query:OGC-WFS::GetFeatureById">'
            '<wfs:Parameter name="id">jeux.12</wfs:Parameter></wfs:StoredQuery>'
        ),
    ),
]


@pytest.mark.parametrize(("given", "text"), SAME)
def test_an_address_and_a_body_say_the_same(given: dict[str, str], text: str) -> None:
    assert without_texts(by_address(**given)) == without_texts(by_body(text))


@pytest.mark.parametrize(
    ("version", "name", "given", "text"),
    [
        ("2.0.0", "typeNames", "TYPENAMES", EQUAL_2),
        ("1.1.0", "typeName", "TYPENAME", EQUAL_1),
        ("1.0.0", "typeName", "TYPENAME", EQUAL_1),
    ],
)
def test_the_filter_of_a_version_is_the_same_by_both(version: str, name: str, given: str, text: str) -> None:
    address = by_address(version, **{given: "jeux", "FILTER": text})
    written = by_body(body(f'<wfs:Query {name}="p:jeux">{text}</wfs:Query>', version=version))
    assert isinstance(written, GetFeature)
    assert address.queries[0].filter.tree == written.queries[0].filter.tree  # type: ignore[union-attr]


def query(version: str = "2.0.0", **given: str) -> TypeQuery:
    found: TypeQuery = by_address(version, **given).queries[0]
    return found


def names(request: GetFeature) -> list[str]:
    return [each.name for each in request.queries]


def test_names_of_parameters_are_in_any_case() -> None:
    assert by_address(tYpEnAmEs="jeux", Count="3").count == 3


@pytest.mark.parametrize("version", ["2.0.0", "1.1.0", "1.0.0"])
@pytest.mark.parametrize("name", ["TYPENAMES", "TYPENAME"])
@pytest.mark.parametrize("count", ["COUNT", "MAXFEATURES"])
def test_names_of_the_other_versions_are_read_too(version: str, name: str, count: str) -> None:
    request = by_address(version, **{name: "jeux", count: "7"})
    assert (names(request), request.count) == (["jeux"], 7)


def test_clients_that_send_both_names_are_understood() -> None:
    assert names(by_address(TYPENAMES="jeux", TYPENAME="jeux")) == ["jeux"]


def test_several_types_each_have_their_lists() -> None:
    request = by_address(TYPENAMES="(a)(b)", PROPERTYNAME="(nom,geom)(*)", SORTBY="(nom)(id DESC)")
    told = [(each.name, each.properties, each.sort) for each in request.queries]
    assert told == [
        ("a", ("nom", "geom"), (SortKey("nom"),)),
        ("b", None, (SortKey("id", is_descending=True),)),
    ]


def test_several_types_of_1_1_are_a_plain_list() -> None:
    assert names(by_address("1.1.0", TYPENAME="a,portail:b")) == ["a", "b"]


def test_filters_that_hold_parentheses_are_kept_apart() -> None:
    texts = [EQUAL_2.replace(">A<", f">{value}<") for value in ("(x)(y)", "z")]
    request = by_address(TYPENAMES="(a)(b)", FILTER=f"({texts[0]})({texts[1]})")
    told = [repr(each.filter) for each in request.queries]
    assert ["'(x)(y)'" in told[0], "'z'" in told[1]] == [True, True]


def test_resources_name_their_types() -> None:
    request = by_address(RESOURCEID="a.1,b.2,a.3")
    assert [(each.name, each.ids) for each in request.queries] == [("a", (1, 3)), ("b", (2,))]


def test_resources_of_1_0_are_feature_ids() -> None:
    assert query("1.0.0", FEATUREID="a.1,a.2").ids == (1, 2)


def test_an_identifier_of_nobody_selects_nothing() -> None:
    assert query(TYPENAMES="a", RESOURCEID="inconnu").ids == ()


def test_the_prefix_of_a_type_is_declared_by_the_request() -> None:
    assert names(by_address(TYPENAMES="app:jeux", NAMESPACES="xmlns(app,urn:x-portail:couche)")) == ["jeux"]


OF_TNS = EQUAL_2.replace(">nom<", ">tns:nom<")


def test_the_prefixes_of_a_filter_are_declared_by_the_request() -> None:
    given = query(TYPENAMES="jeux", FILTER=OF_TNS, NAMESPACES="xmlns(tns,urn:x-portail:couche)")
    assert given.filter == query(TYPENAMES="jeux", FILTER=EQUAL_2).filter


def test_a_filter_declares_prefixes_beside_all_those_of_the_request() -> None:
    prefixes = [("tns", "urn:x-portail:couche"), *((f"p{n}", f"urn:{n}") for n in range(MAX_PREFIXES - 1))]
    namespaces = ",".join(f"xmlns({prefix},{uri})" for prefix, uri in prefixes)
    given = query(TYPENAMES="jeux", FILTER=OF_TNS, NAMESPACES=namespaces)
    assert given.filter == query(TYPENAMES="jeux", FILTER=EQUAL_2).filter


@pytest.mark.parametrize("place", ["f:Filter", "f:ValueReference"])
def test_the_prefixes_that_a_filter_declares_prevail(place: str) -> None:
    text = OF_TNS.replace(f"<{place}", f'<{place} xmlns:tns="urn:x-portail:couche"', 1)
    for more in ({}, {"NAMESPACES": "xmlns(tns,http://example.org)"}):
        given = query(TYPENAMES="jeux", FILTER=text, **more)
        assert given.filter == query(TYPENAMES="jeux", FILTER=EQUAL_2).filter


def test_a_filter_under_other_prefixes_selects_other_rows() -> None:
    text = EQUAL_2.replace(">nom<", ">tns:name<")
    namespaces = [f"xmlns(tns,{uri})" for uri in ("urn:x-portail:couche", "http://www.opengis.net/gml/3.2")]
    ours, of_gml = (query(TYPENAMES="jeux", FILTER=text, NAMESPACES=given) for given in namespaces)
    assert ours.filter != of_gml.filter
    assert ours.fingerprint != of_gml.fingerprint


def test_a_property_to_give_has_the_prefixes_that_its_path_declares() -> None:
    paths = [
        '<wfs:PropertyName xmlns:p="urn:other" xmlns:tns="urn:x-portail:couche">tns:nom</wfs:PropertyName>',
        "<wfs:PropertyName>p:code</wfs:PropertyName>",
        "<wfs:PropertyName>nom</wfs:PropertyName>",
    ]
    request = by_body(body(f'<wfs:Query typeNames="p:jeux">{"".join(paths)}</wfs:Query>'))
    assert isinstance(request, GetFeature)
    assert request.queries[0].properties == ("nom", "code")


def test_the_declaration_of_1_1_is_read_too() -> None:
    request = by_address("1.1.0", TYPENAME="app:jeux", NAMESPACE="xmlns(app=urn:x-portail:couche)")
    assert names(request) == ["jeux"]


def test_an_alias_begins_a_path() -> None:
    text = EQUAL_2.replace(">nom<", ">j/nom<")
    assert query(TYPENAMES="jeux", ALIASES="j", FILTER=text).filter is not None


BOXES = [
    ("2.0.0", "640000,6850000,650000,6860000", (640000.0, 6850000.0, 650000.0, 6860000.0), 2154),
    ("2.0.0", "2.2,48.8,2.3,48.9,EPSG:4326", (2.2, 48.8, 2.3, 48.9), 4326),
    ("2.0.0", "48.8,2.2,48.9,2.3,urn:ogc:def:crs:EPSG::4326", (2.2, 48.8, 2.3, 48.9), 4326),
    ("2.0.0", "48.8,2.2,48.9,2.3,http://www.opengis.net/def/crs/EPSG/0/4326", (2.2, 48.8, 2.3, 48.9), 4326),
    ("2.0.0", "2.2,48.8,2.3,48.9,urn:ogc:def:crs:OGC:1.3:CRS84", (2.2, 48.8, 2.3, 48.9), 4326),
    ("2.0.0", "2.2,48.8,2.3,48.9,http://www.opengis.net/gml/srs/epsg.xml#4326", (2.2, 48.8, 2.3, 48.9), 4326),
    ("2.0.0", "48.8,2.2,48.9,2.3,urn:x-ogc:def:crs:EPSG:4326", (2.2, 48.8, 2.3, 48.9), 4326),
    ("1.1.0", "48.8,2.2,48.9,2.3,urn:x-ogc:def:crs:EPSG:6.9:4326", (2.2, 48.8, 2.3, 48.9), 4326),
    ("1.1.0", "2.2,48.8,2.3,48.9,CRS:84", (2.2, 48.8, 2.3, 48.9), 4326),
    ("1.0.0", "0,1,2,3,EPSG:900913", (0.0, 1.0, 2.0, 3.0), 3857),
    ("1.0.0", "2.2,48.8,2.3,48.9,urn:ogc:def:crs:EPSG::4326", (2.2, 48.8, 2.3, 48.9), 4326),
]


@pytest.mark.parametrize(("version", "text", "extent", "srid"), BOXES)
def test_a_box_has_the_axes_of_the_name_of_its_system(
    version: str, text: str, extent: tuple[float, ...], srid: int
) -> None:
    box = query(version, TYPENAMES="jeux", BBOX=text).bbox
    assert box is not None
    assert (box.extent, box.srid) == (extent, srid)


def test_a_box_of_1_0_is_in_the_system_of_the_answer() -> None:
    box = query("1.0.0", TYPENAME="jeux", BBOX="2.2,48.8,2.3,48.9", SRSNAME="EPSG:4326").bbox
    assert box is not None and box.srid == 4326


def test_the_same_text_in_two_versions_chooses_other_rows() -> None:
    box = "2.2,48.8,2.3,48.9,http://www.opengis.net/def/crs/EPSG/0/4326"
    told = [query(version, TYPENAMES="j", BBOX=box).fingerprint for version in ("1.0.0", "1.1.0")]
    assert told[0] != told[1]


@pytest.mark.parametrize(
    "path", ["nom", "portail:nom", "jeux/nom", "valueOf(portail:nom)", "wfs:valueOf(nom)"]
)
def test_a_value_reference_leads_to_a_property(path: str) -> None:
    request = by_address(operation="GetPropertyValue", TYPENAMES="jeux", VALUEREFERENCE=path)
    assert isinstance(request, GetPropertyValue)
    assert request.name == "nom"


def test_the_identifier_is_a_value_too() -> None:
    request = by_address(operation="GetPropertyValue", TYPENAMES="jeux", VALUEREFERENCE="@gml:id")
    assert request.name == "id"


@pytest.mark.parametrize("name", ["_", "EXCEPTIONS", "LANGUAGE", "RESOLVEDEPTH", "TRAVERSEXLINKDEPTH"])
def test_what_every_client_may_say_is_let_in(name: str) -> None:
    assert names(by_address(TYPENAMES="jeux", **{name: "1"})) == ["jeux"]


@pytest.mark.parametrize("attribute", ["typeName", "typeNames"])
def test_a_body_names_its_type_as_either_version_does(attribute: str) -> None:
    assert names(by_body(body(f'<wfs:Query {attribute}="p:jeux"/>'))) == ["jeux"]


def test_the_filter_of_owslib_is_a_filter() -> None:
    assert query(TYPENAMES="jeux", query=EQUAL_2).filter is not None
