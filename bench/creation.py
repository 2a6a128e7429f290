"""The database of a benchmark, created beside the portal's own when the server has none of its name."""

from __future__ import annotations

import psycopg
from django.conf import settings
from psycopg.sql import SQL, Identifier

# Databases that every server has; one of them is asked to create ours.
_MAINTENANCE = ("postgres", "template1")


def create(*, anew: bool = False) -> None:
    """Create the database of the settings when the server has none of that name; ``anew`` drops the one there is."""
    database = settings.DATABASES["default"]
    login = {"user": database["USER"], "password": database["PASSWORD"], "host": database["HOST"]}
    login |= {"port": database["PORT"]}
    for maintenance in _MAINTENANCE:
        try:
            server = psycopg.connect(dbname=maintenance, autocommit=True, **login)
        except psycopg.OperationalError:
            continue
        with server:
            if anew:
                server.execute(
                    SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(database["NAME"]))
                )
            existing = server.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [database["NAME"]]
            ).fetchone()
            if existing is None:
                server.execute(SQL("CREATE DATABASE {}").format(Identifier(database["NAME"])))
        return
    raise SystemExit(f"bench: no maintenance database ({', '.join(_MAINTENANCE)}) lets us in on this server")
