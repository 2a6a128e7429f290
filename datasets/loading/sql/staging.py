"""The two working tables of an import: the file's texts, and the rows once read and checked.

They belong to the transaction of the import: an interrupted import leaves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.constraints import COLUMN_TYPES, LOCAL_TIME
from datasets.definitions import DatasetSchema, GeometryRecipe, SchemaField
from datasets.loading.sql import casts, geometries
from datasets.loading.sql.casts import raw_column
from datasets.loading.sql.rules import Rule, chains, duplicates, staged_value, value
from datasets.sql import Names, listed, qualified, rows, run, time_zone
from datasets.vocabulary import ColumnType, GeometryKind, Severity


@dataclass(frozen=True, slots=True)
class StagingPlan:
    """How the rows of one file become the rows of one table. ``positions`` are the fields' columns in the file."""

    names: Names
    schema: DatasetSchema
    recipe: GeometryRecipe
    positions: tuple[int | None, ...]
    chains: tuple[tuple[Rule, ...], ...] = field(init=False, repr=False)
    duplicates: tuple[tuple[tuple[int, ...], Rule], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Write the rules once: their order numbers them."""
        rule_chains = chains(self.schema, self.recipe, self.positions)
        object.__setattr__(self, "chains", tuple(map(tuple, rule_chains)))
        object.__setattr__(self, "duplicates", tuple(duplicates(self.schema, self.positions)))

    @property
    def rules(self) -> list[Rule]:
        """Every rule, in the order of its number."""
        return [rule for chain in self.chains for rule in chain] + [rule for _set, rule in self.duplicates]

    @property
    def columns(self) -> list[int]:
        """Positions of the file that are read, in order."""
        used = {position for position in self.positions if position is not None}
        return sorted(used | set(self.recipe.columns if self.recipe.kind != "wkb" else ()))

    @property
    def has_wkb(self) -> bool:
        """Whether the reader gives geometries."""
        return self.recipe.kind == "wkb" and self.schema.geometry is not GeometryKind.NONE


def create_raw(plan: StagingPlan) -> None:
    """Create the table of the file's texts."""
    columns: list[Composable] = [SQL("line bigint NOT NULL")]
    columns += [SQL("{} text").format(Identifier(f"c{position}")) for position in plan.columns]
    columns += [SQL("wkb bytea")] if plan.has_wkb else []
    run(SQL("CREATE UNLOGGED TABLE {} ({})").format(qualified(plan.names.raw), listed(columns)))


def copy_statement(plan: StagingPlan) -> Composed:
    """Return the COPY that fills it: line, texts, geometry."""
    return SQL("COPY {} FROM STDIN").format(qualified(plan.names.raw))


def drop_other_geometry_families(plan: StagingPlan) -> int:
    """Drop the raw rows of other families than the one that is taken alone; return how many."""
    if not plan.recipe.only:
        return 0
    return run(
        SQL("DELETE FROM {} AS r WHERE (SELECT {} FROM (SELECT {} AS given OFFSET 0) AS r)").format(
            qualified(plan.names.raw),
            geometries.is_of_another_family(plan.recipe),
            geometries.source_geometry(plan.recipe),
        )
    )


def stage(plan: StagingPlan, row_count: int) -> None:
    """Read each of ``row_count`` rows: typed values, geometry, commune, key, and the numbers of the rules it breaks."""
    with time_zone(LOCAL_TIME):
        staged_count = _read(plan)
    if staged_count > row_count:
        _drop_other_communes(plan)
    for indexes, rule in plan.duplicates:
        _mark_duplicates(plan, indexes, plan.rules.index(rule))


def _read(plan: StagingPlan) -> int:
    """Write the staged table; return how many rows it has."""
    table = qualified(plan.names.staged)
    return run(SQL("CREATE UNLOGGED TABLE {} AS {}").format(table, staged_rows(plan)))


def staged_rows(plan: StagingPlan) -> Composed:
    """Return the SELECT of the staged rows, which parallel workers share."""
    return SQL(
        'SELECT r.line, {values}, {shape} {communes}, {key} COLLATE "C" AS key, {faults} AS faults FROM {rows} AS r'
    ).format(
        values=listed([value(index) for index in range(len(plan.schema.fields))]),
        shape=SQL("r.geom,") if _is_located(plan) else SQL(""),
        communes=listed([Identifier("r", name) for name in _commune_columns(plan)]),
        key=_key(plan),
        faults=_faults(plan),
        rows=_with_communes(plan, _with_values(plan)),
    )


def errors_of(plan: StagingPlan) -> Composed:
    """Return the numbers of the rules that exclude a row."""
    numbers = [number for number, rule in enumerate(plan.rules) if rule.severity is Severity.ERROR]
    return SQL("{}::smallint[]").format(Literal(numbers))


def counts(plan: StagingPlan) -> tuple[int, int, list[tuple[int, int]]]:
    """Return how many rows were read, how many are accepted, and how many break each rule."""
    staged = qualified(plan.names.staged)
    read, accepted, broken = rows(
        SQL(
            "SELECT count(*), count(*) FILTER (WHERE NOT faults && {}), count(*) FILTER (WHERE faults <> '{{}}')"
            " FROM {}"
        ).format(errors_of(plan), staged)
    )[0]
    by_rule = (
        rows(
            SQL(
                "SELECT number, count(*) FROM {}, unnest(faults) AS number WHERE faults <> '{{}}'"
                " GROUP BY number ORDER BY number"
            ).format(staged)
        )
        if broken
        else []
    )
    return read, accepted, [(int(number), int(count)) for number, count in by_rule]


def first_findings(
    plan: StagingPlan, severity: Severity, limit: int, broken: Iterable[int]
) -> list[tuple[int, int, str]]:
    """Return line, rule and value of the first findings of a severity; ``broken`` are the rules that rows break."""
    numbers = [
        number
        for number in broken
        if plan.rules[number].severity is severity and not plan.rules[number].is_counted_only
    ]
    if not numbers:
        return []
    cases = [SQL("WHEN {} THEN {}").format(Literal(n), plan.rules[n].quoted_sql) for n in numbers]
    return rows(
        SQL(
            "SELECT r.line, f.number, CASE f.number {cases} END FROM ("
            "SELECT line, number FROM {staged}, unnest(faults) AS number WHERE faults && {numbers}"
            " AND number = ANY({numbers}) ORDER BY line, number LIMIT {limit}) AS f"
            " JOIN {raw} AS r USING (line) ORDER BY r.line, f.number"
        ).format(
            cases=SQL(" ").join(cases),
            staged=qualified(plan.names.staged),
            raw=qualified(plan.names.raw),
            numbers=SQL("{}::smallint[]").format(Literal(numbers)),
            limit=Literal(limit),
        )
    )


def drop_working_tables(names: Names) -> None:
    """Drop both tables."""
    for table in (names.raw, names.staged):
        run(SQL("DROP TABLE IF EXISTS {}").format(qualified(table)))


def _is_located(plan: StagingPlan) -> bool:
    return plan.schema.geometry is not GeometryKind.NONE


def _cast(plan: StagingPlan, index: int) -> Composed:
    field, position = plan.schema.fields[index], plan.positions[index]
    if position is None:
        return SQL("NULL::{}").format(COLUMN_TYPES[field.type])
    return casts.cast(field.type, _code(field, raw_column(position)), unit=field.unit)


def _code(field: SchemaField, text: Composable) -> Composable:
    """Return the code of a value of a list that a file writes by its label, as exports for people do."""
    labelled = [(code, label) for code, label in field.choices if label != code and label not in field.enum]
    if field.type is not ColumnType.STRING or not labelled:
        return text
    cases = [SQL("WHEN {} THEN {}").format(Literal(label), Literal(code)) for code, label in labelled]
    return SQL("CASE {} {} ELSE {} END").format(casts.trimmed(text), SQL(" ").join(cases), text)


def _with_values(plan: StagingPlan) -> Composable:
    """Return the raw rows with their typed values, then with each step to their geometry."""
    fields: list[Composable] = [
        SQL("{} AS {}").format(_cast(plan, index), staged_value(index))
        for index in range(len(plan.schema.fields))
    ]
    rows = _step(qualified(plan.names.raw), listed(fields))
    if not _is_located(plan):
        return rows
    kind, recipe = plan.schema.geometry, plan.recipe
    rows = _step(rows, SQL("{} AS given").format(geometries.source_geometry(recipe, _numbers(plan))))
    rows = _step(rows, SQL("{} AS placed").format(geometries.placed(recipe, kind)))
    return _step(rows, SQL("{} AS geom").format(geometries.shaped(recipe, kind)))


def _step(rows: Composable, made: Composable) -> Composed:
    """Return rows ``r`` with columns made of those that they have, each computed once.

    Rows of a subquery are read by several processes, unless a function of theirs forbids it; those of a lateral one
    never. So is ``OFFSET '0'``: the planner has to compute the number in ``OFFSET 0``.
    """
    return SQL("(SELECT r.*, {} FROM {} AS r OFFSET '0')").format(made, rows)


def _numbers(plan: StagingPlan) -> dict[int, Composable]:
    """Return the values of the columns that are fields of numbers, by position: positions are not read twice."""
    return {
        position: value(index)
        for index, (number_field, position) in enumerate(zip(plan.schema.fields, plan.positions, strict=True))
        if position is not None and number_field.type is ColumnType.NUMBER and not number_field.unit
    }


def _commune_columns(plan: StagingPlan) -> tuple[str, ...]:
    """Return the columns of the commune, for lines and surfaces also of those that they go into, with their shares."""
    return ("commune", "communes", "shares") if plan.schema.geometry.has_commune_shares else ("commune",)


def _with_communes(plan: StagingPlan, rows: Composable) -> Composable:
    """Return rows with their commune: of a point by the rule of ``layers_commune_of``, which is too slow a row a call.

    A point on a border has several: ``_drop_other_communes``.
    """
    if plan.schema.geometry.has_commune_shares:
        return SQL(
            "(SELECT r.*, s.communes[1] AS commune, s.communes, s.shares FROM {} AS r"
            " CROSS JOIN LATERAL layers_commune_shares(r.geom) AS s OFFSET '0')"
        ).format(rows)
    if _is_located(plan):
        return SQL(
            "(SELECT r.*, k.code AS commune, k.nom AS commune_name FROM {} AS r"
            " LEFT JOIN layers_commune AS k ON k.geom && r.geom AND ST_Intersects(k.geom, r.geom))"
        ).format(rows)
    code: Composable = SQL("NULL::varchar")
    if plan.schema.commune:
        index = list(plan.schema.by_name).index(plan.schema.commune)
        code = SQL("datasets_commune_named({}::text)").format(value(index))
    return _step(rows, SQL("{} AS commune").format(code))


def _drop_other_communes(plan: StagingPlan) -> None:
    """Drop the copies of points on the borders of communes but that of the first commune."""
    run(
        SQL(
            "DELETE FROM {staged} AS s USING (SELECT line, min(commune) AS commune FROM {staged}"
            " GROUP BY line HAVING count(*) > 1) AS d WHERE s.line = d.line AND s.commune <> d.commune"
        ).format(staged=qualified(plan.names.staged))
    )


def _key(plan: StagingPlan) -> Composed:
    """Return the digest that identifies a row: of its key's names and values, or of everything.

    The names are there so that a row never takes the id of another one when the dataset changes keys.
    """
    names = plan.schema.key or tuple(plan.schema.by_name)
    by_name = {name: index for index, name in enumerate(plan.schema.by_name)}
    texts: list[Composable] = [SQL("{}::text").format(value(by_name[name])) for name in names]
    if not plan.schema.key and _is_located(plan):
        texts.append(SQL("encode(ST_AsBinary(r.geom), 'hex')"))
    if plan.schema.key:
        texts.insert(0, Literal(",".join(names)))
    return SQL("md5(array_to_string(ARRAY[{}]::text[], E'\\x1f', E'\\x1e'))").format(listed(texts))


def _faults(plan: StagingPlan) -> Composed:
    number, cases = 0, []
    for chain in plan.chains:
        branches = []
        for rule in chain:
            branches.append(SQL("WHEN {} THEN {}").format(rule.condition, Literal(number)))
            number += 1
        cases.append(SQL("CASE {} END").format(SQL(" ").join(branches)))
    return SQL("array_remove(ARRAY[{}]::smallint[], NULL)").format(listed(list(cases)))


def _mark_duplicates(plan: StagingPlan, indexes: Sequence[int], number: int) -> None:
    """Mark the rows that share the values of some fields.

    A row that is otherwise accepted is marked only because of another such row: a duplicate refused for another
    reason does not refuse it.
    """
    columns: Any = listed([staged_value(index) for index in indexes])
    present = SQL(" AND ").join(SQL("{} IS NOT NULL").format(staged_value(index)) for index in indexes)
    equal = SQL(" AND ").join(SQL("s.{0} = d.{0}").format(staged_value(index)) for index in indexes)
    run(
        SQL(
            "UPDATE {staged} AS s SET faults = s.faults || {number}::smallint FROM ("
            "SELECT {columns}, count(*) FILTER (WHERE NOT faults && {errors}) AS accepted FROM {staged}"
            " WHERE {present} GROUP BY {columns} HAVING count(*) > 1) AS d"
            " WHERE {equal} AND (d.accepted > 1 OR s.faults && {errors})"
        ).format(
            staged=qualified(plan.names.staged),
            number=Literal(number),
            columns=columns,
            present=present,
            equal=equal,
            errors=errors_of(plan),
        )
    )
