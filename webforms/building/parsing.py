"""The page where a form is made, read back: what was typed of each section and question, and the pressed button.

Names of inputs begin with ``s<section>`` and ``i<section>-<question>``; a button is ``do`` with a verb and its indexes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.definitions import Field
from layers.parsing.numbers import parse_integer
from webforms.documents import FormDocument, Item, Section, read_document
from webforms.rules import ALL, ANY, Condition
from webforms.vocabulary import MAX_ITEMS, MAX_SECTIONS, ItemKind

COMPARISONS = 3
"""Comparisons of a condition that the page has room for."""
FILLED = "filled"
OPERATORS = (
    ("=", gettext_lazy("est")),
    ("!=", gettext_lazy("n’est pas")),
    ("in", gettext_lazy("est une de (séparées par ;)")),
    ("contains", gettext_lazy("contient")),
    ("<", gettext_lazy("est avant, ou moins de")),
    ("<=", gettext_lazy("est au plus")),
    (">", gettext_lazy("est après, ou plus de")),
    (">=", gettext_lazy("est au moins")),
    (FILLED, gettext_lazy("est rempli")),
    ("empty", gettext_lazy("est vide")),
)
Posted = Mapping[str, Any]


def posted_document(data: Posted) -> dict[str, Any]:
    """Return the document that the page holds, as JSON that is not checked yet."""
    sections = min(parse_integer(str(data.get("sections", ""))) or 0, MAX_SECTIONS)
    return {"sections": [_section(data, number) for number in range(sections)]}


def _section(data: Posted, number: int) -> dict[str, Any]:
    prefix = f"s{number}"
    count = min(parse_integer(str(data.get(f"{prefix}-items", ""))) or 0, MAX_ITEMS)
    section = {
        "title": _text(data, f"{prefix}-title"),
        "help": _text(data, f"{prefix}-help"),
        "relation": _text(data, f"{prefix}-relation"),
        "condition": _condition(data, prefix),
        "items": [_item(data, f"i{number}-{index}") for index in range(count)],
    }
    return {name: value for name, value in section.items() if value or name in {"title", "items"}}


def _item(data: Posted, prefix: str) -> dict[str, Any]:
    name, kind = _text(data, f"{prefix}-name"), _text(data, f"{prefix}-kind")
    texts = {
        part: _text(data, f"{prefix}-{part}")
        for part in ("label", "help", "field", "default", "place", "layer")
    }
    item: dict[str, Any] = {
        "name": name,
        "kind": kind,
        **{part: text for part, text in texts.items() if text},
    }
    if data.get(f"{prefix}-required"):
        item["required"] = True
    if kind in {ItemKind.CHOICE, ItemKind.CHOICES}:
        item["choices"] = _choices(_text(data, f"{prefix}-choices"))
    for part in ("minimum", "maximum"):
        text = _text(data, f"{prefix}-{part}")
        if text:
            item[part] = _number(text)
    if kind == ItemKind.PHOTO:
        item["max_files"] = parse_integer(_text(data, f"{prefix}-max_files")) or 1
    if condition := _condition(data, prefix):
        item["condition"] = condition
    return item


def _text(data: Posted, name: str) -> str:
    return str(data.get(name, "")).replace("\r\n", "\n").strip()


def _number(text: str) -> float | str:
    """Return the number that a text is; else the text, which reading the document refuses."""
    try:
        value = float(text.replace(",", ".").replace("\u00a0", "").replace(" ", ""))
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    return int(value) if value.is_integer() else value


def _choices(text: str) -> list[list[str]]:
    """Read choices, one a line: ``code ; label``, or a label that is its own code."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    pairs = (line.partition(";") for line in lines)
    return [[code.strip(), label.strip() or code.strip()] for code, _mark, label in pairs]


def _condition(data: Posted, prefix: str) -> Condition | None:
    """Return the condition of the rows of the page, else the one that has more than the page has room for."""
    leaves: list[Condition] = []
    for row in range(COMPARISONS):
        field, operator = _text(data, f"{prefix}-if{row}-field"), _text(data, f"{prefix}-if{row}-op")
        if field:
            leaves.append(_leaf(field, operator or "=", _text(data, f"{prefix}-if{row}-value")))
    if not leaves:
        stored = _text(data, f"{prefix}-if-stored")
        return _stored_condition(stored) if not data.get(f"{prefix}-if-dropped") else None
    if len(leaves) == 1:
        return leaves[0]
    return {ANY if data.get(f"{prefix}-if-joint") == ANY else ALL: leaves}


