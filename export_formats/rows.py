"""Rows of a selection as Arrow record batches, for the formats that a library writes, and how many are written so far.

PostgreSQL writes CSV by ``COPY`` and Arrow's reader types it, a batch of about a megabyte at a time: no Python value is
made for a cell and memory does not depend on the number of rows.

Related records (equipment, inspections…) are tables of their own: only those of the relations that the visitor reads
and of the features in the file. Galleries stay out: a row about a picture is nothing without the picture.

Writers pass their rows through ``with_progress``, which counts them where somebody watches the file being made. The
watcher is that of the thread that writes; another thread may read it.
"""

from __future__ import annotations

import binascii
import datetime as dt
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, TypeVar

import numpy
from django.db import connection
from django.db.models import TextField, Value
from django.utils import timezone

from export_formats.columns import ExportColumn, compile_rows, named_columns
from layers.crs import Crs
from layers.definitions import Field, FieldType, Relation
from layers.errors import LayersError
from layers.formats.statements import Compiled, compile_columns
from layers.lazy import lazy_module, without_pandas
from layers.queries import Selection, related_rows
from layers.sql.costs import examine
from layers.sql.limits import closed_with_block, time_limit

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
else:
    pa = lazy_module("pyarrow", "csv")
    pc = lazy_module("pyarrow.compute")

# A batch is closed at this size: some thousand rows. A writer that keeps the interpreter to itself for a batch then
# keeps the other requests of the process waiting for some milliseconds only, and what it makes of one stays small.
_BATCH_BYTES = 1 << 18

Part = TypeVar("Part")
CHECK_ROWS = 500


@cache
def _arrow_types() -> dict[FieldType, pa.DataType]:
    with without_pandas():
        pa.scalar(0)  # the first value of Python that Arrow converts has it look for pandas, once
    # Arrow's own allocator keeps what it was given; the system's gives it back.
    pa.set_memory_pool(pa.system_memory_pool())
    return {
        FieldType.TEXT: pa.string(),
        FieldType.INTEGER: pa.int64(),
        FieldType.NUMBER: pa.float64(),
        FieldType.BOOLEAN: pa.bool_(),
        FieldType.DATE: pa.date32(),
        FieldType.DATETIME: pa.timestamp("us", tz="UTC"),
        FieldType.TEXTS: pa.string(),
    }


