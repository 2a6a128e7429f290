"""Properties that GML gives to every feature: none of ours has one, and the envelope is that of the geometry."""

from __future__ import annotations

import pytest

from layers.errors import InvalidFilter, UnreadableRequest
from layers.parsing.cql2.nodes import Literal, Operation, Property
from tests.fes_reading import POINT, TEN, V1_1, V2, WILDCARDS, operation, parsed, tree
from wfs.errors import UnsupportedComparison
from wfs.parsing.fes import FesVersion

GML_3_2, GML = "http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml"


def path(name: str, *, declared: str = "", tag: str = "ValueReference") -> str:
    return f"<{tag} {declared}>{name}</{tag}>"


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        (path("gml:name"), V2),
        (path("gml:name", declared=f'xmlns:gml="{GML_3_2}"'), V2),
        (path("tns:identifier", declared=f'xmlns:tns="{GML_3_2}"'), V2),
        (path("aires-de-jeux/gml:description"), V2),
        (path("gml:boundedBy"), V2),
        (path("g:name", declared=f'xmlns:g="{GML}"', tag="PropertyName"), V1_1),
    ],
)
def test_no_feature_has_a_property_of_gml(reference: str, version: FesVersion) -> None:
    assert tree(f"<PropertyIsNull>{reference}</PropertyIsNull>", version) == Literal(True)


def test_a_prefix_that_the_request_gives_to_another_namespace_is_not_that_of_gml() -> None:
    reference = path("gml:name", declared='xmlns:gml="http://example.org"')
    with pytest.raises(InvalidFilter, match="gml"):
        parsed(f"<PropertyIsNull>{reference}</PropertyIsNull>")


ENDS = f"<LowerBoundary>{TEN}</LowerBoundary><UpperBoundary>{TEN}</UpperBoundary>"
COMPARISONS = [
    "<PropertyIsEqualTo>{path}<Literal>a</Literal></PropertyIsEqualTo>",
    "<PropertyIsNotEqualTo>{path}<Literal>a</Literal></PropertyIsNotEqualTo>",
    '<PropertyIsLessThan matchCase="false"><Literal>a</Literal>{path}</PropertyIsLessThan>',
    f"<PropertyIsLike {WILDCARDS}>{{path}}<Literal>a*</Literal></PropertyIsLike>",
    f"<PropertyIsBetween>{{path}}{ENDS}</PropertyIsBetween>",
]


@pytest.mark.parametrize("text", COMPARISONS)
def test_a_comparison_of_a_property_of_gml_is_unknown_and_so_is_its_contrary(text: str) -> None:
    condition = text.format(path=path("gml:name"))
    assert tree(condition) == Literal(False)
    assert tree(f"<Not>{condition}</Not>") == Operation("not", (Literal(True),))
    twice = operation(
        f"<Not><And><Not>{condition}</Not><PropertyIsNull>{path('nom')}</PropertyIsNull></And></Not>"
    )
    assert repr(Literal(False)) in repr(twice)


@pytest.mark.parametrize("text", COMPARISONS)
def test_an_envelope_is_not_compared(text: str) -> None:
    with pytest.raises(UnsupportedComparison, match="gml:boundedBy"):
        parsed(text.format(path=path("gml:boundedBy")))


def test_a_box_about_the_envelope_is_about_the_geometry() -> None:
    box = operation(f"<BBOX>{path('gml:boundedBy')}{POINT}</BBOX>")
    assert box.arguments[0] == Property("geom")
    assert box == operation(f"<BBOX>{POINT}</BBOX>")


@pytest.mark.parametrize(
    ("operator", "name"),
    [("BBOX", "gml:description"), ("Intersects", "gml:boundedBy"), ("Within", "gml:name")],
)
def test_what_is_no_geometry_is_refused_in_space(operator: str, name: str) -> None:
    with pytest.raises(InvalidFilter, match=name):
        parsed(f"<{operator}>{path(name)}{POINT}</{operator}>")


def test_an_option_of_a_comparison_is_read_beside_a_property_of_gml_too() -> None:
    text = f'<PropertyIsEqualTo matchAction="Many">{path("gml:name")}<Literal>a</Literal></PropertyIsEqualTo>'
    with pytest.raises(UnreadableRequest, match="matchAction"):
        parsed(text)
