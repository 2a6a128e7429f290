"""From the rows online to those of another schema, in SQL: values converted, rows that break a rule, geometry, ids.

Aliases of the statements: ``o`` the rows online, ``c`` their values in the new types, ``v`` the same without those that
break a rule, ``g`` the geometry, ``k`` the communes. A value that cannot be converted, or breaks a rule, is NULL in
``v``; a required field takes its default instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.constraints import COLUMN_TYPES, LOCAL_TIME, constraints, default_value
from datasets.definitions import DatasetSchema, SchemaField
from datasets.loading.sql import casts, geometries
from datasets.loading.sql.editing import key_digest
from datasets.loading.sql.staging import StagingPlan
from datasets.sql import (
    COMMUNES_COLUMN,
    DATABASE_SCHEMA,
    SHARES_COLUMN,
    Names,
    listed,
    qualified,
    rows,
    run,
    single,
)
from datasets.vocabulary import ColumnType, GeometryKind

EXAMPLES = 10
_HISTORY_COLUMNS = ("pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id")
_PORTAL_COLUMNS = {"geom", "geom_3857", "commune_id", COMMUNES_COLUMN, SHARES_COLUMN}
_NUMERIC = {ColumnType.INTEGER, ColumnType.NUMBER}


@dataclass(frozen=True, slots=True)
class Conversion:
    """How the rows of ``online``, of the schema ``before``, become those of ``plan``: fields are matched by column."""

    online: Names
    before: DatasetSchema
    plan: StagingPlan

    @property
    def after(self) -> DatasetSchema:
        """The new schema."""
        return self.plan.schema

    def source(self, field: SchemaField) -> SchemaField | None:
        """Return the field of the schema before that a new one continues; None for one that is added."""
        return next((each for each in self.before.fields if each.column == field.column), None)

    def is_required(self, field: SchemaField) -> bool:
        """Whether each row must have a value."""
        return field.is_required or field.name in self.after.key

    @property
    def converts_geometry(self) -> bool:
        """Whether positions are written in another form, or there are none any more."""
        return self.before.geometry is not self.after.geometry

    @property
    def converts_communes(self) -> bool:
        """Whether the communes of rows are computed again: they have another geometry, or other names of communes."""
        if self.converts_geometry:
            return True
        if self.after.geometry is not GeometryKind.NONE or not (self.before.commune or self.after.commune):
            return False
        names = [schema.by_name.get(schema.commune) for schema in (self.before, self.after)]
        kinds = {(field.column, field.type) if field else None for field in names}
        return len(kinds) > 1


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows of which a change loses or refuses something: a condition over the aliases, and the value to quote."""

    condition: Composable
    quoted: Composable


def conversion_fault(conversion: Conversion, index: int) -> Fault | None:
    """Return the rows whose value is none of the new type; None where the type stays."""
    field = conversion.after.fields[index]
    old = conversion.source(field)
    if old is None or old.type is field.type:
        return None
    column: Composable = Identifier("o", old.column)
    present: Composable = SQL("{} IS NOT NULL").format(column)
    if old.type is ColumnType.STRING:
        present = SQL("({} AND {})").format(present, casts.has_value(column))
    return Fault(SQL("({} AND {} IS NULL)").format(present, _converted_value(index)), column)


def rule_fault(conversion: Conversion, index: int) -> Fault | None:
    """Return the rows whose value breaks a rule of the new field; None where it has no rule, or is new."""
    field = conversion.after.fields[index]
    conditions = _broken_rules(field, _converted_value(index))
    if conversion.source(field) is None or not conditions:
        return None
    return Fault(SQL("({})").format(SQL(" OR ").join(conditions)), _converted_value(index))


def absence_fault(conversion: Conversion, index: int) -> Fault:
    """Return the rows without the value that the new field requires."""
    return Fault(SQL("{} IS NULL").format(_value(index)), SQL("''"))


