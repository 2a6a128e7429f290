"""Records of a file written by their key: created, brought up to date, left alone when nothing has changed.

What has not changed is not written, so that loading the same file twice leaves every cache valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, models
from django.utils.translation import gettext as _

BATCH = 500

Key = tuple[object, ...]
Record = TypeVar("Record", bound=models.Model)


@dataclass(slots=True)
class Count:
    """How many records of a kind were created, updated, found already up to date, and removed."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0

    @property
    def sentence(self) -> str:
        """The count in words, without the removed ones."""
        return _("%(created)d créés, %(updated)d mis à jour, %(unchanged)d inchangés") % {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }


def locked_for_load(model: type[models.Model]) -> None:
    """Let one load at a time write a table until the end of the transaction: two would create a record twice.

    Readers go on.
    """
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def write_records(
    model: type[Record],
    values_by_key: Mapping[Key, Mapping[str, Any]],
    existing: Mapping[Key, Record],
    names: frozenset[str],
    count: Count,
    touched: tuple[str, ...] = (),
) -> dict[Key, Record]:
    """Create what is not known, rewrite what differs in one of ``names``, and return every record by key.

    ``existing`` are the records of the database that have these keys.
    """
    written: dict[Key, Record] = {}
    new: list[Record] = []
    changed: list[Record] = []
    for key, values in values_by_key.items():
        record = existing.get(key)
        if record is None:
            record = model(**values)
            new.append(record)
        elif any(getattr(record, name) != values[name] for name in names):
            for name in names:
                setattr(record, name, values[name])
            changed.append(record)
        written[key] = record
    model._default_manager.bulk_create(new, batch_size=BATCH)
    # Far faster than an UPDATE with a CASE for each value; every row conflicts on its primary key.
    model._default_manager.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*names, *touched],
    )
    count.created, count.updated = len(new), len(changed)
    count.unchanged = len(values_by_key) - len(new) - len(changed)
    return written
