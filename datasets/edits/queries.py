"""What a delivery would do of the rows that were edited in place in the version online."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from datasets.comparison.sql.version_pair import GEOMETRY
from datasets.edits.parsing import EDITS, FILE, QUESTIONS, EditChoices
from datasets.edits.sql import EditedVersions, conflict_rows, count_edits, has_edits
from datasets.models import Delivery
from datasets.vocabulary import DeliveryState

MAX_ROWS = 20


@dataclass(frozen=True, slots=True)
class EditCounts:
    """Edited rows by what a delivery does of them, as ``sql.count_edits`` counts them, and what was chosen."""

    edited: int
    recent: int
    silent: int
    changed: int
    added: int
    removed: int
    deleted: int
    lost: int
    fields: dict[str, int] = field(default_factory=dict)
    choices: EditChoices = field(default_factory=EditChoices)

    @property
    def open_questions(self) -> list[str]:
        """The questions of ``QUESTIONS`` that there is something to decide of, and that nobody decided."""
        return [name for name in QUESTIONS if getattr(self, name) and not self._is_decided(name)]

    def _is_decided(self, name: str) -> bool:
        if name == "changed":
            return all(self.choices.of_field(each) for each in self.fields)
        return bool(getattr(self.choices, name))

    @property
    def questions(self) -> int:
        """How many rows somebody has to decide of."""
        return self.changed + self.added + self.removed + self.deleted

    @property
    def overwritten(self) -> int:
        """How many rows lose an edit by what is chosen."""
        sides = [name for name in ("added", "removed", "deleted") if getattr(self.choices, name) == FILE]
        by_field = [count for name, count in self.fields.items() if self.choices.of_field(name) != EDITS]
        of_rows: int = sum(getattr(self, name) for name in sides)
        return of_rows + max(by_field, default=0)


@dataclass(frozen=True, slots=True)
class ValueConflict:
    """A value that the edits and the file both changed, in texts."""

    pk: int
    title: str
    field: str
    before: str
    edited: str
    filed: str


def edited_versions(delivery: Delivery) -> EditedVersions | None:
    """Return the version online and a delivery that waits to replace it; None where nothing was edited in place."""
    online = delivery.dataset.online
    if online is None or online.pk == delivery.pk or delivery.state != DeliveryState.READY:
        return None
    return versions_between(online, delivery)


def versions_between(online: Delivery, delivery: Delivery) -> EditedVersions | None:
    """Return a version whose rows were edited and the one that replaces it; None where no row was.

    A version made from the rows online has their edits and their history.
    """
    is_derived = delivery.derived_from == online.number
    if is_derived or not (online.is_recorded and has_edits(online.names)):
        return None
    return EditedVersions(
        online.names, delivery.names, online.schema_version.schema, delivery.schema_version.schema
    )


def edits_over(delivery: Delivery) -> EditCounts | None:
    """Count what a delivery would do of edited rows; None where none was edited."""
    versions = edited_versions(delivery)
    if versions is None:
        return None
    counts: dict[str, Any] = count_edits(versions, since=delivery.created_at)
    choices = EditChoices.from_json(delivery.edit_choices)
    return EditCounts(**counts, choices=choices) if counts["edited"] else None


def value_conflicts(delivery: Delivery, names: set[str]) -> list[ValueConflict]:
    """Return values of some fields that the edits and the file both changed, of the first rows."""
    versions = edited_versions(delivery)
    if versions is None:
        return []
    readable = [name for name in versions.columns if name in names or name == GEOMETRY]
    schema, conflicts = delivery.schema_version.schema, []
    for pk, *cells in conflict_rows(versions, readable, limit=MAX_ROWS):
        title = next(
            (cells[4 * i + 2] for i, name in enumerate(readable) if name == schema.title_field), None
        )
        for index, name in enumerate(readable):
            is_conflict, *texts = cells[4 * index : 4 * index + 4]
            if is_conflict:
                before, edited, filed = (value or "" for value in texts)
                label = _("géométrie") if name == GEOMETRY else _title(delivery, name)
                conflicts.append(ValueConflict(pk, title or str(pk), label, before, edited, filed))
    return conflicts


def _title(delivery: Delivery, name: str) -> str:
    each = delivery.schema_version.schema.by_name[name]
    return each.title or each.source
