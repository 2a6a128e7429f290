"""Connections of the event loop to the database: Django's own are for threads."""

from __future__ import annotations

from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

AsyncConnection = psycopg.AsyncConnection[tuple[Any, ...]]
# What ``pg_stat_activity`` calls them.
APPLICATION_NAME = "gisportal event loop"
# How long an opening or a statement may take.
PATIENCE_S = 5.0


async def open_connection(**limits: str) -> AsyncConnection:
    """Open a connection whose values have the types of Django's; ``limits`` are parameters of PostgreSQL.

    Raises:
        psycopg.Error: it cannot be opened.
    """
    parameters: dict[str, Any] = connections[DEFAULT_DB_ALIAS].get_connection_params()
    for name in ("cursor_factory", "prepare_threshold"):
        parameters.pop(name, None)
    options = [parameters.get("options", ""), *(f"-c {name}={value}" for name, value in limits.items())]
    # A pooler in transaction mode gives each statement another connection, without what this one prepared.
    threshold = 0 if settings.SHORT_ROAD_PREPARES else None
    return await psycopg.AsyncConnection.connect(
        **{**parameters, "options": " ".join(options).strip(), "application_name": APPLICATION_NAME},
        prepare_threshold=threshold,
        autocommit=True,
    )
