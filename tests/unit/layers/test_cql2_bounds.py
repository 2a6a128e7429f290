"""A hostile filter costs little: it is refused before it can overflow a stack or be re-read without end."""

from __future__ import annotations

import threading
import time

import pytest

from layers.errors import FilterTooComplex, InvalidFilter
from layers.parsing.cql2 import bounds, parse_filter

MANY = 10_000
DEEP = {
    "groups": "(" * MANY + "a=1" + ")" * MANY,
    "negations": "NOT " * MANY + "a",
    "negated groups": "NOT(" * 1_000 + "a" + ")" * 1_000,
    "signs": "a = " + "-" * MANY + "1",
    "sums": "a = " + "+".join("1" * MANY),
    "differences": "a = " + "-".join("1" * MANY),
    "spaced differences": "a = " + " -".join("1" * MANY),
    "powers": "a = " + "^".join("2" * MANY),
    "comparisons": "=".join("a" * MANY),
    "calls": "casei(" * MANY + "a" + ")" * MANY + " = 'x'",
    "lists": "a_contains(a, " + "(1," * 5_000 + "1" + ")" * 5_000 + ")",
    "chains in groups": ("(" + "NOT " * 200) * 24 + "a" + ")" * 24,
}
FAULTS_IN_GROUPS = {
    "sixteen groups": "(" * 22 + "a=" + ")" * 22,
    "negated groups": "NOT((" * 10 + "a=" + "))" * 10,
    "groups of conditions": "(a=1 AND " * 20 + "a=" + ")" * 20,
    "ranges": "a BETWEEN (" * 20 + "a=" + ") AND 2" * 20,
    "lists": "a IN (" * 20 + "a=" + ")" * 20,
    "polygons": "S_INTERSECTS(geom, " + "MULTIPOLYGON(((" * 7 + "a=" + ")))" * 7 + ")",
    "arrays": "a_contains(a, (" * 11 + "a=" + "))" * 11,
    "long text in a few groups": "(" * 6 + "a=1 AND " * 7_000 + "a=" + ")" * 6,
    "blanks in a few groups": "(" * 8 + " " * 60_000 + "a=" + ")" * 8,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_deep_text_is_refused(text: str) -> None:
    with pytest.raises(FilterTooComplex):
        parse_filter(text)


@pytest.mark.parametrize("text", FAULTS_IN_GROUPS.values(), ids=FAULTS_IN_GROUPS.keys())
def test_a_fault_inside_groups_is_refused_quickly(text: str) -> None:
    before = time.process_time()
    with pytest.raises(InvalidFilter):
        parse_filter(text)
    assert time.process_time() - before < 2


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"op":"not","args":['])
def test_deep_json_is_refused(opening: str) -> None:
    with pytest.raises(FilterTooComplex):
        parse_filter(opening * 2_000, lang="cql2-json")


def test_long_json_is_scanned_in_one_pass() -> None:
    before = time.process_time()
    with pytest.raises(InvalidFilter):
        parse_filter('"' + '\\"' * 32_000, lang="cql2-json")
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "-" * (bounds.MAX_CHAIN - 4) + "1",
        "a = " + "+".join("1" * (bounds.MAX_CHAIN // 2 - 2)),
        "NOT " * (bounds.MAX_CHAIN - 2) + "a",
        "(" * 8 + "NOT " * (bounds.MAX_CHAIN - 16) + "a" + ")" * 8,
    ],
)
def test_the_longest_chains_fit_a_small_stack(text: str) -> None:
    told: list[str] = []

    def read() -> None:
        try:
            parse_filter(text)
        except FilterTooComplex as error:
            told.append(error.detail)

    usual = threading.stack_size(512 * 1024)
    thread = threading.Thread(target=read)
    thread.start()
    threading.stack_size(usual)
    thread.join()
    assert told in ([], [f"Le filtre imbrique plus de {bounds.MAX_NESTING} niveaux."])


def test_brackets_inside_json_texts_do_not_nest() -> None:
    text = '{"op": "=", "args": [{"property": "a"}, "' + "[{" * 200 + '"]}'
    assert parse_filter(text, lang="cql2-json")


def test_parentheses_inside_texts_and_names_do_not_nest() -> None:
    assert parse_filter('"((((" = \'' + "(" * 200 + "'")


@pytest.mark.parametrize(
    "text", ["a:" * 32_000 + "!", "a." * 32_000 + "!", "'" + "''" * 32_000, "a " * 32_000]
)
def test_long_text_is_scanned_in_one_pass(text: str) -> None:
    before = time.process_time()
    with pytest.raises(InvalidFilter):
        parse_filter(text)
    assert time.process_time() - before < 2


def test_a_thousand_alternatives_are_served() -> None:
    assert parse_filter(" OR ".join(f"a = {number}" for number in range(600)))


def test_too_many_terms_are_refused() -> None:
    with pytest.raises(FilterTooComplex, match="2000"):
        parse_filter("a IN (" + ",".join("1" for _ in range(3_000)) + ")")


@pytest.mark.parametrize("count", [1_001, 3_000])
@pytest.mark.parametrize("word", ["AND", "OR"])
def test_a_chain_that_is_too_long_is_refused_for_its_length(word: str, count: int) -> None:
    with pytest.raises(FilterTooComplex, match="2000"):
        parse_filter(f" {word} ".join(f"a <> {number}" for number in range(count)))


def test_a_detailed_polygon_is_served() -> None:
    ring = ", ".join(f"2.{number:04d} 48" for number in range(2_000))
    assert parse_filter(f"(a = 1 OR S_INTERSECTS(geom, POLYGON(({ring}, 2.1 48.5, 2.0000 48))))")


def test_vertices_are_counted_over_the_whole_filter() -> None:
    line = "LINESTRING(" + ", ".join(f"{number / 1000} 1" for number in range(1_800)) + ")"
    with pytest.raises(FilterTooComplex, match="sommets"):
        parse_filter(" OR ".join(f"S_CROSSES(geom, {line})" for _ in range(3)))


def test_the_deepest_filter_served_is_read_and_the_next_is_not() -> None:
    def nested(depth: int) -> str:
        return "casei(" * depth + "nom" + ")" * depth + " = 'x'"

    assert parse_filter(nested(bounds.MAX_NESTING - 1))
    with pytest.raises(FilterTooComplex):
        parse_filter(nested(bounds.MAX_NESTING))
