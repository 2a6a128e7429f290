"""Bars and tables of groups: what they show is what the kernel answers, in words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amenities.models import Equipment
from dashboards.documents.document import PanelNotice
from dashboards.registry import PANEL_KINDS
from layers.errors import InvalidParameter, UnknownProperty
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.panels import page_of, panel_request, presented, read_panel, values_of
from tests.world import PLAYGROUNDS, TREES, protect

pytestmark = pytest.mark.django_db


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Three trees in Meudon and one in Boulogne, of two genera and one without, from two years."""
    with factories.in_bulk():
        for number, (at, genre) in enumerate(
            ((MEUDON, "Cedrus"), (MEUDON, "Cedrus"), (MEUDON, "Quercus"), (BOULOGNE, ""))
        ):
            factories.tree(
                f"Arbre {number}",
                at=factories.MIDDLES[at],
                genre=genre,
                hauteur=10 * (number + 1),
                date_releve=dt.date(2020 + number % 2, 5, 1),
            )


def test_bars_are_the_groups_largest_first(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("commune",)))
    assert [(row["l0"], row["v0"]) for row in rows] == [("Meudon", 3), ("Boulogne-Billancourt", 1)]


def test_a_second_measure_is_read_with_its_own_unit(trees: None) -> None:
    measures, options = ("count", "sum:hauteur"), {"unit": "arbres"}
    panel = presented("bar", TREES, by=("genre",), measures=measures, options=options)
    assert [column.unit for column in panel.columns] == ["", "arbres", "m"]


def test_a_bar_sets_the_filter_of_its_group(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("commune",)))
    assert rows[0]["filters"] == [("commune", MEUDON)]


def test_a_bar_of_a_period_sets_its_first_and_last_day(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("year:date_releve",)))
    assert rows[0]["filters"] == [("date_releve", "2020-01-01/2020-12-31")]


def test_bars_of_periods_are_in_order_and_named(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("quarter:date_releve",)))
    assert [row["l0"] for row in rows] == ["T2 2020", "T2 2021"]


def test_bins_of_numbers_are_named_by_their_edges(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("width20:hauteur",)))
    assert [row["l0"] for row in rows] == ["0 à 20", "20 à 40", "40 à 60"]


def test_bars_follow_the_filters_of_the_page(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("commune",), filters={"genre": "Cedrus"}))
    assert [(row["l0"], row["v0"]) for row in rows] == [("Meudon", 2)]


def test_what_the_filters_leave_out_is_drawn_pale_behind(trees: None) -> None:
    answer = read_panel(
        "bar", TREES, by=("commune",), filters={"genre": "Cedrus"}, options={"background": True}
    )
    assert [row["v0"] for row in values_of(answer)] == [3, 1]


def test_bars_beyond_the_limit_are_told(trees: None) -> None:
    answer = read_panel("bar", TREES, by=("commune",), limit=1)
    assert answer.notes == ("1 autre groupe n’est pas montré.",)


def test_the_value_of_bars_is_their_total(trees: None) -> None:
    assert read_panel("bar", TREES, by=("commune",)).value == 4


def test_groups_that_do_not_add_up_have_no_total(trees: None) -> None:
    assert read_panel("bar", TREES, by=("commune",), measures=("avg:hauteur",)).value is None


def test_a_chart_asks_the_layer_once(trees: None) -> None:
    read_panel("bar", TREES, by=("commune",))
    request = panel_request("bar", TREES, by=("genre",))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        PANEL_KINDS["bar"].read(request)
    assert sum("remarkabletree" in query["sql"] for query in queries) == 1


def test_bars_without_a_key_are_refused_by_name(trees: None) -> None:
    with pytest.raises(InvalidParameter) as refused:
        read_panel("bar", TREES)
    assert refused.value.parameter == "by"


def test_a_hidden_field_is_refused_like_one_that_is_not_there(trees: None) -> None:
    protect(TREES, "genre")
    with pytest.raises(UnknownProperty):
        read_panel("bar", TREES, by=("genre",))


def test_an_empty_layer_says_so(catalogue: Any) -> None:
    assert "Rien à montrer" in page_of(presented("bar", TREES, by=("commune",)))


def test_the_table_of_a_chart_is_in_the_page(trees: None) -> None:
    assert (
        "Boulogne-Billancourt" in page_of(presented("bar", TREES, by=("commune",))).partition("<details")[2]
    )


def test_a_group_without_value_reads_as_such(trees: None) -> None:
    rows = presented("table", TREES, by=("genre",)).rows
    assert {row.cells[0].text for row in rows} == {"Cedrus", "Quercus", "Non renseigné"}


_OLDEST = ("min:annee_pose",)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("figure", {"measures": _OLDEST, "options": {"target": {"value": 2008}}}),
        ("figure", {"measures": ("median:annee_pose",), "notice": PanelNotice(">", 2000, "posé en {value}")}),
        ("table", {"by": ("type",), "measures": ("min:annee_pose", "avg:annee_pose", "p90:annee_pose")}),
        ("table", {"by": ("annee_pose",)}),
        ("bar", {"by": ("type",), "measures": _OLDEST}),
        ("bar", {"by": ("annee_pose",)}),
        ("stacked_bar", {"by": ("type", "annee_pose")}),
        ("donut", {"by": ("annee_pose",)}),
        ("line", {"by": ("annee_pose",)}),
        ("histogram", {"by": ("annee_pose",)}),
        ("heat_table", {"by": ("type", "etat"), "measures": _OLDEST}),
        ("small_multiples", {"by": ("type", "annee_pose")}),
        ("scatter", {"by": ("type",), "measures": ("min:annee_pose", "max:annee_pose")}),
        ("map", {"by": ("commune",), "measures": _OLDEST, "options": {"mode": "choropleth"}}),
        ("map", {"by": ("commune",), "measures": _OLDEST, "options": {"mode": "symbols"}}),
    ],
)
def test_a_year_is_never_written_as_an_amount(catalogue: Any, kind: str, asked: dict[str, Any]) -> None:
    Equipment.objects.create(playground=factories.playground(), type="toboggan", annee_pose=2008, etat="bon")
    page = page_of(presented(kind, PLAYGROUNDS, relation="equipements", **asked))
    words = page.encode().decode("unicode_escape", "replace") + page
    assert "2008" in words
    assert not re.search(r"2[\s\u00a0\u202f]008", words)


@pytest.mark.parametrize(
    ("kind", "asked", "axis"),
    [
        ("line", {"by": ("annee_pose",)}, "x"),
        ("histogram", {"by": ("annee_pose",)}, "x"),
        ("scatter", {"by": ("type",), "measures": ("min:annee_pose", "count")}, "x"),
        ("scatter", {"by": ("type",), "measures": ("count", "max:annee_pose")}, "y"),
    ],
)
def test_an_axis_of_years_has_no_thousands(
    catalogue: Any, kind: str, asked: dict[str, Any], axis: str
) -> None:
    Equipment.objects.create(playground=factories.playground(), type="toboggan", annee_pose=2008, etat="bon")
    spec = read_panel(kind, PLAYGROUNDS, relation="equipements", **asked).spec
    assert spec is not None
    assert spec["layer"][0]["encoding"][axis]["axis"]["format"] == "d"


def test_an_axis_of_a_measure_of_years_has_no_thousands(catalogue: Any) -> None:
    Equipment.objects.create(playground=factories.playground(), type="toboggan", annee_pose=2008, etat="bon")
    spec = read_panel("bar", PLAYGROUNDS, relation="equipements", by=("type",), measures=_OLDEST).spec
    assert spec is not None
    assert spec["config"]["axisQuantitative"]["format"] == "d"
