"""Whatever elements a filter is made of, it is read or refused in words, and then compiled or refused in words."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from hypothesis import given
from hypothesis import strategies as st

from layers.definitions import ID, Field, FieldType
from layers.errors import LayersError
from layers.sql.filters import compile_filter
from tests.examples import examples
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
    "12", "-1e400", "9" * 70, "true", "2024-02-30", "2024-05-31", "2024-05-31T08:00:00", "2024-01-01/2024-12-31", "/",
    "%*_\\", "2.2 48.8", "48.8 2.2", "2,48 3,49", "nan inf", "1 2 3 4 5", "0 0 9 0 9 9 0 0", "0 0 9 9 0 9 9 0 0 0",
    "é\u2028",
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


def _attributes() -> st.SearchStrategy[str]:
    one = st.sampled_from(sorted(ATTRIBUTES)).flatmap(
        lambda name: st.sampled_from(ATTRIBUTES[name]).map(lambda value: f"{name}={quoteattr(value)}")
    )
    return st.lists(one, max_size=3, unique_by=lambda written: written.partition("=")[0]).map(" ".join)


def _elements() -> st.SearchStrategy[str]:
    leaf = st.builds(_element, st.sampled_from(NAMES), _attributes(), st.sampled_from(TEXTS).map(escape))
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            _element, st.sampled_from(NAMES), _attributes(), st.lists(inner, max_size=3).map("".join)
        ),
        max_leaves=12,
    )


def _element(name: str, attributes: str, content: str) -> str:
    return f"<{name} {attributes}>{content}</{name}>"


@examples(1_500)
@given(_elements(), st.sampled_from(list(FesVersion)))
def test_any_filter_is_read_or_refused(content: str, version: FesVersion) -> None:
    try:
        parsed = read_filter(parse_xml(f"<Filter>{content}</Filter>"), version=version, types=("type",))
        if parsed.expression is not None:
            compile_filter(parsed.expression, FIELDS)
    except LayersError as refusal:
        assert refusal.detail
