"""The columns of moderation of a delivery's table: the state of each row, and the account that wrote it.

A row of a file is public. What adds a row without naming its state makes a draft, which nobody reads but who approves.
"""

from __future__ import annotations

from psycopg.sql import SQL, Identifier, Literal

from datasets.moderation import DRAFT, PUBLISHED
from datasets.sql import AUTHOR_COLUMN, DATABASE_SCHEMA, STATE_COLUMN, Names, qualified, rows, run, single


def has_states(names: Names) -> bool:
    """Whether a table has the columns."""
    statement = SQL(
        "SELECT EXISTS (SELECT FROM information_schema.columns"
        " WHERE table_schema = {} AND table_name = {} AND column_name = {})"
    )
    return bool(
        single(statement.format(Literal(DATABASE_SCHEMA), Literal(names.table), Literal(STATE_COLUMN)))
    )


def add_states(names: Names) -> None:
    """Give a table its columns, every row being public; nothing where it has them. A large table is not rewritten."""
    if has_states(names):
        return
    table, state = qualified(names.table), Identifier(STATE_COLUMN)
    run(
        SQL("ALTER TABLE {} ADD COLUMN {} varchar(20) NOT NULL DEFAULT {}, ADD COLUMN {} bigint").format(
            table, state, Literal(PUBLISHED), Identifier(AUTHOR_COLUMN)
        )
    )
    run(SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(table, state, Literal(DRAFT)))
    run(SQL("CREATE INDEX ON {} ({}) WHERE {} <> {}").format(table, state, state, Literal(PUBLISHED)))
    run(SQL("CREATE INDEX ON {0} ({1}) WHERE {1} IS NOT NULL").format(table, Identifier(AUTHOR_COLUMN)))


def carry_states(names: Names, online: Names) -> None:
    """Give the rows of a table the state and the author that the rows of the same ids have online."""
    run(
        SQL(
            "UPDATE {table} AS n SET {state} = o.{state}, {author} = o.{author} FROM {online} AS o"
            " WHERE o.id = n.id AND (n.{state}, n.{author}) IS DISTINCT FROM (o.{state}, o.{author})"
        ).format(
            table=qualified(names.table),
            online=qualified(online.table),
            state=Identifier(STATE_COLUMN),
            author=Identifier(AUTHOR_COLUMN),
        )
    )


def count_states(names: Names) -> dict[str, int]:
    """Return how many rows of a table are in each state."""
    statement = SQL("SELECT {}, count(*) FROM {} GROUP BY 1")
    return dict(rows(statement.format(Identifier(STATE_COLUMN), qualified(names.table))))
