"""Filters in XML for tests: the usual pieces, and what they are read as."""

from __future__ import annotations

from layers.parsing.cql2.nodes import Node, Operation
from wfs.parsing.fes import FesVersion, ParsedFilter, read_filter
from wfs.parsing.xml import parse_xml

V2, V1_1, V1_0 = FesVersion.V2_0, FesVersion.V1_1, FesVersion.V1_0
NOM, TEN = "<ValueReference>nom</ValueReference>", "<Literal>10</Literal>"
POINT = '<Point srsName="EPSG:4326"><pos>2.25 48.82</pos></Point>'
EQUAL = f"<PropertyIsEqualTo>{NOM}{TEN}</PropertyIsEqualTo>"
WILDCARDS = 'wildCard="*" singleChar="#" escapeChar="!"'


def parsed(text: str, version: FesVersion = V2) -> ParsedFilter:
    return read_filter(
        parse_xml(f"<Filter>{text}</Filter>"),
        version=version,
        types=("aires-de-jeux", "a"),
        parameter="FILTER",
    )


def tree(text: str, version: FesVersion = V2) -> Node:
    expression = parsed(text, version).expression
    assert expression is not None
    return expression.tree


def operation(text: str, version: FesVersion = V2) -> Operation:
    found = tree(text, version)
    assert isinstance(found, Operation)
    return found
