"""Two deliveries of one dataset side by side, by the lasting ids of their rows: sets in PostgreSQL, never row by row.

Fields are matched by their published name, whatever the columns are called; a field whose type changed is compared by
its text. ``o`` is the old delivery, ``n`` the new one.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.definitions import DatasetSchema, SchemaField
from datasets.sql import Names, qualified
from datasets.vocabulary import GeometryKind

GEOMETRY = "geometry"
PRECISION = 1e-7
"""Degrees, about a centimetre: files of text write seven decimals, and what they round did not move."""


@dataclass(frozen=True, slots=True)
class VersionPair:
    """The two tables and their schemas."""

    old: Names
    new: Names
    old_schema: DatasetSchema
    new_schema: DatasetSchema

    @property
    def shared(self) -> list[tuple[SchemaField, SchemaField]]:
        """Fields of both, old and new."""
        old = self.old_schema.by_name
        return [(old[field.name], field) for field in self.new_schema.fields if field.name in old]

    @property
    def has_geometry(self) -> bool:
        """Whether both have positions to compare."""
        return GeometryKind.NONE not in {self.old_schema.geometry, self.new_schema.geometry}

    @property
    def located_side(self) -> str:
        """The alias of the only version that has positions, empty when both or none have."""
        sides = {"o": self.old_schema.geometry, "n": self.new_schema.geometry}
        located = [alias for alias, kind in sides.items() if kind is not GeometryKind.NONE]
        return located[0] if len(located) == 1 else ""

    @property
    def names(self) -> list[str]:
        """The names of what may differ between two rows: the shared fields, and the geometry."""
        has_places = self.has_geometry or self.located_side
        return [new.name for _old, new in self.shared] + ([GEOMETRY] if has_places else [])

    @property
    def naming(self) -> list[SchemaField]:
        """The fields of the new delivery that name a row for people: its key, its title."""
        schema = self.new_schema
        names = dict.fromkeys((*schema.key, schema.title_field))
        return [schema.by_name[name] for name in names if name]


def differences(pair: VersionPair) -> dict[str, Composed]:
    """Return a condition for each name of ``VersionPair.names``: the two rows differ in it.

    Where one version alone has positions, a row differs when it has one there: it gains or loses it.
    """
    conditions = {}
    for old, new in pair.shared:
        if old.type is new.type:
            left: Composable = Identifier("o", old.column)
            right: Composable = Identifier("n", new.column)
        else:
            left, right = text("o", old), text("n", new)
        conditions[new.name] = SQL("({} IS DISTINCT FROM {})").format(left, right)
    if pair.has_geometry:
        conditions[GEOMETRY] = SQL(
            "(o.geom IS DISTINCT FROM n.geom AND ST_SnapToGrid(o.geom, 0, 0, {0}, {0})"
            " IS DISTINCT FROM ST_SnapToGrid(n.geom, 0, 0, {0}, {0}))"
        ).format(Literal(PRECISION))
    elif pair.located_side:
        conditions[GEOMETRY] = SQL("({} IS NOT NULL)").format(Identifier(pair.located_side, "geom"))
    return conditions


def text(alias: str, field: SchemaField) -> Composed:
    """Return the value of a field as a bounded text."""
    return SQL("left({}::text, 300)").format(Identifier(alias, field.column))


def joined(pair: VersionPair, join: str = "FULL") -> Composed:
    """Return the two tables joined by the ids of their rows."""
    return SQL("{} AS o {} JOIN {} AS n ON n.id = o.id").format(
        qualified(pair.old.table), SQL(join), qualified(pair.new.table)
    )