def _stored_condition(text: str) -> Condition | None:
    """Return the condition of a hidden input; of a text that is none, what reading the document refuses."""
    if not text:
        return None
    try:
        condition: Condition = json.loads(text)
        json.dumps(condition, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {"unreadable": text[:200]}
    return condition


def _leaf(field: str, operator: str, value: str) -> Condition:
    if operator == FILLED:
        return {"field": field, "op": "empty", "value": False}
    if operator == "empty":
        return {"field": field, "op": "empty", "value": True}
    if operator == "in":
        return {
            "field": field,
            "op": "in",
            "value": [part.strip() for part in value.split(";") if part.strip()],
        }
    words = {_("Oui").lower(): True, _("Non").lower(): False, "oui": True, "non": False}
    return {"field": field, "op": operator, "value": words.get(value.lower(), value)}


def changed_document(
    document: dict[str, Any], deed: str, data: Posted, offered: Mapping[str, Field]
) -> FormDocument:
    """Return the document after the button that was pressed: a move, a removal, something more, or nothing.

    ``deed`` is a verb and the numbers of its indexes; ``offered`` are the fields of the layer by name.

    Raises:
        InvalidForm: the document cannot be read, or would be over its bounds.
    """
    verb, _mark, rest = deed.partition(":")
    indexes = [parse_integer(part) or 0 for part in rest.split(":") if part]
    sections = document["sections"]
    if verb == "section-add":
        sections.append({"title": "", "items": []})
    elif verb.startswith("section-") and indexes and indexes[0] < len(sections):
        _moved(sections, indexes[0], verb.removeprefix("section-"))
    elif indexes and indexes[0] < len(sections):
        items = sections[indexes[0]]["items"]
        if verb == "add":
            items.append(_new_item(str(data.get(f"s{indexes[0]}-add", "")), offered, document))
        elif len(indexes) > 1 and indexes[1] < len(items):
            _moved(items, indexes[1], verb)
            _moved_across(sections, indexes, verb)
    return read_document(document)


def _moved(parts: list[Any], index: int, verb: str) -> None:
    target = {"up": index - 1, "down": index + 1}.get(verb, -1)
    if verb == "drop":
        del parts[index]
    elif 0 <= target < len(parts):
        parts[index], parts[target] = parts[target], parts[index]


def _moved_across(sections: list[Any], indexes: list[int], verb: str) -> None:
    """Move a question to the section before or after its own."""
    section, index = indexes[:2]
    target = {"before": section - 1, "after": section + 1}.get(verb, -1)
    if 0 <= target < len(sections):
        sections[target]["items"].append(sections[section]["items"].pop(index))


def _new_item(choice: str, offered: Mapping[str, Field], document: dict[str, Any]) -> dict[str, Any]:
    """Return a new question: about a field of the layer (``field:name``), or of a kind (``kind:text``)."""
    kind, _mark, name = choice.partition(":")
    used_names = {item["name"] for section in document["sections"] for item in section["items"]}
    if kind == "field" and name in offered:
        field = offered[name]
        item = {
            "kind": _KIND_OF_TYPE.get(field.type.value, ItemKind.TEXT),
            "label": str(field.title),
            "field": name,
        }
        if field.choices and item["kind"] != ItemKind.CHOICES:
            item["kind"] = ItemKind.CHOICE
    else:
        kind_of_item = name if name in ItemKind.values else ItemKind.TEXT
        item = {"kind": str(kind_of_item), "label": str(ItemKind(kind_of_item).label), "field": ""}
        name = str(kind_of_item)
    free = next(
        each for each in (name, *(f"{name}_{number}" for number in range(2, 200))) if each not in used_names
    )
    return {"name": free[:60], **{part: value for part, value in item.items() if value}}


_KIND_OF_TYPE = {
    "string": ItemKind.TEXT,
    "integer": ItemKind.INTEGER,
    "number": ItemKind.NUMBER,
    "boolean": ItemKind.BOOLEAN,
    "date": ItemKind.DATE,
    "date-time": ItemKind.DATETIME,
    "array": ItemKind.CHOICES,
}


def simple_rows(condition: Any) -> tuple[str, list[dict[str, str]]] | None:
    """Return a condition as the joint and the rows of the page; None where it has more than the page has room for."""
    if not condition:
        return ALL, []
    if not isinstance(condition, Mapping):  # a page that was tampered with
        return None
    joint = ANY if ANY in condition else ALL
    leaves = condition.get(joint, [condition])
    if not isinstance(leaves, list) or len(leaves) > COMPARISONS:
        return None
    if any(not isinstance(leaf, Mapping) or not {"field", "op"} <= leaf.keys() for leaf in leaves):
        return None
    return joint, [_row(leaf) for leaf in leaves]


def _row(leaf: Condition) -> dict[str, str]:
    value = leaf.get("value")
    if leaf["op"] == "empty":
        return {"field": leaf["field"], "op": FILLED if value is False else "empty", "value": ""}
    if isinstance(value, bool):
        text = _("Oui") if value else _("Non")
    elif isinstance(value, list):
        text = " ; ".join(map(str, value))
    else:
        text = "" if value is None else str(value)
    return {"field": leaf["field"], "op": str(leaf["op"]), "value": text}


def earlier_items(document: FormDocument, section: Section, item: Item | None) -> list[Item]:
    """Return the questions that the condition of a section, or of one of its questions, may speak of."""
    names: list[Item] = []
    for each in document.sections:
        if each is section:
            break
        names += [] if each.relation else [question for question in each.items if question.is_answered]
    for question in section.items if item is not None else ():
        if question is item:
            break
        names += [question] if question.is_answered else []
    return names
