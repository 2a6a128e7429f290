"""Writing sample rows again and again: created once, put back when changed, never doubled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def save_rows(rows: Sequence[Row], *, keys: tuple[str, ...]) -> list[Row]:
    """Write rows known by their natural key ``keys``; return them with their primary key.

    A row that is already as it should be is not written, so that its table keeps its ``data_version``.
    """
    if not rows:
        return []
    known = _known(rows, keys)
    for row in rows:
        found = known.get(_key(row, keys))
        if found is not None:
            _put_back(row, found)
    missing = [row for row in rows if row._state.adding]
    type(rows[0])._default_manager.bulk_create(missing)
    return list(rows)


def _key(row: models.Model, keys: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(row, key) for key in keys)


def _known(rows: Sequence[Row], keys: tuple[str, ...]) -> dict[tuple[object, ...], Row]:
    """Return the rows of the database that have the same keys; the oldest where a person made a double."""
    firsts = {getattr(row, keys[0]) for row in rows}
    found = type(rows[0])._default_manager.filter(**{f"{keys[0]}__in": firsts}).order_by("-pk")
    return {_key(row, keys): row for row in found}


def _put_back(row: Row, found: Row) -> None:
    """Give ``row`` the identity of ``found``, and write the columns that differ."""
    row.pk, row._state.adding = found.pk, False
    columns = [field for field in row._meta.concrete_fields if field.editable and not field.primary_key]
    changed = [
        field.name for field in columns if getattr(row, field.attname) != getattr(found, field.attname)
    ]
    if changed:
        has_clock = any(field.name == "updated_at" for field in row._meta.concrete_fields)
        row.save(update_fields=[*changed, *(["updated_at"] if has_clock else [])])
