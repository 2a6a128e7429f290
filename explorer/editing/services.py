"""Save a form: only changes are written, and refusals of the service are shown beside the inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from django.db import models

from explorer.editing.forms import EntryForm
from layers.access import Scope
from layers.definitions import Relation
from layers.errors import InvalidFeature
from layers.parsing.feature import FeatureInput
from layers.services.features import stored_columns, update_feature
from layers.services.records import create_record, record_columns, update_record

Changes = tuple[dict[str, Any], dict[str, Any]]
_DIGITS_OF_WORKBOOKS = 1e-15


def changed_values(
    columns: Mapping[str, models.Field[Any, Any]], row: Any, values: Mapping[str, Any]
) -> Changes:
    """Return the values that differ from those of a row, before and after, by published name."""
    before = {name: getattr(row, columns[name].attname) for name in values}
    after = {name: value for name, value in values.items() if not is_same(columns[name], value, before[name])}
    return {name: before[name] for name in after}, after


def is_same(column: models.Field[Any, Any], value: Any, before: Any) -> bool:
    """Whether a value equals the stored one.

    A workbook holds sixteen digits of a number, a browser normalises line ends, and both drop the blanks around a
    text: none of these is a change.
    """
    remaining = (
        value if value is None else column.to_python(value)
    )  # an amount typed as a number may be held exactly
    if isinstance(remaining, float) and isinstance(before, float):
        return isclose(remaining, before, rel_tol=_DIGITS_OF_WORKBOOKS)
    if isinstance(remaining, str) and isinstance(before, str):
        return _plain(remaining) == _plain(before)
    return bool(remaining == before)


def _plain(text: str) -> str:
    return "\n".join(text.strip().splitlines())


@dataclass(frozen=True, slots=True)
class SavedFeature:
    """The values that a form changed, before and after; ``notice`` where they wait for who approves the feature."""

    before: dict[str, Any]
    after: dict[str, Any]
    notice: str = ""


def save_feature(*, scope: Scope, feature: Any, form: EntryForm) -> SavedFeature | None:
    """Write the fields of a feature changed by a valid form; return them, or None with the reason in the form.

    Raises:
        StaleFeature: the feature changed since the form was made.
    """
    before, after = changed_values(stored_columns(scope), feature, form.values)
    if not after:
        return SavedFeature(before, after)
    draft = FeatureInput(values=after)
    try:
        written = update_feature(scope=scope, pk=feature.pk, draft=draft, expected=form.expected)
    except InvalidFeature as error:
        form.refuse(error)
        return None
    return SavedFeature(before, after, written.warnings[-1] if written.is_proposed else "")


def add_record(*, scope: Scope, pk: int, relation: Relation, form: EntryForm) -> int | None:
    """Create a record from a valid form; return its id, or None with the reason in the form."""
    try:
        return create_record(scope=scope, pk=pk, relation=relation.name, values=form.values)
    except InvalidFeature as error:
        form.refuse(error)
        return None


def save_record(*, scope: Scope, pk: int, relation: Relation, record: Any, form: EntryForm) -> Changes | None:
    """Write the fields of a record changed by a valid form; return them, or None with the reason in the form.

    Raises:
        StaleFeature: the record changed since the form was made.
    """
    before, after = changed_values(record_columns(relation), record, form.values)
    if after:
        try:
            update_record(
                scope=scope,
                pk=pk,
                relation=relation.name,
                record=record.pk,
                values=after,
                expected=form.expected,
            )
        except InvalidFeature as error:
            form.refuse(error)
            return None
    return before, after
