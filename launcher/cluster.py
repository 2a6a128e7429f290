"""The private PostGIS server of a checkout: made once, started and stopped on demand, recovered after any crash."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from launcher import processes
from launcher.environment import OWNER_URL, Environment
from launcher.files import is_last, one_at_a_time, shared_use, stored_secret
from launcher.placement import ClusterLocation, Owner, find_location, remember, remembered
from launcher.postgis import PostgisServer, server_for
from launcher.processes import PROC, arguments
from launcher.steps import StepFailed, run, step, tail

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


def server_configuration(*, port: int, socket: Path, major: int) -> str:
    """The text of portal.conf for a major version of PostgreSQL: LZ4, a tenth off an import, came with the 15th."""
    quoted = str(socket).replace("'", "''")
    compression = "lz4" if major >= 15 else "on"
    return (
        "# Rewritten at each start by the launcher.\n"
        f"listen_addresses = '127.0.0.1'\nport = {port}\n"
        f"unix_socket_directories = '{quoted}'\nunix_socket_permissions = 0700\n"
        f"wal_compression = {compression}\n{TUNING}"
    )


def write_configuration(cluster: Path, owner: Owner, *, port: int, socket: Path) -> None:
    """Write the server's files into its folder; PostgreSQL's own defaults stay where they are."""
    major = int((cluster / "PG_VERSION").read_text().split(".")[0])
    texts = {
        "portal.conf": server_configuration(port=port, socket=socket, major=major),
        "pg_hba.conf": ACCESS_RULES,
        "pg_ident.conf": f"owner {owner.name} {ADMINISTRATOR}\n",
    }
    main = cluster / "postgresql.conf"
    if INCLUDE not in (text := main.read_text()):
        texts["postgresql.conf"] = f"{text}\n{INCLUDE}\n"
    for name, text in texts.items():
        partial = cluster / f"{name}.new"
        partial.write_text(text)
        partial.chmod(0o600)
        owner.own(partial)
        partial.replace(cluster / name)


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


# The digest of the code, and the migrations that were applied when it had prepared the database.
_STATE = "(SELECT format('%s %s %s', '{digest}', count(*), max(id)) FROM django_migrations)"
IS_PREPARED = f"SELECT obj_description('django_migrations'::regclass) = {_STATE}"
NOTE_PREPARED = f"DO $$ BEGIN EXECUTE format('COMMENT ON TABLE django_migrations IS %L', {_STATE}); END $$"
RESET_REMEDY = "start afresh with ./portal reset (this deletes the portal's data)"
LOCALE_OPTIONS = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr")


@dataclass(frozen=True)
class Cluster:
    """A server of one folder. It need not exist yet, nor run."""

    data: Path
    location: ClusterLocation
    server: PostgisServer
    port: int

    @property
    def folder(self) -> Path:
        """PostgreSQL's data directory."""
        return self.location.home / str(self.server.version)

    @property
    def url(self) -> str:
        """The application's address for Django: through the socket, which needs no open port."""
        return self._address(APPLICATION, "database-password")

    @property
    def owner_url(self) -> str:
        """The address of who owns the tables, for migrations and for databases of tests."""
        return self._address(OWNER, "database-owner-password")

    def _address(self, role: str, secret: str) -> str:
        password = stored_secret(self.data / secret)
        return f"postgresql://{role}:{password}@/{APPLICATION}?host={quote(str(self.location.socket))}&port={self.port}"

    @property
    def log(self) -> Path:
        """The server's own log, in its own folder since its user may enter no other."""
        return self.location.home / "postgresql.log"

    def is_running(self) -> bool:
        """Whether the server of this very folder lives; the pid file alone is not believed."""
        pid = _stored_pid(self.folder)
        return pid is not None and _serves(pid, self.folder)

    def has_crashed(self) -> bool:
        """Whether the server ended without being asked: it left its pid file."""
        return not self.is_running() and (self.folder / "postmaster.pid").exists()

    def start(self, log: Path) -> "Cluster":
        """Make what is missing and start. The port moves when somebody else took it meanwhile."""
        for folder in (self.location.home, self.location.socket):
            self.location.owner.private_folder(folder)
        self._initialise(log)
        if self.is_running():
            self._prepare(log)
            return self
        self._forget_dead_server()
        moved = self if processes.is_free(self.port) else replace(self, port=processes.choose_free())
        remember(self.data, home=self.location.home, port=moved.port)
        moved._launch(log)
        moved._prepare(log)
        return moved

    def _initialise(self, log: Path) -> None:
        """initdb in a folder beside, renamed when whole: an interrupted one is thrown away."""
        if (self.folder / "PG_VERSION").exists():
            return
        partial = self.location.home / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        self._run(
            "initdb", "-D", partial, "-U", ADMINISTRATOR, "--auth-local=peer", "--auth-host=reject", *LOCALE_OPTIONS,
            log=log, remedy="see the log; is the disk full?",
        )  # fmt: skip
        partial.rename(self.folder)

    def _launch(self, log: Path) -> None:
        write_configuration(self.folder, self.location.owner, port=self.port, socket=self.location.socket)
        try:
            self._run(
                "pg_ctl", "-D", self.folder, "-l", self.log, "-w", "-t", "120", "start",
                log=log, remedy="", starts_services=True,
            )  # fmt: skip
        except StepFailed as failure:
            raise StepFailed(
                tail(self.log) or failure.cause, f"see {self.log}; or {RESET_REMEDY}", log
            ) from failure

    def _prepare(self, log: Path) -> None:
        """Roles, extensions and the database; remembered by a stamp written last."""
        script = roles_and_databases(
            stored_secret(self.data / "database-password"),
            stored_secret(self.data / "database-owner-password"),
        )
        stamp = self.location.home / "prepared"
        digest = hashlib.sha256(script.encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == digest:
            return
        self._run(
            "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.location.socket, "-p", str(self.port),
            "-U", ADMINISTRATOR, "-d", "template1", "-f", "-",
            log=log, remedy=RESET_REMEDY, typed=script,
        )  # fmt: skip
        stamp.write_text(digest)

    def stop(self, log: Path) -> None:
        """Stop the server if it lives; connections are cut, transactions rolled back."""
        if self.is_running():
            self._run(
                "pg_ctl", "-D", self.folder, "-m", "fast", "-w", "-t", "60", "stop",
                log=log, remedy=f"see {self.log}",
            )  # fmt: skip

    def _forget_dead_server(self) -> None:
        """Remove what a killed server left, where its pid now belongs to an unrelated process.

        PostgreSQL would refuse to start. Only done when no process works in the folder any more.
        """
        if not any(_works_in(process, self.folder) for process in PROC.glob("[0-9]*")):
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
            for left in self.location.socket.glob(".s.PGSQL.*"):
                left.unlink(missing_ok=True)

    def _run(
        self,
        program: str,
        *words: str | Path,
        log: Path,
        remedy: str,
        typed: str = "",
        starts_services: bool = False,
    ) -> None:
        command = self.location.owner.command(self.server.programs / program, *words)
        run(
            command,
            log=log,
            remedy=remedy,
            variables=_clean_variables(os.environ),
            folder=Path("/"),
            typed=typed,
            starts_services=starts_services,
        )

    def note_prepared(self, digest: str, log: Path) -> None:
        """Note in the database itself what prepared it: a restored one brings its own note."""
        self._psql(NOTE_PREPARED.format(digest=digest), log)

    def is_prepared(self, digest: str) -> bool:
        """Whether the database was prepared by this very code, and no migration was applied or undone since."""
        command = self._psql_command("-A", "-t", "-c", IS_PREPARED.format(digest=digest))
        answer = subprocess.run(
            command, capture_output=True, text=True, cwd="/", env=_clean_variables(os.environ), check=False
        )
        return answer.stdout.strip() == "t"

    def _psql(self, script: str, log: Path) -> None:
        run(
            self._psql_command("-q", "-v", "ON_ERROR_STOP=1", "-f", "-"),
            log=log, remedy=RESET_REMEDY, variables=_clean_variables(os.environ), folder=Path("/"), typed=script,
        )  # fmt: skip

    def _psql_command(self, *words: str) -> list[str]:
        """Return a command on the application's database, as the administrator by the socket."""
        return self.location.owner.command(
            self.server.programs / "psql", "-X", "-h", self.location.socket, "-p", str(self.port),
            "-U", ADMINISTRATOR, "-d", APPLICATION, *words,
        )  # fmt: skip


def find_cluster(data: Path) -> Cluster:
    """The cluster of a data folder, existing or to be made."""
    location = find_location(data)
    port = remembered(data).get("port")
    return Cluster(
        data, location, server_for(location.home), port if isinstance(port, int) else processes.choose_free()
    )


def _clean_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """An environment without the caller's PG* variables and locale, which would change what the programs do."""
    remaining = {name: value for name, value in variables.items() if name in {"PATH", "TZ", "TMPDIR"}}
    return {**remaining, "LC_ALL": "C.UTF-8"}


def _stored_pid(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _serves(pid: int, folder: Path) -> bool:
    command = arguments(pid)
    return bool(command) and Path(command[0]).name == "postgres" and str(folder) in command


def _works_in(process: Path, folder: Path) -> bool:
    with suppress(OSError):
        return (process / "cwd").readlink() == folder
    return False


KEEP = "cluster-kept"  # its file says that the cluster outlives the commands: up --detach and cluster start


@contextmanager
def database(environment: Environment) -> Iterator[str]:
    """Give the address of a running database; afterwards the last user stops a cluster nobody asked to keep."""
    if environment.database_url is not None:
        yield environment.database_url
        return
    with shared_use(environment.data / "cluster.lock") as use:
        try:
            yield _started(environment).url
        finally:
            if not (environment.data / KEEP).exists() and is_last(use):
                find_cluster(environment.data).stop(environment.logs / "cluster.log")


def _started(environment: Environment) -> Cluster:
    log = environment.logs / "cluster.log"
    with one_at_a_time(environment.data / "cluster-start.lock"):
        cluster = find_cluster(environment.data)
        if cluster.is_running():
            return cluster.start(log)  # an interrupted preparation is finished
        # Nobody keeps what was not running: a kept cluster ends with its machine.
        (environment.data / KEEP).unlink(missing_ok=True)
        with step("Database server") as note:
            cluster = cluster.start(log)
            note.text = f"PostgreSQL {cluster.server.version}, port {cluster.port}"
        return cluster


def owner_variables(environment: Environment) -> dict[str, str]:
    """The address of the tables' owner, as migrations receive it; nothing when the caller's database has one role."""
    if environment.database_url is None:
        return {OWNER_URL: find_cluster(environment.data).owner_url}
    url = environment.variables.get(OWNER_URL)
    return {OWNER_URL: url} if url else {}


def start_again(environment: Environment) -> str:
    """Start the private cluster that died; return its address."""
    stays_stopped = (environment.data / KEEP).exists()
    url = _started(environment).url
    if stays_stopped:
        keep_running(environment)
    return url


def is_cluster_running(environment: Environment) -> bool:
    """Whether the private cluster of this checkout runs."""
    if not (environment.data / "cluster.json").exists():
        return False
    try:
        return find_cluster(environment.data).is_running()
    except StepFailed:
        return False  # its PostgreSQL is no longer installed: nothing of it can run


def keep_running(environment: Environment) -> None:
    """Let the cluster run after the command that started it."""
    if environment.database_url is None:
        (environment.data / KEEP).touch()


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def stop_cluster(environment: Environment) -> bool:
    """Stop the private cluster, whoever uses it; False when it was not running."""
    (environment.data / KEEP).unlink(missing_ok=True)
    if not is_cluster_running(environment):
        return False
    find_cluster(environment.data).stop(environment.logs / "cluster.log")
    return True
