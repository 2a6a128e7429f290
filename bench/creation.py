"""What a run needs before its layers: its database, created beside the portal's own, and the published files."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from psycopg.sql import SQL, Identifier

from bench.runs import BEGUN

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


def publish_files() -> None:
    """Publish the static files, unless a run of the same ``./portal bench all`` has: it takes six seconds."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    begun = float(os.environ.get(BEGUN, "inf"))
    if not manifest.exists() or manifest.stat().st_mtime < begun:
        call_command("collectstatic", interactive=False, verbosity=0)
