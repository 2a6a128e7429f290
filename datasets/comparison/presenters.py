"""A comparison in the words of people: what a row is called, its values before and after, how far it moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from datasets.comparison.queries import (
    PAGE_ROWS,
    ChangeQuestion,
    ComparedVersions,
    Row,
    changed_in,
    compared_versions,
    first_rows,
    rows_of_page,
    version_pair,
)
from datasets.comparison.services import changes_between, compare_counts
from datasets.comparison.sql.moves import family_of
from datasets.comparison.sql.version_pair import GEOMETRY
from datasets.models import Delivery
from datasets.vocabulary import GeometryFamily
from interface import wording
from layers.definitions import Field, FieldType
from layers.sql.limits import time_limit
from layers.visitor import Visitor

SUMMARY_KINDS = ("added", "changed", "removed")
# Of each kind, when none is asked.
SUMMARY_ROWS = 5
# A version that drops more than this share of what is online deserves a look before it is published.
MANY_REMOVED = 0.1
_NAMING_VALUES = 2
# In metres.
SMALLEST_MOVE = 0.01
DECIMETRES_BELOW = 100
_READ: dict[FieldType, Callable[[str], Any]] = {
    FieldType.INTEGER: int,
    FieldType.NUMBER: float,
    FieldType.BOOLEAN: lambda text: text in {"t", "true"},
    FieldType.DATE: dt.date.fromisoformat,
    FieldType.DATETIME: dt.datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Move:
    """The change of a geometry: its middle moves from a place to another, its length or area changes.

    ``shift`` says how far the outline of a line or a surface goes at most, empty for a point.
    """

    metres: float
    distance: str
    start: list[float]
    end: list[float]
    before: str = ""
    after: str = ""
    shift: str = ""

    @property
    def summary(self) -> str:
        """The distance of the move, in words; empty when it is too little to write."""
        if self.shift:
            return _("tracé décalé de %s au plus") % self.shift
        return _("déplacement de %s") % self.distance if self.is_measurable else ""

    @property
    def is_measurable(self) -> bool:
        """Whether the middle moves by something that can be written."""
        return self.metres >= SMALLEST_MOVE


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that comes, leaves or changes; ``cells`` are title, value before and after ("": none).

    ``key`` says what recognises it, where its ``name`` does not.
    """

    id: int
    kind: str
    name: str
    key: str
    position: list[float] | None
    cells: tuple[tuple[str, str, str], ...]
    move: Move | None = None

    @property
    def called(self) -> str:
        """The name with the key that distinguishes the row from its namesakes."""
        return f"{self.name} ({self.key})" if self.key else self.name

    @property
    def summary(self) -> str:
        """The row and the distance of its move: « Platane (1204) : déplacement de 12,4 m »."""
        moved = self.move.summary if self.move else ""
        return _("%(title)s : %(text)s") % {"title": self.called, "text": moved} if moved else self.called


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts, counts by field (title, rows), and rows: the first of each kind, or a page of the kind that is asked.

    ``is_complete`` tells that every field is compared. When it is not, ``changed`` and ``unchanged`` are None if what
    the person does not read cannot be told apart. ``page_rows`` are the rows on the page, ``samples`` those on its map.
    ``located`` counts the rows of a table that get a position, ``unlocated`` those of a layer that lose theirs.
    """

    against: int
    added: int
    removed: int
    changed: int | None
    unchanged: int | None
    moved: int
    fields: tuple[tuple[str, int], ...]
    median: str
    largest: str
    samples: tuple[ChangedRow, ...]
    page_rows: tuple[ChangedRow, ...]
    question: ChangeQuestion
    has_next: bool
    is_complete: bool
    has_tables: bool
    removed_share: float
    has_new_schema: bool
    located: int = 0
    unlocated: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no row changes, as far as the person may know: neither its common values, nor its columns."""
        return not (self.added or self.removed or self.fields or self.has_new_schema)

    @property
    def has_positions(self) -> bool:
        """Whether a map has something to show."""
        return any(change.position for change in self.samples)

    @property
    def loses_much(self) -> bool:
        """Whether so many rows disappear that it deserves a look before publishing."""
        return self.removed_share > MANY_REMOVED

    @property
    def removed_percent(self) -> int:
        """The share of the rows online that disappear, never written as none or as all when it is not."""
        return max(1, min(99, round(self.removed_share * 100))) if self.removed_share < 1 else 100


