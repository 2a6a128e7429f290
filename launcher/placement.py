"""Where the private database lives, and which user owns it."""

import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.files import write_private
from launcher.steps import StepFailed

SYSTEM_USER = "postgres"  # made by Debian's PostgreSQL packages


@dataclass(frozen=True)
class Owner:
    """A user of this machine; `borrowed` when the caller has to become that user."""

    name: str
    uid: int
    gid: int
    borrowed: bool

    def command(self, *words: str | Path) -> list[str]:
        """The command line that runs a program as this user."""
        prefix = (
            ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--init-groups"]
            if self.borrowed
            else []
        )
        return [*prefix, *map(str, words)]

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can traverse a folder and everything above it."""
        return subprocess.run(self.command("test", "-x", folder), cwd="/", check=False).returncode == 0

    def own(self, *paths: Path) -> None:
        """Give files or folders to this user."""
        if self.borrowed:
            for path in paths:
                os.chown(path, self.uid, self.gid)

    def private_folder(self, folder: Path) -> Path:
        """A folder that only this user enters; refuses one that somebody else prepared."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.borrowed and folder.lstat().st_uid == 0:
            self.own(folder)
        status = folder.lstat()
        if folder.is_symlink() or status.st_uid != self.uid:
            raise StepFailed(
                f"{folder} belongs to another user than {self.name}",
                f"run the script as the user who made it, or remove it: rm -r {folder}",
            )
        folder.chmod(0o700)
        return folder


def database_owner(existing: Path | None = None) -> Owner:
    """The user of the database: the one whose files already exist, else the caller or, for root, a system user."""
    if os.geteuid() != 0:
        return _of(pwd.getpwuid(os.geteuid()), borrowed=False)
    if existing is not None and existing.exists() and (uid := existing.stat().st_uid) != 0:
        return _of(pwd.getpwuid(uid), borrowed=True)
    try:
        return _of(pwd.getpwnam(SYSTEM_USER), borrowed=True)
    except KeyError:
        raise StepFailed(
            f"root needs the system user {SYSTEM_USER!r} to run PostgreSQL and it does not exist",
            f"useradd --system --user-group --home-dir /nonexistent --shell {shutil.which('nologin') or '/bin/false'}"
            f" {SYSTEM_USER}",
        ) from None


def _of(entry: pwd.struct_passwd, *, borrowed: bool) -> Owner:
    return Owner(entry.pw_name, entry.pw_uid, entry.pw_gid, borrowed)


SOCKET_LIMIT = 107  # bytes in sockaddr_un.sun_path, less the closing zero
LONGEST_NAME = ".s.PGSQL.65535.lock"
ELSEWHERE = Path("/var/lib/gisportal")
POINTER = "cluster.json"


@dataclass(frozen=True)
class ClusterLocation:
    """The folder of the database, the user who owns it and the folder of its socket."""

    home: Path
    owner: Owner
    socket: Path


def find_location(data: Path, *, elsewhere: Path = ELSEWHERE) -> ClusterLocation:
    """The place kept in the pointer file, or the best one."""
    recorded = remembered(data).get("home")
    home = Path(str(recorded)) if recorded else None
    owner = database_owner(home)
    if home is None or not home.exists():
        home = data / "postgresql" if owner.may_enter(data) else elsewhere / fingerprint(data)
    return ClusterLocation(home, owner, socket_folder(home, owner))


def socket_folder(home: Path, owner: Owner) -> Path:
    """A folder for the socket, short enough for the kernel."""
    folder = home / "socket"
    if len(os.fsencode(folder / LONGEST_NAME)) <= SOCKET_LIMIT:
        return folder
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = bool(runtime) and not owner.borrowed and os.access(runtime, os.W_OK)
    base = Path(runtime) if usable and len(os.fsencode(runtime)) < SOCKET_LIMIT // 2 else Path(_temporary())
    return base / f"gisportal-{owner.uid}-{fingerprint(home)}"


def _temporary() -> str:
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) < SOCKET_LIMIT // 2 else "/tmp"  # noqa: S108  (made private by its owner)


def fingerprint(path: Path) -> str:
    """A short name for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def remembered(data: Path) -> dict[str, str | int]:
    """What the pointer file says; nothing when it is missing, damaged or came here with a copied folder."""
    try:
        record = json.loads((data / POINTER).read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) and record.get("data") == str(data) else {}


def remember(data: Path, *, home: Path, port: int) -> None:
    """Keep the place and the port for the next run."""
    write_private(data / POINTER, json.dumps({"data": str(data), "home": str(home), "port": port}) + "\n")
