"""Workbooks as the documentation of pyxform describes them: what a form takes, and the rest by line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

import pytest
from xlsxwriter import Workbook

from layers.access import Scope
from layers.definitions import Field, FieldType
from webforms.documents import Section
from webforms.xlsform import conversion
from webforms.xlsform.conversion import ReadForm, form_of_sheets
from webforms.xlsform.process import read_workbook

TITLES = (
    "type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation",
    "appearance", "repeat_count", "parameters", "choice_filter", "default", "media::image",
)  # fmt: skip


class PlaygroundScope:
    """What conversion reads of a layer: a relation, and the fields by name."""

    relations = (SimpleNamespace(name="equipements", is_gallery=False),)

    @staticmethod
    def fields_of(_scope: object, section: Section) -> dict[str, Field]:
        """Return the fields that answers become."""
        name = "fabricant" if section.relation else "nom"
        return {name: Field(name, FieldType.TEXT, name)}


@pytest.fixture(autouse=True)
def playgrounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the layer its fields without a database."""
    monkeypatch.setattr(conversion, "fields_of_section", PlaygroundScope.fields_of)


def read(*rows: dict[str, str], choices: Sequence[Sequence[str]] = ()) -> ReadForm:
    """Return the form of a workbook with these lines, from the second one on."""
    content = io.BytesIO()
    lines = [[row.get(title.replace("::", "_"), "") for title in TITLES] for row in rows]
    with Workbook(content, {"in_memory": True}) as book:
        sheets = {"survey": [TITLES, *lines], "choices": [("list_name", "name", "label"), *choices]}
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(cells):
                sheet.write_row(number, 0, line)
    return form_of_sheets(read_workbook(content), cast(Scope, PlaygroundScope()))


def test_a_repeat_named_as_a_relation_is_read_and_its_count_is_listed() -> None:
    form = read(
        {"type": "text", "name": "nom", "label": "Nom", "required": "yes"},
        {"type": "begin_repeat", "name": "equipements", "label": "Équipement", "repeat_count": "3"},
        {"type": "text", "name": "fabricant", "label": "Fabricant"},
        {"type": "end_repeat"},
        {"type": "begin_repeat", "name": "arbres", "label": "Arbre"},
        {"type": "text", "name": "essence", "label": "Essence"},
        {"type": "end_repeat"},
    )
    repeated = form.document.sections[1]
    assert repeated.relation == "equipements"
    assert [item.field for item in repeated.items] == ["fabricant"]
    assert [part.line for part in form.unread] == [3, 6, 7]


def test_conditions_and_bounds_are_read() -> None:
    form = read(
        {"type": "integer", "name": "age", "label": "Âge", "constraint": ". > 0 and . <= 12"},
        {"type": "select_multiple jeux", "name": "jeux", "label": "Jeux", "relevant": "${age} >= 3"},
        {"type": "text", "name": "autre", "label": "Autre", "relevant": "selected(${jeux}, 'autre')"},
        choices=(("jeux", "toboggan", "Toboggan"), ("jeux", "autre", "Autre")),
    )
    age, games, other = form.document.items
    assert (age.minimum, age.maximum) == (1, 12)
    assert games.condition == {"field": "age", "op": ">=", "value": 3}
    assert other.condition == {"field": "jeux", "op": "contains", "value": "autre"}
    assert form.unread == []


def test_what_a_form_does_not_do_is_listed_by_name_and_line() -> None:
    form = read(
        {"type": "start", "name": "debut"},
        {"type": "calculate", "name": "total", "calculation": "${a} + 1"},
        {"type": "image", "name": "vue", "label": "Vue", "parameters": "max-pixels=1024"},
        {
            "type": "text",
            "name": "a",
            "label": "A",
            "required": "${b} = 1",
            "appearance": "multiline signature",
        },
        {"type": "range", "name": "note", "label": "Note", "parameters": "start=1 end=5"},
        {
            "type": "text",
            "name": "b",
            "label": "B",
            "constraint": "regex(., '[0-9]+')",
            "media_image": "b.png",
        },
        {
            "type": "text",
            "name": "c",
            "label": "L" * 201,
            "relevant": "position(..) = 1",
            "default": "today()",
        },
        {"name": "d", "label": "D"},
    )
    expected = {
        (2, "start"), (3, "calculate"), (4, "parameters"), (5, "${b} = 1"), (5, "signature"), (6, "range"),
        (7, "regex(., '[0-9]+')"), (7, "media::image"), (8, "LLL"), (8, "position(..) = 1"), (8, "today()"), (9, "d"),
    }  # fmt: skip
    listed = {
        (line, word)
        for line, word in expected
        for part in form.unread
        if part.line == line and word in part.text
    }
    assert listed == expected
    assert len(form.unread) == len(expected)
    assert [item.name for item in form.document.items] == ["vue", "a", "b", "c"]
