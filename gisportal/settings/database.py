"""The database: a pool of connections in each server process, and the limits of waiting for PostgreSQL.

Every connection has limits from its first statement. A read has a shorter or longer one by its kind
(``LAYER_TIMEOUTS``), an import by its work (``WORK_TIMEOUTS``); commands and the worker, for which no page waits,
have their own.
"""

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from gisportal.settings import environment as env

# Set by ``manage.py``: a migration, a load or the worker, no request.
IS_COMMAND = bool(os.environ.get("PORTAL_COMMAND"))
# Seconds a statement may take: that of a page unless it says otherwise.
STATEMENT_SECONDS = (
    env.number("PORTAL_COMMAND_STATEMENT_S", 3_600) if IS_COMMAND else env.number("PORTAL_STATEMENT_S", 15)
)
_LIMITS = {
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    # Behind an import that writes to the same rows; a deployment waits for readers of whole layers.
    "lock_timeout": "5min" if IS_COMMAND else "5s",
    # A process that stopped in the middle keeps no lock, and no old row alive.
    "idle_in_transaction_session_timeout": "30min" if IS_COMMAND else "2min",
    # A server process that dies takes its statements with it.
    "client_connection_check_interval": "2s",
}

# Two roles (ADR 0051): the owner of the tables for ``migrate`` alone, and the application's for all else.
_ADDRESSES = {"application": env.database("DATABASE_URL"), "owner": env.database("PORTAL_DATABASE_OWNER_URL")}
_HAS_TWO_ROLES = bool(env.text("PORTAL_DATABASE_OWNER_URL"))
if _HAS_TWO_ROLES and _ADDRESSES["owner"]["USER"] == _ADDRESSES["application"]["USER"]:
    raise ImproperlyConfigured("PORTAL_DATABASE_OWNER_URL must name another role than DATABASE_URL")
# The application's role, empty where one role does all.
APPLICATION_ROLE = _ADDRESSES["application"]["USER"] if _HAS_TWO_ROLES else ""
_IS_OWNER = _HAS_TWO_ROLES and bool(os.environ.get("PORTAL_DATABASE_AS_OWNER"))
# TLS to a database on another machine; the words and what each proves are libpq's.
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_TLS = {
    "sslmode": env.choice("PORTAL_DATABASE_SSLMODE", _SSL_MODES),
    "sslrootcert": env.text("PORTAL_DATABASE_ROOT_CERT"),
}


def _connection(address: dict[str, Any]) -> dict[str, Any]:
    """Return Django's settings of a database, with its pool and limits."""
    options = {
        # A machine that does not answer, and one that vanished under an open connection, are noticed within a minute.
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        **{option: value for option, value in _TLS.items() if value},
        **address["OPTIONS"],
        # What the address says comes last, and wins.
        "options": " ".join(
            [
                *(f"-c {name}={value}" for name, value in _LIMITS.items()),
                address["OPTIONS"].get("options", ""),
            ]
        ).strip(),
        # Reads are many and short: warm connections keep plans and PROJ loaded (a cold one costs 10 to 30 ms). A stop
        # of PostgreSQL is waited for; beyond, requests are told to come back (``gisportal.outage``), and whether the
        # server is back is tried again every few seconds.
        "pool": {
            "min_size": 2,
            "max_size": env.number("PORTAL_POOL", 8),
            "timeout": 5,
            "reconnect_timeout": 5,
        },
    }
    return {**address, "OPTIONS": options}


DATABASES = {"default": _connection(_ADDRESSES["owner" if _IS_OWNER else "application"])}
# Who owns the tables, for a process that migrates and then works as the application (``deploy/run_steps.py``).
OWNER_DATABASE = _connection(_ADDRESSES["owner" if _HAS_TWO_ROLES else "application"])

# Whether small statements of every request are prepared once a session (``layers.sql.prepared``); some poolers refuse.
PREPARED_STATEMENTS = env.flag("PORTAL_PREPARED_STATEMENTS", default=True)

# Seconds a read may take, by kind, before it is told to ask for less.
LAYER_TIMEOUTS = {
    "tile": 5,
    "list": 10,
    "map": 15,
    "page": 15,
    "count": 15,
    "aggregate": 30,
    "whole": 120,
    "export": 120,
    "search": 2,
    "menu": 2,
    "suggestion": 0.2,
}
# Seconds each statement of a longer work may take, by its name.
WORK_TIMEOUTS = {"import": 1_800}

# The query limiter (docs/adr/0014): slots in all processes together, and those of one client; how long one waits for a
# place, and how many threads of a server process may; after how long who found none may come back.
HEAVY_PLACES = env.number("PORTAL_HEAVY_PLACES", 2)
HEAVY_PLACES_EACH = env.number("PORTAL_HEAVY_PLACES_EACH", 1)
HEAVY_WAIT_S = 4
HEAVY_WAITING = env.number("PORTAL_HEAVY_WAITING", 2)
HEAVY_RETRY_S = 10
# Costs in the planner's units, of which a hundred thousand are about a second of a processor: above the first a read
# takes a slot, above the second a spatial join is refused.
HEAVY_COST = env.number("PORTAL_HEAVY_COST", 100_000)
REFUSED_COST = env.number("PORTAL_REFUSED_COST", 30_000_000)
# Seconds after a write during which panels, facets and counts may be those of before it (docs/adr/0058); 0: never.
STALE_S = env.number("PORTAL_STALE_S", 60)
if STALE_S > 60:
    raise ImproperlyConfigured(f"PORTAL_STALE_S must be 60 at most, not {STALE_S}")
# Seconds a request that reads may work for in the database, all its statements together; a whole layer may longer.
REQUEST_SECONDS = env.number("PORTAL_REQUEST_S", 30)
# Feature types, and queries, that one request of WFS asks; actions of a transaction that a condition chooses.
WFS_MAX_QUERIES = env.number("PORTAL_WFS_QUERIES", 20)
