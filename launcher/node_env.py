"""The browser's libraries and the front-end tools: exactly what the lock file says, without running their scripts."""

import hashlib
import subprocess
from pathlib import Path

from launcher.environment import Environment
from launcher.steps import run

STAMP = ".gisportal-stamp"


def ensure(environment: Environment) -> str:
    """npm ci, unless the stamp written after the last one still matches. npm ci itself removes the stamp first."""
    stamp = environment.root / "node_modules" / STAMP
    wanted = _wanted(environment.root)
    if stamp.exists() and stamp.read_text() == wanted:
        return "up to date"
    run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        log=environment.logs / "npm.log",
        folder=environment.root,
        variables=dict(environment.variables),
        remedy="check that this machine reaches an npm registry (npm ping), then run again",
    )
    stamp.write_text(wanted)
    return "installed package-lock.json"


def _wanted(root: Path) -> str:
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{lock} {node.partition('.')[0]}"