def removal_fault(field: SchemaField) -> Fault:
    """Return the rows that have a value of a field which leaves."""
    column = Identifier("o", field.column)
    return Fault(SQL("{} IS NOT NULL").format(column), column)


def geometry_fault(conversion: Conversion) -> Fault:
    """Return the rows whose geometry is not of the new kind."""
    quoted = SQL("left(ST_AsText(o.geom, 5), 60)")
    if conversion.after.geometry is GeometryKind.NONE:
        return Fault(SQL("o.geom IS NOT NULL"), quoted)
    return Fault(SQL("(o.geom IS NOT NULL AND g.geom IS NULL)"), quoted)


def duplicate_rows(conversion: Conversion, indexes: Sequence[int]) -> tuple[int, list[tuple[int, str]]]:
    """Return how many rows share their values of some fields with another row, and the first ones: id, values."""
    columns = listed([_value(index) for index in indexes])
    statement = SQL(
        "SELECT id, quoted, count(*) OVER () FROM (SELECT o.id, left(concat_ws(', ', {columns}), 80) AS quoted,"
        " count(*) OVER (PARTITION BY {columns}) AS times {rows} WHERE {present}) AS r"
        " WHERE times > 1 ORDER BY quoted, id LIMIT {limit}"
    ).format(
        columns=columns,
        rows=_rows(conversion),
        present=SQL(" AND ").join(SQL("{} IS NOT NULL").format(_value(index)) for index in indexes),
        limit=Literal(EXAMPLES),
    )
    read = rows(statement)
    return (int(read[0][2]) if read else 0), [(int(pk), text) for pk, text, _count in read]


def count_faults(conversion: Conversion, faults: Sequence[Fault]) -> tuple[int, list[int]]:
    """Return how many rows are online, and how many each fault is about, in one read of the table."""
    counted = [
        SQL("count(*)"),
        *(SQL("count(*) FILTER (WHERE {})").format(each.condition) for each in faults),
    ]
    total, *numbers = rows(SQL("SELECT {} {}").format(listed(list(counted)), _rows(conversion)))[0]
    return int(total), [int(number) for number in numbers]


def examples_of(conversion: Conversion, fault: Fault) -> list[tuple[int, str]]:
    """Return the first rows that a fault is about: id, and the value before."""
    statement = SQL("SELECT o.id, left({}::text, 80) {} WHERE {} ORDER BY o.id LIMIT {}").format(
        fault.quoted, _rows(conversion), fault.condition, Literal(EXAMPLES)
    )
    return [(int(pk), text or "") for pk, text in rows(statement)]


def copy_rows(conversion: Conversion) -> int:
    """Write the rows online into the table of the plan, under their ids; return how many."""
    plan, after = conversion.plan, conversion.after
    targets: list[Composable] = [Identifier(field.column) for field in after.fields]
    values: list[Composable] = [_value(index) for index in range(len(after.fields))]
    for column in _common_columns(conversion):
        targets.append(Identifier(column))
        values.append(Identifier("o", column))
    if after.geometry is not GeometryKind.NONE:
        targets.append(Identifier("geom"))
        values.append(SQL("g.geom"))
    communes = {"commune_id": "commune"}
    if after.geometry.has_commune_shares:
        communes |= {COMMUNES_COLUMN: "communes", SHARES_COLUMN: "shares"}
    for column, alias in communes.items():
        targets.append(Identifier(column))
        values.append(Identifier("k", alias) if conversion.converts_communes else Identifier("o", column))
    return run(
        SQL("INSERT INTO {} ({}) SELECT {} {} ORDER BY o.id").format(
            qualified(plan.names.table),
            listed(targets),
            listed(values),
            _rows(conversion, has_communes=conversion.converts_communes),
        )
    )


