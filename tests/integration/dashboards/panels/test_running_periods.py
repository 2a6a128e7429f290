"""A period that is not over is drawn apart from those that are: in charts, small lines, cards. Stacks have no gaps."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from dashboards.panels.kinds import PanelAnswer
from dashboards.registry import PANEL_KINDS
from layers.models import Layer
from tests import factories
from tests.fleet import VEHICLES, reading, vehicle
from tests.panels import layers_of, read_panel, values_of
from tests.people import ADMINISTRATOR
from tests.world import TREES

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 12, 1)
MONTH, DAY, YEAR = "month:date_releve", "day:date_releve", "year:date_releve"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, catalogue: Any) -> None:
    """Make it the first of December: the month is a day old."""
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: TODAY)


def trees(*days: str, genre: str = "Acer") -> None:
    with factories.in_bulk():
        for day in days:
            factories.tree(date_releve=dt.date.fromisoformat(day), genre=genre, hauteur=10)


@pytest.fixture
def months(today: None) -> None:
    """Two trees a month from August to November, and one on the first of December."""
    trees(*(f"2026-{month:02}-{day}" for month in (8, 9, 10, 11) for day in ("05", "06")), "2026-12-01")


def running(answer: PanelAnswer) -> list[str]:
    """Return the periods that a chart marks as not over."""
    rows = [row for _mark, rows in layers_of(answer.spec or {}) for row in rows]
    return sorted({row["l0"] for row in rows if row.get("running")})


@pytest.mark.parametrize(
    ("by", "name"),
    [(MONTH, "décembre 2026"), (DAY, "1er décembre 2026"), (YEAR, "2026")],
    ids=["month", "day", "year"],
)
def test_a_curve_marks_the_period_that_is_not_over(months: None, by: str, name: str) -> None:
    answer = read_panel("line", TREES, by=(by,))
    assert running(answer) == [name]
    assert answer.notes == (f"Cercle vide\u00a0: la période en cours, incomplète\u00a0: {name}.",)


def test_a_curve_of_periods_that_are_over_marks_none(today: None) -> None:
    trees("2026-10-05", "2026-11-06")
    answer = read_panel("line", TREES, by=(MONTH,))
    assert running(answer) == []
    assert answer.notes == ()


def test_bars_mark_the_period_that_is_not_over(months: None) -> None:
    assert running(read_panel("bar", TREES, by=(MONTH,))) == ["décembre 2026"]


@pytest.mark.parametrize("of", ["last", "total"])
def test_the_small_line_of_a_figure_ends_with_the_last_period_that_is_over(months: None, of: str) -> None:
    context = read_panel("figure", TREES, by=(MONTH,), options={"of": of}).context or {}
    assert len({point.partition(",")[2] for point in context["spark"].points.split()}) == 1
    assert len(context["spark"].points.split()) == 4


def test_a_card_draws_the_periods_that_are_over(months: None) -> None:
    drawing = PANEL_KINDS["line"].miniature(read_panel("line", TREES, by=(MONTH,)), ()).drawing
    assert drawing is not None
    heights = {point.split(" ")[1] for point in drawing.paths[0][1].strip("M").split("L")}
    assert len(heights) == 1


@pytest.mark.parametrize("kind", ["area", "stacked_bar"])
def test_a_running_total_of_stacked_parts_never_falls(today: None, kind: str) -> None:
    trees("2022-03-01", "2024-03-01", genre="Acer")
    trees("2023-03-01", genre="Tilia")
    answer = read_panel(kind, TREES, by=(YEAR, "genre"), measures=("cumulated:count",))
    rows = values_of(answer)
    totals = {name: [row["v0"] for row in rows if row["l1"] == name] for name in ("Acer", "Tilia")}
    assert totals == {"Acer": [1, 1, 2], "Tilia": [0, 1, 1]}


def test_a_stacked_count_is_nothing_where_it_has_no_row(today: None) -> None:
    trees("2022-03-01", "2024-03-01", genre="Acer")
    trees("2023-03-01", genre="Tilia")
    rows = values_of(read_panel("area", TREES, by=(YEAR, "genre")))
    assert {(row["l0"], row["l1"]): row["v0"] for row in rows} == {
        ("2022", "Acer"): 1, ("2023", "Acer"): 0, ("2024", "Acer"): 1,
        ("2022", "Tilia"): 0, ("2023", "Tilia"): 1, ("2024", "Tilia"): 0,
    }  # fmt: skip


def test_stacked_means_have_no_zero(today: None) -> None:
    trees("2022-03-01", "2024-03-01", genre="Acer")
    trees("2023-03-01", genre="Tilia")
    rows = values_of(read_panel("area", TREES, by=(YEAR, "genre"), measures=("avg:hauteur",)))
    assert len(rows) == 3


@pytest.mark.parametrize("kind", ["table", "bar"])
def test_a_change_to_a_running_year_is_that_of_the_same_span(today: None, kind: str) -> None:
    """2025 has four trees of which three by the first of December, and 2026 four: one more, not as many."""
    trees("2025-03-01", "2025-06-01", "2025-11-20", "2025-12-24")
    trees("2026-02-01", "2026-05-01", "2026-09-01", "2026-12-01")
    measures = ("change:count", "count") if kind == "bar" else ("count", "change:count")
    answer = read_panel(kind, TREES, by=(YEAR,), measures=measures)
    changes = [row[1 if kind == "bar" else 2] for row in answer.table.rows]
    assert changes == [None, 1]
    assert "Évolution\u00a0: 2026\u00a0: au 1er décembre, comme en 2025." in answer.notes


def test_changes_of_several_groups_are_each_those_of_the_same_span(today: None) -> None:
    trees("2025-03-01", "2025-12-24", genre="Acer")
    trees("2026-02-01", "2026-05-01", genre="Acer")
    trees("2025-12-24", "2026-02-01", genre="Tilia")
    answer = read_panel("table", TREES, by=("genre", YEAR), measures=("change:count",))
    assert {row[:2]: row[2] for row in answer.table.rows if row[1] == "2026"} == {
        ("Acer", "2026"): 1,
        ("Tilia", "2026"): 1,
    }


def test_a_change_between_periods_that_are_over_is_that_of_the_whole(today: None) -> None:
    trees("2024-03-01", "2025-03-01", "2025-12-24")
    answer = read_panel("table", TREES, by=(YEAR,), measures=("change:count",))
    assert [row[1] for row in answer.table.rows] == [None, 1]
    assert answer.notes == ()


def test_changes_to_a_running_year_of_few_rows_are_left_out(today: None) -> None:
    trees(*(f"{year}-0{month}-01" for year in (2025, 2026) for month in range(1, 8)))
    Layer.objects.filter(slug=TREES).update(smallest_count=3)
    answer = read_panel("table", TREES, by=(YEAR,), measures=("change:count",))
    assert [row[1] for row in answer.table.rows] == [None, None]


def test_a_change_of_records_under_a_condition_counted_from_today_is_read(today: None) -> None:
    car = vehicle("V1")
    for month in (dt.date(2025, 3, 1), dt.date(2026, 2, 1), dt.date(2026, 5, 1), dt.date(2026, 12, 1)):
        reading(car, month)
    answer = read_panel(
        "table", VEHICLES, person=ADMINISTRATOR, relation="releves",
        relation_filter="T_INTERSECTS(mois, PERIOD('last-5-years'))", by=("year:mois",),
        measures=("count", "change:count"),
    )  # fmt: skip
    assert [row[2] for row in answer.table.rows] == [None, 2]


@pytest.mark.parametrize("kind", ["table", "figure"])
def test_records_by_a_date_of_their_feature_are_compared_on_the_same_span(today: None, kind: str) -> None:
    """Readings of three vehicles of 2026, and of two of 2025, of which one came after the first of December."""
    for number, day in enumerate(("2025-03-02", "2025-12-24", "2026-02-03", "2026-05-04", "2026-12-01")):
        car = vehicle(f"V{number}", date_entree=dt.date.fromisoformat(day))
        reading(car, dt.date(2026, 11, 1))
    measures = ("count", "change:count") if kind == "table" else ("count",)
    answer = read_panel(
        kind, VEHICLES, person=ADMINISTRATOR, relation="releves", by=("year:feature.date_entree",),
        measures=measures,
    )  # fmt: skip
    if kind == "table":
        assert [row[2] for row in answer.table.rows] == [None, 2]
    else:
        assert (answer.context or {})["change"]["text"] == "+2 par rapport à 2025"
