"""Tables of rows: the fields asked, in words, with how many rows there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.registry import PANEL_KINDS
from layers.errors import UnknownProperty
from tests import factories
from tests.panels import page_of, panel_request, presented, read_panel
from tests.world import TREES, protect

pytestmark = pytest.mark.django_db


@pytest.fixture
def trees(catalogue: Any) -> None:
    """Twelve trees, from the lowest to the highest."""
    with factories.in_bulk():
        for number in range(1, 13):
            factories.tree(f"Arbre {number:02}", hauteur=number, date_releve=dt.date(2024, 1, number))


def test_a_table_holds_the_fields_asked(trees: None) -> None:
    answer = read_panel("table", TREES, fields=("nom_vernaculaire", "hauteur"), sort=("-hauteur",))
    assert [str(cell) for cell in answer.table.rows[0]] == ["Arbre 12", "12.0"]


def test_a_table_tells_how_many_rows_it_does_not_show(trees: None) -> None:
    assert read_panel("table", TREES, fields=("hauteur",)).notes == ("2 autres lignes ne sont pas montrées.",)


def test_a_table_counts_all_rows(trees: None) -> None:
    assert read_panel("table", TREES, fields=("hauteur",), limit=3).matched == 12


def test_a_table_asks_the_layer_once(trees: None) -> None:
    read_panel("table", TREES)
    request = panel_request("table", TREES, fields=("hauteur",), limit=4)
    with CaptureQueriesContext(connection) as queries:
        PANEL_KINDS["table"].read(request)
    assert len(queries) == 1


def test_without_fields_a_table_shows_the_key_facts(trees: None) -> None:
    assert read_panel("table", TREES).table.columns[0].name == "nom_vernaculaire"


def test_a_row_knows_its_feature(trees: None) -> None:
    table = read_panel("table", TREES, limit=2).table
    assert len({feature for feature in table.features if feature}) == 2


def test_a_row_sets_the_filter_of_the_field_that_it_selects(trees: None) -> None:
    options = {"selects": "nom_vernaculaire"}
    table = read_panel("table", TREES, sort=("hauteur",), limit=1, options=options).table
    assert table.filters == (("nom_vernaculaire", "Arbre 01"),)


def test_dates_of_a_table_are_in_words(trees: None) -> None:
    panel = presented("table", TREES, fields=("nom_vernaculaire", "date_releve"), sort=("date_releve",))
    assert "1er janvier 2024" in page_of(panel)


def test_a_hidden_field_of_a_table_is_refused_like_one_that_is_not_there(trees: None) -> None:
    protect(TREES, "hauteur")
    with pytest.raises(UnknownProperty):
        read_panel("table", TREES, fields=("hauteur",))


def test_the_key_facts_leave_hidden_fields_out(trees: None) -> None:
    protect(TREES, "nom_vernaculaire")
    assert "nom_vernaculaire" not in {column.name for column in read_panel("table", TREES).table.columns}


def test_a_table_without_rows_says_so(catalogue: Any) -> None:
    assert "Rien à montrer" in page_of(presented("table", TREES))
