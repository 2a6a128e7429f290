"""A form as its page needs it: sections of inputs with what was typed, and the conditions for the script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from layers.definitions import GeometryType
from webforms.documents import Choice, Item, Section
from webforms.filling.inputs import AnswerReader, count_name, input_name, record_count
from webforms.vocabulary import MAX_RECORDS, ItemKind

if TYPE_CHECKING:
    from webforms.filling.inputs import Texts

# Up to so many choices are all in sight; more are a list.
MAX_RADIOS = 7
_TYPES = {ItemKind.DATE: "date", ItemKind.DATETIME: "datetime-local"}
_INPUT_MODES = {ItemKind.INTEGER: "numeric", ItemKind.NUMBER: "decimal"}


@dataclass(frozen=True, slots=True)
class Input:
    """An input of the page: ``texts`` are what was typed, ``fault`` why it is refused."""

    item: Item
    name: str
    texts: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    fault: str = ""
    drawn: str = ""

    @property
    def id(self) -> str:
        """The id of the input, or of its group."""
        return self.name

    @property
    def text(self) -> str:
        """What was typed, of an input with one value."""
        return self.texts[0] if self.texts else ""

    @property
    def type(self) -> str:
        """The type of the HTML input."""
        return _TYPES.get(ItemKind(self.item.kind), "text")

    @property
    def input_mode(self) -> str:
        """The keyboard of a phone."""
        return _INPUT_MODES.get(ItemKind(self.item.kind), "")

    @property
    def is_group(self) -> bool:
        """Whether the answer is several controls under one legend."""
        kind = self.item.kind
        return kind in {ItemKind.BOOLEAN, ItemKind.CHOICES} or (
            kind == ItemKind.CHOICE and len(self.choices) <= MAX_RADIOS
        )

    @property
    def described_by(self) -> str:
        """The ids of the help and of the fault."""
        ids = [f"{self.id}-aide"] if self.item.help else []
        return " ".join([*ids, f"{self.id}-faute"] if self.fault else ids)

    @property
    def label(self) -> str:
        """What the list of faults calls it."""
        return self.item.label


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section of the page; ``blocks`` are the inputs of each record of a repeated one, one block otherwise."""

    number: int
    section: Section
    blocks: tuple[tuple[Input, ...], ...]
    count_name: str = ""

    @property
    def can_grow(self) -> bool:
        """Whether another record may be added."""
        return len(self.blocks) < MAX_RECORDS


@dataclass(frozen=True, slots=True)
class PageFault:
    """A fault in the list at the top of the page: ``target`` is the id of its input."""

    reason: str
    target: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """The sections of a form with what was typed; ``rules`` are its conditions, as JSON for the script."""

    sections: tuple[SectionView, ...]
    faults: tuple[PageFault, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)
    has_photos: bool = False
    has_position: bool = False


def form_page(reader: AnswerReader, data: Texts | None, faults: Mapping[str, str]) -> FormPage:
    """Return the page of a form; ``data`` is what was sent, None for a new page."""
    sections = tuple(
        _section(reader, number, section, data, faults)
        for number, section in enumerate(reader.document.sections, start=1)
    )
    labels = {each.name: each.item.label for view in sections for block in view.blocks for each in block}
    return FormPage(
        sections,
        tuple(PageFault(reason, name, labels.get(name, "")) for name, reason in faults.items()),
        _rules(reader),
        any(item.kind == ItemKind.PHOTO for item in reader.document.items),
        reader.document.position is not None,
    )


def _section(
    reader: AnswerReader, number: int, section: Section, data: Texts | None, faults: Mapping[str, str]
) -> SectionView:
    count = 1
    if section.relation and data is not None:
        count = record_count(section, data)
    blocks = tuple(
        tuple(_input(reader, item, input_name(item, section, index), data, faults) for item in section.items)
        for index in range(count)
    )
    return SectionView(number, section, blocks, count_name(section) if section.relation else "")


def _input(
    reader: AnswerReader, item: Item, name: str, data: Texts | None, faults: Mapping[str, str]
) -> Input:
    texts: tuple[str, ...] = (item.default,) if item.default else ()
    if data is not None:
        texts = tuple(str(text) for text in data.getlist(name))
    return Input(
        item, name, texts, reader.choices.get(item.name, ()), faults.get(name, ""), _drawn(reader, item)
    )


def _drawn(reader: AnswerReader, item: Item) -> str:
    """Return what is drawn on the map for an item: a point, a line or a surface."""
    if item.kind != ItemKind.POSITION or not reader.geometry.is_located:
        return ""
    return {0: "point", 1: "line", 2: "surface"}[GeometryType(reader.geometry).dimension]


def _rules(reader: AnswerReader) -> dict[str, Any]:
    """Return the conditions of sections, by number, and of items with their kinds, for the script."""
    sections = [
        {"number": number, "relation": section.relation, "condition": section.condition}
        for number, section in enumerate(reader.document.sections, start=1)
    ]
    items = [
        {"name": item.name, "kind": item.kind, "section": number, "condition": item.condition}
        for number, section in enumerate(reader.document.sections, start=1)
        for item in section.items
        if item.is_answered or item.condition
    ]
    is_conditional = any(part["condition"] for part in (*sections, *items))
    return {"sections": sections, "items": items} if is_conditional else {}
