"""Charts of two keys, over time, of spreads and of parts: what is drawn is what was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dashboards.panels.charts.drawing import Picture, draw
from dashboards.registry import PANEL_KINDS
from layers.errors import InvalidParameter
from layers.models import Layer
from tests import factories
from tests.factories import BOULOGNE, MEUDON
from tests.panels import layers_of, page_of, presented, read_panel, values_of
from tests.world import TREES

pytestmark = pytest.mark.django_db
GENERA = ("Cedrus", "Quercus", "Platanus", "Fagus", "Acer", "Tilia")
_TWO = "genre IN ('Cedrus', 'Quercus')"
# A question that each kind of chart draws.
QUESTIONS: dict[str, dict[str, Any]] = {
    "bar": {"by": ("genre",)},
    "stacked_bar": {"by": ("commune", "genre")},
    "line": {"by": ("month:date_releve", "genre")},
    "area": {"by": ("month:date_releve",)},
    "histogram": {"by": ("hauteur",)},
    "heat_table": {"by": ("commune", "genre")},
    "donut": {"by": ("genre",)},
    "small_multiples": {"by": ("genre", "year:date_releve")},
    "scatter": {"fields": ("hauteur", "circonference")},
}


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Twenty-one trees: six of the first genus, five of the second, and so on; the last has no value."""
    number = 0
    with factories.in_bulk():
        for place, genre in enumerate(GENERA):
            for _copy in range(len(GENERA) - place):
                number += 1
                factories.tree(
                    f"Arbre {number}",
                    at=factories.MIDDLES[MEUDON if number % 3 else BOULOGNE],
                    genre=genre,
                    hauteur=number if number < 21 else None,
                    circonference=10 * number if number < 21 else None,
                    date_releve=dt.date(2023 + number % 2, 1 + number % 12, 1) if number < 21 else None,
                )


def test_a_donut_has_five_slices_the_rest_together(trees: None) -> None:
    rows = values_of(read_panel("donut", TREES, by=("genre",)))
    assert [row["full"].partition("\u00a0:")[0] for row in rows] == [*GENERA[:4], "2 autres"]


def test_a_donut_says_what_it_put_together(trees: None) -> None:
    assert "2 plus petits groupes" in read_panel("donut", TREES, by=("genre",)).notes[0]


def test_a_donut_of_averages_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("donut", TREES, by=("genre",), measures=("avg:hauteur",))


def test_parts_of_bars_set_the_filters_of_both_keys(trees: None) -> None:
    row = values_of(read_panel("stacked_bar", TREES, by=("commune", "genre")))[0]
    assert [field for field, _value in row["filters"]] == ["commune", "genre"]


def test_the_legend_of_parts_filters_by_the_second_key(trees: None) -> None:
    line = presented("stacked_bar", TREES, by=("commune", "genre")).legend[0]
    assert (line.field, line.value) == ("genre", "Cedrus")


def test_the_document_chooses_the_colours_of_values(trees: None) -> None:
    panel = presented("stacked_bar", TREES, by=("commune", "genre"), options={"colours": {"Cedrus": "bad"}})
    assert panel.legend[0].token == "bad"


def test_a_line_leaves_rows_without_a_date_out(trees: None) -> None:
    assert sum(row["v0"] for row in values_of(read_panel("line", TREES, by=("month:date_releve",)))) == 20


def test_a_line_over_names_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("line", TREES, by=("genre",))


def test_a_histogram_has_its_empty_bins(trees: None) -> None:
    answer = read_panel("histogram", TREES, by=("width4:hauteur",), filter="hauteur < 4 OR hauteur > 16")
    assert [row["v0"] for row in values_of(answer)] == [3, 0, 0, 0, 3, 1]


def test_a_histogram_tells_the_rows_without_value(trees: None) -> None:
    assert read_panel("histogram", TREES, by=("hauteur",)).notes == ("1 objet sans valeur.",)


def test_a_histogram_of_names_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("histogram", TREES, by=("genre",))


def test_the_darkest_cell_of_a_heat_table_holds_the_most(trees: None) -> None:
    rows = presented("heat_table", TREES, by=("commune", "genre")).context["parts"][0].rows
    strongest = max((cell for row in rows for cell in row.cells), key=lambda cell: cell.strength)
    assert int(strongest.text) == max(int(cell.text or 0) for row in rows for cell in row.cells)


def test_small_multiples_are_largest_first(trees: None) -> None:
    spec = read_panel("small_multiples", TREES, by=("genre", "year:date_releve")).spec
    assert spec is not None
    assert spec["facet"]["sort"][:2] == ["Cedrus", "Quercus"]


