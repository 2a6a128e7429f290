"""A row that somebody else changed meanwhile: mine, theirs and both merged, field by field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from explorer.editing.services import is_same
from explorer.row_editing.forms import GEOMETRY, RowForm, geometry_text
from explorer.row_editing.presenters import columns_of, value_writer
from layers.access import Scope
from layers.queries.row_versions import VersionedRow, later_write
from layers.services.features import writable_columns

MINE, THEIRS = "mine", "theirs"
# Before the name of a field, the parameter that says whose value is chosen: no published name holds a hyphen.
CHOICE = "row-choice-"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A field that differs: what it was, and became here and there; ``raw`` is mine as its input holds it.

    ``choice`` is the value that merging takes: the one that changed; empty where both did, which a person decides.
    """

    name: str
    title: str
    before: str
    mine: str
    theirs: str
    raw: str
    choice: str

    @property
    def merged(self) -> str:
        """The merged value, empty where a person decides."""
        return {MINE: self.mine, THEIRS: self.theirs}.get(self.choice, "")


@dataclass(frozen=True, slots=True)
class Conflict:
    """The fields that differ, the row as it is now, and who wrote it last, if that is recorded."""

    current: VersionedRow
    fields: tuple[FieldConflict, ...]
    at: dt.datetime | None = None
    author: str = ""


def conflict_of(scope: Scope, current: VersionedRow, form: RowForm) -> Conflict:
    """Compare what a valid form would write with the row as it is, from what it was when the form was made."""
    later = later_write(scope, current.row.pk, form.event)
    base = later.base if later else current.row
    fields = (*_fields(scope, base, current.row, form), *_geometry(base, current.row, form))
    if later is None:
        return Conflict(current, fields)
    return Conflict(current, fields, later.at, later.author)


def _fields(scope: Scope, base: Any, current: Any, form: RowForm) -> Iterator[FieldConflict]:
    stored = writable_columns(scope)
    for column in columns_of(scope):
        name = column.field.name
        if column.input is None:
            continue
        was, theirs = (getattr(row, stored[name].attname) for row in (base, current))
        mine = form.values[name] if name in form.names else was
        if mine is not None:
            mine = stored[name].to_python(mine)
        choice = _choice(
            is_mine=not is_same(stored[name], mine, was), is_theirs=not is_same(stored[name], theirs, was)
        )
        if choice is None or is_same(stored[name], mine, theirs):
            continue
        write = value_writer(column)
        (was_text, _raw), (mine_text, raw), (theirs_text, _raw) = map(write, (was, mine, theirs))
        yield FieldConflict(name, column.title, was_text, mine_text, theirs_text, raw, choice)


def _geometry(base: Any, current: Any, form: RowForm) -> Iterator[FieldConflict]:
    mine = form.geometry
    if GEOMETRY not in form.fields and not hasattr(current, "geom"):
        return
    was, theirs = getattr(base, "geom", None), getattr(current, "geom", None)
    if was is None or theirs is None:
        return
    choice = _choice(
        is_mine=mine is not None and not mine.equals_exact(was), is_theirs=not theirs.equals_exact(was)
    )
    if choice is not None and not (mine or was).equals_exact(theirs):
        before, own, other = (place_words(shape) for shape in (was, mine or was, theirs))
        yield FieldConflict(GEOMETRY, _("Position"), before, own, other, geometry_text(mine or was), choice)


def _choice(*, is_mine: bool, is_theirs: bool) -> str | None:
    """Return whose value merging takes, empty where both changed; None where nobody did."""
    if is_mine and is_theirs:
        return ""
    return MINE if is_mine else THEIRS if is_theirs else None


def place_words(geometry: GEOSGeometry) -> str:
    """Write a geometry in a few words: the coordinates of a point, how many vertices the others have."""
    if isinstance(geometry, Point):
        return f"{geometry.y:.6f}, {geometry.x:.6f}"
    return ngettext("%d sommet", "%d sommets", geometry.num_coords) % geometry.num_coords


def chosen_names(data: Any) -> frozenset[str]:
    """Return the names of the fields whose value a person chose to write over the other one."""
    return frozenset(
        name.removeprefix(CHOICE) for name in data if name.startswith(CHOICE) and data[name] == MINE
    )
