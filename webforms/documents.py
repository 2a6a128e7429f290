"""The document of a form: sections in order, items of each, as JSON that is checked when it is read.

Every name is unique in a document, and conditions look back: at items of a section before, or at earlier ones of the
same section. So one pass in order decides what is there, and what is hidden is missing for what follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from layers.digests import stable_digest
from webforms.errors import InvalidForm
from webforms.rules import Condition, holds, is_storable, leaves, read_condition
from webforms.vocabulary import (
    HELP_MAX,
    LABEL_MAX,
    LISTED_KINDS,
    MAX_CHOICES,
    MAX_ITEMS,
    MAX_PHOTOS,
    MAX_SECTIONS,
    NAME_MAX,
    UNANSWERED_KINDS,
    ItemKind,
    PlaceDefault,
)

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
Choice = tuple[str, str]
Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """A question, or a text to read.

    ``field`` is the field of the layer (or of the relation of its section) that the answer becomes, empty for one that
    stays with the answer. ``place`` says what fills it from the position, ``layer`` the layer that this reads, that a
    feature is chosen in, or that a drawn line is snapped to. ``minimum`` and ``maximum`` bound numbers.
    """

    name: str
    kind: str
    label: str
    help: str = ""
    field: str = ""
    required: bool = False
    default: str = ""
    place: str = ""
    layer: str = ""
    condition: Condition | None = None
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_files: int = 1

    @property
    def is_answered(self) -> bool:
        """Whether people answer it."""
        return self.kind not in UNANSWERED_KINDS


@dataclass(frozen=True)
class Section:
    """Items under a title. With ``relation``, they are repeated: a record of this relation each time."""

    title: str
    items: tuple[Item, ...] = ()
    help: str = ""
    relation: str = ""
    condition: Condition | None = None


@dataclass(frozen=True)
class FormDocument:
    """The sections of a form."""

    sections: tuple[Section, ...] = field(default=())

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items of every section."""
        return tuple(item for section in self.sections for item in section.items)

    @cached_property
    def position(self) -> Item | None:
        """The item that gives the geometry of the row; None where there is none."""
        return next((item for item in self.single_items if item.kind == ItemKind.POSITION), None)

    @cached_property
    def single_items(self) -> tuple[Item, ...]:
        """The items that are not repeated."""
        return tuple(item for section in self.sections if not section.relation for item in section.items)

    @property
    def digest(self) -> str:
        """The SHA-256 of the document, in hexadecimal."""
        return stable_digest(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """Return the document as plain JSON, without what is at its default."""
        return {"sections": [_plain(section) for section in self.sections]}


def _plain(part: Section | Item) -> dict[str, Any]:
    values = {each.name: getattr(part, each.name) for each in fields(part)}
    defaults = {each.name: each.default for each in fields(part)}
    plain = {name: value for name, value in values.items() if name != "items" and value != defaults[name]}
    if isinstance(part, Section):
        plain["items"] = [_plain(item) for item in part.items]
    elif part.choices:
        plain["choices"] = [list(choice) for choice in part.choices]
    return plain


def visible_items(section: Section, answers: Answers) -> Iterator[Item]:
    """Yield the items of a section that its conditions show, judging each by ``answers`` as it is reached.

    The caller adds each answer to ``answers`` before it goes on: what is hidden is never in them.
    """
    if not holds(section.condition, answers):
        return
    for item in section.items:
        if holds(item.condition, answers):
            yield item


def read_document(value: Any) -> FormDocument:
    """Return the document of a form.

    Raises:
        InvalidForm: naming the section or item at fault.
    """
    sections = value.get("sections") if isinstance(value, dict) else None
    if not isinstance(sections, list) or len(sections) > MAX_SECTIONS:
        raise InvalidForm(_("Un formulaire a de 0 à %d sections.") % MAX_SECTIONS, parameter="sections")
    document = FormDocument(tuple(_section(each, number) for number, each in enumerate(sections, start=1)))
    _check_names(document)
    return document


def unchecked_document(value: Mapping[str, Any]) -> FormDocument:
    """Return a document as it was typed, whatever ``read_document`` says of it: a page shows it to be corrected."""
    sections = []
    for section in value["sections"]:
        items = tuple(
            Item(**{**item, "choices": tuple((code, label) for code, label in item.get("choices", ()))})
            for item in section["items"]
        )
        sections.append(Section(**{**section, "items": items}))
    return FormDocument(tuple(sections))


def _section(value: Any, number: int) -> Section:
    label = _("section %d") % number
    members = _members(value, Section, label)
    items = members.pop("items", [])
    if not isinstance(items, list):
        raise _unreadable(label)
    title = _text(members, "title", LABEL_MAX, label)
    return Section(
        title=title,
        help=_text(members, "help", HELP_MAX, label),
        relation=_text(members, "relation", NAME_MAX, label),
        condition=read_condition(members.get("condition"), label=title or label),
        items=tuple(_item(each, label) for each in items),
    )


def _item(value: Any, section_label: str) -> Item:
    members = _members(value, Item, section_label)
    name = _text(members, "name", NAME_MAX, section_label)
    if not _NAME.fullmatch(name):
        raise InvalidForm(
            _("« %s » n’est pas un nom : des lettres minuscules sans accent, des chiffres et des tirets bas.")
            % name[:60],
            parameter="name",
        )
    label = members.get("label")
    title = label[:60] if isinstance(label, str) and label.strip() else name  # by which people know it
    kind = _text(members, "kind", NAME_MAX, title)
    if kind not in ItemKind.values:
        raise InvalidForm(
            _("« %(name)s » : le type « %(kind)s » n’existe pas.") % {"name": title, "kind": kind[:40]},
            parameter=title,
        )
    where = _text(members, "place", NAME_MAX, title)
    if where and where not in PlaceDefault.values:
        raise _unreadable(title)
    max_files = members.get("max_files", 1)
    if isinstance(max_files, bool) or not isinstance(max_files, int) or not 1 <= max_files <= MAX_PHOTOS:
        raise InvalidForm(
            _("« %(name)s » : de 1 à %(max)d photos.") % {"name": title, "max": MAX_PHOTOS}, parameter=title
        )
    return Item(
        name=name,
        kind=kind,
        label=_text(members, "label", HELP_MAX if kind == ItemKind.NOTE else LABEL_MAX, title),
        help=_text(members, "help", HELP_MAX, title),
        field=_text(members, "field", NAME_MAX, title),
        required=members.get("required", False) is True,
        default=_text(members, "default", HELP_MAX, title),
        place=where,
        layer=_text(members, "layer", 80, title),
        condition=read_condition(members.get("condition"), label=title),
        choices=_choices(members.get("choices", []), title) if kind in LISTED_KINDS else (),
        minimum=_bound(members.get("minimum"), title),
        maximum=_bound(members.get("maximum"), title),
        max_files=max_files,
    )


def _members(value: Any, kind: type, label: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _unreadable(label)
    unknown = set(value) - {each.name for each in fields(kind)}
    if unknown:
        raise InvalidForm(
            _("« %(place)s » : « %(name)s » n’existe pas.")
            % {"place": label, "name": sorted(map(str, unknown))[0][:60]},
            parameter=label,
        )
    return dict(value)


def _text(members: Mapping[str, Any], name: str, most: int, label: str) -> str:
    value = members.get(name, "")
    if not isinstance(value, str) or not is_storable(value):
        raise _unreadable(label)
    if len(value) > most:
        raise InvalidForm(
            _("« %(place)s » : %(max)d caractères au plus.") % {"place": label, "max": most}, parameter=label
        )
    return value.strip()


def _choices(value: Any, name: str) -> tuple[Choice, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_CHOICES:
        raise InvalidForm(
            _("« %(name)s » : %(max)d choix au plus.") % {"name": name, "max": MAX_CHOICES}, parameter=name
        )
    choices = []
    for pair in value:
        if not (isinstance(pair, list | tuple) and len(pair) == 2):
            raise _unreadable(name)
        if not all(isinstance(text, str) and is_storable(text) for text in pair):
            raise _unreadable(name)
        choices.append((pair[0].strip()[:LABEL_MAX], pair[1].strip()[:LABEL_MAX]))
    if len({code for code, _label in choices}) != len(choices):
        raise InvalidForm(_("« %s » : un code de choix est donné deux fois.") % name, parameter=name)
    return tuple(choices)


def _bound(value: Any, name: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, str):
        raise InvalidForm(
            _("« %(place)s » : « %(text)s » n’est pas un nombre.") % {"place": name, "text": value[:40]},
            parameter=name,
        )
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e15:  # NaN neither
        raise _unreadable(name)
    return value


def _unreadable(label: str) -> InvalidForm:
    return InvalidForm(_("« %s » ne se lit pas.") % label[:60], parameter=label[:60])


def _check_names(document: FormDocument) -> None:
    """Refuse a name given twice, too many items, and a condition about what does not come before."""
    if len(document.items) > MAX_ITEMS:
        raise InvalidForm(_("Un formulaire a %d questions au plus.") % MAX_ITEMS, parameter="items")
    titles = {item.name: item.label or item.name for item in document.items}
    earlier: set[str] = set()
    every: set[str] = set()
    for section in document.sections:
        _check_earlier(section.condition, earlier, section.title, titles)
        inside: set[str] = set()
        for item in section.items:
            _check_earlier(item.condition, earlier | inside, titles[item.name], titles)
            if item.name in every | inside:
                raise InvalidForm(_("Deux questions s’appellent « %s ».") % item.name, parameter=item.name)
            if item.kind == ItemKind.POSITION and section.relation:
                raise InvalidForm(
                    _("« %s » : une partie répétée n’a pas de position.") % titles[item.name],
                    parameter=titles[item.name],
                )
            inside.add(item.name)
        every |= inside
        if not section.relation:  # what is repeated has no single answer
            earlier |= inside
    if sum(item.kind == ItemKind.POSITION for item in document.single_items) > 1:
        raise InvalidForm(_("Un formulaire a une seule position."), parameter="items")


def _check_earlier(
    condition: Condition | None, names: set[str], label: str, titles: Mapping[str, str]
) -> None:
    for leaf in leaves(condition):
        if leaf["field"] not in names:
            raise InvalidForm(
                _("« %(place)s » : sa condition parle de « %(name)s », qui ne vient pas avant.")
                % {"place": label, "name": titles.get(leaf["field"], leaf["field"])[:60]},
                parameter=label,
            )
