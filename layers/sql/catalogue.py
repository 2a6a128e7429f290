"""Read rights and versions from the catalogue in one hand-written statement, before any feature.

Django takes longer to write these statements than PostgreSQL to answer them, and each is a round trip: one statement
by hand saves a millisecond of a request of 9, and a third of a 304.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value

from layers.sql.prepared import prepared_rows

_LAYER = """
SELECT {columns},
       (SELECT sum(version) FROM layers_dataversion WHERE "table" = ANY({tables})),
       (SELECT array_agg(ARRAY[entry.name, reader.group_id::text])
        FROM layers_protectedfield AS entry
        LEFT JOIN layers_protectedfield_groups AS reader ON reader.protectedfield_id = entry.id
        WHERE entry.layer_id = layer.id){extra}
FROM layers_layer AS layer{joins}
WHERE layer.slug = ANY(%s)
"""
_PROTECTED = """
SELECT entry.layer_id, entry.name, reader.group_id
FROM layers_protectedfield AS entry
LEFT JOIN layers_protectedfield_groups AS reader ON reader.protectedfield_id = entry.id
WHERE entry.layer_id = ANY(%s)
"""
_VERSIONS = 'SELECT "table", version FROM layers_dataversion WHERE "table" = ANY(%s)'
_WRITES = """
SELECT "table", version, write_versions, writers,
       ARRAY(SELECT extract(epoch FROM clock_timestamp() - instant)::float8 FROM unnest(write_instants) AS instant)
FROM layers_dataversion WHERE "table" = ANY(%s)
"""


class ReadersOfLayer(Func):
    """The name and a group of each reader of a protected field of a layer, given its id."""

    template = """(
        SELECT jsonb_agg(jsonb_build_array(entry.name, reader.group_id))
        FROM layers_protectedfield AS entry
        LEFT JOIN layers_protectedfield_groups AS reader ON reader.protectedfield_id = entry.id
        WHERE entry.layer_id = %(expressions)s
    )"""
    output_field = JSONField()


class VersionsOfTables(Func):
    """The data version of tables by name, in one row of an answer."""

    template = """CASE WHEN row_number() OVER () = 1 THEN (
        SELECT jsonb_object_agg("table", version) FROM layers_dataversion WHERE "table" = ANY(%(expressions)s)
    ) END"""
    output_field = JSONField()


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A layer in the catalogue: the columns of its row, the version of its data, (name, group) of protected fields.

    ``readers`` has a line for each group that reads a protected field, with None where nobody does; ``extra`` is what
    a statement asks of its own.
    """

    values: Sequence[Any]
    version: int
    readers: tuple[tuple[str, int | None], ...]
    extra: Sequence[Any]


@dataclass(frozen=True, slots=True)
class CatalogueQuestion:
    """A statement that reads the catalogue, with its parameters, of which arrays are tuples."""

    sql: str
    parameters: tuple[Any, ...]


@dataclass(slots=True)
class CatalogueReads:
    """What a block read of the catalogue: the rows of each question; not ``is_complete``: it read more."""

    rows: dict[CatalogueQuestion, tuple[Any, ...]] = field(default_factory=dict)
    is_complete: bool = True

    def add(self, question: CatalogueQuestion, rows: tuple[Any, ...]) -> None:
        """Record an answer; of two different ones to a question none is that of the block."""
        if self.rows.setdefault(question, rows) != rows:
            self.is_complete = False


_recorded: ContextVar[CatalogueReads | None] = ContextVar("reads of the catalogue", default=None)


@contextmanager
def recorded_reads() -> Iterator[CatalogueReads]:
    """Record what the block reads of the catalogue: as long as it is the same, so are the rights and the versions."""
    reads = CatalogueReads()
    token = _recorded.set(reads)
    try:
        yield reads
    finally:
        _recorded.reset(token)


def _read(sql: str, parameters: Sequence[Any]) -> list[Any]:
    rows: list[Any] = prepared_rows(sql, parameters)
    if (reads := _recorded.get()) is not None:
        arrays = (tuple(value) if isinstance(value, list) else value for value in parameters)
        reads.add(CatalogueQuestion(sql, tuple(arrays)), tuple(rows))
    return rows


@dataclass(frozen=True, slots=True)
class CatalogueStatement:
    """The statement that reads a ``CatalogueRow``; ``width`` columns of the row come first in its answer."""

    sql: str
    width: int


def question(
    columns: Sequence[str], *, tables: str, extra: Iterable[str] = (), joins: str = ""
) -> CatalogueStatement:
    """Return the query of catalogue rows, ``layer``, by the array of their slugs, the last parameter.

    ``tables`` is the SQL of the array of the tables that hold the data of a row; ``extra`` are columns of what
    ``joins`` joins to it.
    """
    listed = ", ".join(f'layer."{column}"' for column in columns)
    further = "".join(f", {column}" for column in extra)
    return CatalogueStatement(
        _LAYER.format(columns=listed, tables=tables, extra=further, joins=joins), len(columns)
    )


