"""The table of a delivery: what coded features have (``layers.models.Feature``), with the schema's own columns."""

from __future__ import annotations

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from datasets.constraints import COLUMN_TYPES, constraints
from datasets.definitions import DatasetSchema
from datasets.loading.sql import geometries
from datasets.loading.sql.editing import make_editable, split_aliases
from datasets.loading.sql.rules import staged_value
from datasets.loading.sql.staging import StagingPlan, errors_of
from datasets.sql import COMMUNES_COLUMN, DATABASE_SCHEMA, SHARES_COLUMN, listed, qualified, rows, run
from datasets.vocabulary import ColumnType, GeometryKind

# A total asks one or two columns of every row: from this many rows on, an index that holds them takes its place, a
# quarter of the size of the table and two seconds a million rows to build.
TOTALLED_ROWS = 100_000
# PostgreSQL's indexes have 32 columns, and rows of a third of a page.
_MAX_INCLUDED, _INCLUDED_BYTES, _VALUE_BYTES = 31, 2_400, 16


def create_table(plan: StagingPlan) -> None:
    """Create the delivery's table with its checks, and neither index nor trigger: rows come first."""
    columns: list[Composable] = [SQL("id bigint NOT NULL")]
    columns += [_column(plan.schema, index) for index in range(len(plan.schema.fields))]
    if plan.schema.geometry is not GeometryKind.NONE:
        kind = geometries.column_type(plan.schema.geometry, keeps_z=plan.recipe.keeps_z)
        columns += [
            SQL("geom {} CHECK (ST_IsValid(geom))").format(kind),
            SQL(
                "geom_3857 geometry(Geometry{}, 3857) GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED"
            ).format(SQL("Z" if plan.recipe.keeps_z else "")),
        ]
    columns += [
        SQL("commune_id varchar(5)"),
        SQL("created_at timestamptz NOT NULL DEFAULT now()"),
        SQL("updated_at timestamptz NOT NULL DEFAULT now()"),
    ]
    if plan.schema.geometry.has_commune_shares:
        columns += [SQL("{} varchar(5)[]").format(Identifier(COMMUNES_COLUMN))]
        columns += [SQL("{} jsonb").format(Identifier(SHARES_COLUMN))]
    run(SQL("CREATE TABLE {} ({})").format(qualified(plan.names.table), listed(columns)))


def fill(plan: StagingPlan, *, has_new_keys: bool) -> int:
    """Move the rows without error from the staged table, under their lasting ids; return how many.

    ``has_new_keys``: ``assign_ids`` gave each of them an id, in the order of their lines. They are then numbered again,
    which takes a third of the time of looking a million keys up.
    """
    own = [Identifier(field.column) for field in plan.schema.fields]
    staged: list[Composable] = [staged_value(index) for index in range(len(own))]
    shape: list[Composable] = [] if plan.schema.geometry is GeometryKind.NONE else [Identifier("geom")]
    commune_columns = {"commune_id": "commune"}
    if plan.schema.geometry.has_commune_shares:
        commune_columns |= {COMMUNES_COLUMN: "communes", SHARES_COLUMN: "shares"}
    return run(
        SQL(
            "INSERT INTO {table} ({columns}) SELECT {id}, {values} FROM {staged} AS s {keys}"
            " WHERE NOT s.faults && {errors} ORDER BY {order}"
        ).format(
            id=SQL("row_number() OVER (ORDER BY s.line)" if has_new_keys else "k.id"),
            order=SQL("s.line" if has_new_keys else "k.id"),
            table=qualified(plan.names.table),
            columns=listed([Identifier("id"), *own, *shape, *map(Identifier, commune_columns)]),
            values=listed([*staged, *shape, *map(Identifier, commune_columns.values())]),
            staged=qualified(plan.names.staged),
            keys=SQL("")
            if has_new_keys
            else SQL("JOIN {} AS k USING (key)").format(qualified(plan.names.keys)),
            errors=errors_of(plan),
        )
    )


def finish(plan: StagingPlan, row_count: int) -> None:
    """Add the key, the indexes, the uniqueness and the triggers, once the rows are there: ``row_count`` of them."""
    table = qualified(plan.names.table)
    run(SQL("ALTER TABLE {} ADD PRIMARY KEY (id)").format(table))
    if plan.schema.geometry is not GeometryKind.NONE:
        for column in ("geom", "geom_3857"):
            run(SQL("CREATE INDEX ON {} USING gist ({})").format(table, Identifier(column)))
    run(_commune_index(plan, row_count))
    if plan.schema.geometry.has_commune_shares:
        run(SQL("CREATE INDEX ON {} USING gin ({})").format(table, Identifier(COMMUNES_COLUMN)))
    for field in plan.schema.fields:
        if field.is_unique:
            run(SQL("ALTER TABLE {} ADD UNIQUE ({})").format(table, Identifier(field.column)))
        elif field.is_facet:
            run(SQL("CREATE INDEX ON {} ({})").format(table, Identifier(field.column)))
    key = [plan.schema.by_name[name] for name in plan.schema.key]
    if key and not (len(key) == 1 and key[0].is_unique):
        columns = listed([Identifier(field.column) for field in key])
        run(SQL("ALTER TABLE {} ADD UNIQUE ({})").format(table, columns))
    _add_triggers(plan)
    make_editable(plan.names, plan.schema)
    run(SQL("ANALYZE {}").format(table))


def _commune_index(plan: StagingPlan, row_count: int) -> Composed:
    """Return the index of the communes; in a large table it includes the columns that totals need."""
    statement = SQL("CREATE INDEX ON {} (commune_id)").format(qualified(plan.names.table))
    included = _totalled(plan.schema) if row_count >= TOTALLED_ROWS else []
    return SQL("{} INCLUDE ({})").format(statement, listed(included)) if included else statement


