"""The part of the pages of a delivery about rows edited in place: questions and answers, values of both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.access import readable_part, rights_of
from datasets.comparison.sql.version_pair import GEOMETRY
from datasets.edits.parsing import EDITS, FIELD_PREFIX, FILE
from datasets.edits.queries import EditCounts, edits_over, value_conflicts
from datasets.models import Delivery
from interface.wording import number
from layers.errors import TooSlow
from layers.sql.limits import time_limit
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Question:
    """A question with two answers: what each would do, and the one that was chosen."""

    name: str
    sentence: str
    edits: str
    file: str
    chosen: str
    count: int


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """The answer for one field, empty where it is that of all."""

    name: str
    title: str
    count: int
    chosen: str


def edits_context(visitor: Visitor, delivery: Delivery) -> dict[str, Any]:
    """Return the part of a delivery's page about edited rows: nothing where none was, nor for who reads some rows."""
    reading = readable_part(visitor, delivery)
    if not reading.has_every_row:
        return {}
    try:
        with time_limit("whole"):
            edits = edits_over(delivery)
            conflicts = value_conflicts(delivery, set(reading.fields)) if edits and edits.changed else []
    except TooSlow as error:
        return {"edits_fault": error.detail}
    if edits is None:
        return {}
    rights = rights_of(visitor, delivery.dataset)
    return {
        "edits": edits,
        "edit_questions": _questions(edits),
        "edit_fields": _fields(edits, delivery, reading.fields.keys()),
        "edit_conflicts": conflicts,
        "can_choose_edits": rights.can_load or rights.can_publish,
        "edit_sides": (EDITS, FILE),
    }


def _questions(edits: EditCounts) -> list[Question]:
    choices = edits.choices
    texts = {
        "changed": (
            ngettext(
                "%s ligne a une valeur modifiée sur place que le fichier change aussi",
                "%s lignes ont une valeur modifiée sur place que le fichier change aussi",
                edits.changed,
            ),
            _("Garder les modifications"),
            _("Prendre les valeurs du fichier"),
        ),
        "added": (
            ngettext(
                "%s ligne ajoutée sur place n’est pas dans le fichier",
                "%s lignes ajoutées sur place ne sont pas dans le fichier",
                edits.added,
            ),
            _("Les garder"),
            _("Les retirer"),
        ),
        "removed": (
            ngettext(
                "%s ligne modifiée sur place n’est plus dans le fichier",
                "%s lignes modifiées sur place ne sont plus dans le fichier",
                edits.removed,
            ),
            _("Les garder"),
            _("Les retirer"),
        ),
        "deleted": (
            ngettext(
                "%s ligne supprimée sur place est dans le fichier",
                "%s lignes supprimées sur place sont dans le fichier",
                edits.deleted,
            ),
            _("Les laisser supprimées"),
            _("Les remettre"),
        ),
    }
    return [
        Question(name, sentence % number(count), keep, take, getattr(choices, name), count)
        for name, (sentence, keep, take) in texts.items()
        if (count := getattr(edits, name))
    ]


def _fields(edits: EditCounts, delivery: Delivery, readable: Any) -> list[FieldQuestion]:
    """Return the fields that both changed and that the visitor reads; of one alone, the question is that of all."""
    by_name = delivery.schema_version.schema.by_name
    return [
        FieldQuestion(
            f"{FIELD_PREFIX}{name}",
            _("géométrie") if name == GEOMETRY else by_name[name].title or by_name[name].source,
            count,
            edits.choices.fields.get(name, ""),
        )
        for name, count in edits.fields.items()
        if (name == GEOMETRY or name in readable) and len(edits.fields) > 1
    ]
