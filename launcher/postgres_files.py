"""The configuration of the private database: small machine, loopback and socket only, nobody without a password."""

from pathlib import Path

from launcher.owner import Owner

APPLICATION = "portal"
OWNER = "portal_owner"
ROLES = Path(__file__).resolve().parents[1] / "deploy" / "database-roles.sql"
ADMINISTRATOR = "postgres"
INCLUDE = "include_if_exists = 'portal.conf'"

# The administrator enters by the socket as the owner of the files, never over TCP and never with a password.
ACCESS_RULES = f"""\
# TYPE  DATABASE  USER             ADDRESS        METHOD
local   all       {ADMINISTRATOR}                        peer map=owner
local   all       all                             scram-sha-256
host    all       {ADMINISTRATOR}         all            reject
host    all       all              127.0.0.1/32   scram-sha-256
host    all       all              ::1/128        scram-sha-256
"""

# For 2 cores and a few gigabytes: no JIT (its warm-up costs more than a tile), one helper a query so that two
# readers do not starve each other, an SSD's random reads, and room for bulk loads between two checkpoints.
TUNING = """\
max_connections = 80
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
min_wal_size = 256MB
max_wal_size = 2GB
wal_compression = on
random_page_cost = 1.1
effective_io_concurrency = 100
jit = off
max_worker_processes = 4
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
password_encryption = scram-sha-256
timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
"""


def server_configuration(*, port: int, socket: Path) -> str:
    """The text of portal.conf."""
    quoted = str(socket).replace("'", "''")
    return (
        "# Rewritten at each start by the launcher.\n"
        f"listen_addresses = '127.0.0.1'\nport = {port}\n"
        f"unix_socket_directories = '{quoted}'\nunix_socket_permissions = 0700\n{TUNING}"
    )


def write_configuration(cluster: Path, owner: Owner, *, port: int, socket: Path) -> None:
    """Write the server's files into its folder; PostgreSQL's own defaults stay where they are."""
    texts = {
        "portal.conf": server_configuration(port=port, socket=socket),
        "pg_hba.conf": ACCESS_RULES,
        "pg_ident.conf": f"owner {owner.name} {ADMINISTRATOR}\n",
    }
    main = cluster / "postgresql.conf"
    if INCLUDE not in (text := main.read_text()):
        texts["postgresql.conf"] = f"{text}\n{INCLUDE}\n"
    for name, text in texts.items():
        beside = cluster / f"{name}.new"
        beside.write_text(text)
        beside.chmod(0o600)
        owner.own(beside)
        beside.replace(cluster / name)


def roles_and_databases(password: str, owner_password: str) -> str:
    """What psql reads on its standard input to prepare the server; repeatable.

    The owner may create databases (the tests'), and is no superuser: the extensions it needs are in the template.
    """
    return f"""\
\\set password '{password}'
\\set owner_password '{owner_password}'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
\\connect postgres
{ROLES.read_text()}
ALTER ROLE {OWNER} CREATEDB;
"""