def _totalled(schema: DatasetSchema) -> list[Composable]:
    """Return the columns that the index of the communes includes: numbers, dates, yes and no, codes, while they fit."""
    columns, left = list[Composable](), _INCLUDED_BYTES
    for field in schema.fields:
        widest = max((len(value.encode()) for value in field.enum), default=0)
        width = _VALUE_BYTES + widest
        is_short = field.type is not ColumnType.STRING or widest > 0
        if is_short and width <= left and len(columns) < _MAX_INCLUDED:
            columns.append(Identifier(field.column))
            left -= width
    return columns


def mark_written(name: str) -> None:
    """Count a write to a table: to who reads the layer, the day its rows are put online is the day they changed."""
    run(SQL("SELECT layers_bump_version({})").format(Literal(name)))


def data_version_of(table: str) -> int:
    """Return the counter of the writes to a table, read now; 0 where nobody wrote to it."""
    read = rows(SQL('SELECT version FROM layers_dataversion WHERE "table" = {}').format(Literal(table)))
    return int(read[0][0]) if read else 0


def drop_tables(names: list[str]) -> None:
    """Drop tables of the schema ``datasets``, with their histories and their data versions."""
    for name in names:
        run(SQL("DROP TABLE IF EXISTS {}, {}").format(qualified(name), qualified(f"{name}_events")))
    run(SQL('DELETE FROM layers_dataversion WHERE "table" = ANY({}::text[])').format(Literal(names)))


def tables_of(dataset: int | None = None) -> list[str]:
    """Return the tables of a dataset, or all those of the schema ``datasets``."""
    prefix = r"\d+" if dataset is None else str(dataset)
    return [
        name
        for (name,) in rows(
            SQL(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = {} AND tablename ~ {} ORDER BY 1"
            ).format(Literal(DATABASE_SCHEMA), Literal(rf"^d{prefix}_(v\d+(_raw|_staged|_events)?|keys)$"))
        )
    ]


def assign_ids(plan: StagingPlan) -> bool:
    """Give an id to each key that has none yet; a key has one id for the life of the dataset.

    Equal rows are distinguished by their rank. Return whether the dataset had no key before: the ids are then 1, 2, 3…
    in the order of lines.
    """
    keys, staged = qualified(plan.names.keys), qualified(plan.names.staged)
    if not plan.schema.key:
        _rank_equal_rows(plan)
    is_first = plan.names.keys not in tables_of(plan.names.dataset)
    if is_first:
        run(
            SQL(
                'CREATE TABLE {} (key text COLLATE "C" NOT NULL, id bigint GENERATED BY DEFAULT AS IDENTITY,'
                " is_alias boolean NOT NULL DEFAULT false)"
            ).format(keys)
        )
    former = SQL("" if is_first else "AND NOT EXISTS (SELECT FROM {keys} AS k WHERE k.key = s.key)")
    run(
        SQL(
            "INSERT INTO {keys} (key) SELECT s.key FROM {staged} AS s WHERE NOT s.faults && {errors} {former}"
            " ORDER BY s.line"
        ).format(keys=keys, staged=staged, errors=errors_of(plan), former=former.format(keys=keys))
    )
    if is_first:
        run(SQL("ALTER TABLE {} ADD PRIMARY KEY (key)").format(keys))
    else:
        split_aliases(plan)
    run(SQL("ANALYZE {}").format(keys))
    return is_first


def _rank_equal_rows(plan: StagingPlan) -> None:
    run(
        SQL(
            "UPDATE {staged} AS s SET key = s.key || ':' || d.rank FROM ("
            "SELECT line, row_number() OVER (PARTITION BY key ORDER BY line) AS rank FROM {staged} WHERE key IN ("
            "SELECT key FROM {staged} GROUP BY key HAVING count(*) > 1)) AS d WHERE d.line = s.line AND d.rank > 1"
        ).format(staged=qualified(plan.names.staged))
    )


def _column(schema: DatasetSchema, index: int) -> Composed:
    field = schema.fields[index]
    name = Identifier(field.column)
    parts: list[Composable] = [name, COLUMN_TYPES[field.type]]
    if field.is_required or field.name in schema.key:
        parts.append(SQL("NOT NULL"))
    parts += [SQL("CHECK ({})").format(condition) for condition, _code, _reason in constraints(field, name)]
    return SQL(" ").join(parts)


def _add_triggers(plan: StagingPlan) -> None:
    table = qualified(plan.names.table)
    run(
        SQL(
            "CREATE TRIGGER data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {}"
            " FOR EACH STATEMENT EXECUTE FUNCTION datasets_bump_version()"
        ).format(table)
    )
    if plan.schema.geometry.has_commune_shares:
        run(
            SQL(
                "CREATE TRIGGER commune BEFORE INSERT OR UPDATE OF geom, commune_id, {}, {} ON {}"
                " FOR EACH ROW EXECUTE FUNCTION datasets_set_communes()"
            ).format(Identifier(COMMUNES_COLUMN), Identifier(SHARES_COLUMN), table)
        )
    elif plan.schema.geometry is not GeometryKind.NONE:
        run(
            SQL(
                "CREATE TRIGGER commune BEFORE INSERT OR UPDATE OF geom, commune_id ON {}"
                " FOR EACH ROW EXECUTE FUNCTION datasets_set_commune()"
            ).format(table)
        )
    elif plan.schema.commune:
        column = plan.schema.by_name[plan.schema.commune].column
        run(
            SQL(
                "CREATE TRIGGER commune BEFORE INSERT OR UPDATE OF {}, commune_id ON {}"
                " FOR EACH ROW EXECUTE FUNCTION datasets_name_commune({})"
            ).format(Identifier(column), table, Literal(column))
        )
