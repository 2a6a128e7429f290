"""Each kind of change of a schema is one step of the plan, whatever the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from datasets.definitions import DatasetSchema, ParentLink, SchemaField
from datasets.schemas.queries import ChangeKind, schema_steps
from datasets.schemas.services import restyled
from datasets.vocabulary import ColumnType, GeometryKind
from tests.deliveries import BENCHES


def _with(name: str, /, **changes: object) -> DatasetSchema:
    fields = tuple(
        replace(each, **changes) if each.name == name else each  # type: ignore[arg-type]  # of one type a field
        for each in BENCHES.fields
    )
    return replace(BENCHES, fields=fields)


CASES: dict[str, tuple[DatasetSchema, set[ChangeKind]]] = {
    "nothing": (BENCHES, set()),
    "added": (
        replace(BENCHES, fields=(*BENCHES.fields, SchemaField("note", ColumnType.STRING, "f9", "Note"))),
        {ChangeKind.ADDED},
    ),
    "removed": (replace(BENCHES, fields=BENCHES.fields[:-1]), {ChangeKind.REMOVED}),
    "title": (_with("prix", title="Coût"), {ChangeKind.RENAMED}),
    "name": (_with("prix", name="cout"), {ChangeKind.RENAMED}),
    "type": (_with("prix", type=ColumnType.INTEGER), {ChangeKind.RETYPED}),
    "bounds": (_with("places", maximum=3.0), {ChangeKind.RULED}),
    "list": (_with("nom", enum=("Banc",)), {ChangeKind.RULED}),
    "required": (_with("prix", is_required=True), {ChangeKind.REQUIRED}),
    "unique": (_with("prix", is_unique=True), {ChangeKind.UNIQUE}),
    "unit": (_with("prix", unit="€"), {ChangeKind.DESCRIBED}),
    "order": (replace(BENCHES, fields=BENCHES.fields[::-1]), {ChangeKind.ORDERED}),
    "geometry": (replace(BENCHES, geometry=GeometryKind.MULTI_POINT), {ChangeKind.GEOMETRY}),
    "no key": (replace(BENCHES, key=()), {ChangeKind.KEY, ChangeKind.REQUIRED}),
    "parent": (replace(BENCHES, parent=ParentLink("rues", "nom")), {ChangeKind.PARENT}),
}


@pytest.mark.parametrize("case", CASES)
def test_each_change_is_a_step_of_its_kind(case: str) -> None:
    after, kinds = CASES[case]
    assert {step.kind for step in schema_steps(BENCHES, after)} == kinds


def test_a_drawing_follows_the_new_name_of_its_field_and_leaves_one_that_is_removed() -> None:
    document = {"token": "c-teal", "field": "places", "labels": {"field": "nom"}}
    assert restyled(document, BENCHES, BENCHES, {"places": "assises"})["field"] == "assises"
    assert "field" not in restyled(document, BENCHES, BENCHES, {"places": ""})


COLOURED = _with("nom", enum=("a",), enum_colours=("#2b8cbe",))


@pytest.mark.parametrize(
    ("edit", "expected"),
    [(lambda style: style, "#b00006"), (lambda style: style | {"field": "code"}, "#2b8cbe")],
)
def test_classes_take_the_new_colours_of_a_list_unless_the_studio_made_others(
    edit: Callable[[dict[str, object]], dict[str, object]], expected: str
) -> None:
    first = restyled({"token": "c-teal"}, BENCHES, COLOURED, {})
    after = _with("nom", enum=("a",), enum_colours=("#b00006",))
    drawn = restyled(edit(first), COLOURED, after, {})
    colours = {each["value"]: each["token"] for each in drawn["categories"]}
    assert colours == {"a": expected}
