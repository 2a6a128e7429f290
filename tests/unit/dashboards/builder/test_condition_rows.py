"""Filters in CQL2 taken apart into rows and written back: nothing is lost, nothing changes its meaning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.builder.conjuncts import conjuncts
from dashboards.builder.filter_rows import ConditionRow, FilterRows, read_rows
from layers.definitions import Field, FieldType
from tests.examples import examples

STATE = Field("etat", FieldType.TEXT, "état", choices=(("bon", "Bon"), ("mauvais", "Mauvais")))
NAME = Field("nom", FieldType.TEXT, "nom")
HEIGHT = Field("hauteur", FieldType.NUMBER, "hauteur")
DAY = Field("pose", FieldType.DATE, "pose")
OPEN = Field("ouvert", FieldType.BOOLEAN, "ouvert")
KINDS = Field("sortes", FieldType.TEXTS, "sortes")
SEEN = Field("vu", FieldType.DATETIME, "vu")
FIELDS = {field.name: field for field in (STATE, NAME, HEIGHT, DAY, OPEN, KINDS, SEEN)}

WRITTEN = {
    "etat = 'bon'": ConditionRow(STATE, ("bon",)),
    "etat <> 'bon'": ConditionRow(STATE, ("bon",), is_excluded=True),
    "etat NOT IN ('bon', 'mauvais')": ConditionRow(STATE, ("bon", "mauvais"), is_excluded=True),
    "ouvert = TRUE": ConditionRow(OPEN, ("true",)),
    "hauteur >= 2.5": ConditionRow(HEIGHT, ("2.5..",)),
    "hauteur >= 2 AND hauteur <= 5": ConditionRow(HEIGHT, ("2..5",)),
    "hauteur BETWEEN 1 AND 3": ConditionRow(HEIGHT, ("1..3",)),
    "pose < DATE('2025-01-01')": ConditionRow(DAY, ("..2024-12-31",)),
    "pose > DATE('2025-01-01')": ConditionRow(DAY, ("2025-01-02..",)),
    "pose > DATE('today') AND pose <= DATE('today+30d')": ConditionRow(DAY, ("today+1d..today+30d",)),
    "pose BETWEEN DATE('2025-01-01') AND TODAY()": ConditionRow(DAY, ("2025-01-01..today",)),
    "T_AFTER(pose, DATE('2025-01-01'))": ConditionRow(DAY, ("2025-01-02..",)),
    "T_INTERSECTS(pose, INTERVAL('2025-01-01', '..'))": ConditionRow(DAY, ("2025-01-01..",)),
    "vu >= DATE('2025-01-01') AND vu < DATE('2025-02-01')": ConditionRow(SEEN, ("2025-01-01..2025-01-31",)),
    "vu <= DATE('2025-01-31')": ConditionRow(SEEN, ("..2025-01-31",)),
    "vu = DATE('2025-01-31')": ConditionRow(SEEN, ("2025-01-31",)),
    "vu >= TODAY('-14d') AND vu <= TODAY()": ConditionRow(SEEN, ("today-14d..today",)),
    "T_INTERSECTS(vu, PERIOD('last-14-days'))": ConditionRow(SEEN, ("last-14-days",)),
    "T_INTERSECTS(pose, PERIOD('last-14-days'))": ConditionRow(DAY, ("last-14-days",)),
    "pose >= TODAY('-14d')": ConditionRow(DAY, ("today-14d..",)),
    "pose >= DATE('today-1y') AND pose <= DATE('today')": ConditionRow(DAY, ("today-1y..today",)),
    "nom = 'Square'": ConditionRow(NAME, ("=Square",)),
    "etat IS NULL": ConditionRow(STATE, ("-",)),
    "A_OVERLAPS(sortes, ('a', 'b'))": ConditionRow(KINDS, ("a", "b")),
}
# What rows do not say, and keep.
BEYOND = (
    "etat = 'bon' OR hauteur > 3",
    "hauteur > 3",
    "pose > DATE('today-6m')",
    "vu > TIMESTAMP('2025-01-01T08:00:00Z')",
    "S_INTERSECTS(geom, POINT(2 48))",
    "nom LIKE 'A%'",
    "autre = 1",
    "T_INTERSECTS(etat, PERIOD('last-14-days'))",
    "T_INTERSECTS(pose, PERIOD('last-14-moons'))",
    "etat = nom",
    "NOT (hauteur = 3)",
)


@pytest.mark.parametrize("text", WRITTEN, ids=str)
def test_a_condition_is_a_row(text: str) -> None:
    assert read_rows(text, FIELDS) == FilterRows((WRITTEN[text],))


@pytest.mark.parametrize("text", BEYOND)
def test_what_no_row_says_is_kept_as_it_is(text: str) -> None:
    assert read_rows(text, FIELDS) == FilterRows((), text)


@pytest.mark.parametrize("text", BEYOND)
def test_rows_and_the_rest_stand_side_by_side(text: str) -> None:
    found = read_rows(f"etat = 'bon' AND ({text})", FIELDS)
    assert (len(found.rows), found.rest) == (1, text)


def test_the_word_and_in_a_value_cuts_nothing() -> None:
    assert conjuncts("nom = 'Bois AND eau' AND etat = 'bon'") == ["nom = 'Bois AND eau'", "etat = 'bon'"]


def test_the_and_of_a_range_cuts_nothing() -> None:
    pieces = ["hauteur BETWEEN 1 AND 3", "etat = 'bon'"]
    assert conjuncts(" AND ".join(pieces)) == pieces


def test_a_text_that_is_no_filter_is_all_rest() -> None:
    assert read_rows("etat =", FIELDS).rest == "etat ="


_DAYS = st.dates().map(str)
_NUMBERS = st.integers(-1000, 1000).map(str)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


def _ranges(ends: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    both = st.tuples(ends, ends).map(lambda pair: f"{pair[0]}..{pair[1]}")
    return st.one_of(both, ends.map(lambda end: f"{end}.."), ends.map(lambda end: f"..{end}"), ends).map(
        lambda one: (one,)
    )


def _some(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)


ROWS = st.one_of(
    st.builds(
        ConditionRow, st.just(STATE), _some(st.sampled_from(["bon", "mauvais", "-", "l'un"])), st.booleans()
    ),
    st.builds(ConditionRow, st.just(OPEN), _some(st.sampled_from(["true", "false"])), st.booleans()),
    st.builds(ConditionRow, st.just(HEIGHT), _ranges(_NUMBERS)),
    st.builds(ConditionRow, st.just(DAY), _ranges(_DAYS)),
    st.builds(ConditionRow, st.just(SEEN), _ranges(_DAYS).filter(lambda one: ".." in one[0])),
    st.builds(
        ConditionRow,
        st.just(DAY),
        st.sampled_from([("last-14-days",), ("this-year",), ("today-2m..today",), ("..today+1w",)]),
    ),
    st.builds(
        ConditionRow,
        st.just(NAME),
        _TEXTS.filter(lambda text: not text.startswith(("=", "-"))).map(lambda text: (text,)),
    ),
)


@given(st.lists(ROWS, min_size=1, max_size=4, unique_by=lambda row: row.field.name))
@examples(100)
def test_rows_that_are_written_are_read_again(rows: list[ConditionRow]) -> None:
    found = read_rows(FilterRows(tuple(rows)).text, FIELDS)
    assert [(row.field.name, set(row.values), row.is_excluded) for row in found.rows] == [
        (row.field.name, set(row.values), row.is_excluded) for row in rows
    ]


@given(st.text(max_size=60))
@examples(200)
def test_any_text_is_taken_apart_without_fault(text: str) -> None:
    assert isinstance(read_rows(text, FIELDS), FilterRows)
