"""Edited rows between the file that they come from and the next one: three ways by the lasting ids of rows.

``b`` is a row as its file had it (the first event of its history in the version online, which is the row before its
first edit), ``e`` the row online, ``f`` the row of the new file. Fields are matched by name, where both versions have
them with the same type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.comparison.sql.version_pair import GEOMETRY, PRECISION, text
from datasets.definitions import DatasetSchema, SchemaField
from datasets.edits.parsing import EDITS, EditChoices
from datasets.sql import Names, listed, qualified, rows, run, single
from datasets.vocabulary import GeometryKind


@dataclass(frozen=True, slots=True)
class EditedVersions:
    """The version online, whose rows were edited, and the one that is to replace it."""

    online: Names
    new: Names
    online_schema: DatasetSchema
    new_schema: DatasetSchema

    @property
    def columns(self) -> dict[str, tuple[str, str]]:
        """The columns that both have, online and new, by published name; the geometry under ``GEOMETRY``."""
        old = self.online_schema.by_name
        columns = {
            field.name: (old[field.name].column, field.column)
            for field in self.new_schema.fields
            if field.name in old and old[field.name].type is field.type
        }
        kind = self.new_schema.geometry
        if kind is not GeometryKind.NONE and kind is self.online_schema.geometry:
            columns[GEOMETRY] = ("geom", "geom")
        return columns

    @property
    def gone(self) -> list[SchemaField]:
        """The fields online that the new version has not, or with another type."""
        return [field for field in self.online_schema.fields if field.name not in self.columns]


def has_edits(names: Names) -> bool:
    """Whether rows of a version whose history is recorded were edited in place."""
    return bool(single(SQL("SELECT EXISTS (SELECT FROM {})").format(qualified(names.events))))


def _differs(left: Composable, right: Composable, name: str) -> Composed:
    """Return the condition that two values differ; positions that a file of text rounds do not."""
    if name != GEOMETRY:
        return SQL("({} IS DISTINCT FROM {})").format(left, right)
    return SQL(
        "({0} IS DISTINCT FROM {1} AND ST_SnapToGrid({0}, 0, 0, {2}, {2})"
        " IS DISTINCT FROM ST_SnapToGrid({1}, 0, 0, {2}, {2}))"
    ).format(left, right, Literal(PRECISION))


@dataclass(frozen=True, slots=True)
class _Conditions:
    """Conditions over ``b``, ``e`` and ``f`` for one name: edited; edited alone; edited and otherwise in the file."""

    edited: Composed
    silent: Composed
    conflict: Composed


def _conditions(versions: EditedVersions) -> dict[str, _Conditions]:
    was, conditions = SQL("(b.pgh_label <> 'insert')"), {}
    for name, (old, new) in versions.columns.items():
        base, edit, file = Identifier("b", old), Identifier("e", old), Identifier("f", new)
        edited = SQL("({} IS DISTINCT FROM {})").format(base, edit)
        filed, differs = _differs(base, file, name), _differs(edit, file, name)
        conditions[name] = _Conditions(
            edited,
            SQL("({} AND {} AND NOT {})").format(was, edited, filed),
            SQL("({} AND (NOT {} OR ({} AND {})))").format(differs, was, edited, filed),
        )
    return conditions


def _source(versions: EditedVersions) -> Composed:
    return SQL(
        "(SELECT DISTINCT ON (pgh_obj_id) * FROM {events} ORDER BY pgh_obj_id, pgh_id) AS b"
        " LEFT JOIN {online} AS e ON e.id = b.pgh_obj_id LEFT JOIN {new} AS f ON f.id = b.pgh_obj_id"
    ).format(
        events=qualified(versions.online.events),
        online=qualified(versions.online.table),
        new=qualified(versions.new.table),
    )


def _any(conditions: list[Composed]) -> Composed:
    return SQL("({})").format(SQL(" OR ").join(conditions)) if conditions else SQL("false").format()


def _edited_anywhere(versions: EditedVersions) -> Composed:
    """Return the condition that a row is not as its file had it, in fields that go and in those that stay."""
    located = versions.online_schema.geometry is not GeometryKind.NONE
    names = [field.column for field in versions.online_schema.fields] + (["geom"] if located else [])
    return _any(
        [
            SQL("({} IS DISTINCT FROM {})").format(Identifier("b", name), Identifier("e", name))
            for name in names
        ]
    )


_KINDS = {
    "added": "b.pgh_label = 'insert' AND e.id IS NOT NULL AND f.id IS NULL",
    "removed": "b.pgh_label <> 'insert' AND e.id IS NOT NULL AND f.id IS NULL",
    "deleted": "b.pgh_label <> 'insert' AND e.id IS NULL AND f.id IS NOT NULL",
}


def _kind(versions: EditedVersions, kind: str) -> Composed:
    condition = SQL("({})").format(SQL(_KINDS[kind]))
    if kind == "removed":
        return SQL("({} AND {})").format(condition, _edited_anywhere(versions))
    return condition


def count_edits(versions: EditedVersions, *, since: Any) -> dict[str, Any]:
    """Count the edited rows of the version online by what the new one does of them.

    ``edited``: rows that are not as their file had them, added and deleted ones too; ``recent``: those that were
    written since an instant; ``silent``: rows with values that the file leaves alone; ``changed``: rows with values
    that both changed, ``fields`` those of each name; ``added``, ``removed``, ``deleted``: see ``EditChoices``;
    ``lost``: rows with edited values of fields that the new version has not.
    """
    conditions = _conditions(versions)
    lost = _any(
        [
            SQL("({} IS DISTINCT FROM {})").format(Identifier("b", each.column), Identifier("e", each.column))
            for each in versions.gone
        ]
    )
    edited = SQL(
        "(CASE WHEN b.pgh_label = 'insert' THEN e.id IS NOT NULL WHEN e.id IS NULL THEN true ELSE {} END)"
    ).format(_edited_anywhere(versions))
    parts: dict[str, Composed] = {
        "edited": edited,
        "recent": SQL(
            "({} AND EXISTS (SELECT FROM {} AS h WHERE h.pgh_obj_id = b.pgh_obj_id AND h.pgh_created_at > {}))"
        ).format(edited, qualified(versions.online.events), Literal(since)),
        "silent": SQL("(e.id IS NOT NULL AND f.id IS NOT NULL AND {})").format(
            _any([each.silent for each in conditions.values()])
        ),
        "changed": SQL("(e.id IS NOT NULL AND f.id IS NOT NULL AND {})").format(
            _any([each.conflict for each in conditions.values()])
        ),
        "lost": SQL("(e.id IS NOT NULL AND {})").format(lost),
    }
    parts |= {kind: _kind(versions, kind) for kind in _KINDS}
    by_name = {
        name: SQL("(e.id IS NOT NULL AND f.id IS NOT NULL AND {})").format(each.conflict)
        for name, each in conditions.items()
    }
    every = [*parts.values(), *by_name.values()]
    counted = listed([SQL("count(*) FILTER (WHERE {})").format(condition) for condition in every])
    row = rows(SQL("SELECT {} FROM {}").format(counted, _source(versions)))[0]
    counts: dict[str, Any] = dict(zip(parts, row, strict=False))
    fields = zip(by_name, row[len(parts) :], strict=True)
    return counts | {"fields": {name: count for name, count in fields if count}}


def conflict_rows(versions: EditedVersions, names: list[str], *, limit: int) -> list[tuple[Any, ...]]:
    """Return rows with values that both changed: the id, and four cells for each of ``names``.

    They say whether it is such a value, then its texts in the former file, as edited, and in the new file.
    """
    conditions, parts = _conditions(versions), list[Composable]()
    old, new = versions.online_schema.by_name, versions.new_schema.by_name
    for name in names:
        parts.append(conditions[name].conflict)
        parts += (
            [SQL("left(ST_AsText({}, 6), 80)").format(Identifier(alias, "geom")) for alias in "bef"]
            if name == GEOMETRY
            else [text("b", old[name]), text("e", old[name]), text("f", new[name])]
        )
    if not names:
        return []
    return rows(
        SQL(
            "SELECT e.id, {} FROM {} WHERE e.id IS NOT NULL AND f.id IS NOT NULL AND {} ORDER BY 1 LIMIT {}"
        ).format(
            listed(parts),
            _source(versions),
            _any([conditions[name].conflict for name in names]),
            Literal(limit),
        )
    )


def apply(versions: EditedVersions, choices: EditChoices) -> dict[str, int]:
    """Write the edits that stay into the new version; return how many rows were changed, created and deleted."""
    written = {"changed": _write_values(versions, choices), "created": 0, "deleted": 0}
    for kind in ("added", "removed"):
        if getattr(choices, kind) == EDITS:
            written["created"] += _copy_rows(versions, kind)
    if choices.deleted == EDITS:
        written["deleted"] = run(
            SQL("DELETE FROM {} AS t USING {} WHERE t.id = f.id AND {}").format(
                qualified(versions.new.table), _source(versions), _kind(versions, "deleted")
            )
        )
    return written


def _write_values(versions: EditedVersions, choices: EditChoices) -> int:
    stays = {}
    for name, each in _conditions(versions).items():
        of_edits = choices.of_field(name) == EDITS
        stays[name] = SQL("({} OR {})").format(each.silent, each.conflict) if of_edits else each.silent
    if not stays:
        return 0
    values = [
        SQL("{} = k.{}").format(Identifier(new), Identifier(f"k_{new}"))
        for _old, new in versions.columns.values()
    ]
    merged = [
        SQL("CASE WHEN {} THEN {} ELSE {} END AS {}").format(
            stays[name], Identifier("e", old), Identifier("f", new), Identifier(f"k_{new}")
        )
        for name, (old, new) in versions.columns.items()
    ]
    return run(
        SQL(
            "UPDATE {table} AS t SET {values}, updated_at = now() FROM (SELECT f.id, {merged} FROM {source}"
            " WHERE e.id IS NOT NULL AND f.id IS NOT NULL AND {any}) AS k WHERE t.id = k.id"
        ).format(
            table=qualified(versions.new.table),
            values=listed(list(values)),
            merged=listed(list(merged)),
            source=_source(versions),
            any=_any(list(stays.values())),
        )
    )


def _copy_rows(versions: EditedVersions, kind: str) -> int:
    """Copy rows that the file does not have, under their ids; fields that the former version had not are empty."""
    columns = versions.columns.values()
    return run(
        SQL("INSERT INTO {} (id, {}) SELECT e.id, {} FROM {} WHERE {}").format(
            qualified(versions.new.table),
            listed([Identifier(new) for _old, new in columns]),
            listed([Identifier("e", old) for old, _new in columns]),
            _source(versions),
            _kind(versions, kind),
        )
    )
