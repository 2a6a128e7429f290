"""An answer in words: each question with what was answered, the records of repeated parts, what is in no field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from interface.wording import day, number
from layers.access import Scope
from webforms.documents import Choice, Item
from webforms.models import Answer
from webforms.schema import choices_of, fields_of_section
from webforms.vocabulary import ItemKind


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A question and what was answered; ``is_apart`` tells that no field of the layer takes it."""

    label: str
    text: str
    is_apart: bool = False


def answer_lines(scope: Scope, answer: Answer) -> list[AnswerLine]:
    """Return the lines of an answer, in the order of its version."""
    return list(_lines(scope, answer))


def _lines(scope: Scope, answer: Answer) -> Iterator[AnswerLine]:
    for section in answer.version.content.sections:
        fields = fields_of_section(scope, section)
        if section.relation:
            for number, record in enumerate(answer.values.get(section.relation, []), start=1):
                words = [
                    _("%(title)s : %(text)s")
                    % {
                        "title": item.label,
                        "text": answer_text(item, record[item.name], choices_of(item, fields)),
                    }
                    for item in section.items
                    if item.name in record
                ]
                yield AnswerLine(f"{section.title} {number}", " ; ".join(words))
            continue
        for item in section.items:
            if item.name in answer.values and item.kind != ItemKind.PHOTO:
                is_apart = item.kind != ItemKind.POSITION and item.field not in fields
                text = answer_text(item, answer.values[item.name], choices_of(item, fields))
                yield AnswerLine(item.label or item.name, text, is_apart)


def answer_text(item: Item, value: Any, choices: tuple[Choice, ...] = ()) -> str:
    """Return an answer as people read it; nothing for a question that was not answered."""
    if value is None:
        return ""
    labels: Mapping[str, str] = dict(choices or item.choices)
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(labels.get(str(each), str(each)) for each in value)
    if isinstance(value, int | float) and item.kind in {ItemKind.INTEGER, ItemKind.NUMBER}:
        return number(value)
    if item.kind == ItemKind.DATE:
        return day(value)
    return labels.get(str(value), str(value))
