"""Related records of a panel's question as rows: each with the feature that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboards.panels.kinds import PanelColumn, PanelRequest, PanelTable
from dashboards.panels.rows import capitalised, cell, is_amount
from interface.titles import name_of
from layers import queries
from layers.definitions import Field
from layers.parsing.cql2 import parse_filter
from layers.queries import RecordList, RecordQuery, RelatedRecord
from layers.queries.lists import record_field, sort_keys

MOST_RECORDS = 5_000
"""Records that are read to find whose they are."""


def list_records(request: PanelRequest, *, relation: str = "", limit: int, **asked: Any) -> RecordList:
    """Return the records of the features that a panel selects, under its filter of records.

    Raises:
        UnknownProperty: a relation, or a field of its records, that the visitor does not have.
        InvalidFilter: the filter of records does not fit them.
    """
    question = request.question
    text = question.relation_filter
    query = RecordQuery(
        relation=relation or question.relation,
        limit=question.limit or limit,
        sort=sort_keys(question.sort) or asked.pop("sort", ()),
        filter=parse_filter(text, parameter="relation_filter") if text else None,
        filter_text=text,
        **asked,
    )
    return queries.record_list(queries.select(request.scope, request.query), query)


def features_of_records(request: PanelRequest, most: int) -> tuple[tuple[int, ...], bool]:
    """Return the ids of the features whose records a panel selects, ``most`` at most, and whether there are others.

    Raises:
        UnknownProperty: a relation, or a field of its records, that the visitor does not have.
        InvalidFilter: the filter of records does not fit them.
    """
    question, text = request.question, request.question.relation_filter
    asked = RecordQuery(
        relation=question.relation,
        limit=MOST_RECORDS,
        filter=parse_filter(text, parameter="relation_filter") if text else None,
        filter_text=text,
    )
    found = queries.record_list(queries.select(request.scope, request.query), asked)
    ids = sorted({record.feature for record in found.records})
    return tuple(ids[:most]), len(ids) > most or found.matched > len(found.records)


def feature_name(request: PanelRequest, record: RelatedRecord) -> str:
    """Return what the feature of a record is called."""
    return name_of(request.scope, record.feature, record.title)


def shown_fields(request: PanelRequest, found: RecordList, most: int) -> tuple[Field, ...]:
    """Return the fields of records that a panel shows: those of its question, else the first of the relation."""
    names = request.question.fields
    if names:
        return tuple(record_field(found.relation, name) for name in names)
    return found.relation.fields[:most]


def record_table(request: PanelRequest, found: RecordList, fields: Iterable[Field]) -> PanelTable:
    """Return records as a table, each after the name of its feature."""
    chosen = tuple(fields)
    singular = capitalised(str(request.scope.definition.singular))
    return PanelTable(
        columns=(
            PanelColumn("feature", singular),
            *(PanelColumn(f.name, capitalised(str(f.title)), f.unit, is_amount(f)) for f in chosen),
        ),
        rows=tuple(
            (feature_name(request, record), *(cell(field, record.values) for field in chosen))
            for record in found.records
        ),
        filters=tuple(None for _record in found.records),
        features=tuple(record.feature for record in found.records),
    )
