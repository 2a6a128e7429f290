"""The index of the search: the parts of a layer in it, and the statements that build and drop them.

The migration that makes them, ``0010_search``, describes the tables and their triggers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from layers.definitions import COMMUNE_COLUMN, Field, FieldType, LayerDefinition
from layers.digests import stable_digest

# How often a part is built again because somebody wrote meanwhile; then writers wait for the last one.
_ATTEMPTS = 3

INDEX_TABLE = "layers_searchindex"
_PARTS = "SELECT id, layer_id, part, signature, is_located FROM layers_searchindex WHERE is_fresh ORDER BY id"
_BEGIN = """
INSERT INTO layers_searchindex
    (layer_id, part, signature, owner, name, key_column, commune_column, title_column, columns, is_open,
     is_located, state_column, states)
VALUES (%s, %s, %s, %s::regclass, %s::regclass::text, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_ENTRIES = "SELECT layers_search_statement(kept, %s) FROM layers_searchindex AS kept WHERE id = %s"
_FINISH = "UPDATE layers_searchindex SET is_fresh = true WHERE id = ANY(%s) AND writes = %s"
_WRITES = "SELECT max(writes), count(*) FROM layers_searchindex WHERE id = ANY(%s)"
_REPLACED = "DELETE FROM layers_searchindex WHERE layer_id = %s AND id <> ALL(%s)"
_SYNONYMS = """
WITH changed AS (
    UPDATE layers_searchlayer SET also = told.also
    FROM unnest(%s::bigint[], %s::text[]) AS told(layer_id, also)
    WHERE layers_searchlayer.layer_id = told.layer_id AND layers_searchlayer.also <> told.also
    RETURNING layers_searchlayer.layer_id
)
SELECT layer_id FROM changed
"""
_DESCRIBE = "SELECT layers_search_layer(layer) FROM unnest(%s::bigint[]) AS layer"
_STALE = "UPDATE layers_searchindex SET is_fresh = false, writes = writes + 1 WHERE layer_id = %s"
_GONE = "DELETE FROM layers_searchindex WHERE layer_id <> ALL(%s)"
# A table that was restored, or made again under its name, has no trigger of ours.
_LOST = """
UPDATE layers_searchindex AS i SET is_fresh = false WHERE is_fresh AND NOT EXISTS (
    SELECT FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE t.tgrelid = i.owner AND t.tgname = 'search_insert' AND c.oid::regclass::text = i.name
)
"""
_UNUSED = "DELETE FROM layers_searchindex WHERE NOT is_fresh"
_LEFT = """
WITH RECURSIVE held AS (
    (SELECT index_id FROM {table} ORDER BY index_id LIMIT 1)
    UNION ALL
    SELECT (SELECT index_id FROM {table} WHERE index_id > held.index_id ORDER BY index_id LIMIT 1)
    FROM held WHERE held.index_id IS NOT NULL
)
DELETE FROM {table} WHERE index_id IN (
    SELECT index_id FROM held WHERE index_id > 0 AND index_id NOT IN (SELECT id FROM layers_searchindex)
)
"""
# Words that nothing holds any more, then those that a statement wrote while they were being removed.
_NO_WORDS = """
DELETE FROM layers_searchterm AS term WHERE NOT EXISTS (
    SELECT FROM layers_searchword AS held WHERE held.is_open = term.is_open AND held.word = term.word
)
"""
_MISSED_WORDS = """
INSERT INTO layers_searchterm (is_open, word)
SELECT DISTINCT is_open, word FROM layers_searchword AS held WHERE NOT EXISTS (
    SELECT FROM layers_searchterm AS term WHERE term.is_open = held.is_open AND term.word = held.word
)
"""


@dataclass(frozen=True, slots=True)
class IndexPart:
    """Columns of a table whose texts are searched together: ``name`` is empty, or the protected field among them."""

    name: str
    title: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexPlan:
    """How a layer is indexed: ``table`` is quoted, ``key`` and ``commune`` are columns of it.

    ``commune`` is empty where a row may be of several communes, or of all. Of a moderated layer, only the rows whose
    column ``state`` is one of ``public_states`` are indexed: what is indexed is everybody's to match.
    """

    table: str
    key: str
    commune: str
    is_open: bool
    is_located: bool
    parts: tuple[IndexPart, ...]
    state: str = ""
    public_states: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """A digest that changes when the index has to be built again though no row was written."""
        states = (self.state, self.public_states) if self.state else ()
        return stable_digest(self.table, self.is_open, self.parts, *states)[:32]


@dataclass(frozen=True, slots=True)
class IndexedPart:
    """A part of a layer that is up to date."""

    pk: int
    layer: int
    name: str
    signature: str
    is_located: bool


def index_plan(definition: LayerDefinition, *, protected: Collection[str], is_open: bool) -> IndexPlan | None:
    """Return the parts to index of a layer; None when a searched text, or the state, is in no column of its table.

    ``protected`` are the names protected by the catalogue, besides those of the definition.
    """
    columns = {column.attname: str(column.column) for column in definition.model._meta.concrete_fields}
    texts = [field for field in definition.fields if is_searched(field)]
    machine = definition.moderation
    if any(field.source not in columns for field in texts) or (machine and machine.state_path not in columns):
        return None
    public = [field for field in texts if not (field.is_protected or field.name in protected)]
    guarded = [field for field in texts if field not in public]
    key = definition.model._meta.pk
    assert key is not None
    has_commune = definition.is_placed and definition.geometry.has_one_commune
    return IndexPlan(
        table=connection.ops.quote_name(definition.model._meta.db_table),
        key=columns[key.attname],
        commune=COMMUNE_COLUMN if has_commune and COMMUNE_COLUMN in columns else "",
        is_open=is_open,
        is_located=definition.geometry.is_located,
        parts=(
            _part("", definition, public, columns),
            *(_part(field.name, definition, [*public, field], columns) for field in guarded),
        ),
        state=columns[machine.state_path] if machine else "",
        public_states=machine.public_states if machine else (),
    )


def is_searched(field: Field) -> bool:
    """Whether words are looked for in a field: texts, but not codes."""
    return field.type is FieldType.TEXT and not field.choices


def _part(
    name: str, definition: LayerDefinition, fields: Iterable[Field], columns: dict[str, str]
) -> IndexPart:
    listed = {field.name: columns[field.source] for field in fields}
    title = listed.pop(definition.title_field, "")
    return IndexPart(name, title, tuple(listed.values()))


def fresh_parts() -> list[IndexedPart]:
    """Return the parts of layers that are up to date."""
    return [IndexedPart(*row) for row in _rows(_PARTS)]


def build(layer: int, plan: IndexPlan) -> None:
    """Build the parts of a layer in the place of those it had; its rows may be written meanwhile.

    ``layer`` is the id of its row of the catalogue.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT layers_watch_search(%s::regclass)", [plan.table])
        parts = [_begun(cursor, layer, plan, part) for part in plan.parts]
    for attempt in range(_ATTEMPTS + 1):
        if _is_built(layer, plan, parts, is_alone=attempt == _ATTEMPTS):
            break
    clear()


def _begun(cursor: Any, layer: int, plan: IndexPlan, part: IndexPart) -> int:
    named = (layer, part.name, plan.signature, plan.table, plan.table, plan.key, plan.commune)
    rows = (plan.is_located, plan.state, list(plan.public_states))
    cursor.execute(_BEGIN, [*named, part.title, list(part.columns), plan.is_open, *rows])
    return int(cursor.fetchone()[0])


def _is_built(layer: int, plan: IndexPlan, parts: list[int], *, is_alone: bool) -> bool:
    """Write the entries of parts, and commit them unless a statement wrote to the table meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        if is_alone:
            cursor.execute(f"LOCK TABLE {plan.table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_WRITES, [parts])
        writes, count = cursor.fetchone()
        if count < len(parts):  # dropped meanwhile, or built by somebody else
            return True
        for part in parts:
            cursor.execute(_ENTRIES, [plan.table, part])
            cursor.execute(cursor.fetchone()[0])
        cursor.execute(_FINISH, [parts, writes])
        is_stored = bool(cursor.rowcount == len(parts))
        if is_stored:
            cursor.execute(_REPLACED, [layer, parts])
        else:
            transaction.set_rollback(True)
    return is_stored


def mark_stale(layer: int) -> None:
    """Say that the index of a layer is that of its rows no longer; ``layer`` is the id of its row of the catalogue."""
    _run(_STALE, [layer])


def keep_synonyms(synonyms: Mapping[int, Iterable[str]]) -> None:
    """Find layers by the synonyms of their definitions, given by the id of the row of the catalogue."""
    with transaction.atomic():
        lines = [" ".join(words) for words in synonyms.values()]
        changed = [layer for (layer,) in _rows(_SYNONYMS, [list(synonyms), lines])]
        if changed:
            _run(_DESCRIBE, [changed])


def mark_lost() -> None:
    """Say so of tables whose writes are not seen: restored, or made again."""
    _run(_LOST)


def drop_unused() -> None:
    """Delete parts that are stale or left half built by a dead process; the lock prevents concurrent builds."""
    _run(_UNUSED)


def keep_only(layers: Iterable[int]) -> None:
    """Delete the parts of every other layer."""
    _run(_GONE, [list(layers)])
    clear()


def keep_terms() -> None:
    """Add the missing words to the table of terms, and delete the unused ones."""
    _run(_NO_WORDS)
    _run(_MISSED_WORDS)


def clear() -> None:
    """Remove the entries and the words of parts that are no more."""
    for table in ("layers_searchentry", "layers_searchword"):
        _run(_LEFT.format(table=table))


def _run(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