def comparison_of(
    visitor: Visitor, delivery: Delivery, question: ChangeQuestion | None = None
) -> Comparison | None:
    """Return what a delivery changes, as a visitor may know it; None when nothing was online or may be shown."""
    versions = compared_versions(visitor, delivery)
    if versions is None:
        return None
    question = question or ChangeQuestion()
    stored: dict[str, Any] = delivery.comparison
    fields = [entry for entry in stored["fields"] if entry["name"] in {*versions.readable, GEOMETRY}]
    places = next((entry["count"] for entry in fields if entry["name"] == GEOMETRY), 0)
    pair = version_pair(old=versions.old, new=versions.new)
    moves = stored.get("moves") or {}
    changed = changed_in(versions)
    samples, page_rows, has_next = _rows(versions, question)
    both = stored["changed"] + stored["unchanged"]
    return Comparison(
        against=stored["against"],
        added=stored["added"],
        removed=stored["removed"],
        changed=changed,
        unchanged=None if changed is None else both - changed,
        moved=places if pair.has_geometry else 0,
        fields=tuple((entry["title"], entry["count"]) for entry in fields),
        median=short_distance(moves["median"]) if moves else "",
        largest=short_distance(moves["largest"]) if moves else "",
        samples=samples,
        page_rows=page_rows,
        question=question,
        has_next=has_next,
        is_complete=versions.is_complete,
        has_tables=versions.has_tables,
        has_new_schema=bool(changes_between(pair.old_schema, pair.new_schema)),
        located=places if pair.located_side == "n" else 0,
        unlocated=places if pair.located_side == "o" else 0,
        removed_share=stored["removed"] / (both + stored["removed"]) if stored["removed"] else 0.0,
    )


def restoration_of(visitor: Visitor, delivery: Delivery) -> Comparison | None:
    """Return what a past version would change of what is online, counted now: without its rows.

    None when nothing is online, or the rows may not be shown.

    Raises:
        TooSlow: the database did not count them in time.
    """
    online = delivery.dataset.online
    if online is None:
        return None
    restored = copy(delivery)
    with time_limit("count"):
        restored.comparison = compare_counts(old=online, new=delivery)
    return comparison_of(visitor, restored)


def _rows(
    versions: ComparedVersions, question: ChangeQuestion
) -> tuple[tuple[ChangedRow, ...], tuple[ChangedRow, ...], bool]:
    """Return the rows of the map, those of the page, and whether another page follows."""
    if question.kind:
        rows = rows_of_page(versions, question.kind, question.number)
        page = tuple(_change(versions, question.kind, row) for row in rows[:PAGE_ROWS])
        return page, page, len(rows) > PAGE_ROWS
    each = {
        kind: [_change(versions, kind, row) for row in first_rows(versions, kind)] for kind in SUMMARY_KINDS
    }
    changed_ids = {change.id for change in each["changed"]}
    moved = (
        _change(versions, "moved", row)
        for row in first_rows(versions, "moved")
        if row["id"] not in changed_ids
    )
    samples = (*(change for kind in SUMMARY_KINDS for change in each[kind]), *moved)
    return samples, tuple(change for kind in SUMMARY_KINDS for change in each[kind][:SUMMARY_ROWS]), False


def positions_of(comparison: Comparison | None) -> dict[str, Any]:
    """Return where rows change, as GeoJSON in EPSG:4326: a point a row, with the line of a move.

    ``change`` says how, ``name`` what the row is called and how far it goes; a point of a row that moves has its
    ``bearing`` in degrees.
    """
    changes = [change for change in (comparison.samples if comparison else ()) if change.position]
    return {
        "type": "FeatureCollection",
        "features": [feature for change in changes for feature in _map_features(change)],
    }


