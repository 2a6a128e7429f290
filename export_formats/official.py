"""The file of a national schema: a row for each record of a relation, which repeats its feature.

Columns, their names and their order are those of the schema (``LayerDefinition.official_file``). Comma, UTF-8, decimal
point, ISO 8601, ``true`` and ``false``; nothing at all for what is missing or empty. Texts stay as they are, without
the apostrophe of the files that spreadsheets open: an identifier or a telephone would not be valid any more.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from django.db import connection
from django.db.models import TextField, Value

from export_formats.notice import Notice
from export_formats.rows import with_progress
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.formats.statements import compile_columns
from layers.queries import Selection, related_rows
from layers.sql.costs import examine
from layers.sql.limits import time_limit

_BUFFER = 1 << 20


def official_fields(scope: Scope) -> tuple[Field, ...] | None:
    """Return the fields of the official file of a layer, read from its records; None where the visitor lacks one.

    A name that both have is that of the record.
    """
    official = scope.definition.official_file
    relation = next((each for each in scope.relations if official and each.name == official.relation), None)
    if official is None or relation is None:
        return None
    of_feature = {
        field.name: replace(field, path=f"{relation.link}__{field.source}") for field in scope.fields
    }
    readable = of_feature | {field.name: field for field in relation.fields}
    if not set(official.columns) <= set(readable):
        return None
    return tuple(readable[name] for name in official.columns)


def write_official(selection: Selection, path: Path, _notice: Notice) -> int:
    """Write the file; return the number of rows, those of the records."""
    scope, fields = selection.scope, official_fields(selection.scope)
    official = scope.definition.official_file
    assert official is not None and fields is not None  # ``check_export`` refused the others
    relation = scope.definition.relation(official.relation)
    records = related_rows(scope, relation, selection.queryset).order_by(relation.link, *relation.order_by)
    compiled = compile_columns(records, Value(None, output_field=TextField()), fields)
    with path.open("wb", buffering=_BUFFER) as file:
        file.write((",".join(official.columns) + "\n").encode())
        if compiled is None:
            return 0
        values = [_value(field, f"s.c{position}") for position, field in enumerate(fields)]
        select = f"SELECT {', '.join(values)} FROM {compiled.source}"  # noqa: S608 (names are ours, values bound)
        statement = f"COPY ({select}) TO STDOUT WITH (FORMAT csv)"
        with time_limit("export"), connection.cursor() as cursor:
            examine(select, compiled.parameters)
            with cursor.cursor.copy(statement, compiled.parameters) as copy:
                file.writelines(with_progress(copy))
            return int(cursor.rowcount)


def _value(field: Field, sql: str) -> str:
    if field.type is FieldType.BOOLEAN:
        return f"{sql}::text"
    return f"nullif({sql}, '')" if field.type is FieldType.TEXT else sql
