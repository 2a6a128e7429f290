"""Rows of a selection as blocks of CSV, for the formats that a library writes, and how many are written so far.

PostgreSQL writes CSV by ``COPY``: no Python value is made for a cell, and memory does not depend on the number of rows.

Related records (equipment, inspections…) are tables of their own: only those of the relations that the visitor reads
and of the features in the file. Galleries stay out: a row about a picture is nothing without the picture.

Writers pass their rows through ``with_progress``, which counts them where somebody watches the file being made. The
watcher is that of the thread that writes; another thread may read it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.db.models import TextField, Value

from export_formats.columns import ExportColumn, compile_rows, named_columns
from layers.crs import Crs
from layers.definitions import Field, FieldType, Relation
from layers.formats.statements import Compiled, compile_columns
from layers.queries import Selection, related_rows
from layers.sql.costs import examine
from layers.sql.limits import closed_with_block, time_limit

# A block is closed at this size: some thousand rows. What a writer makes of one stays small.
_BLOCK_BYTES = 1 << 18

Part = TypeVar("Part")
CHECK_ROWS = 500


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Whole rows of CSV, and how many they are."""

    count: int
    content: bytes


def rows_of(
    selection: Selection, columns: tuple[ExportColumn, ...], crs: Crs, *, has_geometry: bool = False
) -> Iterator[RowBlock]:
    """Yield the rows as ``columns`` and, with geometry, the hexadecimal WKB of their position in ``crs``, x first.

    Lists of texts are JSON texts, instants have no zone: they are in UTC.

    Raises:
        TooSlow: while the rows are read, when the database did not answer in the time given to an export.
    """
    rows = _blocks(compile_rows(selection, crs), columns, has_geometry=has_geometry)
    return iter(with_progress(rows, lambda block: block.count))


def _blocks(
    compiled: Compiled | None, columns: tuple[ExportColumn, ...], *, has_geometry: bool = False
) -> Iterator[RowBlock]:
    return closed_with_block(_copied(compiled, columns, has_geometry))


def _copied(
    compiled: Compiled | None, columns: tuple[ExportColumn, ...], has_geometry: bool
) -> Generator[RowBlock, None, None]:
    if compiled is None:
        return
    values = [_value(column) for column in columns]
    if has_geometry:
        values.append("encode(ST_AsBinary(s.geometry), 'hex')")
    select = f"SELECT {', '.join(values)} FROM {compiled.source}"  # noqa: S608 (names are ours, values bound)
    statement = f"COPY ({select}) TO STDOUT WITH (FORMAT csv)"
    with time_limit("export"), connection.cursor() as cursor, ExitStack() as reads:
        examine(select, compiled.parameters)
        copy = reads.enter_context(cursor.cursor.copy(statement, compiled.parameters))
        pending: list[memoryview] = []
        size = 0
        for row in copy:
            pending.append(row)
            size += len(row)
            if size >= _BLOCK_BYTES:
                yield RowBlock(len(pending), b"".join(pending))
                pending, size = [], 0
        if pending:
            yield RowBlock(len(pending), b"".join(pending))


def _value(column: ExportColumn) -> str:
    if column.field.type is FieldType.DATETIME:
        return f"{column.sql} AT TIME ZONE 'UTC'"
    if column.field.type is FieldType.TEXTS:
        return f"array_to_json({column.sql})"
    return column.sql


@dataclass(frozen=True, slots=True)
class RecordTable:
    """The records of one relation: the second column is the id of the feature they belong to."""

    relation: Relation
    columns: tuple[ExportColumn, ...]
    rows: Iterator[RowBlock]


def record_tables(selection: Selection) -> Iterator[RecordTable]:
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
        yield RecordTable(relation, columns, _blocks(compiled, columns))


@dataclass(slots=True)
class Progress:
    """The rows of the layer itself that a writer took so far; those of its related records are not counted.

    ``check`` is called every ``CHECK_ROWS`` rows; what it raises ends the writing.
    """

    rows: int = 0
    check: Callable[[], None] | None = None
    checked: int = 0

    def add(self, rows: int) -> None:
        """Count rows that pass."""
        self.rows += rows
        if self.check is not None and self.rows - self.checked >= CHECK_ROWS:
            self.checked = self.rows
            self.check()


_WATCHER: ContextVar[Progress | None] = ContextVar("progress of an export", default=None)


@contextmanager
def watching(check: Callable[[], None] | None = None) -> Iterator[Progress]:
    """Count the rows that are written in the block, in this thread; ``check`` is as in ``Progress``."""
    progress = Progress(check=check)
    token = _WATCHER.set(progress)
    try:
        yield progress
    finally:
        _WATCHER.reset(token)


def with_progress(parts: Iterable[Part], rows_in: Callable[[Part], int] = lambda _part: 1) -> Iterable[Part]:
    """Return the parts as they are, counted as they pass where somebody watches; ``rows_in`` tells the rows of one."""
    progress = _WATCHER.get()
    return parts if progress is None else _counted(parts, rows_in, progress)


def _counted(parts: Iterable[Part], rows_in: Callable[[Part], int], progress: Progress) -> Iterator[Part]:
    for part in parts:
        progress.add(rows_in(part))
        yield part
