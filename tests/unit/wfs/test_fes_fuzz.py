"""Filters damaged at random are read or refused in words, and then compiled or refused in words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from layers.definitions import ID, Field, FieldType
from layers.errors import LayersError
from layers.parsing.xml import Element
from layers.sql.filters import compile_filter
from tests.examples import examples
from tests.fes_reading import EQUAL, NOM, POINT, TEN, WILDCARDS
from wfs.parsing.fes import PREDICATES, FesVersion, read_filter
from wfs.parsing.gml.shapes import READERS
from wfs.parsing.xml import parse_xml

NAMES = [
    *PREDICATES, *READERS, "Filter", "Literal", "Function", "Add", "Div", "LowerBoundary", "UpperBoundary", "Distance",
    "TimeInstant", "TimePeriod", "timePosition", "begin", "end", "beginPosition", "pos", "posList", "coordinates",
    "coord", "X", "Y", "exterior", "interior", "LinearRing", "Ring", "segments", "patches", "pointMember",
    "surfaceMembers", "lowerCorner", "upperCorner", "inconnu",
]  # fmt: skip
TEXTS = [
    "", "nom", "age", "ouvert", "jour", "mots", "geom", "portail:nom", "a:nom", "@gml:id", "type/nom", "type.1",
    "gml:name", "gml:boundedBy", "12", "-1e400", "9" * 70, "true", "2024-02-30", "2024-05-31", "2024-05-31T08:00:00",
    "2024-01-01/2024-12-31", "/", "%*_\\", "2.2 48.8", "48.8 2.2", "2,48 3,49", "nan inf", "1 2 3 4 5",
    "0 0 9 0 9 9 0 0", "0 0 9 9 0 9 9 0 0 0", "é\u2028",
]  # fmt: skip
ATTRIBUTES = {
    "name": ["Add", "lower", "Pow", "Mod", "SIN"], "wildCard": ["*", ""], "singleChar": ["?", "*"],
    "escapeChar": ["!", ""], "uom": ["m", "km", "deg"], "matchCase": ["false", "oui"], "matchAction": ["All", "Two"],
    "srsName": ["EPSG:4326", "urn:ogc:def:crs:EPSG::2154", "autre"], "srsDimension": ["2", "3", "x"],
    "rid": ["type.1", "x"], "fid": ["type.2"], "cs": ["", "_"], "decimal": [",", ""],
    "indeterminatePosition": ["now", "unknown", "after"],
}  # fmt: skip
FIELDS = {
    field.name: field
    for field in (
        ID,
        Field("nom", FieldType.TEXT, "nom"),
        Field("age", FieldType.INTEGER, "age"),
        Field("ouvert", FieldType.BOOLEAN, "ouvert"),
        Field("jour", FieldType.DATE, "jour"),
        Field("mots", FieldType.TEXTS, "mots"),
    )
}


GEOM, DAY = "<ValueReference>geom</ValueReference>", "<ValueReference>jour</ValueReference>"
RING = "<LinearRing><posList>2 48 3 48 3 49 2 48</posList></LinearRing>"
SHAPES = [
    POINT,
    "<LineString><coordinates>2,48 3,49</coordinates></LineString>",
    f'<Polygon srsName="EPSG:4326"><exterior>{RING}</exterior></Polygon>',
    f"<MultiSurface><surfaceMember><Polygon><exterior>{RING}</exterior></Polygon></surfaceMember></MultiSurface>",
    "<Curve><segments><LineStringSegment><posList>2 48 3 49</posList></LineStringSegment></segments></Curve>",
    "<Envelope><lowerCorner>2 48</lowerCorner><upperCorner>3 49</upperCorner></Envelope>",
]
WHOLE = [
    EQUAL,
    f"<And>{EQUAL}<Or>{EQUAL}<Not>{EQUAL}</Not></Or></And>",
    f"<PropertyIsLike {WILDCARDS}>{NOM}<Literal>a*#!</Literal></PropertyIsLike>",
    f"<PropertyIsBetween>{NOM}<LowerBoundary>{TEN}</LowerBoundary><UpperBoundary>{TEN}</UpperBoundary></PropertyIsBetween>",
    f'<PropertyIsEqualTo><Function name="Add">{NOM}{TEN}</Function>{TEN}</PropertyIsEqualTo>',
    f"<During>{DAY}<TimePeriod><beginPosition>2024-01-01</beginPosition><endPosition/></TimePeriod></During>",
    f"<After>{DAY}<TimeInstant><timePosition>2024-01-01</timePosition></TimeInstant></After>",
    '<ResourceId rid="type.1"/><ResourceId rid="type.2"/>',
    *(f"<Intersects>{GEOM}{shape}</Intersects>" for shape in SHAPES),
    *(f'<DWithin>{GEOM}{shape}<Distance uom="m">9</Distance></DWithin>' for shape in SHAPES),
]
ROOTS = [parse_xml(f"<Filter>{text}</Filter>") for text in WHOLE]


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element.children:
        yield from _all(child)


PARTS = [part for root in ROOTS for part in _all(root)]


def _damaged(draw: random.Random) -> Element:
    """Return a filter in which names, texts, attributes and elements are taken away or are others."""
    root = deepcopy(draw.choice(ROOTS))
    for _damage in range(draw.choice([1, 1, 1, 2, 3])):
        element = draw.choice(list(_all(root)))
        kind = draw.randrange(6)
        if kind == 0:
            element.text = draw.choice(TEXTS)
        elif kind == 1:
            element.name = draw.choice(NAMES)
        elif kind == 2:
            name = draw.choice(sorted(ATTRIBUTES))
            element.attributes[name] = draw.choice(ATTRIBUTES[name])
        elif kind == 3:
            element.children.insert(draw.randint(0, len(element.children)), deepcopy(draw.choice(PARTS)))
        elif element.children:
            place = draw.randrange(len(element.children))
            element.children[place : place + 1] = [deepcopy(draw.choice(PARTS))] if kind == 4 else []
    return root


@examples(2_000)
@given(st.randoms(use_true_random=False), st.sampled_from(list(FesVersion)))
def test_any_filter_is_read_or_refused(draw: random.Random, version: FesVersion) -> None:
    try:
        parsed = read_filter(_damaged(draw), version=version, types=("type",))
        if parsed.expression is not None:
            compile_filter(parsed.expression, FIELDS)
    except LayersError as refusal:
        assert refusal.detail
