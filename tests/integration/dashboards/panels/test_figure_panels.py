"""Key figures: value, part of a whole, change against a period, target, notice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboards.documents.document import PanelNotice
from layers.errors import InvalidParameter
from tests import factories
from tests.panels import page_of, presented, read_panel
from tests.world import TREES

pytestmark = pytest.mark.django_db
MONTHS = ("month:date_releve",)


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Two trees in May 2024, three in April 2025, five in May 2025; their heights are 1 to 10 m."""
    days = [dt.date(2024, 5, 2)] * 2 + [dt.date(2025, 4, 2)] * 3 + [dt.date(2025, 5, 2)] * 5
    with factories.in_bulk():
        for number, day in enumerate(days):
            factories.tree(genre="Cedrus" if number < 4 else "Quercus", hauteur=number + 1, date_releve=day)


def test_a_figure_is_the_measure_of_everything(trees: None) -> None:
    assert read_panel("figure", TREES, measures=("median:hauteur",)).value == 5.5


def test_a_figure_is_written_the_french_way(trees: None) -> None:
    panel = presented("figure", TREES, measures=("median:hauteur",), options={"unit": "j"})
    assert panel.context["value"] == "5,5"


def test_a_figure_by_period_is_that_of_the_last(trees: None) -> None:
    assert read_panel("figure", TREES, by=MONTHS).value == 5


def test_a_figure_tells_its_change_against_the_previous_period(trees: None) -> None:
    context = presented("figure", TREES, by=MONTHS, options={"better": "up"}).context
    assert context["change"] == {"text": "+2 par rapport à avril 2025", "verdict": "good"}


def test_a_figure_tells_its_change_against_the_year_before(trees: None) -> None:
    options = {"against": "year", "better": "down"}
    context = presented("figure", TREES, by=MONTHS, options=options).context
    assert context["change"] == {"text": "+3 par rapport à mai 2024", "verdict": "bad"}


def test_a_figure_by_period_draws_a_line(trees: None) -> None:
    assert "<polyline" in page_of(presented("figure", TREES, by=MONTHS))


def test_a_figure_by_period_may_be_their_total(trees: None) -> None:
    assert read_panel("figure", TREES, by=MONTHS, options={"of": "total"}).value == 10


def test_a_total_of_medians_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("figure", TREES, by=MONTHS, measures=("median:hauteur",), options={"of": "total"})


def test_a_figure_may_be_a_part_of_the_groups(trees: None) -> None:
    context = presented("figure", TREES, by=("genre",), options={"part": ["Cedrus"]}).context
    assert (context["value"], context["total"], context["gauge"]) == ("4", "10", 40)


@pytest.mark.parametrize(
    ("filters", "expected"), [({"commune": "92048"}, "11 arbres"), ({"genre": "Cedrus"}, None), ({}, None)]
)
def test_a_figure_of_a_commune_recalls_that_of_the_territory(
    trees: None, filters: dict[str, str], expected: str | None
) -> None:
    factories.tree(at="92048")
    panel = presented("figure", TREES, options={"territory": True, "unit": "arbres"}, filters=filters)
    assert panel.context["territory"] == (expected and expected.replace(" ", "\N{NO-BREAK SPACE}"))


def test_the_territory_is_told_under_the_other_filters(trees: None) -> None:
    asked = {"commune": "92048", "genre": "Quercus"}
    panel = presented("figure", TREES, options={"territory": True}, filters=asked)
    assert panel.context["territory"] == "6"


@pytest.mark.parametrize(("better", "is_met"), [("up", False), ("down", True)])
def test_a_target_is_met_on_the_side_that_is_better(trees: None, better: str, is_met: bool) -> None:
    options = {"target": {"value": 20}, "better": better}
    assert presented("figure", TREES, options=options).context["target"]["is_met"] is is_met


def test_a_notice_is_shown_when_the_value_passes_its_threshold(trees: None) -> None:
    notice = PanelNotice(">=", 10, "{value} à revoir")
    assert presented("figure", TREES, notice=notice).notice == "10 à revoir"


def test_a_notice_is_silent_below_its_threshold(trees: None) -> None:
    assert presented("figure", TREES, notice=PanelNotice(">", 10, "{value} à revoir")).notice == ""


@pytest.mark.parametrize("by", [(), MONTHS, ("genre",)])
def test_a_figure_of_nothing_says_so(catalogue: Any, by: tuple[str, ...]) -> None:
    assert "Rien à montrer" in page_of(presented("figure", TREES, by=by, measures=("sum:hauteur",)))