def layer_entries(question: CatalogueStatement, parameters: Sequence[Any]) -> list[CatalogueRow]:
    """Return the catalogue rows of layers; nothing for one without a row."""
    return [_entry(row, question.width) for row in _read(question.sql, parameters)]


def _entry(row: Sequence[Any], width: int) -> CatalogueRow:
    version, readers, *extra = row[width:]
    named = tuple((name, int(group) if group else None) for name, group in readers or ())
    return CatalogueRow(row[:width], int(version or 0), named, extra)


def protected_names(layer_ids: Iterable[int]) -> list[tuple[int, str, int | None]]:
    """Return (layer, name, group) for each reader of each protected field; the group is None where there is none."""
    return _read(_PROTECTED, [list(layer_ids)])


_versions: ContextVar[dict[str, int | None] | None] = ContextVar("versions that were read", default=None)


@contextmanager
def versions_read_once() -> Iterator[None]:
    """Read the version of a table once in the block: of a page that writes nothing, whose parts then agree.

    What a block around it has read is not read again.
    """
    token = _versions.set(_versions.get() or {})
    try:
        yield
    finally:
        _versions.reset(token)


def table_versions(tables: Iterable[str]) -> dict[str, int]:
    """Return the data version of tables by name; those never written to are missing."""
    names, cached = set(tables), _versions.get()
    if cached is None:
        return dict(_read(_VERSIONS, [sorted(names)]))
    missing = names - cached.keys()
    if missing:
        cached |= dict.fromkeys(missing) | dict(_read(_VERSIONS, [sorted(missing)]))
    return {name: version for name in names if (version := cached[name]) is not None}


@dataclass(frozen=True, slots=True)
class RecentWrites:
    """The transactions of the last minute that wrote to a table, newest first (``layers.models.DataVersion``).

    ``ages`` are the seconds since each began, on the clock of the database.
    """

    version: int
    first_versions: Sequence[int]
    writers: Sequence[int | None]
    ages: Sequence[float]

    def since(self, version: int) -> Sequence[tuple[int | None, float]] | None:
        """Return the writer and the age of each transaction after a version; None where they are no longer known."""
        if version == self.version:
            return ()
        if version + 1 not in self.first_versions:
            return None
        end = list(self.first_versions).index(version + 1) + 1
        return list(zip(self.writers[:end], self.ages[:end], strict=True))


_writes: ContextVar[dict[str, RecentWrites | None] | None] = ContextVar("writes that were read", default=None)


@contextmanager
def writes_read_once() -> Iterator[None]:
    """Read the recent writes to a table once in the block: for a page of many answers about the same tables."""
    token = _writes.set({})
    try:
        yield
    finally:
        _writes.reset(token)


def recent_writes(tables: Iterable[str]) -> dict[str, RecentWrites]:
    """Return the recent writes to tables by name; those never written to are missing."""
    names, cached = set(tables), _writes.get()
    missing = names - cached.keys() if cached is not None else names
    rows = prepared_rows(_WRITES, [sorted(missing)]) if missing else []
    read = {name: RecentWrites(*columns) for name, *columns in rows}
    if cached is None:
        return read
    cached |= dict.fromkeys(missing) | read
    return {name: writes for name in names if (writes := cached[name]) is not None}


def with_readers_and_versions(
    layers: QuerySet[Any], tables: Iterable[str]
) -> tuple[list[Any], dict[str, int]]:
    """Read rows of the catalogue, with ``protected_names`` of each and ``table_versions``, in one statement.

    ``protected_lines`` of a row are (name, group), ``versions`` those of all ``tables``.
    """
    if (reads := _recorded.get()) is not None:
        reads.is_complete = False
    names = sorted(set(tables))
    rows = list(
        layers.annotate(
            protected_lines=ReadersOfLayer(F("pk")),
            versions=VersionsOfTables(Value(names, ArrayField(TextField()))),
        )
    )
    versions: dict[str, int] = next((row.versions for row in rows if row.versions), {})
    if rows and (cached := _versions.get()) is not None:
        cached |= dict.fromkeys(names) | versions
    return rows, versions


# A server that was started again may be another one, whose numbers began anew.
_TABLE_STATE = """
(SELECT ROW(extract(epoch FROM pg_postmaster_start_time()), bit_xor(hash_record_extended(ROW(xmin, ctid), 0)))::text
 FROM {table})
"""


def table_states(tables: Iterable[str]) -> tuple[Hashable, ...]:
    """Return a value a table that changes when any of its rows does; tables are small.

    Read rows after it: a value cached under it may be newer, never older. Five hundred rows take 0.1 ms.
    """
    columns = ", ".join(_TABLE_STATE.format(table=connection.ops.quote_name(table)) for table in tables)
    states: tuple[Hashable, ...] = _read(f"SELECT {columns}", [])[0]
    return states


