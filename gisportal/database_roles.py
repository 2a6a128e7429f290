"""What the application's role may do in the database (ADR 0051): rows of the portal's tables, and tables of datasets.

``migrate`` runs as the owner of schema ``public`` and grants this after the migrations; the application runs as another
role, which owns nothing there: it cannot alter a table, drop it, disable a trigger or empty the journal.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections
from psycopg.sql import SQL, Composable, Identifier

from layers.sql.communes import apply_commune_thresholds

# More or less than to read and write rows, by table.
PRIVILEGES = {
    "journal_journalentry": "SELECT, INSERT",
    "django_migrations": "SELECT",
    "tiles_cache": "SELECT, INSERT, UPDATE, DELETE, TRUNCATE",
}
_ROWS = "SELECT, INSERT, UPDATE, DELETE"
# Functions that run as the owner (SECURITY DEFINER) and the application may call; the journal's trigger does by itself.
CALLED_AS_OWNER = (
    "journal_purge(interval)",
    "journal_erase(bigint,text,text)",
    "layers_watch_cells(regclass)",
    "layers_unwatch_cells(regclass)",
    "layers_watch_search(regclass)",
)
_RUN_AS_OWNER = ("journal_seal()", *CALLED_AS_OWNER)
_OWN_RELATIONS = """
SELECT relname, relkind = 'S' FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND pg_has_role(current_user, relowner, 'USAGE') AND relowner <> %s::regrole
    AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
"""


def grant_application(*, role: str, using: str = "default") -> None:
    """Grant a role what the application needs, and revoke all else; repeatable.

    Raises:
        django.db.ProgrammingError: there is no such role, or the connection is not the owner's.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_OWN_RELATIONS, [role])
        relations = cursor.fetchall()
        for statement in _statements(Identifier(role), relations):
            cursor.execute(statement)


def _statements(role: Composable, relations: list[tuple[str, bool]]) -> list[Composable]:
    statements: list[Composable] = [
        SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
        SQL("GRANT USAGE ON SCHEMA public TO {}").format(role),
        SQL("GRANT USAGE, CREATE ON SCHEMA datasets TO {}").format(role),
    ]
    for name, is_sequence in relations:
        kind = SQL("SEQUENCE" if is_sequence else "TABLE")
        words = "USAGE, SELECT, UPDATE" if is_sequence else PRIVILEGES.get(name, _ROWS)
        parameters = {"kind": kind, "name": Identifier("public", name), "role": role}
        statements += [
            SQL("REVOKE ALL ON {kind} {name} FROM {role}").format(**parameters),
            SQL("GRANT {words} ON {kind} {name} TO {role}").format(words=SQL(words), **parameters),
        ]
    statements += [
        SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(SQL(function)) for function in _RUN_AS_OWNER
    ]
    statements += [
        SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(SQL(function), role) for function in CALLED_AS_OWNER
    ]
    return statements


def grant_after_migrations(*, using: str, **_signal: Any) -> None:
    """Grant after ``migrate``, when two roles are set."""
    if settings.APPLICATION_ROLE:
        grant_application(role=settings.APPLICATION_ROLE, using=using)


def locate_after_migrations(*, using: str, **_signal: Any) -> None:
    """Place lines and surfaces in their communes again after ``migrate``, when the thresholds of settings changed."""
    apply_commune_thresholds(using=using, role=settings.APPLICATION_ROLE)
