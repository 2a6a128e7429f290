"""Requests that are refused before any layer is looked for: which fault, and the culprit that it names."""

from __future__ import annotations

import pytest

from layers.errors import (
    BadRequest,
    InvalidBbox,
    InvalidFilter,
    InvalidParameter,
    MissingParameter,
    UnknownCrs,
    UnknownFeature,
    UnknownOperation,
    UnknownParameter,
    UnreadableRequest,
)
from tests.unit.wfs.test_wfs_requests import EQUAL_1, EQUAL_2, WFS2, body, by_address, by_body
from wfs.errors import UnsupportedOption
from wfs.parsing.kvp import Parameters

ADDRESSES = [
    ({"service": ""}, MissingParameter, "service"),
    ({"service": "WMS"}, InvalidParameter, "service"),
    ({"request": ""}, MissingParameter, "request"),
    ({"request": "GetTile"}, UnknownOperation, "request"),
    ({"request": "LockFeature"}, UnknownOperation, "request"),
    ({}, MissingParameter, "typenames"),
    ({"TYPENAMES": "(a)(b"}, InvalidParameter, "TYPENAMES"),
    ({"TYPENAMES": "a,b"}, UnsupportedOption, "TYPENAMES"),
    ({"TYPENAMES": "autre:a"}, InvalidParameter, "TYPENAMES"),
    ({"TYPENAMES": "a", "typename": "b"}, InvalidParameter, "typename"),
    ({"TYPENAMES": "a", "COUNT": "-1"}, InvalidParameter, "COUNT"),
    ({"TYPENAMES": "a", "COUNT": "beaucoup"}, InvalidParameter, "COUNT"),
    ({"TYPENAMES": "a", "COUNT": "9" * 30}, InvalidParameter, "COUNT"),
    ({"TYPENAMES": "a", "STARTINDEX": "1.5"}, InvalidParameter, "STARTINDEX"),
    ({"TYPENAMES": "a", "RESULTTYPE": "all"}, InvalidParameter, "RESULTTYPE"),
    ({"TYPENAMES": "a", "OUTPUTFORMAT": "image/png"}, InvalidParameter, "OUTPUTFORMAT"),
    ({"TYPENAMES": "a", "SRSNAME": "EPSG:27572"}, UnknownCrs, "SRSNAME"),
    ({"TYPENAMES": "a", "RESOLVE": "remote"}, UnsupportedOption, "RESOLVE"),
    ({"TYPENAMES": "a", "RESOLVE": "peut-être"}, InvalidParameter, "RESOLVE"),
    ({"TYPENAMES": "a", "NAMESPACES": "app=urn:x"}, InvalidParameter, "NAMESPACES"),
    ({"TYPENAMES": "a", "VIEWPARAMS": "x:1"}, UnknownParameter, "VIEWPARAMS"),
    ({"TYPENAMES": "a", "format_options": "x"}, UnknownParameter, "format_options"),
    ({"TYPENAMES": "a", "BBOX": "1,2,3"}, InvalidBbox, "BBOX"),
    ({"TYPENAMES": "a", "BBOX": "2.2,48.8,2.3,48.9"}, InvalidBbox, "BBOX"),
    ({"TYPENAMES": "a", "BBOX": "0,0,1,1,EPSG:27572"}, UnknownCrs, "BBOX"),
    ({"TYPENAMES": "a", "SORTBY": "nom UPWARDS"}, InvalidParameter, "SORTBY"),
    ({"TYPENAMES": "a", "SORTBY": "nom,nom DESC"}, InvalidParameter, "SORTBY"),
    ({"TYPENAMES": "a", "PROPERTYNAME": "nom,,geom"}, BadRequest, "PROPERTYNAME"),
    ({"TYPENAMES": "(a)(b)", "PROPERTYNAME": "(a)(b)(c)"}, InvalidParameter, "PROPERTYNAME"),
    ({"TYPENAMES": "a", "FILTER": EQUAL_2, "BBOX": "0,0,1,1"}, InvalidParameter, "BBOX"),
    ({"TYPENAMES": "a", "FILTER": EQUAL_2, "RESOURCEID": "a.1"}, InvalidParameter, "RESOURCEID"),
    ({"TYPENAMES": "a", "FILTER": EQUAL_2, "CQL_FILTER": "id=1"}, InvalidParameter, "CQL_FILTER"),
    ({"TYPENAMES": "a", "FILTER": "<Filter"}, UnreadableRequest, "FILTER"),
    ({"TYPENAMES": "a", "FILTER": EQUAL_1}, UnreadableRequest, "FILTER"),
    ({"TYPENAMES": "a", "FILTER": ""}, MissingParameter, "filter"),
    ({"TYPENAMES": "a", "FILTER": EQUAL_2.replace(">nom", ">tns:nom")}, InvalidFilter, "FILTER"),
    ({"TYPENAMES": "a", "CQL_FILTER": "nom ="}, InvalidFilter, "CQL_FILTER"),
    ({"TYPENAMES": "(a)(b)", "CQL_FILTER": "id=1"}, InvalidParameter, "CQL_FILTER"),
    ({"TYPENAMES": "a", "RESOURCEID": "b.1"}, InvalidParameter, "RESOURCEID"),
    ({"RESOURCEID": "rien"}, InvalidParameter, "RESOURCEID"),
    ({"RESOURCEID": ",".join(f"a.{n}" for n in range(10_001))}, InvalidParameter, "RESOURCEID"),
    ({"TYPENAMES": "a", "ALIASES": "x,y"}, InvalidParameter, "ALIASES"),
    ({"TYPENAMES": "a\x00b"}, InvalidParameter, "TYPENAMES"),
    ({"STOREDQUERY_ID": "urn:rien", "ID": "a.1"}, InvalidParameter, "STOREDQUERY_ID"),
    ({"STOREDQUERY_ID": "urn:ogc:def:query:OGC-WFS::GetFeatureById"}, MissingParameter, "id"),
    ({"STOREDQUERY_ID": "urn:ogc:def:query:OGC-WFS::GetFeatureById", "ID": "x"}, UnknownFeature, "id"),
    ({"request": "GetPropertyValue", "TYPENAMES": "a"}, MissingParameter, "valuereference"),
    ({"request": "DescribeFeatureType", "OUTPUTFORMAT": "csv"}, InvalidParameter, "OUTPUTFORMAT"),
    ({"request": "GetCapabilities", "SECTIONS": "Tout"}, InvalidParameter, "SECTIONS"),
    ({"request": "GetCapabilities", "ACCEPTFORMATS": "image/png"}, InvalidParameter, "ACCEPTFORMATS"),
    ({"request": "ListStoredQueries", "COUNT": "1"}, UnknownParameter, "COUNT"),
]


