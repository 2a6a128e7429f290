"""A figure of a period that is not over: the same span of both periods; what is missing; the period in words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from dashboards.registry import PANEL_KINDS
from interface import wording
from layers import access
from layers.models import Layer
from layers.vocabulary import Visibility
from tests import factories
from tests.fleet import reading, vehicle
from tests.panels import page_of, panel_request, presented, read_panel
from tests.people import ADMINISTRATOR
from tests.selections import visitor
from tests.world import TREES

pytestmark = pytest.mark.django_db
YEARS, MONTHS, QUARTERS, WEEKS = (
    (f"{period}:date_releve",) for period in ("year", "month", "quarter", "week")
)
TODAY = dt.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, catalogue: Any) -> None:
    """Make it the last day of November."""
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: TODAY)


def trees(*days: str) -> None:
    """Make a tree for each day, the first of 1 m, the others a metre taller each time."""
    with factories.in_bulk():
        for number, day in enumerate(days, 1):
            factories.tree(hauteur=number, date_releve=dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("by", "days", "period", "change"),
    [
        pytest.param(
            YEARS,
            ["2025-03-01", "2025-12-05", "2025-12-20", "2026-02-01", "2026-11-29"],
            "2026\xa0: au 30 novembre, comme en 2025",
            "+1 par rapport à 2025",
            id="year to date",
        ),
        pytest.param(
            QUARTERS,
            ["2026-07-05", "2026-09-29", "2026-09-30", "2026-10-02", "2026-11-20"],
            "T4 2026\xa0: au 30 novembre, comme au T3 2026",
            "+1 par rapport à T3 2026",
            id="quarter to date",
        ),
        pytest.param(
            WEEKS,
            ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-30", "2026-11-30"],
            "semaine du 30 novembre 2026\xa0: au 30 novembre, comme la semaine du 23 novembre 2026",
            "+1 par rapport à semaine du 23 novembre 2026",
            id="week to date",
        ),
        pytest.param(
            YEARS,
            [
                "2025-01-01",
                "2025-04-01",
                "2025-09-01",
                "2025-10-01",
                "2026-01-01",
                "2026-04-01",
                "2026-08-01",
            ],
            "2026\xa0: jusqu’en août, comme en 2025",
            "+1 par rapport à 2025",
            id="rows dated by months: those of both years",
        ),
        pytest.param(
            YEARS,
            ["2024-01-01", "2025-03-02", "2025-03-05"],
            "2025",
            "+1 par rapport à 2024",
            id="over",
        ),
        pytest.param(
            YEARS,
            [
                "2025-02-01",
                "2025-05-03",
                "2025-12-01",
                "2026-01-05",
                "2026-03-09",
                "2026-12-25",
                "2027-02-03",
            ],
            "2026\xa0: au 9 mars, comme en 2025",
            "+1 par rapport à 2025",
            id="the rows end long ago, and some are ahead",
        ),
    ],
)
def test_a_period_that_is_not_over_is_compared_with_the_same_span(
    by: tuple[str, ...], days: list[str], period: str, change: str
) -> None:
    trees(*days)
    context = presented("figure", TREES, by=by).context
    assert (context["period"], context["change"]["text"]) == (period, change)


def test_the_month_to_date_is_compared_with_the_same_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2026, 11, 10))
    trees("2026-10-02", "2026-10-11", "2026-10-12", "2026-11-04", "2026-11-10")
    context = presented("figure", TREES, by=MONTHS, options={"better": "down"}).context
    assert context["period"] == "novembre 2026\xa0: au 10 novembre, comme en octobre 2026"
    assert context["change"] == {"text": "+1 par rapport à octobre 2026", "verdict": "bad"}


def test_a_mean_is_that_of_the_same_span_too() -> None:
    trees("2025-03-01", "2025-12-20", "2026-02-01", "2026-11-29")  # 1 and 2 m, then 3 and 4 m
    panel = presented("figure", TREES, by=YEARS, measures=("avg:hauteur",), options={"unit": "m"})
    assert panel.context["change"]["text"] == "+2,5\xa0m par rapport à 2025"


def test_a_span_without_rows_the_year_before_counts_none() -> None:
    trees("2025-12-20", "2026-02-01", "2026-11-29")
    assert presented("figure", TREES, by=YEARS).context["change"]["text"] == "+2 par rapport à 2025"


def test_the_figure_of_the_territory_is_that_of_the_same_span() -> None:
    trees("2025-03-01", "2026-02-01", "2026-12-25")
    panel = presented("figure", TREES, by=YEARS, options={"territory": True}, filters={"commune": "92048"})
    assert panel.context["territory"] == "1"


def test_a_period_that_a_condition_cuts_is_worded_by_its_days_and_compared_with_nothing() -> None:
    trees("2025-03-01", "2025-12-20", "2026-02-01", "2026-11-29")
    context = presented("figure", TREES, by=YEARS, filter="date_releve >= DATE('2025-12-01')").context
    assert (context["period"], context["change"]) == ("2026\xa0: au 30 novembre", None)


@pytest.mark.parametrize(
    ("condition", "period"),
    [
        ("date_releve >= DATE('2025-01-01') AND date_releve <= DATE('2025-12-31')", "2025"),
        ("date_releve > DATE('2026-11-16')", "à partir du 17 novembre 2026"),
        (
            "T_INTERSECTS(date_releve, INTERVAL('2026-11-01', '2026-11-14'))",
            "du 1er au 14 novembre 2026",
        ),
        ("T_INTERSECTS(date_releve, PERIOD('this-month'))", "novembre 2026"),
        ("hauteur > 0", f"au {TODAY.day} novembre 2026"),
    ],
)
def test_every_figure_says_its_period(condition: str, period: str) -> None:
    trees("2025-03-01", "2026-11-10")
    context = presented("figure", TREES, filter=condition).context
    changed = timezone.localtime(timezone.now())
    expected = f"au {wording.day(changed)}" if period.startswith("au ") else period
    assert context["period"].startswith(expected)


def test_the_maker_may_word_the_period() -> None:
    trees("2025-03-01")
    assert presented("figure", TREES, options={"period": "2020 à 2024"}).context["period"] == "2020 à 2024"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("bar", "Période en cours, incomplète"),
        ("table", "Période en cours, incomplète"),
        ("line", "Cercle vide\u00a0: la période en cours, incomplète"),
        ("area", "Sans la période en cours, incomplète"),
    ],
)
def test_a_chart_names_its_period_that_is_not_over(
    kind: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2026, 11, 10))
    trees("2026-09-05", "2026-11-04")
    assert read_panel(kind, TREES, by=MONTHS).notes == (f"{words}\xa0: novembre 2026.",)


def test_a_chart_of_periods_that_are_over_has_no_note() -> None:
    trees("2026-09-05", "2026-10-04")
    assert read_panel("bar", TREES, by=MONTHS).notes == ()


def vehicles_read(*months: tuple[int, ...]) -> None:
    """Make three vehicles and a retired one, the readings of some of them in September, October and November."""
    cars = [vehicle(f"V{number}") for number in range(3)]
    vehicle("V3", etat="reforme")
    for month, numbers in enumerate(months, 9):
        for number in numbers:
            reading(cars[number], dt.date(2026, month, 1), litres=50)


MONTHLY: dict[str, Any] = {
    "person": ADMINISTRATOR,
    "relation": "releves",
    "by": ("month:mois",),
    "measures": ("sum:litres",),
    "options": {"better": "down", "target": {"value": 1_000}},
}


def test_a_figure_on_incomplete_readings_says_how_many_are_missing() -> None:
    vehicles_read((0, 1, 2), (0, 1, 2), (0,))
    context = presented("figure", "flotte-vehicules", **MONTHLY).context
    assert context["missing"] == "2 relevés manquent sur 3"


def test_a_figure_on_incomplete_readings_is_neither_good_nor_bad() -> None:
    vehicles_read((0, 1, 2), (0, 1, 2), (0,))
    page = page_of(presented("figure", "flotte-vehicules", **MONTHLY))
    assert not {"En amélioration", "Atteint", 'class="panel-change good"'} & {
        word for word in ("En amélioration", "Atteint", 'class="panel-change good"') if word in page
    }


def test_a_figure_on_complete_readings_is_judged() -> None:
    vehicles_read((0, 1, 2), (0, 1, 2), (0, 1, 2))
    context = presented("figure", "flotte-vehicules", **MONTHLY).context
    assert (context["missing"], context["target"]["is_judged"]) == ("", True)


def test_the_missing_readings_of_a_year_are_those_of_its_last_month() -> None:
    vehicles_read((0, 1, 2), (0, 1))
    asked = MONTHLY | {"by": ("year:mois",)}
    context = presented("figure", "flotte-vehicules", **asked).context
    assert context["missing"] == "1 relevé manque sur 3"


def test_a_figure_of_records_says_since_when_they_are_entered() -> None:
    vehicles_read((0, 1, 2), (0, 1))
    asked = MONTHLY | {"by": (), "relation_filter": "litres > 60"}
    assert (
        presented("figure", "flotte-vehicules", **asked).context["period"]
        == "du 1er septembre au 1er octobre 2026"
    )


def test_a_running_year_of_rows_that_may_not_be_read_is_compared_with_nothing() -> None:
    trees(*(f"{year}-0{month}-05" for year in (2025, 2026) for month in range(1, 9)))
    Layer.objects.filter(slug=TREES).update(visibility=Visibility.STATISTICS, smallest_count=2)
    request = panel_request("figure", TREES, person=ADMINISTRATOR, by=YEARS)
    request = replace(request, visitor=visitor(), scope=access.countable_scope(visitor(), TREES))
    answer = PANEL_KINDS["figure"].read(request)
    assert answer.context is not None
    assert (answer.context["period"], answer.context["change"]) == ("2026, en cours", None)


def test_a_running_year_whose_last_days_are_suppressed_is_compared_with_nothing() -> None:
    trees(*(f"{year}-0{month}-05" for year in (2025, 2026) for month in range(1, 9)), "2026-11-29")
    Layer.objects.filter(slug=TREES).update(smallest_count=5)
    context = presented("figure", TREES, by=YEARS).context
    assert (context["period"], context["change"]) == ("2026, en cours", None)


def test_an_equal_figure_is_said_without_a_number() -> None:
    trees("2025-02-01", "2026-02-01")
    context = presented("figure", TREES, by=YEARS, options={"better": "up", "unit": "arbres"}).context
    assert context["change"] == {"text": "sans changement par rapport à 2025", "verdict": ""}
