"""The filters of a question in rows: one on features, one on their related records; the fields that they may name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards.builder.choices import is_commune_name
from dashboards.builder.filter_rows import ConditionRow, FilterRows, read_rows
from dashboards.documents.document import PanelQuestion
from dashboards.documents.questions import dated
from dashboards.sources.source import PanelSource, SourceField
from interface.territory import COMMUNE_FIELD, label_communes
from layers.aggregates.plan import FEATURE
from layers.definitions import ID, Field
from layers.parsing.cql2 import parse_filter


@dataclass(frozen=True, slots=True)
class QuestionFilters:
    """The filters of a question: ``features`` on its features, ``records`` on its related records."""

    features: FilterRows
    records: FilterRows

    @property
    def rows(self) -> tuple[ConditionRow, ...]:
        """Every row, those on features first."""
        return (*self.features.rows, *self.records.rows)

    def replaced(self, rows: Sequence[ConditionRow | None]) -> QuestionFilters:
        """Return the same filters with other rows in the same order; a row that is None is removed."""
        count = len(self.features.rows)
        features = tuple(row for row in rows[:count] if row is not None)
        records = tuple(row for row in rows[count:] if row is not None)
        return QuestionFilters(replace(self.features, rows=features), replace(self.records, rows=records))


def question_filters(question: PanelQuestion, source: PanelSource) -> QuestionFilters:
    """Take the filters of a question apart."""
    features = {field.name: field for field in _labelled(source, feature_fields(source).values())}
    records = {field.name: field for field in source.relation.fields} if source.relation else {}
    return QuestionFilters(read_rows(question.filter, features), read_rows(question.relation_filter, records))


def feature_fields(source: PanelSource) -> dict[str, Field]:
    """Return the fields of features that a filter may name."""
    return {name: field for name, field in source.scope.filterable.items() if name != ID.name}


def condition_field(source: PanelSource, field: SourceField) -> tuple[Field, bool]:
    """Return the field that a condition names, and whether it is one of related records."""
    if source.relation is not None and any(each.name == field.name for each in source.relation.fields):
        return field.field, True
    name = field.name.removeprefix(FEATURE)
    return _labelled(source, [feature_fields(source)[name]])[0], False


def _labelled(source: PanelSource, fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return fields with the names of communes; that of a line or a surface is the main one of those it goes into."""
    labelled = label_communes(fields)
    if not source.scope.definition.has_commune_shares:
        return labelled
    return tuple(
        replace(field, title=_("commune principale")) if field.name == COMMUNE_FIELD else field
        for field in labelled
    )


def condition_title(source: PanelSource, field: SourceField) -> str:
    """Return the name of a field among those that a condition may be about."""
    if _is_commune(field) and source.scope.definition.has_commune_shares:
        return _("Commune principale (les filtres de la page prennent aussi les autres)")
    return field.title


def filterable_fields(source: PanelSource) -> list[SourceField]:
    """Return the fields of a source that a condition may be about, each once.

    Columns that repeat the commune of the rows are left out.
    """
    features = feature_fields(source)
    own = {each.name for each in source.relation.fields} if source.relation else set()
    has_commune = COMMUNE_FIELD in features
    return [
        each
        for each in source.fields.values()
        if not (has_commune and not _is_commune(each) and is_commune_name(each.field))
        if each.name in own
        or (each.name.removeprefix(FEATURE) in features and not (each.is_of_feature and _is_commune(each)))
    ]


def _is_commune(field: SourceField) -> bool:
    return field.name.removeprefix(FEATURE) == COMMUNE_FIELD


def check_filter(text: str, parameter: str) -> None:
    """Refuse a text that is no filter.

    Raises:
        InvalidFilter: it says where it cannot be read.
    """
    if text.strip():
        parse_filter(dated(text), parameter=parameter)
