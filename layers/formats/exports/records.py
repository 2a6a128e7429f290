"""Records that belong to the features of an export (equipment, inspections…), as tables beside them.

Only the relations that the visitor reads, and only the records of the features in the file. Galleries stay out: a row
about a picture is nothing without the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextField, Value

from layers.definitions import Field, FieldType, Relation
from layers.formats.columns import compile_columns
from layers.formats.exports.columns import ExportColumn, named_columns
from layers.formats.exports.rows import Rows, compiled_rows
from layers.queries import Selection, related_rows


@dataclass(frozen=True, slots=True)
class RecordTable:
    """The records of one relation: the second column is the id of the feature they belong to."""

    relation: Relation
    columns: tuple[ExportColumn, ...]
    rows: Rows


def record_tables(selection: Selection, *, spooled: bool = False) -> Iterator[RecordTable]:
    """Yield the tables of records of a selection, in the order of the definition."""
    definition = selection.scope.definition
    for relation in selection.scope.relations:
        if relation.is_gallery:
            continue
        link = relation.model._meta.get_field(relation.link)
        owner = Field(f"{relation.link}_id", FieldType.INTEGER, definition.singular, path=f"{link.name}_id")
        fields = (owner, *relation.fields)
        records = related_rows(selection.scope, relation, selection.queryset)
        records = records.order_by(relation.link, *relation.order_by)
        compiled = compile_columns(records, Value(None, output_field=TextField()), fields)
        columns = named_columns(fields)
        yield RecordTable(relation, columns, compiled_rows(compiled, columns, spooled=spooled))