def _map_features(change: ChangedRow) -> Iterable[dict[str, Any]]:
    properties = {"change": "changed" if change.kind == "moved" else change.kind, "name": change.summary}
    if change.move is not None and change.move.is_measurable:
        line = {"type": "LineString", "coordinates": [change.move.start, change.move.end]}
        yield {"type": "Feature", "properties": {**properties, "move": True}, "geometry": line}
    point = {"type": "Point", "coordinates": change.position}
    yield {"type": "Feature", "id": change.id, "properties": properties, "geometry": point}


def _change(versions: ComparedVersions, kind: str, row: Row) -> ChangedRow:
    """Return a row in the order of the fields: JSON in the database has its own order."""
    is_changed = kind in {"changed", "moved"}
    values: Mapping[str, str | None] = row.get("naming", {}) if is_changed else row["values"]
    pairs = (
        row["fields"]
        if is_changed
        else {name: (None, value) if kind == "added" else (value, None) for name, value in values.items()}
    )
    cells = [_cell(field, *pairs[name]) for name, field in versions.readable.items() if name in pairs]
    move = move_of(versions, row.get("move")) if is_changed else None
    if is_changed and GEOMETRY in pairs:
        cells.append((GEOMETRY, "", ""))
    name, key = row_names(versions, row["id"], values)
    return ChangedRow(row["id"], kind, name, key, row["position"], tuple(cells), move)


def _cell(field: Field, before: str | None, after: str | None) -> tuple[str, str, str]:
    """Return title, value before and after."""
    return str(field.title), *both_words(field, before, after)


def both_words(field: Field, before: str | None, after: str | None) -> tuple[str, str]:
    """Write two values that differ; what would read alike, rounded, is written as it is stored."""
    texts = words(field, before), words(field, after)
    return texts if texts[0] != texts[1] else (_stored(field, before), _stored(field, after))


def _stored(field: Field, value: str | None) -> str:
    """Return a value as it is stored, numbers with the decimal sign of the page."""
    is_number = field.type is FieldType.NUMBER
    return (value or "").replace(".", get_format("DECIMAL_SEPARATOR")) if is_number else value or ""


def row_names(versions: ComparedVersions, pk: int, values: Mapping[str, str | None]) -> tuple[str, str]:
    """Return what a row is called and, when that is not its key, its key: the title, the key, or its first values."""
    schema = versions.new.schema_version.schema
    texts = {
        name: words(field, values.get(name)) for name, field in versions.readable.items() if values.get(name)
    }
    key = " · ".join(texts[name] for name in schema.key if name in texts)
    title = texts.get(schema.title_field, "")
    if title:
        return title, key if key != title else ""
    if key:
        return key, ""
    first = " · ".join(islice(texts.values(), _NAMING_VALUES))
    return (first, "") if first else (_("Ligne n° %d") % pk, "")


def move_of(versions: ComparedVersions, move: Mapping[str, Any] | None) -> Move | None:
    """Return a move of ``datasets.comparison.sql.moves`` in words; None where nothing measures it."""
    if not move or move["metres"] is None:
        return None
    before, after = (_size(versions, size) for size in move["sizes"])
    shift = move.get("shift") or 0
    text = short_distance(shift) if shift >= SMALLEST_MOVE else ""
    return Move(move["metres"], short_distance(move["metres"]), move["from"], move["to"], before, after, text)


def _size(versions: ComparedVersions, size: float | None) -> str:
    if size is None:
        return ""
    is_surface = family_of(versions.new.schema_version.schema) is GeometryFamily.SURFACES
    return wording.area(size) if is_surface else wording.distance(size)


def short_distance(metres: float) -> str:
    """Write how far a row moves: centimetres under a metre, decimetres under a hundred: corrections are near."""
    if metres >= DECIMETRES_BELOW:
        return wording.distance(metres)
    if metres >= 1:
        return f"{wording.number(round(metres, 1))}{wording.HARD_SPACE}m"
    return _("%s cm") % wording.number(max(1, round(metres * 100)))


def words(field: Field, value: str | None) -> str:
    """Write a value stored as text as the portal writes values of its type; a text that is none stays as it is."""
    if not value or field.type not in _READ:
        return value or ""
    try:
        return str(wording.words(field, {field.name: _READ[field.type](value)}))
    except ValueError:
        return value
