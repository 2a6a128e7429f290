"""The virtual environment: made from the compiled requirements, made again when they or Python change."""

import hashlib
import json
import shutil
import sys
from pathlib import Path

from launcher.environment import Environment
from launcher.steps import run

STAMP = "gisportal-stamp.json"
RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
REMEDY = "check that this machine reaches a Python package index (pip install …), then run again"


def ensure(environment: Environment, *, development: bool) -> str:
    """Install the requirements unless the stamp, written last, says that they are there."""
    folder = environment.root / ".venv"
    wanted = _wanted(environment.root, folder)
    names = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    stamp = _stamp(folder)
    if all(stamp.get(name) == wanted[name] for name in ("python", *names)) and environment.python.exists():
        return "up to date"
    log = environment.logs / "pip.log"
    if stamp.get("python") != wanted["python"]:
        shutil.rmtree(folder, ignore_errors=True)
        run([sys.executable, "-m", "venv", str(folder)], log=log, remedy="apt-get install python3-venv")
    (folder / STAMP).unlink(missing_ok=True)
    run(
        [str(environment.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
         "--require-hashes", "-r", str(environment.root / names[-1])],
        log=log, remedy=REMEDY,
    )  # fmt: skip
    installed = {name: wanted[name] for name in ("python", *names)}
    (folder / STAMP).write_text(json.dumps(installed, indent=2) + "\n")
    return f"installed {names[-1]}"


def _wanted(root: Path, folder: Path) -> dict[str, str]:
    """Fingerprints; the folder's own path counts, since a virtual environment cannot be moved."""
    hashes = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in (RUNTIME, DEVELOPMENT)}
    return {**hashes, "python": f"{sys.version} {Path(sys.executable).resolve()} {folder}"}


def _stamp(folder: Path) -> dict[str, str]:
    try:
        kept = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
