"""Who runs the private database: the caller, or a system user when the caller is root (PostgreSQL refuses root)."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.errors import StepFailed

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
        seen = folder.lstat()
        if folder.is_symlink() or seen.st_uid != self.uid:
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