def copy_history(conversion: Conversion) -> None:
    """Write the history of the rows online into that of the plan, in the new types; nothing where there is none."""
    events = Literal(f"{DATABASE_SCHEMA}.{conversion.online.events}")
    if not single(SQL("SELECT to_regclass({}) IS NOT NULL").format(events)):
        return
    standing = [Identifier(name) for name in _HISTORY_COLUMNS]
    targets: list[Composable] = [*standing, *(Identifier(field.column) for field in conversion.after.fields)]
    values: list[Composable] = [Identifier("o", name) for name in _HISTORY_COLUMNS]
    values += [_value(index) for index in range(len(conversion.after.fields))]
    if conversion.after.geometry is not GeometryKind.NONE:
        targets.append(Identifier("geom"))
        values.append(SQL("g.geom"))
    run(
        SQL("INSERT INTO {} ({}) SELECT {} {} ORDER BY o.pgh_id").format(
            qualified(conversion.plan.names.events),
            listed(targets),
            listed(values),
            _rows(conversion, table=conversion.online.events),
        )
    )


def write_keys(conversion: Conversion) -> None:
    """Recognise the rows by the new schema too: a file that is delivered later gives them the ids that they have."""
    names = conversion.plan.names
    run(
        SQL(
            "INSERT INTO {keys} (key, id) SELECT d.key || CASE WHEN d.rank > 1 THEN ':' || d.rank ELSE '' END, d.id"
            " FROM (SELECT key, id, row_number() OVER (PARTITION BY key ORDER BY id) AS rank"
            " FROM (SELECT {key} AS key, n.id FROM {table} AS n) AS r) AS d"
            " ON CONFLICT (key) DO UPDATE SET id = excluded.id, is_alias = false"
        ).format(
            keys=qualified(names.keys), key=key_digest(conversion.after, "n"), table=qualified(names.table)
        )
    )


def _rows(conversion: Conversion, *, has_communes: bool = False, table: str = "") -> Composed:
    """Return the FROM of the rows online, or of their history, with their values in the new schema."""
    indexes = range(len(conversion.after.fields))
    parts: list[Composable] = [
        SQL("FROM {} AS o").format(qualified(table or conversion.online.table)),
        _lateral(
            "c", [SQL("{} AS {}").format(_converted(conversion, i), Identifier(f"c{i}")) for i in indexes]
        ),
        _lateral("v", [SQL("{} AS {}").format(_final(conversion, i), Identifier(f"v{i}")) for i in indexes]),
    ]
    if conversion.after.geometry is not GeometryKind.NONE:
        parts.append(_lateral("g", [SQL("{} AS geom").format(_geometry(conversion))]))
    if has_communes:
        parts.append(_lateral("k", [_commune_columns(conversion.after)]))
    return SQL(" ").join(parts)


def _commune_columns(schema: DatasetSchema) -> Composable:
    """Return the columns of ``k``: those of ``layers_commune_of``, inlined, or of ``layers_commune_shares``."""
    if schema.geometry.has_commune_shares:
        return SQL("s.communes[1] AS commune, s.communes, s.shares FROM layers_commune_shares(g.geom) AS s")
    if schema.geometry is not GeometryKind.NONE:
        return SQL(
            "min(c.code) AS commune FROM layers_commune AS c"
            " WHERE c.geom && g.geom AND ST_Intersects(c.geom, g.geom)"
        )
    if not schema.commune:
        return SQL("NULL::varchar AS commune")
    index = list(schema.by_name).index(schema.commune)
    return SQL("datasets_commune_named({}::text) AS commune").format(_value(index))


def _lateral(alias: str, columns: list[Composable]) -> Composed:
    return SQL("CROSS JOIN LATERAL (SELECT {} OFFSET 0) AS {}").format(listed(columns), Identifier(alias))


def _value(index: int) -> Identifier:
    return Identifier("v", f"v{index}")


def _converted_value(index: int) -> Identifier:
    return Identifier("c", f"c{index}")


def _converted(conversion: Conversion, index: int) -> Composable:
    field = conversion.after.fields[index]
    old = conversion.source(field)
    if old is None:
        return _default(field)
    column = Identifier("o", old.column)
    return column if old.type is field.type else _cast(old.type, field, column)


