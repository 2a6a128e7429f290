"""The page where a form is made, as its template needs it: a block for each section and question."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interface.forms import FormError
from layers import access
from layers.access import Scope
from layers.definitions import Field
from webforms.building.parsing import COMPARISONS, OPERATORS, earlier_items, simple_rows
from webforms.documents import FormDocument, Item, Section
from webforms.errors import InvalidForm
from webforms.rules import ALL, Condition
from webforms.schema import fields_of_section
from webforms.vocabulary import LISTED_KINDS, MAX_PHOTOS, NUMERIC_KINDS, ItemKind, PlaceDefault

_KINDS_APART = (
    ItemKind.NOTE, ItemKind.PHOTO, ItemKind.POSITION, ItemKind.FEATURE, ItemKind.TEXT, ItemKind.LONG_TEXT,
    ItemKind.INTEGER, ItemKind.NUMBER, ItemKind.BOOLEAN, ItemKind.DATE, ItemKind.DATETIME, ItemKind.CHOICE,
    ItemKind.CHOICES, ItemKind.TODAY,
)  # fmt: skip
_ICONS: Mapping[str, str] = {
    ItemKind.POSITION: "map-pin",
    ItemKind.PHOTO: "camera",
    ItemKind.NOTE: "info",
    ItemKind.FEATURE: "mouse-pointer-click",
    ItemKind.DATE: "calendar",
    ItemKind.DATETIME: "calendar",
    ItemKind.TODAY: "calendar",
    ItemKind.INTEGER: "hash",
    ItemKind.NUMBER: "hash",
    ItemKind.BOOLEAN: "check",
    ItemKind.CHOICE: "list",
    ItemKind.CHOICES: "list-checks",
}
Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ConditionEditor:
    """The rows of a condition: ``stored`` is one with more than the page has room for, ``earlier`` what it may name."""

    prefix: str
    joint: str
    rows: tuple[dict[str, str], ...]
    earlier: tuple[Option, ...]
    stored: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is a condition."""
        return bool(self.stored) or any(row["field"] for row in self.rows)


@dataclass(frozen=True, slots=True)
class ItemEditor:
    """A question of the page."""

    prefix: str
    place: str
    item: Item
    kind: str
    icon: str
    fields: tuple[Option, ...]
    condition: ConditionEditor
    is_first: bool
    is_last: bool
    is_faulty: bool = False

    @property
    def choices_text(self) -> str:
        """The choices, one a line."""
        return "\n".join(f"{code} ; {label}" for code, label in self.item.choices)

    @property
    def is_listed(self) -> bool:
        """Whether people choose among answers."""
        return self.item.kind in LISTED_KINDS

    @property
    def is_numeric(self) -> bool:
        """Whether the answer is a number."""
        return self.item.kind in NUMERIC_KINDS

    @property
    def has_layer(self) -> bool:
        """Whether it may name a layer."""
        return self.item.kind in {ItemKind.FEATURE, ItemKind.POSITION} or bool(self.item.place)


@dataclass(frozen=True, slots=True)
class SectionEditor:
    """A section of the page; ``more`` are the questions that may be added to it, by group."""

    prefix: str
    number: int
    section: Section
    items: tuple[ItemEditor, ...]
    condition: ConditionEditor
    more: tuple[tuple[str, tuple[Option, ...]], ...]
    is_first: bool
    is_last: bool


def editors(scope: Scope, document: FormDocument, *, fault: str = "") -> tuple[SectionEditor, ...]:
    """Return the sections of a document with all that may be chosen in them.

    ``fault`` is the id of the input to correct, if any: its question is open.
    """
    last = len(document.sections) - 1
    return tuple(
        _section(scope, document, number, section, is_last=number == last, fault=fault)
        for number, section in enumerate(document.sections)
    )


def _section(
    scope: Scope, document: FormDocument, number: int, section: Section, *, is_last: bool, fault: str
) -> SectionEditor:
    fields = fields_of_section(scope, section)
    options = tuple((name, str(field.title)) for name, field in fields.items())
    last = len(section.items) - 1
    items = tuple(
        ItemEditor(
            prefix=f"i{number}-{index}",
            place=f"{number}:{index}",
            item=item,
            kind=_kind_label(item.kind),
            icon=_ICONS.get(item.kind, "type"),
            fields=options,
            condition=_condition(
                f"i{number}-{index}", item.condition, earlier_items(document, section, item)
            ),
            is_first=index == 0,
            is_last=index == last,
            is_faulty=fault == f"i{number}-{index}-label",
        )
        for index, item in enumerate(section.items)
    )
    return SectionEditor(
        prefix=f"s{number}",
        number=number,
        section=section,
        items=items,
        condition=_condition(f"s{number}", section.condition, earlier_items(document, section, None)),
        more=_more(fields, section, document),
        is_first=number == 0,
        is_last=is_last,
    )


def _kind_label(kind: str) -> str:
    return str(ItemKind(kind).label) if kind in ItemKind.values else kind


def _condition(prefix: str, condition: Condition | None, earlier: list[Item]) -> ConditionEditor:
    options = tuple((item.name, item.label or item.name) for item in earlier)
    simple = simple_rows(condition)
    if simple is not None:  # a question that does not come before is a fault to correct, in sight
        earlier_names = {"", *(item.name for item in earlier)}
        later = dict.fromkeys(row["field"] for row in simple[1] if row["field"] not in earlier_names)
        options += tuple((name, name) for name in later)
    empty = {"field": "", "op": "", "value": ""}
    if simple is None:
        rows = (empty,) * COMPARISONS
        return ConditionEditor(prefix, ALL, rows, options, json.dumps(condition, ensure_ascii=False))
    joint, filled = simple
    return ConditionEditor(prefix, joint, (*filled, *[empty] * (COMPARISONS - len(filled))), options)


def _more(
    fields: Mapping[str, Field], section: Section, document: FormDocument
) -> tuple[tuple[str, tuple[Option, ...]], ...]:
    present = {item.field for item in (section.items if section.relation else document.single_items)}
    own = tuple((f"field:{name}", str(field.title)) for name, field in fields.items() if name not in present)
    other_kinds = tuple((f"kind:{kind}", str(ItemKind(kind).label)) for kind in _KINDS_APART)
    groups = ((_("Champs de la couche"), own), (_("Autres questions"), other_kinds))
    return tuple(group for group in groups if group[1])


def fault_of(document: FormDocument, error: InvalidForm) -> FormError:
    """Return the fault of a document with the place of its question or section, where the error names one."""
    for number, section in enumerate(document.sections, start=1):
        if error.parameter in {section.title, _("section %d") % number}:
            return FormError(
                error.detail, f"s{number - 1}-title", _("Section %(number)d") % {"number": number}
            )
        for index, item in enumerate(section.items, start=1):
            if error.parameter in {item.name, item.label[:60], item.label} - {""}:
                label = _("Section %(number)d, question %(place)d") % {"number": number, "place": index}
                return FormError(error.detail, f"i{number - 1}-{index - 1}-label", label)
    return FormError(error.detail, "")


def lists(scope: Scope) -> dict[str, Any]:
    """Return the lists that every block chooses from: layers, defaults from the position, operators, relations."""
    layers = sorted(
        ((each.slug, each.layer.title) for each in access.visible(scope.visitor)), key=lambda each: each[1]
    )
    return {
        "layers": layers,
        "place_defaults": PlaceDefault.choices,
        "operators": OPERATORS,
        "relations": [
            (relation.name, str(relation.title)) for relation in scope.relations if not relation.is_gallery
        ],
        "photo_counts": range(1, MAX_PHOTOS + 1),
    }
