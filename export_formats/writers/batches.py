"""Rows as Arrow record batches, of the blocks that the portal sends.

Arrow's reader types the CSV of PostgreSQL, a block at a time: no Python value is made for a cell and memory does not
depend on the number of rows.
"""

from __future__ import annotations

import binascii
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from django.utils import timezone

from export_formats.tables import Table
from layers.definitions import FieldType
from layers.errors import ExportFailed
from sandbox.channel import Channel
from sandbox.child import Job

_TYPES = {
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
    """The rows of a table on their way to a file. ``count`` grows as they pass."""

    table: Table
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    count: int = 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches, counting their rows."""
        for batch in self.batches:
            self.count += batch.num_rows
            yield batch

    def reader(self) -> pa.RecordBatchReader:
        """Return the rows as a stream of Arrow."""
        return pa.RecordBatchReader.from_batches(self.schema, iter(self))


@dataclass(slots=True)
class Tables:
    """The tables that the portal sends, each to be read to its end; ``ending`` is what it sends after the last one."""

    channel: Channel
    ending: Mapping[str, Any] = field(default_factory=dict)
    _message: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Rows]:
        """Yield the rows of each table."""
        self._receive()
        while "table" in self._message:
            yield rows_of(Table.from_json(self._message["table"]), self._blocks())

    def _blocks(self) -> Iterator[bytes]:
        block = self._receive()
        while "rows" in self._message:
            yield block
            block = self._receive()

    def _receive(self) -> bytes:
        self._message, content = self.channel.receive()
        self.ending = self._message.get("end", {})
        return content


Write = Callable[[Mapping[str, Any], Tables], Mapping[str, Any]]


def serve_file(job: Job, write: Write) -> None:
    """Write the file that the portal describes, of the tables that it sends, and answer what ``write`` returns."""
    description, _content = job.channel.receive()
    try:
        answer = write(description, Tables(job.channel))
    except ExportFailed as error:
        answer = {"failed": error.detail}
    job.channel.send(answer)


def rows_of(table: Table, blocks: Iterator[bytes]) -> Rows:
    """Return the rows of a table: whole lines of CSV without headings, positions in hexadecimal WKB.

    Lists of texts are JSON texts.
    """
    parts = [pa.field(name, _TYPES[FieldType(kind)]) for name, kind in table.columns]
    if table.geometry:
        parts.append(pa.field(table.geometry, pa.binary()))
    schema = pa.schema(parts)
    return Rows(table, schema, _batches(blocks, schema, table.geometry))


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
    """Return the times that clocks of the current time zone show at these instants."""
    zone = timezone.get_current_timezone()
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
