"""The Debian packages that the machine must have: what is missing, and how it is installed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from launcher.postgis import installed_servers
from launcher.steps import StepFailed, run

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

    `pattern` matches the package in every supported release; `default` is its name when apt knows nothing yet.
    """

    title: str
    pattern: str
    default: str
    is_met: Callable[[], bool]


def _library(name: str) -> Callable[[], bool]:
    return lambda: find_library(name) is not None


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(map(shutil.which, names))


def node_version(text: str) -> int:
    """The major version in what `node --version` says; 0 when it says nothing."""
    match = re.match(r"v(\d+)\.", text)
    return int(match[1]) if match else 0


def proxy() -> str | None:
    """The nginx of this machine; its folder is not in everybody's path."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def _has_node() -> bool:
    if shutil.which("node") is None:
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return node_version(version) >= OLDEST_NODE


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
BROWSER = (
    Need("Chromium", r"^chromium-headless-shell$", "chromium", lambda: browser() is not None),
    # The program by which Playwright drives it is a node of its own.
    Need("libatomic", r"^libatomic1$", "libatomic1", _library("atomic")),
)
# Before the server in the tests: a reverse proxy as in production.
# The tests of the code ask git which files are ours.
REPOSITORY = (Need("git", r"^git$", "git", _program("git")),)
PROXY = (Need("nginx", r"^nginx-light$", "nginx-light", lambda: proxy() is not None),)

# Another installation, or the one of a launcher that was killed, is waited for.
LOCK_PATIENCE_S = 300
NO_SERVICES = Path("/usr/sbin/policy-rc.d")
NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/gisportal.conf")


def newest(offered: str, pattern: str) -> str | None:
    """The package of the highest version number among the lines of `apt-cache search`."""
    names = [line.split(" - ")[0].strip() for line in offered.splitlines()]
    matching = [name for name in names if re.search(pattern, name)]
    return max(matching, key=_numbers, default=None)


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def ensure(needs: Sequence[Need], *, log: Path) -> str:
    """Install what is missing; says what it did."""
    missing = [need for need in needs if not need.is_met()]
    if not missing:
        return "nothing to install"
    if shutil.which("apt-get") is None:
        titles = ", ".join(need.title for need in missing)
        raise StepFailed(f"missing: {titles}", "this machine has no apt-get: install them by its own means")
    root = root_prefix()
    names = package_names(missing)
    if root is None:
        raise StepFailed(
            f"missing Debian packages: {' '.join(names)}",
            f"ask an administrator to run: apt-get install --no-install-recommends {' '.join(names)}",
        )
    run(
        [*root, "apt-get", "update", "-q"],
        log=log,
        remedy="check the package sources of this machine (apt-get update)",
    )
    names = package_names(missing)
    with no_main_cluster(root), no_services(root):
        run(
            [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q",
             "--no-install-recommends", "-o", f"DPkg::Lock::Timeout={LOCK_PATIENCE_S}", *names],
            starts_services=True, log=log, remedy=f"run it by hand to see more: apt-get install {' '.join(names)}",
        )  # fmt: skip
    verify(missing, names)
    return f"installed {' '.join(names)}"


def ask_password(needs: Sequence[Need]) -> None:
    """Let sudo ask for the password now if something has to be installed: later, it would ask among other lines."""
    if root_prefix() == ["sudo"] and any(not need.is_met() for need in needs):
        subprocess.run(["sudo", "-v"], check=False)


def package_names(needs: Sequence[Need]) -> list[str]:
    """The packages of these needs in this release, as apt knows them."""
    return [newest(_offered(need.pattern), need.pattern) or need.default for need in needs]


def _offered(pattern: str) -> str:
    if shutil.which("apt-cache") is None:
        return ""
    command = ["apt-cache", "search", "--names-only", pattern]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def verify(needs: Sequence[Need], names: Sequence[str]) -> None:
    """A release may offer a package that is too old: say so rather than fail later."""
    still = [need.title for need in needs if not need.is_met()]
    if still:
        raise StepFailed(
            f"still missing after installing {' '.join(names)}: {', '.join(still)}",
            f"install a newer one by other means (Node.js must be {OLDEST_NODE} or newer) and run again",
        )


def root_prefix() -> list[str] | None:
    """What to write before a command that needs root; None when this caller may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    if silent:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None


@contextmanager
def no_main_cluster(root: Sequence[str]) -> Iterator[None]:
    """Keep Debian from creating and starting a server of its own while a PostgreSQL package is installed."""
    subprocess.run([*root, "mkdir", "-p", str(NO_MAIN_CLUSTER.parent)], check=True)
    setting = b"create_main_cluster = false\n"
    subprocess.run([*root, "tee", str(NO_MAIN_CLUSTER)], input=setting, stdout=subprocess.DEVNULL, check=True)
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", str(NO_MAIN_CLUSTER)], check=True)


@contextmanager
def no_services(root: Sequence[str]) -> Iterator[None]:
    """Keep Debian from starting what it installs: programs are wanted, not services on ports of this machine.

    A policy that is there already is the administrator's: it stays.
    """
    if NO_SERVICES.exists():
        yield
        return
    subprocess.run(
        [*root, "tee", str(NO_SERVICES)],
        input=b"#!/bin/sh\nexit 101\n",
        stdout=subprocess.DEVNULL,
        check=True,
    )
    subprocess.run([*root, "chmod", "755", str(NO_SERVICES)], check=True)
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", str(NO_SERVICES)], check=True)
