"""Files of a panel: tables that a spreadsheet reads and never runs, pictures of charts."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboards.documents.document import Panel
from dashboards.panels.downloads import forms_of, panel_file
from dashboards.registry import PANEL_KINDS
from tests import factories
from tests.panels import panel_request, presented
from tests.world import TREES

pytestmark = pytest.mark.django_db


def content(kind: str, form: str, **asked: Any) -> bytes:
    request = panel_request(kind, TREES, **asked)
    return panel_file(request.panel, PANEL_KINDS[kind].read(request), form).content


@pytest.fixture
def trees(catalogue: Any) -> None:
    factories.tree("=HYPERLINK(1)", genre="=1+1", hauteur=12.5)
    factories.tree("Cèdre", genre="Cedrus", hauteur=8)


def test_a_csv_opens_in_a_french_spreadsheet(trees: None) -> None:
    text = content("table", "csv", fields=("nom_vernaculaire", "hauteur"), sort=("hauteur",)).decode(
        "utf-8-sig"
    )
    assert text.splitlines()[1] == "Cèdre;8,0"


def test_only_the_first_measure_has_the_unit_of_the_document(trees: None) -> None:
    asked = {"by": ("genre",), "measures": ("sum:hauteur", "count"), "options": {"unit": "mètres"}}
    head = content("bar", "csv", **asked).decode("utf-8-sig").splitlines()[0]
    assert [" (mètres)" in title for title in head.split(";")] == [False, True, False]


@pytest.mark.parametrize(
    "asked", [{"by": ("genre",), "measures": ("sum:hauteur",)}, {"fields": ("genre", "hauteur")}]
)
def test_files_have_no_noise_of_binary_fractions(catalogue: Any, asked: dict[str, Any]) -> None:
    factories.tree("Seul", genre="Tilia", hauteur=20.1 + 0.1)
    assert content("table", "csv", **asked).decode("utf-8-sig").splitlines()[1] == "Tilia;20,2"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content("table", "xlsx", **asked))).get_sheet_by_index(
        0
    )
    assert sheet.to_python()[1] == ["Tilia", 20.2]


@pytest.mark.parametrize(
    "asked",
    [
        {"by": ("date_releve",)},
        {"by": ("day:date_releve",)},
        {"fields": ("date_releve",)},
        {"measures": ("max:date_releve",), "by": ("date_releve",)},
    ],
    ids=["key", "days", "rows", "measure"],
)
def test_days_are_written_alike_in_all_files(catalogue: Any, asked: dict[str, Any]) -> None:
    factories.tree("Seul", date_releve=dt.date(2026, 6, 9))
    assert (
        content("table", "csv", **asked).decode("utf-8-sig").splitlines()[1].partition(";")[0] == "2026-06-09"
    )
    panel = presented("table", TREES, **asked)
    assert panel.rows[0].cells[0].text == "9 juin 2026"


def test_a_csv_runs_no_formula(trees: None) -> None:
    assert ";'=1+1" in content("table", "csv", fields=("hauteur", "genre")).decode("utf-8-sig")


def test_a_csv_cut_at_its_commas_runs_no_formula(catalogue: Any) -> None:
    factories.tree("Tilleul, dit,=1+1")
    assert "dit,'=1+1" in content("table", "csv", fields=("nom_vernaculaire",)).decode("utf-8-sig")


def test_a_workbook_holds_numbers_as_numbers(trees: None) -> None:
    made = content("table", "xlsx", fields=("nom_vernaculaire", "hauteur"), sort=("hauteur",))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert sheet[1:] == [["Cèdre", 8.0], ["=HYPERLINK(1)", 12.5]]


def test_a_workbook_tells_its_source(trees: None) -> None:
    made = content("bar", "xlsx", by=("genre",))
    notice = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("Notice").to_python()
    assert any("Arbres" in str(row) for row in notice)


def test_a_chart_is_taken_in_four_forms(trees: None) -> None:
    request = panel_request("bar", TREES, by=("genre",))
    assert forms_of(PANEL_KINDS["bar"].read(request)) == ("csv", "xlsx", "png", "svg")


def test_a_table_has_no_picture(trees: None) -> None:
    request = panel_request("table", TREES)
    assert forms_of(PANEL_KINDS["table"].read(request)) == ("csv", "xlsx")


def test_a_text_has_no_file() -> None:
    read_static = PANEL_KINDS["text"].read_static
    assert read_static is not None
    assert forms_of(read_static(Panel("t", "text", options={"text": "Bonjour"}))) == ()
