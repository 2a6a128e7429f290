"""A layer that suppresses small counts tells none: not in groups, totals, orders, facets, histograms or the API."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heritage.models import RemarkableTree
from layers.aggregates import calendar, facet, histogram, suggestions, totals
from layers.aggregates.statement import GroupFilter
from layers.models import Layer
from tests import factories
from tests.examples import examples
from tests.factories import BOULOGNE, MEUDON, SEVRES
from tests.people import ADMINISTRATOR, PUBLIC
from tests.protocols import get
from tests.selections import aggregated, selected
from tests.world import TREES

pytestmark = pytest.mark.django_db
SMALLEST = 3


@pytest.fixture(autouse=True)
def suppressing(catalogue: object) -> None:
    """Remarkable trees tell no count under three."""
    Layer.objects.filter(slug=TREES).update(smallest_count=SMALLEST)


def stored(**numbers: int) -> None:
    """Create so many trees of each genus."""
    with factories.in_bulk():
        for genus, number in numbers.items():
            for _tree in range(number):
                factories.tree(genre=genus, hauteur=10.0)


def cells(**asked: str) -> dict[Any, Any]:
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in aggregated(TREES, **asked).rows}


def test_a_small_group_and_the_smallest_other_have_no_measure() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    assert cells(group_by="genre", measures="count,sum:hauteur,share:count") == {
        "Acer": (6, 60.0, 50.0),
        "Cedrus": (None, None, None),
        "Quercus": (None, None, None),
    }


def test_the_answer_says_which_rows_are_suppressed() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    result = aggregated(TREES, group_by="genre")
    assert result.suppressed == {1, 2}
    assert (result.smallest_count, result.matched) == (SMALLEST, 12)


def test_nothing_is_suppressed_of_large_groups() -> None:
    stored(Acer=6, Cedrus=3)
    assert cells(group_by="genre") == {"Acer": 6, "Cedrus": 3}


def test_an_administrator_is_answered_alike() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    assert aggregated(TREES, ADMINISTRATOR, group_by="genre").suppressed == {1, 2}


@pytest.mark.parametrize("order", ["count", "-count", "sum:hauteur"])
def test_an_order_does_not_tell_what_is_suppressed(order: str) -> None:
    stored(Acer=6, Zelkova=4, Quercus=2, Tilia=9)
    measures = {"measures": "count,sum:hauteur"}
    found = [row[0] for row in aggregated(TREES, group_by="genre", sortby=order, **measures).rows]
    assert found[2:] == ["Quercus", "Zelkova"]


def test_an_order_of_keys_is_followed() -> None:
    stored(Acer=6, Zelkova=4, Quercus=2, Tilia=9)
    found = [row[0] for row in aggregated(TREES, group_by="genre", sortby="-genre").rows]
    assert found == ["Zelkova", "Tilia", "Quercus", "Acer"]


def test_a_bound_of_groups_leaves_the_suppression_as_it_is() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    result = aggregated(TREES, group_by="genre", limit="2")
    assert [row[1] for row in result.rows] == [6, None]
    assert (result.groups, result.matched, result.beyond) == (3, 12, 1)


def test_a_selection_of_few_rows_has_no_total() -> None:
    stored(Acer=1, Cedrus=1)
    result = aggregated(TREES, group_by="genre")
    assert (result.matched, result.rows) == (None, (("Acer", None), ("Cedrus", None)))
    assert aggregated(TREES).rows == ((None,),)


def test_nothing_is_said_to_be_nothing() -> None:
    result = aggregated(TREES, measures="count,share:count")
    assert (result.matched, result.rows) == (0, ((0, None),))


def test_a_running_total_stops_between_what_is_suppressed() -> None:
    with factories.in_bulk():
        for month, number in enumerate([4, 2, 5, 3, 6], 1):
            for _tree in range(number):
                factories.tree(date_releve=dt.date(2024, month, 1))
    found = aggregated(
        TREES, group_by="month:date_releve", measures="count,cumulated:count,change:count"
    ).rows
    assert [row[1:] for row in found] == [
        (4, 4, None),
        (None, None, None),
        (5, None, None),
        (None, None, None),
        (6, 20, None),
    ]


def test_empty_periods_are_still_nothing() -> None:
    with factories.in_bulk():
        for month, number in {1: 4, 3: 1, 4: 3, 5: 7}.items():
            for _tree in range(number):
                factories.tree(date_releve=dt.date(2024, month, 1))
    found = aggregated(TREES, group_by="month:date_releve", empty="true").rows
    assert [count for _month, count in found] == [4, 0, None, None, 7]


@given(
    st.lists(
        st.tuples(st.sampled_from([MEUDON, SEVRES, BOULOGNE]), st.sampled_from(["Acer", "Cedrus", "Tilia"])),
        min_size=1,
        max_size=24,
    )
)
@examples(60)
def test_what_is_said_leaves_every_small_group_unknown(rows: list[tuple[str, str]]) -> None:
    """By the totals of its lines and of the whole, a small group could be of another size."""
    RemarkableTree.objects.all().delete()
    with factories.in_bulk():
        for commune, genus in rows:
            factories.tree(at=commune, genre=genus)
    table = {row[:2]: row[2] for row in aggregated(TREES, group_by="commune,genre").rows}
    sizes = Counter(rows)
    exposed = []
    for dimension in (0, 1):
        for value in {key[dimension] for key in table}:
            line = {key: count for key, count in table.items() if key[dimension] == value}
            hidden = [sizes[key] for key, count in line.items() if count is None]
            if 0 < len(hidden) < len(line) and (len(hidden) == 1 or sum(hidden) < SMALLEST):
                exposed.append(line)
    assert exposed == []
    assert {key: count for key, count in table.items() if count is not None}.items() <= sizes.items()


def test_values_of_a_filter_have_no_small_count() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    found = facet(selected(TREES), "genre")
    assert [(each.value, each.count) for each in found.values] == [
        ("Acer", 6),
        ("Cedrus", None),
        ("Quercus", None),
    ]


def test_a_search_of_values_does_not_tell_what_hides_a_small_one() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    found = suggestions(selected(TREES), "genre", "ced")
    assert [(each.value, each.count) for each in found] == [("Cedrus", None)]
    kept = facet(selected(TREES), "genre", value_filter=GroupFilter(None, ("Cedrus", "Acer")))
    assert ([each.count for each in kept.values], kept.matched) == ([6, None], None)


def test_a_search_of_large_values_tells_their_counts() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    kept = facet(selected(TREES), "genre", value_filter=GroupFilter("ace"))
    assert ([(each.value, each.count) for each in kept.values], kept.matched) == ([("Acer", 6)], 6)


def test_histograms_have_no_small_bin() -> None:
    with factories.in_bulk():
        for height in (1.0, 1.5, 6.0, 6.5, 7.0, 7.5, 11.0, 11.0, 12.0):
            factories.tree(hauteur=height)
    found = histogram(selected(TREES), "hauteur", 3)
    assert [each.count for each in found.bins] == [None, 4, None]


def test_calendars_have_no_small_period() -> None:
    with factories.in_bulk():
        for year, number in {2001: 5, 2002: 1, 2003: 4, 2013: 6}.items():
            for _tree in range(number):
                factories.tree(date_releve=dt.date(year, 2, 1))
    found = calendar(selected(TREES), "date_releve")
    counts = {each.start: each.count for each in found.bins}
    assert counts[dt.date(2002, 1, 1)] is None
    assert counts[dt.date(2003, 1, 1)] is None
    assert counts[dt.date(2013, 1, 1)] == 6


def test_totals_of_few_rows_are_not_told() -> None:
    stored(Acer=2)
    found = totals(selected(TREES), ["hauteur"])
    assert (found.count, found.fields["hauteur"].sum) == (None, None)


def test_the_api_says_what_it_suppresses() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    document = get(f"/api/collections/{TREES}/aggregate?group_by=genre", PUBLIC).document
    assert document["rows"][1] == {"genre": "Cedrus", "count": None}
    assert (document["smallestCount"], document["suppressedRows"]) == (SMALLEST, [1, 2])


def test_the_page_of_an_aggregate_says_that_groups_are_suppressed() -> None:
    stored(Acer=2)
    page = get(f"/api/collections/{TREES}/aggregate?group_by=genre&f=html", PUBLIC).body
    assert "Effectif masqué" in page
    assert "moins de 3 objets" in page


def test_an_answer_of_before_is_not_given_again() -> None:
    stored(Acer=6, Cedrus=4, Quercus=2)
    Layer.objects.filter(slug=TREES).update(smallest_count=0)
    before = cells(group_by="genre")
    Layer.objects.filter(slug=TREES).update(smallest_count=SMALLEST)
    assert before["Quercus"] == 2
    assert cells(group_by="genre")["Quercus"] is None
