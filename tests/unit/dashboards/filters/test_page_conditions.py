"""A filter of the page becomes a condition of a panel, under the name its rows give the field, or is told ignored."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboards.documents.document import Document, LinkedField, PageFilter, PanelQuestion
from dashboards.filters.conditions import FilterTarget, PanelFilters, RowField, kernel_value, page_filters
from dashboards.filters.parsing import PageState, Period
from layers.access import Scope
from layers.definitions import Field, FieldType

STATE_FIELD = Field("etat", FieldType.TEXT, "état", choices=(("bon", "Bon"),))
NAME = Field("nom", FieldType.TEXT, "nom")
HEIGHT = Field("hauteur", FieldType.NUMBER, "hauteur")
DAY = Field("date", FieldType.DATE, "date")
FENCED = Field("cloture", FieldType.BOOLEAN, "clôture")


class Somewhere:
    """What is asked of a scope here: a layer with a place and no date of its own."""

    class definition:  # noqa: N801  (an attribute of a scope)
        """A layer of points."""

        class geometry:  # noqa: N801  (an attribute of a definition)
            """Points."""

            is_located = True

    filterable: dict[str, Field] = {}
    time_field = None
    can_read_rows = True


def rows(*fields: RowField, relation: str = "") -> FilterTarget:
    """Return the rows of a question with these fields."""
    scope: Scope = Somewhere()  # type: ignore[assignment]  # the little that filters ask of one
    return FilterTarget(PanelQuestion("aires", relation), scope, {found.key: found for found in fields})


@pytest.mark.parametrize(
    ("field", "value", "asked"),
    [
        (STATE_FIELD, "bon", "bon"),
        (NAME, "Square", "=Square"),
        (NAME, "-", "-"),
        (HEIGHT, "10/20", "10..<20"),
        (HEIGHT, "10/", "10.."),
        (HEIGHT, "10..20", "10..20"),
        (DAY, "2025-01-01/2025-12-31", "2025-01-01..2025-12-31"),
        (FENCED, "true", "true"),
    ],
)
def test_a_value_is_asked_as_its_field_is(field: Field, value: str, asked: str) -> None:
    assert kernel_value(field, value) == asked


def test_a_linked_field_is_asked_under_the_name_of_the_layer() -> None:
    document = Document("d", "d", links=(LinkedField("bureau", {"aires": "etat"}),))
    found = page_filters(
        rows(RowField(STATE_FIELD, "etat")), PageState(values={"bureau": ("bon",)}), document
    )
    assert found.parameters() == (("filter", "(\"etat\" IN ('bon'))"),)


def test_a_filter_that_rows_do_not_know_is_told_by_its_title() -> None:
    document = Document("d", "d", filters=(PageFilter("inconnu", "Inconnu d’ici"),))
    found = page_filters(rows(RowField(NAME, "nom")), PageState(values={"inconnu": ("1",)}), document)
    assert found.ignored == ("Inconnu d’ici",)


def test_the_filter_of_a_panel_and_those_of_the_page_hold_together() -> None:
    found = page_filters(
        rows(RowField(STATE_FIELD, "etat")),
        PageState(("92048",), values={"etat": ("bon",)}),
        Document("d", "d"),
    )
    assert dict(found.parameters("a = 1 OR b = 2")) == {
        "commune": "92048",
        "filter": "(a = 1 OR b = 2) AND (\"etat\" IN ('bon'))",
    }


def test_records_and_their_feature_are_narrowed_each_by_its_own_fields() -> None:
    own = RowField(STATE_FIELD, "etat", is_of_record=True)
    found = page_filters(
        rows(own, RowField(NAME, "nom"), relation="controles"),
        PageState(values={"etat": ("bon",), "nom": ("Val",)}),
        Document("d", "d"),
    )
    question = found.question(PanelQuestion("aires", "controles", relation_filter="x = 1"))
    assert question.relation_filter == "(x = 1) AND (\"etat\" IN ('bon'))"
    assert found.parameters() == (("filter", "(\"nom\" = 'Val')"),)


def test_a_period_narrows_the_date_that_the_page_names() -> None:
    document = Document("d", "d", filters=(PageFilter("date", kind="period"),))
    state = PageState(period=Period(dt.date(2025, 1, 1), None))
    assert page_filters(rows(RowField(DAY, "date")), state, document).parameters() == (
        ("filter", "((\"date\" >= DATE('2025-01-01')))"),
    )


def test_without_filters_only_the_panel_narrows_itself() -> None:
    assert PanelFilters().parameters("a = 1") == (("filter", "a = 1"),)
