"""PostgreSQL servers of this machine that have PostGIS; several versions may be installed, with and without it."""

from dataclasses import dataclass
from pathlib import Path

from launcher.steps import StepFailed

OLDEST = 15
PROGRAMS = Path("/usr/lib/postgresql")
SHARED = Path("/usr/share/postgresql")


@dataclass(frozen=True)
class PostgisServer:
    """A version and the folder of its programs."""

    version: int
    programs: Path


def installed_servers(programs: Path = PROGRAMS, shared: Path = SHARED) -> list[PostgisServer]:
    """The usable servers, newest first."""
    versions = [int(folder.name) for folder in programs.glob("[0-9]*") if folder.name.isdigit()]
    return [
        PostgisServer(version, programs / str(version) / "bin")
        for version in sorted(versions, reverse=True)
        if version >= OLDEST
        and (programs / str(version) / "bin" / "postgres").exists()
        and (shared / str(version) / "extension" / "postgis.control").exists()
    ]


def server_for(home: Path) -> PostgisServer:
    """The server that opens the database of this folder, or the newest one when there is none yet."""
    servers = installed_servers()
    existing = sorted(int(stamp.parent.name) for stamp in home.glob("[0-9]*/PG_VERSION"))
    candidates = [server for server in servers if server.version in existing] if existing else servers
    if candidates:
        return candidates[0]
    version = existing[-1] if existing else "NN"
    raise StepFailed(
        f"no PostgreSQL {version if existing else f'{OLDEST} or newer'} with PostGIS is installed",
        f"apt-get install postgresql-{version}-postgis-3",
    )
