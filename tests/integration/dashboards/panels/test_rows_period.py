"""What shows several periods together says which: bars, tables, maps, cards; a ranking may be of the last one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from dashboards.reading.cards import cards
from dashboards.registry import PANEL_KINDS
from datasets.definitions import DatasetSchema, GeometryRecipe
from tests import dashboards, deliveries
from tests.factories import MEUDON, SEVRES
from tests.panels import presented, read_panel
from tests.people import PUBLIC
from tests.selections import visitor

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 12, 1)
PARKING = DatasetSchema(
    fields=(
        deliveries.field("zone"),
        deliveries.field("insee"),
        deliveries.field("mois", "date"),
        deliveries.field("taux", "number"),
        deliveries.field("places", "int"),
    ),
    key=("zone", "mois"),
    commune="insee",
)
TITLES = ("zone", "insee", "mois", "taux", "places")


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch, catalogue: Any) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: TODAY)


@pytest.fixture
def parking(today: None) -> None:
    """The occupancy of two zones in the months of 2024 and 2025: 50 % in the first year, more in the second."""
    made = deliveries.dataset("stationnement", PARKING)
    rows = [
        (zone, commune, f"01/{month:02}/{year}", str(50 + (year - 2024) * more), "10")
        for zone, commune, more in (("Centre", MEUDON, 40), ("Gare", SEVRES, 20))
        for year in (2024, 2025)
        for month in range(1, 13)
    ]
    deliveries.published(made, *rows, schema=PARKING, titles=TITLES, recipe=GeometryRecipe())


ASKED: dict[str, Any] = {"by": ("zone",), "measures": ("avg:taux*places",)}


@pytest.mark.parametrize("kind", ["bar", "donut", "table", "map"])
def test_groups_of_a_table_of_months_say_their_period(parking: None, kind: str) -> None:
    panel = {"by": ("commune",), "measures": ("sum:places",)} if kind in {"map", "donut"} else ASKED
    options = {"mode": "choropleth"} if kind == "map" else {}
    answer = read_panel(kind, "stationnement", options=options, **panel)
    assert "Période\u00a0: 2024 à 2025." in answer.notes
    assert answer.date == dt.date(2025, 12, 31)


def test_a_month_that_is_not_over_ends_the_period_today(
    parking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2025, 12, 9))
    answer = read_panel("bar", "stationnement", **ASKED)
    assert answer.notes == ("Période\u00a0: du 1er janvier 2024 au 9 décembre 2025.",)


def test_a_total_over_months_of_which_the_last_is_not_over_ends_today(
    parking: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_arguments: dt.date(2025, 12, 9))
    panel: dict[str, Any] = {"by": ("month:mois",), "measures": ("sum:places",), "options": {"of": "total"}}
    words = presented("figure", "stationnement", **panel).context["period"]
    assert words == "du 1er janvier 2024 au 9 décembre 2025"


def test_groups_follow_the_period_of_the_page_and_say_it(parking: None) -> None:
    filters = {"filter": "T_INTERSECTS(mois, INTERVAL('2024-01-01', '2024-03-31'))"}
    answer = read_panel("bar", "stationnement", filters=filters, **ASKED)
    assert answer.notes == ("Période\u00a0: du 1er janvier au 31 mars 2024.",)
    assert [row[1] for row in answer.table.rows] == [50, 50]


def test_groups_by_period_say_it_on_their_axis(parking: None) -> None:
    assert read_panel("line", "stationnement", by=("month:mois",), measures=("sum:places",)).notes == ()


def test_a_ranking_may_be_that_of_the_last_month(parking: None) -> None:
    ranking = read_panel("bar", "stationnement", options={"latest": "month:mois"}, **ASKED)
    figure = presented("figure", "stationnement", by=("month:mois",), measures=ASKED["measures"])
    assert ranking.notes == ("Période\u00a0: décembre 2025.",)
    assert [row[1] for row in ranking.table.rows] == [90, 70]
    assert (figure.context["value"], figure.context["period"]) == ("80", "décembre 2025")


def test_a_ranking_of_the_last_month_follows_the_period_of_the_page(parking: None) -> None:
    filters = {"filter": "T_INTERSECTS(mois, INTERVAL('2024-01-01', '2024-03-31'))"}
    ranking = read_panel("bar", "stationnement", options={"latest": "month:mois"}, filters=filters, **ASKED)
    assert ranking.notes == ("Période\u00a0: mars 2024.",)


def test_groups_of_a_table_of_years_say_their_period(today: None) -> None:
    deliveries.counts()
    answer = read_panel("bar", "population", by=("commune",), measures=("sum:habitants",))
    assert answer.notes == ("Période\u00a0: 2020.",)
    assert answer.date == dt.date(2020, 12, 31)


def test_the_card_of_a_dashboard_has_the_day_of_its_data(parking: None) -> None:
    question = {"layer": "stationnement", "by": ["month:mois"], "measures": ["sum:places"]}
    panels = [{"id": f"p{number}", "kind": "figure", "question": question} for number in (1, 2)]
    trees = {"id": "t", "kind": "figure", "question": {"layer": "communes"}}
    dashboards.dashboard(
        "parcs", sections=[{"id": "s", "title": "s", "panels": [*panels, trees]}], is_public=True
    )
    (card,) = cards(visitor(PUBLIC))
    assert card.updated == dt.date(2025, 12, 31)


def test_the_card_of_a_figure_says_its_period(parking: None) -> None:
    answer = read_panel("figure", "stationnement", by=("month:mois",), measures=("sum:places",))
    assert PANEL_KINDS["figure"].miniature(answer, ()).period == "décembre 2025"
