"""Names of bars: the words that all begin with are left out, and a name that is cut keeps what differs."""

from __future__ import annotations

import json
import re

import altair
import pytest

from dashboards.panels.charts.bars import BarChart, bar_chart
from dashboards.panels.charts.drawing import Picture, draw
from dashboards.panels.charts.marks import distinct_ends, names_axis, short_name

WEEKS = ["semaine du 26 octobre 2026", "semaine du 2 novembre 2026"]


def test_months_under_upright_bars_are_short() -> None:
    axis = names_axis(["décembre 2023", "mai 2024"], is_upright=True)
    assert '{"décembre 2023": "déc. 2023", "mai 2024": "mai 2024"}' in axis.to_dict()["labelExpr"]


def test_names_that_are_no_months_stay_whole() -> None:
    assert names_axis(["décembre 2023", "sans date"], is_upright=True) is altair.Undefined


def test_words_that_all_names_begin_with_are_left_out() -> None:
    assert names_axis(WEEKS, is_upright=True).to_dict() == {"labelExpr": "slice(datum.label, 11)"}
    assert WEEKS[0][11:] == "26 octobre 2026"


@pytest.mark.parametrize("names", [WEEKS[:1], ["de 0 à 5", "de 5 à 10"], []])
def test_other_names_stay_whole(names: list[str]) -> None:
    assert names_axis(names, is_upright=True) is altair.Undefined


def test_names_beside_bars_stay_whole() -> None:
    assert names_axis(WEEKS, is_upright=False) is altair.Undefined


WORKS = (
    "Maintenance préventive des équipements de jeux",
    "Maintenance préventive des équipements de clôture",
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(WORKS, ["jeux", "clôture"], id="by their last word"),
        pytest.param((*WORKS, "Tonte"), ["jeux", "clôture"], id="another name has none"),
        pytest.param(("Rue de Sèvres", "Rue du Parc"), [], id="too few letters are shared"),
        pytest.param(("Boulogne-Billancourt", "Meudon"), [], id="nothing is shared"),
        pytest.param(
            ("Parc de la mairie", "Parc de la mairie annexe"), ["mairie", "annexe"], id="one begins another"
        ),
        pytest.param(
            [f"Zone d’exemple {number}, {town}" for number in (1, 2) for town in ("Meudon", "Sèvres")],
            ["1, Meudon", "1, Sèvres", "2, Meudon", "2, Sèvres"],
            id="by two words",
        ),
        pytest.param(
            ("Hybride rechargeable", "Hybride non rechargeable", "Bois à conserver", "Voies à conserver"),
            ["rechargeable", "non rechargeable"],
            id="an end within another",
        ),
        pytest.param((), [], id="no name"),
    ],
)
def test_names_that_begin_alike_tell_where_they_differ(names: tuple[str, ...], expected: list[str]) -> None:
    assert [name[end:] for name, end in distinct_ends(names).items()] == expected


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param(60, "Maintenance préventive des équipements de jeux", id="whole where it fits"),
        pytest.param(24, "Maintenance préven… jeux", id="its middle left out"),
        pytest.param(8, "…jeux", id="its end alone"),
    ],
)
def test_a_cut_name_keeps_its_distinct_end(letters: int, expected: str) -> None:
    assert short_name(WORKS[0], distinct_ends(WORKS)[WORKS[0]], letters) == expected


def test_a_picture_of_bars_tells_names_that_begin_alike_apart() -> None:
    rows = [{"l0": name, "v0": 1, "w0": "1", "tip": name, "filters": []} for name in WORKS]
    drawn = draw(bar_chart(BarChart(rows, "Entretien", 200)), Picture("svg", 300)).decode()
    assert ["… jeux<" in drawn, "… clôture<" in drawn] == [True, True]


@pytest.mark.parametrize("width", [84, 200, 600])
def test_the_value_of_the_longest_bar_stays_in_a_narrow_chart(width: int) -> None:
    rows = [{"l0": "Meudon", "v0": 33886, "w0": "33 886 m²", "tip": "", "filters": []}]
    (longest,) = set(
        re.findall(r"max\((width - \d+), ([\d.]+) \* width\)", json.dumps(bar_chart(BarChart(rows, "", 9))))
    )
    left, share = longest
    bar = max(width - int(left.removeprefix("width - ")), float(share) * width)
    letters = 6.3 * len("33 886 m²")
    assert 0 < bar <= width - letters
