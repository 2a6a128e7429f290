"""A restoration in words: the last changes of the layer, and what rows are now and would be again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from interface import wording
from interface.titles import feature_title
from layers.access import Scope
from layers.queries.layer_changes import PastRow, past_rows
from layers.services.restoration import RestorationPlan

MAX_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field now and as it would be again; both empty for a position, which has no words."""

    title: str
    now: str
    then: str


@dataclass(frozen=True, slots=True)
class Example:
    """A row that restoring would change (its fields), create again or delete, and the word for it."""

    title: str
    action: str
    fields: tuple[FieldLine, ...] = ()


def preview(scope: Scope, plan: RestorationPlan) -> dict[str, Any]:
    """Return the counts of a plan and some rows of each kind, deleted ones first."""
    deleted = scope.queryset.in_bulk(plan.deleted[:MAX_EXAMPLES])
    examples = [
        *(Example(feature_title(scope, row), _("disparaît")) for row in deleted.values()),
        *(Example(feature_title(scope, each.row), _("revient")) for each in _some(scope, plan.created)),
        *(
            Example(feature_title(scope, each.row), _("change"), tuple(_lines(each)))
            for each in _some(scope, plan.changed)
        ),
    ]
    count = len(plan.changed) + len(plan.created) + len(plan.deleted)
    return {
        "changed": len(plan.changed),
        "created": len(plan.created),
        "deleted": len(plan.deleted),
        "count": count,
        "examples": examples,
        "others": count - len(examples),
    }


def _some(scope: Scope, events: Mapping[int, int]) -> list[PastRow]:
    return past_rows(scope, dict(islice(events.items(), MAX_EXAMPLES)))


def _lines(row: PastRow) -> Iterable[FieldLine]:
    for each in row.fields:
        yield FieldLine(
            str(each.field.title), wording.words(each.field, each.was), wording.words(each.field, each.became)
        )
    if row.is_moved:
        yield FieldLine(_("Position"), "", "")