def test_a_point_is_a_feature_with_both_numbers(trees: None) -> None:
    rows = values_of(read_panel("scatter", TREES, fields=("hauteur", "circonference")))
    assert len(rows) == 20


def test_a_cloud_of_one_number_is_refused(trees: None) -> None:
    with pytest.raises(InvalidParameter):
        read_panel("scatter", TREES, fields=("hauteur",))


def test_columns_of_a_wide_table_are_series(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, series=("hauteur", "circonference")))
    assert [row["v0"] for row in rows] == [2100, 210]


def test_columns_of_a_wide_table_are_lines_over_time(trees: None) -> None:
    panel = presented("line", TREES, by=("year:date_releve",), series=("hauteur", "circonference"))
    names = [
        row["l1"] for mark, rows in layers_of(panel.chart or {}) if mark["type"] == "text" for row in rows
    ]
    assert sorted(set(names)) == ["Circonférence", "Hauteur"]


def test_a_series_sets_no_filter(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, series=("hauteur", "circonference")))
    assert rows[0]["filters"] == []


def test_a_share_has_its_unit(trees: None) -> None:
    rows = values_of(read_panel("bar", TREES, by=("genre",), measures=("share:count",)))
    assert rows[0]["w0"] == "28,6\u00a0%"


def test_groups_too_small_to_be_told_are_silent_and_said(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=3)
    answer = read_panel("bar", TREES, by=("genre",))
    assert answer.notes == (
        "Des valeurs sont tues\u00a0: elles portent sur moins de 3 objets, ou les feraient déduire.",
    )


def test_groups_too_small_to_be_told_have_no_total(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=3)
    assert read_panel("bar", TREES, by=("genre",)).value is None


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_of_chart_is_drawn_in_a_picture(trees: None, kind: str) -> None:
    spec = read_panel(kind, TREES, **QUESTIONS[kind]).spec
    assert spec is not None
    assert b"aria-label" in draw(spec, Picture("svg", 500))


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_of_chart_says_when_there_is_nothing(catalogue: Any, kind: str) -> None:
    assert "Rien à montrer" in page_of(presented(kind, TREES, **QUESTIONS[kind]))


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_of_chart_says_when_no_row_has_a_value(catalogue: Any, kind: str) -> None:
    factories.tree(genre="", hauteur=None, circonference=None, date_releve=None)
    question = QUESTIONS[kind] | (
        {} if kind in {"scatter", "histogram", "donut"} else {"measures": ("avg:hauteur",)}
    )
    page = page_of(presented(kind, TREES, **question))
    assert "panel-read" in page


@pytest.mark.parametrize("kind", QUESTIONS)
def test_every_kind_of_chart_has_its_table(trees: None, kind: str) -> None:
    assert len(read_panel(kind, TREES, **QUESTIONS[kind]).table.rows) > 1


def test_the_table_of_kinds_names_each_as_its_folder() -> None:
    assert all(name == kind.name for name, kind in PANEL_KINDS.items())


def test_a_donut_with_untold_groups_tells_no_share(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=3)
    assert "%" not in values_of(read_panel("donut", TREES, by=("genre",)))[0]["full"]


def test_a_part_with_an_untold_group_is_not_told(trees: None) -> None:
    Layer.objects.filter(slug=TREES).update(smallest_count=3)
    assert read_panel("figure", TREES, by=("genre",), options={"part": ["Tilia"]}).value is None


def test_mirrored_bars_stand_on_either_side_and_keep_their_words(trees: Any) -> None:
    answer = read_panel(
        "stacked_bar", TREES, by=("width5:hauteur", "genre"), filter=_TWO, options={"mirrored": True}
    )
    rows = values_of(answer)
    assert {row["l1"] for row in rows if row["v0"] < 0} == {"Cedrus"}
    assert all(float(row["w0"].split()[0]) > 0 for row in rows if row["w0"])
    assert all(cells[2] > 0 for cells in answer.table.rows)


def test_mirrored_bins_have_the_last_one_at_the_top(trees: Any) -> None:
    answer = read_panel(
        "stacked_bar", TREES, by=("width5:hauteur", "genre"), filter=_TWO, options={"mirrored": True}
    )
    assert answer.spec is not None
    assert answer.spec["layer"][0]["encoding"]["y"]["sort"] == ["10 à 15", "5 à 10", "0 à 5"]


def test_a_mirror_has_two_sides(trees: Any) -> None:
    with pytest.raises(InvalidParameter, match="deux parts"):
        read_panel("stacked_bar", TREES, by=("width5:hauteur", "genre"), options={"mirrored": True})