@dataclass(slots=True)
class Rows:
    """Rows on their way to a writer. ``count`` grows as they pass.

    ``failure`` is what stopped them: a library that reads through Arrow's C interface only knows that something did.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    count: int = 0
    failure: LayersError | None = field(default=None)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches, counting their rows."""
        try:
            for batch in self.batches:
                self.count += batch.num_rows
                yield batch
        except LayersError as error:
            self.failure = error
            raise

    def reader(self) -> pa.RecordBatchReader:
        """Return the rows as a stream of Arrow."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))


def rows_of(
    selection: Selection,
    columns: tuple[ExportColumn, ...],
    crs: Crs,
    *,
    geometry: str = "",
) -> Rows:
    """Return the rows as ``columns`` and, under the name ``geometry``, the WKB of their position in ``crs``, x first.

    Lists of texts are JSON texts.

    Raises:
        TooSlow: while the rows are read, when the database did not answer in the time given to an export.
    """
    rows = compiled_rows(compile_rows(selection, crs), columns, geometry=geometry)
    rows.batches = iter(with_progress(rows.batches, lambda batch: batch.num_rows))
    return rows


def compiled_rows(
    compiled: Compiled | None, columns: tuple[ExportColumn, ...], *, geometry: str = ""
) -> Rows:
    """Return rows that are compiled already, as ``rows_of`` does; None stands for no row."""
    types = _arrow_types()
    parts = [pa.field(column.name, types[column.field.type]) for column in columns]
    blocks = closed_with_block(_blocks(compiled, columns, bool(geometry)))
    if geometry:
        parts.append(pa.field(geometry, pa.binary()))
    schema = pa.schema(parts)
    return Rows(schema, _batches(blocks, schema, geometry))


def _blocks(
    compiled: Compiled | None, columns: tuple[ExportColumn, ...], has_geometry: bool
) -> Generator[bytes, None, None]:
    """Yield whole rows of CSV, about a megabyte at a time."""
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
            if size >= _BATCH_BYTES:
                yield b"".join(pending)
                pending, size = [], 0
        if pending:
            yield b"".join(pending)


def _value(column: ExportColumn) -> str:
    if column.field.type is FieldType.DATETIME:
        return f"{column.sql} AT TIME ZONE 'UTC'"
    if column.field.type is FieldType.TEXTS:
        return f"array_to_json({column.sql})"
    return column.sql


def _batches(blocks: Iterator[bytes], schema: pa.Schema, geometry: str) -> Iterator[pa.RecordBatch]:
    # The reader gives instants without zone and positions in hexadecimal; both are what the schema says afterwards.
    written = {part.name: _written(part.type) for part in schema}
    convert = pa.csv.ConvertOptions(
        column_types=written, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
        true_values=["t"], false_values=["f"], timestamp_parsers=[pa.csv.ISO8601],
    )  # fmt: skip
    parse = pa.csv.ParseOptions(newlines_in_values=True)
    for block in blocks:
        read = pa.csv.ReadOptions(column_names=list(written), block_size=len(block) + 1, use_threads=False)
        table = pa.csv.read_csv(
            pa.BufferReader(block),
            read_options=read,
            parse_options=parse,
            convert_options=convert,
        )
        for batch in table.to_batches():
            arrays = [
                _wkb(column) if part.name == geometry else column.cast(part.type)
                for part, column in zip(schema, batch.columns, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _written(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us")
    return pa.string() if pa.types.is_binary(kind) else kind


def _wkb(texts: pa.StringArray) -> pa.BinaryArray:
    """Decode hexadecimal texts all at once: their bytes lie side by side."""
    validity, offsets, content = texts.buffers()
    starts = numpy.frombuffer(offsets, dtype=numpy.int32)[texts.offset : texts.offset + len(texts) + 1]
    decoded = binascii.unhexlify(memoryview(content)[starts[0] : starts[-1]]) if content else b""
    halves = ((starts - starts[0]) // 2).astype(numpy.int32)
    assert texts.offset == 0  # the validity is read from its first bit
    return pa.Array.from_buffers(
        pa.binary(), len(texts), [validity, pa.py_buffer(halves), pa.py_buffer(decoded)]
    )


# Arrow has no rule of summer time after this year.
_LAST_RULES = dt.datetime(2037, 1, 1, tzinfo=dt.UTC)
_LAST_MOMENT = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)
_EPOCH = dt.datetime(1970, 1, 1)


def clock_times(instants: pa.Array) -> pa.Array:
    """Return the times that clocks of the territory show at these instants."""
    zone = timezone.get_default_timezone()
    local = pc.local_timestamp(instants.cast(pa.timestamp("us", str(zone))))
    late = pc.and_(pc.greater(instants, pa.scalar(_LAST_RULES)), pc.less(instants, pa.scalar(_LAST_MOMENT)))
    if not pc.any(late).as_py():
        return local
    micros = local.cast(pa.int64()).fill_null(0).to_numpy().copy()
    for position in numpy.flatnonzero(late.fill_null(False).to_numpy(zero_copy_only=False)):
        moment = instants[int(position)].as_py().astimezone(zone).replace(tzinfo=None)
        micros[position] = (moment - _EPOCH) // dt.timedelta(microseconds=1)
    is_absent = local.is_null().to_numpy(zero_copy_only=False)
    return pa.array(micros, mask=is_absent).cast(pa.timestamp("us"))


@dataclass(frozen=True, slots=True)
class RecordTable:
    """The records of one relation: the second column is the id of the feature they belong to."""

    relation: Relation
    columns: tuple[ExportColumn, ...]
    rows: Rows


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
        yield RecordTable(relation, columns, compiled_rows(compiled, columns))


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
