"""The decimals that a document asks are in every number that its panel computes: figures, labels, tables and axes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from dashboards.documents.document import PanelNotice
from dashboards.registry import PANEL_KINDS
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.panels import presented, read_panel
from tests.world import TREES

pytestmark = pytest.mark.django_db
MEAN = "avg:hauteur"
# A question about a mean that each kind with decimals shows.
QUESTIONS: dict[str, dict[str, Any]] = {
    "figure": {},
    "bar": {"by": ("genre",)},
    "stacked_bar": {"by": ("commune", "genre")},
    "line": {"by": ("year:date_releve",)},
    "area": {"by": ("year:date_releve",)},
    "heat_table": {"by": ("commune", "genre")},
    "donut": {"by": ("genre",), "measures": ("sum:hauteur",)},
    "small_multiples": {"by": ("genre", "year:date_releve")},
    "table": {"by": ("genre",)},
    "map": {"by": ("commune",), "options": {"mode": "choropleth"}},
    "progress": {
        "by": ("year:date_releve",),
        "options": {"reference": {"date": 2020, "value": 1}, "target": {"date": 2030, "value": 20}},
    },
}
THREE = re.compile(r"\d,\d{3}(?!\d)")


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Three trees whose mean height has more decimals than anybody reads."""
    with factories.in_bulk():
        for number, at in enumerate((MEUDON, MEUDON, BOULOGNE)):
            factories.tree(
                f"Arbre {number}", at=at, genre="Cedrus", hauteur=10 + number / 8, date_releve="2024-03-01"
            )


def words_of(kind: str, **options: Any) -> str:
    """Return all that a panel of a kind says of the mean height, as text."""
    question = dict(QUESTIONS[kind])
    own = {**question.pop("options", {}), **options}
    panel = presented(kind, TREES, **{"measures": (MEAN,), **question}, options=own)
    cells = [cell.text for row in panel.rows for cell in row.cells]
    return json.dumps([cells, panel.chart, panel.context], ensure_ascii=False, default=repr)


def test_every_kind_with_a_unit_has_decimals() -> None:
    with_unit = {kind.name for kind in PANEL_KINDS.values() if "unit" in kind.options.get("properties", {})}
    counted = {"histogram", "spatial_join"}  # they count, and counts are whole
    own = {"raster_by_commune"}  # the raster says how precise its values are
    assert with_unit - counted - own == set(QUESTIONS)


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_kind_writes_the_decimals_of_the_document(kind: str, trees: None) -> None:
    assert not THREE.search(words_of(kind))
    assert THREE.search(words_of(kind, decimals=3))


def test_the_axis_has_the_decimals_of_the_document(trees: None) -> None:
    spec = read_panel("line", TREES, measures=(MEAN,), options={"decimals": 1}, **QUESTIONS["line"]).spec
    assert spec is not None
    assert spec["config"]["axisQuantitative"]["format"] == ",.1f"


def test_counts_stay_whole(trees: None) -> None:
    rows = presented("table", TREES, by=("genre",), measures=("count", MEAN), options={"decimals": 2}).rows
    assert [cell.text for cell in rows[0].cells][1:] == ["3", "10,12\u00a0m"]


def test_a_notice_says_the_decimals_of_its_figure(trees: None) -> None:
    notice = PanelNotice(">", 1, "{value} m en moyenne")
    panel = presented("figure", TREES, measures=(MEAN,), options={"decimals": 3}, notice=notice)
    assert panel.notice == "10,125 m en moyenne"
