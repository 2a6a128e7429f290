"""Spatial and temporal operators in XML become those of CQL2, distances in metres."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from layers.crs import LAMBERT_93, WGS84
from layers.errors import InvalidDatetime
from layers.parsing.cql2.nodes import GeometryLiteral, Instant, IntervalNode, Literal, Operation, Property
from layers.parsing.srs_names import SrsName
from tests.fes_reading import EQUAL, NOM, POINT, V2, operation, parsed, tree
from wfs.parsing.fes import read_filter
from wfs.parsing.xml import parse_xml


@pytest.mark.parametrize(
    ("name", "operator"),
    [
        ("Equals", "s_equals"), ("Disjoint", "s_disjoint"), ("Touches", "s_touches"), ("Within", "s_within"),
        ("Overlaps", "s_overlaps"), ("Crosses", "s_crosses"), ("Intersects", "s_intersects"),
        ("Contains", "s_contains"), ("BBOX", "s_intersects"),
    ],
)  # fmt: skip
def test_relations_are_those_of_cql2(name: str, operator: str) -> None:
    found = operation(f"<{name}><ValueReference>geom</ValueReference>{POINT}</{name}>")
    column, shape = found.arguments
    assert isinstance(shape, GeometryLiteral)
    assert (found.operator, column, shape.value.wkt) == (operator, Property("geom"), "POINT (2.25 48.82)")


@pytest.mark.parametrize("text", [POINT, f"<Literal>{POINT}</Literal>"])
def test_without_a_property_space_is_about_the_geometry(text: str) -> None:
    assert operation(f"<BBOX>{text}</BBOX>").arguments[0] == Property("geom")


@pytest.mark.parametrize(
    ("distance", "expected"),
    [
        ('<Distance uom="m">300</Distance>', 300),
        ('<Distance units="km">1.5</Distance>', 1_500),
        ('<Distance unit="m">0.25</Distance>', Decimal("0.25")),
        ('<Distance uom="urn:ogc:def:uom:EPSG::9001">10</Distance>', 10),
        ('<Distance uom="http://www.opengis.net/def/uom/UCUM/0/km">2</Distance>', 2_000),
        ('<Distance units="#metre">5</Distance>', 5),
        ('<Distance uom="ft">100</Distance>', Decimal("30.48")),
        ('<Distance uom="mi">1</Distance>', Decimal("1609.344")),
    ],
)
def test_distances_are_in_metres(distance: str, expected: int | Decimal) -> None:
    assert operation(f"<DWithin>{POINT}{distance}</DWithin>").arguments[2] == Literal(expected)


def test_beyond_is_not_within() -> None:
    found = operation(f'<Beyond>{POINT}<Distance uom="m">300</Distance></Beyond>')
    (near,) = found.arguments
    assert isinstance(near, Operation)
    assert (found.operator, near.operator) == ("not", "s_dwithin")


def test_geometries_without_a_name_are_in_the_system_of_the_request() -> None:
    element = parse_xml("<Filter><BBOX><Point><pos>48.82 2.25</pos></Point></BBOX></Filter>")
    given = read_filter(element, version=V2, srs=SrsName(WGS84, "urn:ogc:def:crs:EPSG::4326"))
    assert given.expression is not None
    assert isinstance(given.expression.tree, Operation)
    (_column, shape) = given.expression.tree.arguments
    assert isinstance(shape, GeometryLiteral)
    assert shape.value.wkt == "POINT (2.25 48.82)"


def test_the_system_is_lambert_93_when_nothing_says_otherwise() -> None:
    expression = parsed(EQUAL).expression
    assert expression is not None
    assert expression.crs == LAMBERT_93


@pytest.mark.parametrize(
    ("name", "operator"),
    [
        ("After", "t_after"), ("Before", "t_before"), ("Begins", "t_starts"), ("BegunBy", "t_startedby"),
        ("TContains", "t_contains"), ("During", "t_during"), ("EndedBy", "t_finishedby"), ("Ends", "t_finishes"),
        ("TEquals", "t_equals"), ("Meets", "t_meets"), ("MetBy", "t_metby"), ("TOverlaps", "t_overlaps"),
        ("OverlappedBy", "t_overlappedby"), ("AnyInteracts", "t_intersects"),
    ],
)  # fmt: skip
def test_times_are_those_of_cql2(name: str, operator: str) -> None:
    text = f"<{name}>{NOM}<TimeInstant><timePosition>2024-05-31</timePosition></TimeInstant></{name}>"
    assert tree(text) == Operation(operator, (Property("nom"), Instant(dt.date(2024, 5, 31))))


@pytest.mark.parametrize(
    "text",
    [
        "<TimePeriod><beginPosition>2024-01-01</beginPosition><endPosition>2024-12-31</endPosition></TimePeriod>",
        "<TimePeriod><begin><TimeInstant><timePosition>2024-01-01</timePosition></TimeInstant></begin>"
        "<end><TimeInstant><timePosition>2024-12-31</timePosition></TimeInstant></end></TimePeriod>",
        "<Literal>2024-01-01/2024-12-31</Literal>",
    ],
)
def test_periods_are_read_in_each_form(text: str) -> None:
    expected = IntervalNode(Instant(dt.date(2024, 1, 1)), Instant(dt.date(2024, 12, 31)))
    assert operation(f"<During>{NOM}{text}</During>").arguments[1] == expected


def test_an_unknown_end_is_open() -> None:
    ends = '<beginPosition>2024-01-01</beginPosition><endPosition indeterminatePosition="unknown"/>'
    span = operation(f"<During>{NOM}<TimePeriod>{ends}</TimePeriod></During>").arguments[1]
    assert span == IntervalNode(Instant(dt.date(2024, 1, 1)), None)


@pytest.mark.parametrize(
    "text",
    [
        f"<After>{NOM}<TimeInstant><timePosition>31/05/2024</timePosition></TimeInstant></After>",
        f"<After>{NOM}<TimeInstant><timePosition>2024-02-30</timePosition></TimeInstant></After>",
        f"<After>{NOM}<Literal>hier</Literal></After>",
        f"<During>{NOM}<Literal>2024-12-31/2024-01-01</Literal></During>",
        f"<During>{NOM}<TimePeriod/></During>",
        f"<After>{NOM}<TimeInstant/></After>",
        f'<After>{NOM}<TimeInstant><timePosition indeterminatePosition="after"/></TimeInstant></After>',
    ],
)
def test_malformed_dates_are_refused(text: str) -> None:
    with pytest.raises(InvalidDatetime):
        parsed(text)
