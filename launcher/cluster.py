"""The private PostGIS server of a checkout: made once, started and stopped on demand, recovered after any crash."""

import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from launcher import ports
from launcher.credentials import kept_secret
from launcher.errors import StepFailed
from launcher.placement import Place, find_place, remember, remembered
from launcher.postgis import PostgisServer, server_for
from launcher.postgres_files import (
    ADMINISTRATOR,
    APPLICATION,
    OWNER,
    roles_and_databases,
    write_configuration,
)
from launcher.processes import PROC, arguments
from launcher.steps import run, tail

RESET_REMEDY = "start afresh with ./portal reset (this deletes the portal's data)"
LOCALE_OPTIONS = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr")


@dataclass(frozen=True)
class Cluster:
    """A server of one folder. It need not exist yet, nor run."""

    data: Path
    place: Place
    server: PostgisServer
    port: int

    @property
    def folder(self) -> Path:
        """PostgreSQL's data directory."""
        return self.place.home / str(self.server.version)

    @property
    def url(self) -> str:
        """The application's address for Django: through the socket, which needs no open port."""
        return self._address(APPLICATION, "database-password")

    @property
    def owner_url(self) -> str:
        """The address of who owns the tables, for migrations and for databases of tests."""
        return self._address(OWNER, "database-owner-password")

    def _address(self, role: str, secret: str) -> str:
        password = kept_secret(self.data / secret)
        return f"postgresql://{role}:{password}@/{APPLICATION}?host={quote(str(self.place.socket))}&port={self.port}"

    @property
    def log(self) -> Path:
        """The server's own log, in its own folder since its user may enter no other."""
        return self.place.home / "postgresql.log"

    def is_running(self) -> bool:
        """Whether the server of this very folder lives; the pid file alone is not believed."""
        pid = _kept_pid(self.folder)
        return pid is not None and _serves(pid, self.folder)

    def has_crashed(self) -> bool:
        """Whether the server ended without being asked: it left its pid file."""
        return not self.is_running() and (self.folder / "postmaster.pid").exists()

    def start(self, log: Path) -> "Cluster":
        """Make what is missing and start. The port moves when somebody else took it meanwhile."""
        for folder in (self.place.home, self.place.socket):
            self.place.owner.private_folder(folder)
        self._initialise(log)
        if self.is_running():
            self._prepare(log)
            return self
        self._forget_dead_server()
        moved = self if ports.is_free(self.port) else replace(self, port=ports.choose_free())
        remember(self.data, home=self.place.home, port=moved.port)
        moved._launch(log)
        moved._prepare(log)
        return moved

    def _initialise(self, log: Path) -> None:
        """initdb in a folder beside, renamed when whole: an interrupted one is thrown away."""
        if (self.folder / "PG_VERSION").exists():
            return
        partial = self.place.home / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        self._run(
            "initdb", "-D", partial, "-U", ADMINISTRATOR, "--auth-local=peer", "--auth-host=reject", *LOCALE_OPTIONS,
            log=log, remedy="see the log; is the disk full?",
        )  # fmt: skip
        partial.rename(self.folder)

    def _launch(self, log: Path) -> None:
        write_configuration(self.folder, self.place.owner, port=self.port, socket=self.place.socket)
        try:
            self._run(
                "pg_ctl", "-D", self.folder, "-l", self.log, "-w", "-t", "120", "start", log=log, remedy=""
            )
        except StepFailed as failure:
            raise StepFailed(
                tail(self.log) or failure.cause, f"see {self.log}; or {RESET_REMEDY}", log
            ) from failure

    def _prepare(self, log: Path) -> None:
        """Roles, extensions and the database; remembered by a stamp written last."""
        script = roles_and_databases(
            kept_secret(self.data / "database-password"), kept_secret(self.data / "database-owner-password")
        )
        stamp = self.place.home / "prepared"
        wanted = hashlib.sha256(script.encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        self._run(
            "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.place.socket, "-p", str(self.port),
            "-U", ADMINISTRATOR, "-d", "template1", "-f", "-",
            log=log, remedy=RESET_REMEDY, typed=script,
        )  # fmt: skip
        stamp.write_text(wanted)

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
            for left in self.place.socket.glob(".s.PGSQL.*"):
                left.unlink(missing_ok=True)

    def _run(self, program: str, *words: str | Path, log: Path, remedy: str, typed: str = "") -> None:
        command = self.place.owner.command(self.server.programs / program, *words)
        run(
            command,
            log=log,
            remedy=remedy,
            variables=_bare_variables(os.environ),
            folder=Path("/"),
            typed=typed,
        )


def find_cluster(data: Path) -> Cluster:
    """The cluster of a data folder, existing or to be made."""
    place = find_place(data)
    port = remembered(data).get("port")
    return Cluster(
        data, place, server_for(place.home), port if isinstance(port, int) else ports.choose_free()
    )


def _bare_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """An environment without the caller's PG* variables and locale, which would change what the programs do."""
    kept = {name: value for name, value in variables.items() if name in {"PATH", "TZ", "TMPDIR"}}
    return {**kept, "LC_ALL": "C.UTF-8"}


def _kept_pid(folder: Path) -> int | None:
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
