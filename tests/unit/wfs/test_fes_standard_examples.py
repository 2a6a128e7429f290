"""The examples of the standard (OGC 09-026r2): each is read, or refused for what this portal does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.errors import InvalidFilter, InvalidGeometry, UnknownProperty, UnreadableRequest
from layers.parsing.cql2.nodes import Operation
from tests.fes_reading import V2
from wfs.parsing.fes import ParsedFilter, read_filter
from wfs.parsing.xml import parse_xml

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "schemas" / "schemas.opengis.net"
EXAMPLES = SCHEMAS / "filter" / "2.0" / "examples"
pytestmark = pytest.mark.skipif(
    not EXAMPLES.is_dir(),
    reason="The standards' schemas and examples are not part of the project (../shared/schemas)",
)


def _read(name: str, gml: str = "3.2.1") -> ParsedFilter:
    # The examples with GML 2 and 3.1 write « urn:fes » where the standard's names of systems begin with « urn:ogc ».
    data = (EXAMPLES / gml / f"filter{name}.xml").read_bytes().replace(b"urn:fes:def", b"urn:ogc:def")
    return read_filter(parse_xml(data), version=V2, types=("Person",))


@pytest.mark.parametrize("gml", ["3.2.1", "3.2.0", "3.1.1", "2.1.2"])
@pytest.mark.parametrize(
    ("name", "operator"),
    [
        ("01", "any_of"), ("02", "any_of"), ("04", "and"), ("07", "any_of"), ("08", "between"),
        ("09", "between"), ("10", "any_of"), ("12", "and"),
    ],
)  # fmt: skip
def test_examples_are_read_with_each_version_of_gml(gml: str, name: str, operator: str) -> None:
    expression = _read(name, gml).expression
    assert expression is not None
    assert isinstance(expression.tree, Operation)
    assert expression.tree.operator == operator


@pytest.mark.parametrize("gml", ["3.2.1", "3.2.0", "3.1.1"])
def test_the_example_of_not_is_read(gml: str) -> None:
    expression = _read("03", gml).expression
    assert expression is not None
    assert isinstance(expression.tree, Operation)
    assert expression.tree.operator == "not"


def test_the_same_example_in_gml_2_lacks_a_comma_and_is_refused() -> None:
    with pytest.raises(InvalidGeometry, match="<coordinates>"):
        _read("03", "2.1.2")


@pytest.mark.parametrize(
    ("name", "operator"), [("25", "s_dwithin"), ("26", "s_intersects"), ("27", "s_intersects")]
)
def test_examples_of_distance_and_box_are_read(name: str, operator: str) -> None:
    expression = _read(name).expression
    assert expression is not None
    assert isinstance(expression.tree, Operation)
    assert expression.tree.operator == operator


def test_the_example_of_identifiers_names_six_features() -> None:
    assert len(_read("05").ids) == 6


@pytest.mark.parametrize(
    ("name", "fault", "message"),
    [
        ("06", InvalidFilter, "« SIN » n’est pas servie"),
        ("11", InvalidGeometry, "le contour se croise"),  # its ring runs there and back
        ("13", InvalidGeometry, "le contour se croise"),
        ("14", UnknownProperty, "Person/mailAddress/Address/city"),
        ("15", InvalidFilter, "préfixe « gml »"),
        ("16", InvalidFilter, "préfixe « gml »"),
        ("17", InvalidFilter, "préfixe « gml »"),
        ("18", InvalidFilter, "préfixe « gml »"),
        ("19", UnreadableRequest, "<Filter_Capabilities> n’est pas un filtre"),
        ("22", UnknownProperty, "mailAddress/Address/city"),
        ("24", UnreadableRequest, "<PropertyExists>"),
        ("28", InvalidFilter, "« centroid » n’est pas servie"),
        ("29", InvalidFilter, "« Centroid » n’est pas servie"),
        ("30", InvalidFilter, "préfixe « ows »"),
    ],
)
def test_other_examples_are_refused_for_what_is_not_here(
    name: str, fault: type[Exception], message: str
) -> None:
    with pytest.raises(fault, match=message):
        _read(name)
