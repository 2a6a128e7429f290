"""CQL2 text and JSON become checked nodes; what is not CQL2, or not served, is refused by name."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import cql2
import pytest
from django.contrib.gis.geos import GEOSGeometry

from layers.crs import CRS84, LAMBERT_93, WGS84, Crs
from layers.errors import FilterTooComplex, InvalidFilter, InvalidGeometry, InvalidParameter
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import (
    Array,
    GeometryLiteral,
    Instant,
    IntervalNode,
    Literal,
    Node,
    Operation,
    Property,
)


def _tree(text: str, *, lang: str = "cql2-text", crs: Crs = CRS84) -> Node:
    return parse_filter(text, lang=lang, crs=crs).tree


def _operation(text: str, *, lang: str = "cql2-text") -> Operation:
    tree = _tree(text, lang=lang)
    assert isinstance(tree, Operation)
    return tree


def _shape(text: str, crs: Crs) -> GEOSGeometry:
    tree = _tree(text, crs=crs)
    assert isinstance(tree, Operation)
    shape = tree.arguments[1]
    assert isinstance(shape, GeometryLiteral)
    return shape.value


@pytest.mark.parametrize("operator", ["=", "<>", "<", ">", "<=", ">="])
def test_comparison_keeps_its_operator_and_sides(operator: str) -> None:
    assert _tree(f"age_min {operator} 3") == Operation(operator, (Property("age_min"), Literal(3)))


def test_and_binds_tighter_than_or() -> None:
    assert _tree("a = 1 OR b = 2 AND c = 3") == _tree("a = 1 OR (b = 2 AND c = 3)")


def test_not_binds_tighter_than_and() -> None:
    assert _tree("NOT a AND b") == Operation("and", (Operation("not", (Property("a"),)), Property("b")))


def test_a_bare_property_is_a_condition() -> None:
    assert _tree("ombrage") == Property("ombrage")


def test_a_bare_property_may_stand_beside_a_comparison() -> None:
    tree = _tree("accessibilite_pmr AND age_min > 2")
    assert tree == Operation(
        "and", (Property("accessibilite_pmr"), Operation(">", (Property("age_min"), Literal(2))))
    )


def test_a_doubled_quote_is_one_quote() -> None:
    assert _tree("nom = 'L''arbre'") == Operation("=", (Property("nom"), Literal("L'arbre")))


@pytest.mark.parametrize("name", ["état", '"état"', '"date d’ouverture"', '"avec "" guillemets"'])
def test_names_may_be_accented_or_quoted(name: str) -> None:
    expected = name.removeprefix('"').removesuffix('"').replace('""', '"')
    assert _tree(f"{name} = 1") == Operation("=", (Property(expected), Literal(1)))


def test_newlines_and_tabs_are_spaces() -> None:
    assert _tree("a\n=\t1\r\nAND b") == _tree("a = 1 AND b")


def test_fractions_are_exact_decimals() -> None:
    assert _tree("a = 0.1") == Operation("=", (Property("a"), Literal(Decimal("0.1"))))


def test_dates_instants_and_intervals_become_values() -> None:
    tree = _operation(
        "T_DURING(d, INTERVAL(DATE('2024-05-31'), '..')) AND d > TIMESTAMP('2024-05-31T08:00:00Z')"
    )
    during, after = tree.arguments
    assert isinstance(during, Operation) and isinstance(after, Operation)
    assert during.arguments[1] == IntervalNode(Instant(dt.date(2024, 5, 31)), None)
    assert after.arguments[1] == Instant(dt.datetime(2024, 5, 31, 8, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    "written", ["2024-05-31T08:00:00Z", "2024-05-31T10:00:00+02:00", "2024-05-31T08:00:00"]
)
def test_instants_of_text_are_universal_time_unless_they_say_otherwise(written: str) -> None:
    tree = _operation(f"d = TIMESTAMP('{written}')")
    assert tree.arguments[1] == Instant(dt.datetime(2024, 5, 31, 8, tzinfo=dt.UTC))


def test_an_interval_may_be_made_of_properties() -> None:
    tree = _operation("T_INTERSECTS(INTERVAL(debut, fin), DATE('2024-05-31'))")
    assert tree.arguments[0] == IntervalNode(Property("debut"), Property("fin"))


def test_lists_become_arrays() -> None:
    assert _tree("a IN ('x', 'y')") == Operation("in", (Property("a"), Array((Literal("x"), Literal("y")))))


@pytest.mark.parametrize("text", ["A_EQUALS(a, ())", "A_EQUALS(a,( ))", "a_equals ( a , (\n) )"])
def test_an_empty_array_is_an_array(text: str) -> None:
    as_json = '{"op": "a_equals", "args": [{"property": "a"}, []]}'
    assert (
        _tree(text) == _tree(as_json, lang="cql2-json") == Operation("a_equals", (Property("a"), Array(())))
    )


def test_what_looks_like_an_empty_array_in_a_text_is_a_text() -> None:
    assert _operation("a = '(()'").arguments[1] == Literal("(()")
    assert _operation('"(()" = 1').arguments[0] == Property("(()")


def test_a_fault_after_an_empty_array_is_told_where_the_client_wrote_it() -> None:
    with pytest.raises(InvalidFilter, match=r"caractère 25 de la ligne 1.: «\xa0\?\?\xa0»"):
        parse_filter("A_EQUALS(a, ()) AND b = ??")


@pytest.mark.parametrize("text", ["a IN ()", "()", "NOT ()", "f()"])
def test_an_empty_array_is_for_functions_of_arrays(text: str) -> None:
    with pytest.raises(InvalidFilter):
        parse_filter(text)


def test_collections_of_one_dimension_are_one_geometry() -> None:
    text = "GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1, 0 1, 0 0)), POLYGON((1 0, 2 0, 2 1, 1 1, 1 0)))"
    shape = _shape(f"S_WITHIN(geom, {text})", CRS84)
    assert (shape.geom_type, shape.srid, shape.extent) == ("Polygon", 4326, (0, 0, 2, 1))


def test_mixed_collections_keep_their_parts_in_x_y_order() -> None:
    text = "GEOMETRYCOLLECTION(POINT(48 2), LINESTRING(48 2, 49 3))"
    shape = _shape(f"S_INTERSECTS(geom, {text})", WGS84)
    assert shape.wkt == "GEOMETRYCOLLECTION (POINT (2 48), LINESTRING (2 48, 3 49))"


@pytest.mark.parametrize(
    "json_text",
    [
        '{"type": "GeometryCollection", "geometries": []}',
        '{"type": "GeometryCollection"}',
        '{"type": "GeometryCollection", "geometries": [1]}',
        '{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [2, 480]}]}',
        '{"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection", "geometries": []}]}',
        '{"type": "GeometryCollection", "geometries": [{"type": "Curve", "coordinates": [2, 48]}]}',
    ],
)
def test_a_faulty_collection_is_refused(json_text: str) -> None:
    text = f'{{"op": "s_intersects", "args": [{{"property": "geom"}}, {json_text}]}}'
    with pytest.raises(InvalidGeometry):
        parse_filter(text, lang="cql2-json")


def test_geometry_literals_carry_the_srid_of_their_crs() -> None:
    shape = _shape("S_INTERSECTS(geom, POINT(648000 6860000))", LAMBERT_93)
    assert (shape.srid, shape.wkt) == (2154, "POINT (648000 6860000)")


def test_geometry_literals_of_epsg_4326_are_latitude_first() -> None:
    shape = _shape("S_INTERSECTS(geom, POINT(48.8 2.2))", WGS84)
    assert shape.wkt == "POINT (2.2 48.8)"


def test_bbox_literals_follow_the_axis_order_of_the_crs() -> None:
    shape = _shape("S_INTERSECTS(geom, BBOX(48.7, 2.1, 48.9, 2.3))", WGS84)
    assert shape.extent == (2.1, 48.7, 2.3, 48.9)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 OR b < 2.5 AND NOT c",
        "CASEI(ACCENTI(nom)) LIKE 'parc%'",
        "a BETWEEN 1 AND 2",
        "S_WITHIN(geom, POLYGON((2 48, 3 48, 3 49, 2 48)))",
        "T_AFTER(d, DATE('2024-05-31'))",
        "a_contains(codes, ('x', 'y'))",
        "a IS NOT NULL",
    ],
)
def test_json_means_what_text_means(text: str) -> None:
    as_json = json.dumps(cql2.parse_text(text).to_json())
    assert _tree(as_json, lang="cql2-json") == _tree(text)


def test_json_keeps_large_whole_numbers_exact() -> None:
    tree = _operation('{"op": "=", "args": [{"property": "id"}, 9007199254740993]}', lang="cql2-json")
    assert tree.arguments[1] == Literal(9007199254740993)


def test_a_geojson_literal_of_json_is_a_geometry() -> None:
    node = {
        "op": "s_intersects",
        "args": [{"property": "geom"}, {"type": "Point", "coordinates": [2.2, 48.8]}],
    }
    assert isinstance(_operation(json.dumps(node), lang="cql2-json").arguments[1], GeometryLiteral)


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("", "trop tôt"),
        ("   ", "trop tôt"),
        ("a = 'x", "caractère 5"),
        ('"a = 1', "caractère 1"),
        ("a == 1", "= 1"),
        ("a = 1 AND", "caractère 10"),
        ("(a = 1", "parenthèse"),
        ("a = 1)", "parenthèse"),
        ("a IN ()", ")"),
        ("a; DROP TABLE layers_commune", "; DROP"),
        ("a = NULL", "IS NULL"),
        ("a = 1e400", "trop grand"),
        ("a = 9007199254740993", "trop grand"),
        ("a = 99999999999999999999999", "trop grand"),
        ("pg_sleep(10) = 1", "pg_sleep"),
        ("upper(nom) = 'X'", "upper"),
        ("casei(a, b) = 'x'", "casei"),
        ("S_INTERSECTS(geom)", "s_intersects"),
        ("d = DATE('2024-13-45')", "2024-13-45"),
        ("d = DATE('2024-05-31T08:00:00Z')", "DATE"),
        ("d = TIMESTAMP('2024-05-31')", "TIMESTAMP"),
        ("T_DURING(d, INTERVAL('2024-05-31', '2024-05-01'))", "précède"),
        ("T_DURING(d, INTERVAL('2024-05-31', NULL))", "NULL"),
        ("S_INTERSECTS(geom, POINT EMPTY)", "CQL2"),
        ("S_INTERSECTS(geom, POINT Z(1 2))", "CQL2"),
        ("a = '\x00'", "interdit"),
        ("a = '\ud800'", "interdit"),
    ],
)
def test_faulty_text_is_refused_by_what_is_wrong_in_it(text: str, culprit: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse_filter(text)
    assert culprit in refused.value.detail


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("", "caractère 1"),
        ("{", "caractère 2"),
        ("nom = 'x'", "caractère 1"),
        ('{"op": "="}', "args"),
        ('{"op": 3, "args": []}', "op"),
        ('{"args": [1, 2]}', "objet"),
        ('{"op": "=", "args": [{"property": "a"}, 1], "crs": "x"}', "crs"),
        ('{"property": "a", "x": 1}', "x"),
        ('{"property": 3}', "propriété"),
        ('{"op": "and", "args": []}', "and"),
        ('{"op": "between", "args": [{"property": "a"}, [1, 2]]}', "between"),
        ('{"op": "=", "args": [{"property": "a"}, NaN]}', "trop grand"),
        ('{"op": "=", "args": [{"property": "a"}, Infinity]}', "trop grand"),
        ('{"op": "=", "args": [{"property": "a"}, 9223372036854775808]}', "trop grand"),
        ('{"op": "=", "args": [{"property": "a"}, null]}', "IS NULL"),
        ('{"op": "=", "args": [{"property": "a"}, "\\u0000"]}', "interdit"),
        ('{"op": "=", "args": [{"property": "a"}, "\\ud800"]}', "interdit"),
        ('{"op": "=", "args": [{"property": "a"}, {"date": 3}]}', "DATE"),
        ('{"op": "t_after", "args": [{"property": "a"}, {"interval": [".."]}]}', "deux bornes"),
        ('{"op": "t_after", "args": [{"property": "a"}, {"interval": ["..", 3]}]}', "borne"),
        ('{"op": "=", "args": [{"property": "d"}, {"timestamp": "2024-05-31T08:00:00"}]}', "fuseau"),
        ('{"op": "sleep", "args": [1]}', "sleep"),
        ("1" * 5000, "JSON"),
    ],
)
def test_faulty_json_is_refused_by_what_is_wrong_in_it(text: str, culprit: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse_filter(text, lang="cql2-json")
    assert culprit in refused.value.detail


def test_a_self_crossing_polygon_is_refused_with_the_place() -> None:
    with pytest.raises(InvalidGeometry, match=r"se croise en \(0\.5 0\.5\)"):
        parse_filter("S_INTERSECTS(geom, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))")


@pytest.mark.parametrize("box", ["1, 2, 3", "3, 4, 1, 2", "1, 2, 1, 4", "1, 2, 3, 400"])
def test_a_faulty_bbox_is_refused(box: str) -> None:
    with pytest.raises(InvalidGeometry) as refused:
        parse_filter(f"S_INTERSECTS(geom, BBOX({box}))", parameter="filtre")
    assert refused.value.parameter == "filtre"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_filter("a = 1", lang="ecql")
    assert refused.value.parameter == "filter-lang"


def test_a_filter_of_two_megabytes_is_refused_by_its_size() -> None:
    with pytest.raises(FilterTooComplex, match="2000000"):
        parse_filter("a" * 2_000_000)


def test_no_more_than_thirty_characters_of_a_faulty_json_are_repeated() -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse_filter("{" + "x" * 50, lang="cql2-json")
    assert f"«\u00a0{'x' * 30}\u00a0»" in str(refused.value.detail)
