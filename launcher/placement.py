"""Where the private database lives: beside the data, unless its user or a unix socket cannot be there."""

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.credentials import write_private
from launcher.owner import Owner, database_owner

SOCKET_LIMIT = 107  # bytes in sockaddr_un.sun_path, less the closing zero
LONGEST_NAME = ".s.PGSQL.65535.lock"
ELSEWHERE = Path("/var/lib/gisportal")
POINTER = "cluster.json"


@dataclass(frozen=True)
class Place:
    """The folder of the database, the user who owns it and the folder of its socket."""

    home: Path
    owner: Owner
    socket: Path


def find_place(data: Path, *, elsewhere: Path = ELSEWHERE) -> Place:
    """The place kept in the pointer file, or the best one."""
    kept = remembered(data).get("home")
    home = Path(str(kept)) if kept else None
    owner = database_owner(home)
    if home is None or not home.exists():
        home = data / "postgresql" if owner.may_enter(data) else elsewhere / fingerprint(data)
    return Place(home, owner, socket_folder(home, owner))


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
        kept = json.loads((data / POINTER).read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) and kept.get("data") == str(data) else {}


def remember(data: Path, *, home: Path, port: int) -> None:
    """Keep the place and the port for the next run."""
    write_private(data / POINTER, json.dumps({"data": str(data), "home": str(home), "port": port}) + "\n")