@pytest.mark.parametrize(("given", "fault", "culprit"), ADDRESSES, ids=lambda value: str(value)[:60])
def test_an_address_is_refused_by_its_culprit(
    given: dict[str, str], fault: type[BadRequest], culprit: str
) -> None:
    with pytest.raises(fault) as refused:
        by_address(**given)
    assert refused.value.parameter == culprit


OF_1 = [
    ("1.1.0", {"request": "GetPropertyValue"}, UnknownOperation, "request"),
    ("1.1.0", {"TYPENAME": "a", "MAXFEATURES": "0"}, InvalidParameter, "MAXFEATURES"),
    ("1.0.0", {"TYPENAME": "a", "FILTER": EQUAL_2}, UnreadableRequest, "FILTER"),
    (
        "1.1.0",
        {"STOREDQUERY_ID": "urn:ogc:def:query:OGC-WFS::GetFeatureById"},
        InvalidParameter,
        "STOREDQUERY_ID",
    ),
]


@pytest.mark.parametrize(("version", "given", "fault", "culprit"), OF_1)
def test_what_1_x_does_not_have_is_refused(
    version: str, given: dict[str, str], fault: type[BadRequest], culprit: str
) -> None:
    with pytest.raises(fault) as refused:
        by_address(version, **given)
    assert refused.value.parameter == culprit


def test_the_same_parameter_twice_is_refused() -> None:
    with pytest.raises(InvalidParameter):
        Parameters([("FILTER", [EQUAL_2]), ("filter", [EQUAL_2])])


QUERY = '<wfs:Query typeNames="p:jeux"/>'
BODIES = [
    ("<GetFeature/>", UnreadableRequest, "GetFeature"),
    (f'<w:GetTile xmlns:w="{WFS2}"/>', UnknownOperation, "GetTile"),
    (f'<w:LockFeature xmlns:w="{WFS2}"/>', UnknownOperation, "LockFeature"),
    (body(QUERY).replace('version="2.0.0"', 'version="1.1.0"'), InvalidParameter, "version"),
    (body(QUERY).replace('service="WFS"', 'service="WMS"'), InvalidParameter, "service"),
    (body(""), UnreadableRequest, "GetFeature"),
    (body(QUERY, attributes='couleur="vert"'), UnreadableRequest, "GetFeature"),
    (body(QUERY, attributes='count="x"'), InvalidParameter, "count"),
    (body("<wfs:Requete/>"), UnreadableRequest, "Requete"),
    (body('<Query xmlns="urn:sql" typeNames="a"/>'), UnreadableRequest, "Query"),
    (body("<wfs:Query/>"), MissingParameter, "typeNames"),
    (body('<wfs:Query typeNames="p:a p:b"/>'), UnsupportedOption, "typeNames"),
    (body('<wfs:Query typeNames="inconnu:a"/>'), InvalidParameter, "typeNames"),
    (body(f'<wfs:Query typeNames="p:a">{EQUAL_2}{EQUAL_2}</wfs:Query>'), UnreadableRequest, "Filter"),
    (body('<wfs:Query typeNames="p:a" srsName="EPSG:1"/>'), UnknownCrs, "srsName"),
    (body('<wfs:StoredQuery id="urn:rien"/>'), InvalidParameter, "id"),
    (body(f"{QUERY}<wfs:StoredQuery/>"), UnreadableRequest, "GetFeature"),
    (
        body('<wfs:StoredQuery id="urn:ogc:def:query:OGC-WFS::GetFeatureById"/>'),
        MissingParameter,
        "id",
    ),
]


@pytest.mark.parametrize(("text", "fault", "culprit"), BODIES, ids=lambda value: str(value)[:60])
def test_a_body_is_refused_by_its_culprit(text: str, fault: type[BadRequest], culprit: str) -> None:
    with pytest.raises(fault) as refused:
        by_body(text)
    assert refused.value.parameter == culprit
