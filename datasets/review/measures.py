"""What the checks of a delivery count of its rows and of those online: one statement over both tables.

Rows are matched by their lasting ids, as comparisons do. Fields that the reviewer does not read are not counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.constraints import constraints
from datasets.definitions import DatasetSchema, SchemaField
from datasets.inference.published_schemas import PublishedSchema
from datasets.models import Delivery
from datasets.sql import listed, qualified, rows
from datasets.vocabulary import ColumnType, GeometryKind
from interface.wording import end_of_day

Bounds = tuple[float, float, float, float]

# An extent smaller than this, in degrees, is measured as if it had this size: about a kilometre.
SMALLEST_EXTENT = 0.01
_NOTHING = SQL("(SELECT NULL::bigint AS id, NULL::text AS commune_id, NULL::geometry AS geom WHERE false)")
_DATES = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_NUMBERS = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})


@dataclass(frozen=True, slots=True)
class SideCounts:
    """Counts of one table. ``bounds`` are west, south, east, north in degrees, None without position.

    ``without_commune`` rows do not answer to ``commune=``; ``outside`` ones have a position out of the territory.
    ``invalid`` rows break the published schema.
    """

    rows: int = 0
    without_commune: int = 0
    outside: int = 0
    invalid: int = 0
    bounds: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """What a delivery has, what is online, and what changes. ``future`` and ``faults`` count rows by field name."""

    new: SideCounts
    online: SideCounts
    added: int
    removed: int
    commune_changed: int
    future: Mapping[str, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def extent_shift(self) -> float:
        """The largest move of a side of the extent, as a share of its larger size online; 0 without both."""
        before, after = self.online.bounds, self.new.bounds
        if before is None or after is None:
            return 0.0
        size = max(before[2] - before[0], before[3] - before[1], SMALLEST_EXTENT)
        return max(abs(new - old) for new, old in zip(after, before, strict=True)) / size


def measure(
    delivery: Delivery,
    online: Delivery | None,
    *,
    published: PublishedSchema | None,
    names: Collection[str],
    today: dt.date,
) -> Measures:
    """Count the rows of a delivery that has a table; of its fields, those of ``names`` alone."""
    schema = delivery.schema_version.schema
    fields = [item for item in schema.fields if item.name in names]
    dated = [item for item in fields if item.type in _DATES]
    faults = dict(schema_faults("n", fields, published))
    old_schema = online.schema_version.schema if online else None
    old_fields = [item for item in old_schema.fields if item.name in names] if old_schema else []
    old_faults = dict(schema_faults("o", old_fields, published))
    counted: list[Composable] = [
        *_side("n", schema, list(faults.values())),
        *_side("o", old_schema, list(old_faults.values())),
        SQL("count(*) FILTER (WHERE o.id IS NULL)"),
        SQL("count(*) FILTER (WHERE n.id IS NULL)"),
        SQL("count(*) FILTER (WHERE o.commune_id <> n.commune_id)"),
        *(SQL("count(*) FILTER (WHERE {})").format(_is_future(item, today)) for item in dated),
        *(
            SQL("count(*) FILTER (WHERE n.id IS NOT NULL AND ({}))").format(fault)
            for fault in faults.values()
        ),
    ]
    source = SQL("{} AS n FULL JOIN {} AS o ON o.id = n.id").format(
        qualified(delivery.table), qualified(online.table) if online else _NOTHING
    )
    values = rows(SQL("SELECT {} FROM {}").format(listed(counted), source))[0]
    after = 13 + len(dated)
    return Measures(
        new=SideCounts(*values[:5]),
        online=SideCounts(*values[5:10]),
        added=values[10],
        removed=values[11],
        commune_changed=values[12],
        future={item.name: count for item, count in zip(dated, values[13:after], strict=True) if count},
        faults={name: count for name, count in zip(faults, values[after:], strict=True) if count},
    )


def schema_faults(
    alias: str, fields: Sequence[SchemaField], published: PublishedSchema | None
) -> Iterator[tuple[str, Composed]]:
    """Yield the fields of a published schema whose values can break it, and the condition of a row that does.

    A field that has another type than the standard's is not read: its column is at fault, not its rows.
    """
    for item in fields:
        standard = published.field(item.source) if published else None
        if standard is None or not same_type(item, standard.type):
            continue
        value = Identifier(alias, item.column)
        ruled = replace(
            item,
            enum=standard.enum,
            pattern=standard.pattern,
            minimum=standard.minimum,
            maximum=standard.maximum,
        )
        broken: list[Composable] = [
            SQL("NOT {}").format(holds) for holds, *_words in constraints(ruled, value)
        ]
        if standard.is_required:
            broken.append(SQL("{} IS NULL").format(value))
        if broken:
            yield item.name, SQL("({})").format(SQL(" OR ").join(broken))


def same_type(item: SchemaField, standard: ColumnType) -> bool:
    """Whether the column of a field holds what a standard's type says: an integer is a number too."""
    return item.type == standard or (item.type is ColumnType.INTEGER and standard in _NUMBERS)


def _side(alias: str, schema: DatasetSchema | None, faults: Sequence[Composable]) -> list[Composable]:
    """Return the columns of ``SideCounts``."""
    row = Identifier(alias, "id")
    is_located = schema is not None and schema.geometry is not GeometryKind.NONE
    geometry = Identifier(alias, "geom") if is_located else SQL("NULL::geometry")
    commune = Identifier(alias, "commune_id")
    invalid = SQL(" OR ").join(faults) if faults else SQL("false")
    return [
        SQL("count({})").format(row),
        SQL("count(*) FILTER (WHERE {} IS NOT NULL AND {} IS NULL)").format(row, commune),
        SQL("count(*) FILTER (WHERE {} IS NULL AND {} IS NOT NULL)").format(commune, geometry),
        SQL("count(*) FILTER (WHERE {} IS NOT NULL AND ({}))").format(row, invalid),
        SQL(
            "CASE WHEN count({0}) > 0 THEN ARRAY[ST_XMin(ST_Extent({0})), ST_YMin(ST_Extent({0})),"
            " ST_XMax(ST_Extent({0})), ST_YMax(ST_Extent({0}))] END"
        ).format(geometry),
    ]


def _is_future(item: SchemaField, today: dt.date) -> Composed:
    """Return the condition of a row dated after today."""
    is_day = item.type is ColumnType.DATE
    first = today + dt.timedelta(days=1) if is_day else end_of_day(today)
    return SQL("{} >= {}").format(Identifier("n", item.column), Literal(first))
