"""What this machine must have, and how to see that it has it without asking apt (a second run must be quick)."""

import re
import shutil
import subprocess
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass

from launcher.postgis import installed_servers

OLDEST_NODE = 18
# The first has no windows: a page costs it a quarter of what it costs the others.
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)


@dataclass(frozen=True)
class Need:
    """Something to have: how it is recognised, and which Debian package brings it.

    `pattern` matches the package in every supported release; `usual` is its name when apt knows nothing yet.
    """

    title: str
    pattern: str
    usual: str
    is_met: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    return lambda: find_library(name) is not None


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(map(shutil.which, names))


def node_version(said: str) -> int:
    """The major version in what `node --version` says; 0 when it says nothing."""
    found = re.match(r"v(\d+)\.", said)
    return int(found[1]) if found else 0


def proxy() -> str | None:
    """The nginx of this machine; its folder is not in everybody's path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def _has_node() -> bool:
    if shutil.which("node") is None:
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return node_version(said) >= OLDEST_NODE


def browser() -> str | None:
    """The Chromium of this machine."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


DATABASE = (
    Need("PostgreSQL with PostGIS", r"^postgresql-[0-9]+-postgis-3$", "postgresql-17-postgis-3",
         lambda: bool(installed_servers())),
)  # fmt: skip
PROGRAMS_AND_LIBRARIES = (
    Need("GDAL", r"^libgdal[0-9]+$", "libgdal36", _library("gdal")),
    Need("GEOS", r"^libgeos-c1(v5|t64)$", "libgeos-c1t64", _library("geos_c")),
    Need("PROJ", r"^libproj[0-9]+$", "libproj25", _library("proj")),
    # WeasyPrint draws the text of PDF files with these.
    Need("Pango", r"^libpango-1\.0-0$", "libpango-1.0-0", _library("pango-1.0")),
    Need("Pango for FreeType", r"^libpangoft2-1\.0-0$", "libpangoft2-1.0-0", _library("pangoft2-1.0")),
    Need("HarfBuzz subsets", r"^libharfbuzz-subset0$", "libharfbuzz-subset0", _library("harfbuzz-subset")),
    Need("gettext", r"^gettext$", "gettext", _program("msgfmt")),
    Need("Node.js", r"^nodejs$", "nodejs", _has_node),
    Need("npm", r"^npm$", "npm", _program("npm")),
)
BROWSER = (Need("Chromium", r"^chromium-headless-shell$", "chromium", lambda: browser() is not None),)
# Before the server in the tests: a reverse proxy as in production.
PROXY = (Need("nginx", r"^nginx-light$", "nginx-light", lambda: proxy() is not None),)