def _default(field: SchemaField) -> Composed:
    return SQL("{}::{}").format(Literal(default_value(field)), COLUMN_TYPES[field.type])


def _final(conversion: Conversion, index: int) -> Composable:
    field, converted = conversion.after.fields[index], _converted_value(index)
    conditions = _broken_rules(field, converted)
    result: Composable = converted
    if conditions:
        result = SQL("CASE WHEN {} THEN NULL ELSE {} END").format(SQL(" OR ").join(conditions), converted)
    if field.default and conversion.is_required(field):
        result = SQL("coalesce({}, {})").format(result, _default(field))
    return result


def _broken_rules(field: SchemaField, typed: Composable) -> list[Composable]:
    return [SQL("NOT {}").format(condition) for condition, _code, _reason in constraints(field, typed)]


def _cast(kind: ColumnType, field: SchemaField, column: Identifier) -> Composable:
    """Return a value in another type; NULL where it has no meaning there."""
    zone = Literal(LOCAL_TIME)
    plain = {
        (ColumnType.DATE, ColumnType.DATETIME): SQL("({}::timestamp AT TIME ZONE {})").format(column, zone),
        (ColumnType.DATETIME, ColumnType.DATE): SQL("({} AT TIME ZONE {})::date").format(column, zone),
        (ColumnType.DATETIME, ColumnType.STRING): SQL(
            "to_char({} AT TIME ZONE {}, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        ).format(column, zone),
        (ColumnType.BOOLEAN, ColumnType.STRING): SQL(
            "CASE {} WHEN true THEN 'oui' WHEN false THEN 'non' END"
        ).format(column),
        (ColumnType.INTEGER, ColumnType.NUMBER): SQL("{}::double precision").format(column),
        (ColumnType.NUMBER, ColumnType.INTEGER): SQL(
            "CASE WHEN {0} = trunc({0}) AND abs({0}) < 1e15 THEN {0}::bigint END"
        ).format(column),
    }
    if (kind, field.type) in plain:
        return plain[kind, field.type]
    if kind is ColumnType.BOOLEAN and field.type in _NUMERIC:
        return SQL("{}::integer::{}").format(column, COLUMN_TYPES[field.type])
    if kind in _NUMERIC and field.type is ColumnType.BOOLEAN:
        return SQL("CASE {} WHEN 1 THEN true WHEN 0 THEN false END").format(column)
    if field.type is ColumnType.STRING:
        return SQL("{}::text").format(column)
    if kind is ColumnType.STRING:
        return casts.cast(field.type, column, unit=field.unit)
    return SQL("NULL::{}").format(COLUMN_TYPES[field.type])


def _geometry(conversion: Conversion) -> Composable:
    if not conversion.converts_geometry:
        return SQL("o.geom")
    if conversion.before.geometry is GeometryKind.NONE:
        return SQL("NULL::geometry")
    kind = conversion.after.geometry
    return SQL("datasets_shaped(o.geom, {}, {}, {})").format(
        Literal(geometries.dimension_of(kind)),
        Literal(geometries.is_multi(kind)),
        Literal(conversion.plan.recipe.keeps_z),
    )


def _common_columns(conversion: Conversion) -> Iterator[str]:
    """Yield the columns of both tables that are neither fields of the schema nor made of the geometry."""
    fields = {field.column for schema in (conversion.before, conversion.after) for field in schema.fields}
    names = [conversion.online.table, conversion.plan.names.table]
    statement = SQL(
        "SELECT column_name::text FROM information_schema.columns WHERE table_schema = {} AND table_name = ANY({})"
        " AND is_generated = 'NEVER' GROUP BY column_name HAVING count(*) = 2 ORDER BY min(ordinal_position)"
    ).format(Literal(DATABASE_SCHEMA), Literal(names))
    yield from (name for (name,) in rows(statement) if name not in fields | _PORTAL_COLUMNS)
