"""Names under upright bars: the words that all begin with are left out, the rest is kept."""

from __future__ import annotations

import altair
import pytest

from dashboards.panels.charts.marks import names_axis

WEEKS = ["semaine du 26 octobre 2026", "semaine du 2 novembre 2026"]


def test_words_that_all_names_begin_with_are_left_out() -> None:
    assert names_axis(WEEKS, is_upright=True).to_dict() == {"labelExpr": "slice(datum.label, 11)"}
    assert WEEKS[0][11:] == "26 octobre 2026"


@pytest.mark.parametrize("names", [WEEKS[:1], ["de 0 à 5", "de 5 à 10"], ["mars 2026", "avril 2026"], []])
def test_other_names_stay_whole(names: list[str]) -> None:
    assert names_axis(names, is_upright=True) is altair.Undefined


def test_names_beside_bars_stay_whole() -> None:
    assert names_axis(WEEKS, is_upright=False) is altair.Undefined
