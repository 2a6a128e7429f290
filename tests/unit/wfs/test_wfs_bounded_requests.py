"""How much one request of WFS asks is bounded, by each encoding, before what is too much is read."""

from __future__ import annotations

from typing import Any

import pytest

from layers.errors import InvalidParameter
from tests.unit.wfs.test_wfs_requests import EQUAL_2, body, by_address, by_body, names
from tests.wfs_writing import by_id, delete, transaction
from wfs.parsing import type_queries
from wfs.requests import GetFeature

MANY = 5_000
TWENTY, MORE = [f"t{number}" for number in range(20)], [f"t{number}" for number in range(21)]


def groups(texts: list[str]) -> str:
    return "".join(f"({text})" for text in texts)


def query(name: str) -> str:
    return f'<wfs:Query typeNames="p:{name}"/>'


LISTS: dict[str, dict[str, str]] = {
    "types": {"TYPENAMES": groups(["a"] * MANY)},
    "types of 1.1": {"version": "1.1.0", "TYPENAME": ",".join(["a"] * MANY)},
    "types of 1.0": {"version": "1.0.0", "TYPENAME": ",".join(MORE)},
    "values of many types": {
        "operation": "GetPropertyValue",
        "TYPENAMES": groups(MORE),
        "VALUEREFERENCE": "nom",
    },
    "resources of many types": {"RESOURCEID": ",".join(f"{name}.1" for name in MORE)},
    "resources in parentheses": {"RESOURCEID": groups(["a.1"] * 10_001)},
    "resources of all types together": {
        "TYPENAMES": "(a)(b)",
        "RESOURCEID": groups([",".join(["a.1"] * 6_000), ",".join(["b.1"] * 6_000)]),
    },
    "filters": {"TYPENAMES": "(a)(b)", "FILTER": groups([EQUAL_2] * 50)},
    "boxes": {"TYPENAMES": "(a)(b)", "BBOX": groups(["0,0,1,1"] * MANY)},
    "numbers of a box": {"TYPENAMES": "a", "BBOX": ",".join(["1"] * 40_000)},
    "aliases": {"TYPENAMES": "(a)(b)", "ALIASES": groups(["x"] * MANY)},
    "properties": {"TYPENAMES": "a", "PROPERTYNAME": ",".join(["nom"] * MANY)},
    "orders": {"TYPENAMES": "a", "SORTBY": ",".join(f"n{number}" for number in range(MANY))},
    "namespaces": {"TYPENAMES": "a", "NAMESPACES": ",".join(["xmlns(p,urn:x)"] * MANY)},
    "a long name": {"TYPENAMES": "a" * 70_000},
    "described types": {"operation": "DescribeFeatureType", "TYPENAMES": groups(["a"] * MANY)},
    "stored queries": {"operation": "DescribeStoredQueries", "STOREDQUERY_ID": ",".join(["a"] * MANY)},
    "versions": {"operation": "GetCapabilities", "ACCEPTVERSIONS": ",".join(["9"] * MANY)},
}


@pytest.mark.parametrize("given", LISTS.values(), ids=LISTS)
def test_a_long_list_of_an_address_is_refused_by_its_name(given: dict[str, str]) -> None:
    with pytest.raises(InvalidParameter) as refused:
        by_address(**given)
    assert refused.value.parameter in given


BODIES = {
    "queries": body(query("a") * MANY),
    "types of a query": body(f'<wfs:Query typeName="{",".join(["p:a"] * MANY)}"/>', version="1.1.0"),
    "types of queries": body('<wfs:Query typeName="p:a,p:b"/>' * 11, version="1.1.0"),
    "properties": body(
        '<wfs:Query typeNames="p:a">' + "<wfs:PropertyName>nom</wfs:PropertyName>" * 2_000 + "</wfs:Query>"
    ),
}


@pytest.mark.parametrize("text", BODIES.values(), ids=BODIES)
def test_a_long_list_of_a_body_is_refused_by_its_element(text: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        by_body(text)
    assert refused.value.parameter in {"Query", "typeName", "PropertyName"}


def test_no_query_is_read_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Any] = []
    monkeypatch.setattr(type_queries.QueryParts, "query", lambda *parts, **_named: read.append(parts))
    with pytest.raises(InvalidParameter):
        by_body(BODIES["queries"])
    assert read == []


def test_twenty_queries_are_served_both_ways() -> None:
    found = [by_address(TYPENAMES=groups(TWENTY)), by_body(body("".join(map(query, TWENTY))))]
    assert [names(each) for each in found if isinstance(each, GetFeature)] == [TWENTY] * 2


def test_the_number_of_queries_is_a_setting(settings: Any) -> None:
    settings.WFS_MAX_QUERIES = 21
    assert names(by_address(TYPENAMES=groups(MORE))) == MORE


def test_actions_that_search_their_features_are_few() -> None:
    with pytest.raises(InvalidParameter, match="20 filtres") as refused:
        by_body(transaction(*[delete(EQUAL_2)] * 21))
    assert refused.value.parameter == "Filter"


def test_actions_that_name_their_features_are_many() -> None:
    assert by_body(transaction(*[delete(by_id(1))] * 900))
