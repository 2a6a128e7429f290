"""Comparisons, logic and calculations in XML become the nodes of CQL2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers.errors import UnreadableRequest
from layers.parsing import SortKey
from layers.parsing.cql2.nodes import Literal, Operation, Property, Untyped
from tests.fes_reading import EQUAL, NOM, TEN, V1_0, V1_1, V2, WILDCARDS, operation, parsed, tree
from wfs.parsing.fes import FUNCTIONS, FesVersion, read_sort, rename_properties
from wfs.parsing.fes.expressions import Function
from wfs.parsing.xml import parse_xml

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "filters.md").read_text()


@pytest.mark.parametrize(
    ("name", "operator"),
    [
        ("PropertyIsEqualTo", "="),
        ("PropertyIsNotEqualTo", "<>"),
        ("PropertyIsLessThan", "<"),
        ("PropertyIsGreaterThan", ">"),
        ("PropertyIsLessThanOrEqualTo", "<="),
        ("PropertyIsGreaterThanOrEqualTo", ">="),
    ],
)
@pytest.mark.parametrize("version", list(FesVersion))
def test_comparisons_are_those_of_cql2(version: FesVersion, name: str, operator: str) -> None:
    compared = Operation(operator, (Property("nom"), Untyped("10")))
    assert tree(f"<{name}>{NOM}{TEN}</{name}>", version) == Operation("any_of", (compared,))


@pytest.mark.parametrize(("action", "operator"), [("Any", "any_of"), ("All", "all_of"), ("One", "one_of")])
def test_match_action_says_how_many_elements_of_a_list(action: str, operator: str) -> None:
    text = f'<PropertyIsEqualTo matchAction="{action}">{NOM}{TEN}</PropertyIsEqualTo>'
    assert operation(text).operator == operator


def test_match_case_folds_both_sides() -> None:
    (compared,) = operation(f'<PropertyIsEqualTo matchCase="false">{NOM}{TEN}</PropertyIsEqualTo>').arguments
    assert compared == Operation(
        "=", (Operation("anycase", (Property("nom"),)), Operation("anycase", (Untyped("10"),)))
    )


@pytest.mark.parametrize(
    ("attributes", "pattern", "expected"),
    [
        (WILDCARDS, "Parc*", "Parc%"),
        (WILDCARDS, "a#b!*!#!!", "a_b*#!"),
        (WILDCARDS, "100 %_\\", "100 \\%\\_\\\\"),
        (WILDCARDS, "fin!", "fin!"),
        ('wildCard="%" singleChar="_" escapeChar="\\"', "a\\%b%c_", "a\\%b%c_"),
        ('wildCard=".*" singleChar="." escapeChar="!"', "a.*b.c!.d", "a%b_c.d"),
        ('wildCard="*" singleChar="" escapeChar=""', "a*#", "a%#"),
    ],
)
def test_the_wildcards_of_a_request_become_those_of_cql2(
    attributes: str, pattern: str, expected: str
) -> None:
    text = f"<PropertyIsLike {attributes}>{NOM}<Literal>{pattern}</Literal></PropertyIsLike>"
    (like,) = operation(text).arguments
    assert like == Operation("like", (Property("nom"), Literal(expected)))


def test_version_1_0_calls_the_escape_otherwise() -> None:
    text = (
        f'<PropertyIsLike wildCard="*" singleChar="#" escape="!">{NOM}<Literal>!**</Literal></PropertyIsLike>'
    )
    (like,) = operation(text, V1_0).arguments
    assert like == Operation("like", (Property("nom"), Literal("*%")))


def test_between_has_two_bounds() -> None:
    bounds = f"<LowerBoundary>{TEN}</LowerBoundary><UpperBoundary><Literal>20</Literal></UpperBoundary>"
    expected = Operation("between", (Property("nom"), Untyped("10"), Untyped("20")))
    assert tree(f"<PropertyIsBetween>{NOM}{bounds}</PropertyIsBetween>") == expected


def test_a_property_alone_is_a_condition_as_qgis_writes_it() -> None:
    assert tree(f"<Not>{NOM}</Not>") == Operation("not", (Property("nom"),))


@pytest.mark.parametrize("name", ["PropertyIsNull", "PropertyIsNil"])
def test_null_and_nil_are_one_question(name: str) -> None:
    assert tree(f"<{name}>{NOM}</{name}>") == Operation("isnull", (Property("nom"),))


def test_pairs_in_pairs_are_one_level() -> None:
    text = EQUAL
    for _pair in range(100):
        text = f"<Or>{text}{EQUAL}</Or>"
    assert len(operation(text).arguments) == 101


def test_not_and_and_keep_their_order() -> None:
    isnull = "<PropertyIsNull><ValueReference>b</ValueReference></PropertyIsNull>"
    found = operation(f"<And><Not>{EQUAL}</Not>{isnull}</And>")
    assert [node.operator for node in found.arguments if isinstance(node, Operation)] == ["not", "isnull"]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("<Add><PropertyName>nom</PropertyName><Literal>10</Literal></Add>", V1_0),
        ("<Add><ValueReference>nom</ValueReference><Literal>10</Literal></Add>", V2),
        ('<Function name="Add"><ValueReference>nom</ValueReference><Literal>10</Literal></Function>', V2),
    ],
)
def test_calculations_are_elements_or_functions(text: str, version: FesVersion) -> None:
    (compared,) = operation(f"<PropertyIsEqualTo>{text}{TEN}</PropertyIsEqualTo>", version).arguments
    assert isinstance(compared, Operation)
    assert compared.arguments[0] == Operation("+", (Property("nom"), Literal(10)))


def test_names_of_xml_become_those_of_the_portal() -> None:
    expression = parsed(f"<And>{EQUAL}<Not>{EQUAL}</Not></And>").expression
    assert expression is not None
    found = rename_properties(expression, {"nom": "nom_d_usage"}).tree
    assert "nom_d_usage" in str(found)
    assert "'nom'" not in str(found)


@pytest.mark.parametrize(("version", "tag"), [(V2, "ValueReference"), (V1_1, "PropertyName")])
def test_sorting_reads_its_properties_in_their_order(version: FesVersion, tag: str) -> None:
    text = (
        f"<SortBy><SortProperty><{tag}>portail:nom</{tag}><SortOrder>DESC</SortOrder></SortProperty>"
        f"<SortProperty><{tag}>@gml:id</{tag}></SortProperty></SortBy>"
    )
    assert read_sort(parse_xml(text), version=version) == (SortKey("nom", True), SortKey("id"))


@pytest.mark.parametrize(
    "text",
    [
        "<SortBy/>",
        "<SortBy><Autre/></SortBy>",
        f"<SortBy><SortProperty>{NOM}<SortOrder>UP</SortOrder></SortProperty></SortBy>",
        f"<SortBy><SortProperty>{NOM}</SortProperty><SortProperty>{NOM}</SortProperty></SortBy>",
        '<SortBy xmlns="http://www.opengis.net/ogc"/>',
    ],
)
def test_what_is_not_a_sort_is_refused(text: str) -> None:
    with pytest.raises(UnreadableRequest):
        read_sort(parse_xml(text), version=V2)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_the_page_of_filters_names_every_function(function: Function) -> None:
    assert re.search(rf"\b{function.name}\b", PAGE)
