"""What Django prepares before the portal is served: tables, catalogue, demo, translations, static files."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from launcher.environment import Environment
from launcher.steps import run, step

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
    wanted = static_fingerprint(environment.root) + f" {target}"
    with step("Static files") as note:
        note.text = "up to date"
        if not (target.is_dir() and stamp.exists() and stamp.read_text() == wanted):
            stamp.unlink(missing_ok=True)
            ignored = [f"--ignore={pattern}" for pattern in UNSERVED]
            _manage(environment, variables, "collectstatic", "--noinput", *ignored)
            stamp.write_text(wanted)
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
        seen = path.stat()
        digest.update(f"{path.relative_to(root)} {seen.st_size} {seen.st_mtime_ns}\n".encode())
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
