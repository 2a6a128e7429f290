"""What is prepared before anything runs: Python, npm, migrations, demonstration, translations, static files."""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from launcher import packages
from launcher.environment import Environment, ensure_data_folder
from launcher.files import one_at_a_time
from launcher.packages import Need
from launcher.python_environment import ensure_python
from launcher.steps import run, step

NPM_STAMP = ".gisportal-stamp"


def ensure_npm(environment: Environment) -> str:
    """npm ci, unless the stamp written after the last one still matches. npm ci itself removes the stamp first."""
    stamp = environment.root / "node_modules" / NPM_STAMP
    fingerprint = _npm_fingerprint(environment.root)
    if stamp.exists() and stamp.read_text() == fingerprint:
        return "up to date"
    run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        log=environment.logs / "npm.log",
        folder=environment.root,
        variables=dict(environment.variables),
        remedy="check that this machine reaches an npm registry (npm ping), then run again",
    )
    stamp.write_text(fingerprint)
    return "installed package-lock.json"


def _npm_fingerprint(root: Path) -> str:
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{lock} {node.partition('.')[0]}"


SKIPPED_FOLDERS = {"node_modules", "__pycache__", "tests", "docs", "bench", "fixtures"}
# Development builds and type declarations of the libraries: never asked by a page, and slow to compress.
UNSERVED = ("*-dev.*", "*.d.ts", "*.d.ts.map")
STATIC_STAMP = "static-stamp"


def prepare_database(
    environment: Environment, variables: Mapping[str, str], owner: Mapping[str, str]
) -> None:
    """Bring the tables to the present code, as their owner, and publish; what people entered stays."""
    with step("Database tables"):
        _manage(environment, {**variables, **owner}, "migrate", "--noinput", "--verbosity=1")
    with step("Catalogue of layers"):
        _manage(environment, variables, "publish_layers")
    if variables["PORTAL_DEMO"].lower() in {"1", "true", "yes", "on"}:
        with step("Demonstration data"):
            _manage(environment, variables, "load_demo", "--once")


def compile_messages(environment: Environment, variables: Mapping[str, str]) -> None:
    """Compile the translations that are older than their source."""
    stale = [source for source in _files(environment.root, ".po") if _is_stale(source)]
    with step("Translations") as note:
        note.text = "up to date"
        if stale:
            ignored = [f"--ignore={name}" for name in (".venv", "node_modules", ".data")]
            _manage(environment, variables, "compilemessages", *ignored)
            note.text = f"compiled {len(stale)}"


def collect_static(environment: Environment, variables: Mapping[str, str]) -> None:
    """Gather the static files when one of them, the lock file or the settings changed."""
    stamp = environment.data / STATIC_STAMP
    target = Path(variables.get("PORTAL_STATIC") or environment.data / "static")
    fingerprint = static_fingerprint(environment.root) + f" {target}"
    with step("Static files") as note:
        note.text = "up to date"
        if not (target.is_dir() and stamp.exists() and stamp.read_text() == fingerprint):
            stamp.unlink(missing_ok=True)
            ignored = [f"--ignore={pattern}" for pattern in UNSERVED]
            _manage(environment, variables, "collectstatic", "--noinput", *ignored)
            stamp.write_text(fingerprint)
            note.text = "collected"


def static_fingerprint(root: Path) -> str:
    """A digest of names, sizes and times of what collectstatic reads, and of what decides how."""
    digest = hashlib.sha256()
    deciding = [
        root / "package-lock.json",
        root / "requirements.txt",
        *sorted((root / "gisportal").glob("*.py")),
        *sorted((root / "gisportal" / "settings").glob("*.py")),
    ]
    for path in [*deciding, *_files(root, "", inside="static")]:
        status = path.stat()
        digest.update(f"{path.relative_to(root)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(root: Path, ending: str, inside: str = "") -> Iterator[Path]:
    """The project's own files with this ending, optionally only below folders of this name."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED_FOLDERS and not name.startswith(".")
        )
        if not inside or inside in Path(folder).relative_to(root).parts:
            yield from (Path(folder) / name for name in sorted(names) if name.endswith(ending))


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _manage(environment: Environment, variables: Mapping[str, str], *words: str) -> None:
    run(
        [str(environment.python), "manage.py", *words],
        log=environment.logs / f"{words[0]}.log",
        folder=environment.root,
        variables=variables,
        remedy=f"see the log, then try again: ./portal manage {' '.join(words)}",
    )


@contextmanager
def prepared(
    environment: Environment,
    *,
    development: bool = False,
    with_database: bool = True,
    extra: Sequence[Need] = (),
) -> Iterator[None]:
    """Install what is missing, and hold the checkout's set-up lock for what the caller prepares inside."""
    ensure_data_folder(environment)
    own_server = with_database and environment.database_url is None
    requirements = (*packages.PROGRAMS_AND_LIBRARIES, *(packages.DATABASE if own_server else ()), *extra)
    with one_at_a_time(environment.data / "setup.lock"):
        with step("Debian packages") as note:
            note.text = packages.ensure(requirements, log=environment.logs / "apt.log")
        with step("Python environment") as note:
            note.text = ensure_python(environment, development=development)
        with step("Browser libraries and tools") as note:
            note.text = ensure_npm(environment)
        yield
