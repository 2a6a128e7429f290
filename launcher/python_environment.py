"""The Python environment: made by uv, whose own files pip checks first, or by pip where uv cannot be had.

Both refuse a file whose hash is not in the requirements. Nothing is compiled: what a program imports is, when it is
first imported, and that is a third of what is installed.
"""

import ast
import ensurepip
import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from launcher.environment import Environment
from launcher.steps import StepFailed, run

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
INSTALLER = "requirements-installer.txt"
REMEDY = "check that this machine reaches a Python package index (pip install …), then run again"
PYTHON_STAMP = "gisportal-stamp.json"
PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--require-hashes")
# What pip is configured with → the variable of uv, and what separates several values there.
UV_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "proxy": ("ALL_PROXY", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
}
# Later ones win, as for pip.
SECTIONS = ("global", "install", ":env:")


def ensure_python(environment: Environment, *, development: bool) -> str:
    """Install the requirements unless the stamp, written last, says that they are there."""
    folder = environment.root / ".venv"
    fingerprints = python_fingerprint(environment.root, folder)
    names = [RUNTIME, DEVELOPMENT] if development else [RUNTIME]
    stamp = _python_stamp(folder)
    if (
        all(stamp.get(name) == fingerprints[name] for name in ("python", *names))
        and environment.python.exists()
    ):
        return "up to date"
    log = environment.logs / "python.log"
    if stamp.get("python") != fingerprints["python"]:
        shutil.rmtree(folder, ignore_errors=True)
        run(
            [sys.executable, "-m", "venv", "--without-pip", str(folder)],
            log=log,
            remedy="apt-get install python3-venv",
        )
    (folder / PYTHON_STAMP).unlink(missing_ok=True)
    requirements = environment.root / names[-1]
    try:
        _install_by_uv(environment, requirements, log)
        note = f"installed {names[-1]}"
    except StepFailed as failure:
        _install_by_pip(environment, requirements, log)
        reason = failure.cause.strip().splitlines()[-1]
        note = f"installed {names[-1]} by pip, since uv cannot be used: {reason}"
    installed = {name: fingerprints[name] for name in ("python", *names)}
    (folder / PYTHON_STAMP).write_text(json.dumps(installed, indent=2) + "\n")
    return note


def _install_by_uv(environment: Environment, requirements: Path, log: Path) -> None:
    """Install with uv, itself installed by the pip that Python brings, from the index that pip is configured with."""
    python, uv = str(environment.python), environment.python.with_name("uv")
    pip = [python, str(bundled_pip())]
    run(
        [*pip, "install", *PIP_OPTIONS, "--no-compile", "-r", str(environment.root / INSTALLER)],
        log=log,
        remedy=REMEDY,
    )
    run(
        [str(uv), "pip", "install", "--python", python, "--require-hashes", "--no-progress", "-r", str(requirements)],
        log=log, remedy=REMEDY, variables=uv_variables(environment.variables, _pip_configuration(pip)),
    )  # fmt: skip


def _pip_configuration(pip: list[str]) -> str:
    try:
        return subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""  # this Python does not start: uv will say so


def _install_by_pip(environment: Environment, requirements: Path, log: Path) -> None:
    python = str(environment.python)
    run([python, "-m", "ensurepip", "--upgrade"], log=log, remedy="apt-get install python3-venv")
    run([python, "-m", "pip", "install", *PIP_OPTIONS, "-r", str(requirements)], log=log, remedy=REMEDY)


def bundled_pip() -> Path:
    """The program in the archive of pip that comes with Python, which needs no installation.

    Raises:
        StepFailed: this Python has none where it should be.
    """
    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), Path(ensurepip.__file__).parent / "_bundled"]
    for folder in filter(None, folders):
        for archive in sorted(Path(folder).glob("pip-*.whl")):
            return archive / "pip"
    raise StepFailed("this Python brings no pip of its own", "apt-get install python3-venv")


def uv_variables(variables: Mapping[str, str], configured: str) -> dict[str, str]:
    """The caller's variables with what `pip config list` says, in the words of uv; what the caller gave to uv stays.

    The requirements are pinned with their hashes, so any index may have the file. A folder of files that is not there
    is left out: pip ignores it with a warning, uv refuses to go on.
    """
    values: dict[str, str] = {}
    for section in SECTIONS:
        for line in configured.splitlines():
            key, _, quoted = line.partition("=")
            prefix, _, name = key.rpartition(".")
            if prefix == section and name in UV_VARIABLES:
                values[name] = str(ast.literal_eval(quoted))
    words = {name: value.split() for name, value in values.items()}
    words["find-links"] = [
        link for link in words.get("find-links", ()) if "://" in link or Path(link).exists()
    ]
    translated = {
        variable: separator.join(words[name])
        for name, (variable, separator) in UV_VARIABLES.items()
        if words.get(name)
    }
    fixed = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    return {**fixed, **translated, **variables}


def python_fingerprint(root: Path, folder: Path) -> dict[str, str]:
    """Fingerprints; the folder's own path counts, since a virtual environment cannot be moved."""
    hashes = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in (RUNTIME, DEVELOPMENT)}
    return {**hashes, "python": f"{sys.version} {Path(sys.executable).resolve()} {folder}"}


def _python_stamp(folder: Path) -> dict[str, str]:
    try:
        stamp = json.loads((folder / PYTHON_STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}