# The families of counters that are about everybody; those of readers are "group 12" and "person 34" (ADR 0075).
_SHARED_FAMILIES = frozenset({"catalogue", "dashboards", "contributions", "reuses", "forms"})
# What pages depend on, in one statement: counters of the catalogue by family, versions of tables, and what belongs to
# an account. The number of the table of counters differs in a database that was restored, whose numbers are used again;
# the places of its rows differ after a write that was rolled back, whose number the next write gives again.
_PAGE_VERSIONS = """
SELECT 'layers_catalogueversion'::regclass::oid::text,
       (SELECT array_agg(ARRAY[family, total]) FROM (
           SELECT family, sum(version) || ' ' || bit_xor(hash_record_extended(ROW(xmin, ctid), 0)) AS total
           FROM layers_catalogueversion WHERE family = ANY(%s) GROUP BY family) AS counters),
       (SELECT array_agg("table" ORDER BY "table") FROM layers_dataversion),
       (SELECT array_agg(version ORDER BY "table") FROM layers_dataversion){own}
"""


DATABASE = ""


@dataclass(frozen=True, slots=True)
class PageVersions:
    """The numbers that change with each committed write of what a page may show.

    ``catalogue`` is about rights, texts, styles and documents, by family; ``tables`` about features, by table. ``own``
    are the sorted numbers that each given selection returned, ``families`` those whose counters were read.
    """

    catalogue: Mapping[str, str]
    tables: Mapping[str, int]
    own: tuple[tuple[int, ...], ...] = ()
    families: frozenset[str] = _SHARED_FAMILIES

    def counters(self, families: Iterable[str]) -> tuple[str, ...]:
        """Return the counters of families, after the number of the database."""
        return tuple(self.catalogue.get(family, "") for family in (DATABASE, *sorted(families)))

    def reader_counters(self, readers: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return the counters of the families of a reader, by name: of those to whom something was ever granted."""
        return tuple(
            (family, self.catalogue[family]) for family in sorted(readers) if family in self.catalogue
        )


_page_versions: ContextVar[PageVersions | None] = ContextVar("numbers of a page", default=None)


@contextmanager
def page_versions_of(versions: PageVersions) -> Iterator[None]:
    """Make a page in the block by numbers that were read before it, those of its key: they are not read again."""
    page, tables = _page_versions.set(versions), _versions.set(dict(versions.tables))
    try:
        yield
    finally:
        _versions.reset(tables)
        _page_versions.reset(page)


def page_versions(
    readers: Iterable[str] = (), *, own: Sequence[str] = (), parameters: Sequence[Any] = ()
) -> PageVersions:
    """Read the numbers of all pages, in one statement.

    ``readers`` are the families of counters of who reads, beside those of everybody; ``own`` are selections of numbers,
    with their parameters. Read rows after it: a page stored under it may be newer, never older.
    """
    families = _SHARED_FAMILIES.union(readers)
    if not own and (of_page := _page_versions.get()) is not None and families <= of_page.families:
        return of_page
    extra = "".join(f", ARRAY({selection} ORDER BY 1)" for selection in own)
    statement = _PAGE_VERSIONS.format(own=extra)
    ((database, counters, tables, numbers, *lists),) = _read(statement, [sorted(families), *parameters])
    versions = dict(zip(tables or (), numbers or (), strict=True))
    if (cached := _versions.get()) is not None:
        versions = {name: cached.setdefault(name, version) or 0 for name, version in versions.items()}
    catalogue = {DATABASE: database, **dict(counters or ())}
    return PageVersions(catalogue, versions, tuple(map(tuple, lists)), families)


_GRANTED = """
SELECT {columns}, coalesce(own.layer_id, layer.id) AS granted_layer
FROM layers_grant AS own LEFT JOIN layers_layer AS layer ON layer.theme_id = own.theme_id
WHERE (own.group_id = ANY(%s::bigint[]) OR own.person_id = %s::bigint)
  AND coalesce(own.layer_id, layer.id) = ANY(%s::bigint[])
  AND (own.valid_from IS NULL OR own.valid_from <= %s::timestamptz)
  AND (own.valid_until IS NULL OR own.valid_until > %s::timestamptz)
ORDER BY own.id
"""


def granted_rows(
    columns: Sequence[str],
    *,
    groups: Iterable[int],
    person: int | None,
    at: dt.datetime,
    layer_ids: Sequence[int],
) -> list[tuple[Any, ...]]:
    """Return columns of the grants of groups and of an account, in force at an instant, and the layer of each.

    A grant on a theme has a row for each of these layers that the theme has.
    """
    statement = _GRANTED.format(columns=", ".join(f'own."{name}"' for name in columns))
    return prepared_rows(statement, [list(groups), person, list(layer_ids), at, at])
