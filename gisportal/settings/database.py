"""The database: a pool of connections in each server process, and how long anybody waits for PostgreSQL."""

from gisportal.settings import environment as env

DATABASES = {"default": env.database()}
DATABASES["default"]["OPTIONS"] = {
    # A machine that does not answer, and one that vanished under an open connection, are noticed within a minute.
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    **DATABASES["default"]["OPTIONS"],
    # Reads are many and short: warm connections keep plans and PROJ loaded (a cold one costs 10 to 30 ms). A restart of
    # PostgreSQL is waited for; beyond, requests are told to come back (``gisportal.outage``), and whether the server is
    # back is tried again every few seconds.
    "pool": {
        "min_size": 2,
        "max_size": env.number("PORTAL_POOL", 8),
        "timeout": 5,
        "reconnect_timeout": 5,
    },
}
