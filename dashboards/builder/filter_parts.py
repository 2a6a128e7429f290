"""The two filters of a question taken apart: conditions on features, and on their related records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.builder.conditions import ConditionRow, FilterRows, read_rows
from dashboards.documents.document import PanelQuestion
from dashboards.starters.sources import PanelSource, SourceField
from interface.territory import COMMUNE_FIELD, label_communes
from layers.aggregates.plan import FEATURE
from layers.definitions import ID, Field


@dataclass(frozen=True, slots=True)
class QuestionFilters:
    """What a question keeps: ``features`` in its filter, ``records`` in that of its related records."""

    features: FilterRows
    records: FilterRows

    @property
    def rows(self) -> tuple[ConditionRow, ...]:
        """Every row, those on features first."""
        return (*self.features.rows, *self.records.rows)

    def replaced(self, rows: Sequence[ConditionRow | None]) -> QuestionFilters:
        """Return the same filters with other rows in the same order; a row that is None goes."""
        count = len(self.features.rows)
        features = tuple(row for row in rows[:count] if row is not None)
        records = tuple(row for row in rows[count:] if row is not None)
        return QuestionFilters(replace(self.features, rows=features), replace(self.records, rows=records))


def question_filters(question: PanelQuestion, source: PanelSource) -> QuestionFilters:
    """Take the filters of a question apart."""
    features = {field.name: field for field in label_communes(feature_fields(source).values())}
    records = {field.name: field for field in source.relation.fields} if source.relation else {}
    return QuestionFilters(read_rows(question.filter, features), read_rows(question.relation_filter, records))


def feature_fields(source: PanelSource) -> dict[str, Field]:
    """Return the fields of features that a filter may name."""
    return {name: field for name, field in source.scope.filterable.items() if name != ID.name}


def condition_field(source: PanelSource, found: SourceField) -> tuple[Field, bool]:
    """Return the field that a condition names, and whether it is one of related records."""
    if source.relation is not None and any(each.name == found.name for each in source.relation.fields):
        return found.field, True
    name = found.name.removeprefix(FEATURE)
    return label_communes([feature_fields(source)[name]])[0], False


def filterable_fields(source: PanelSource) -> list[SourceField]:
    """Return the fields of a source that a condition may be about, each once."""
    features = feature_fields(source)
    own = {each.name for each in source.relation.fields} if source.relation else set()
    return [
        each
        for each in source.fields.values()
        if each.name in own
        or (each.name.removeprefix(FEATURE) in features and not (each.is_of_feature and _is_commune(each)))
    ]


def _is_commune(found: SourceField) -> bool:
    return found.name.removeprefix(FEATURE) == COMMUNE_FIELD
