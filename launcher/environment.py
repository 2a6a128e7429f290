"""What the caller's environment says, read once: folders, port, database; and what Django is given of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from launcher.files import stored_secret
from launcher.steps import StepFailed

DEFAULT_PORT = 8000
DEFAULT_DATA = ".data"
HIGHEST_PORT = 65535
MARK = ".gisportal-data"
# The address of the owner of the tables: what serves and works never has it (ADR 0051).
OWNER_URL = "PORTAL_DATABASE_OWNER_URL"
OWN_PYTHON_SETTINGS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True)
class Environment:
    """Where this portal lives and how it is reached."""

    root: Path
    data: Path
    port: int
    database_url: str | None
    variables: Mapping[str, str]

    @property
    def logs(self) -> Path:
        """Where the full output of each step is kept."""
        return self.data / "logs"

    @property
    def python(self) -> Path:
        """The interpreter of the portal's own virtual environment."""
        return self.root / ".venv" / "bin" / "python"


def read(root: Path, variables: Mapping[str, str], port: int | None = None) -> Environment:
    """Read the caller's variables; a relative data folder is relative to the checkout."""
    data = root / variables.get("PORTAL_DATA", DEFAULT_DATA)
    return Environment(
        root=root,
        data=data.resolve(),
        port=_port(variables) if port is None else _valid_port(str(port)),
        database_url=variables.get("DATABASE_URL") or None,
        variables=variables,
    )


def _port(variables: Mapping[str, str]) -> int:
    return _valid_port(variables.get("PORTAL_PORT") or str(DEFAULT_PORT))


def _valid_port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    raise StepFailed(
        f"{text!r} is not a port number", f"give --port or PORTAL_PORT a number from 1 to {HIGHEST_PORT}"
    )


def django_variables(
    environment: Environment, database_url: str, *, settings: str | None = None
) -> dict[str, str]:
    """The variables that manage.py, the tests and the server receive.

    The settings module is the caller's when the caller names one; secrets travel here and never as arguments.
    """
    variables = dict(environment.variables)
    chosen = settings or variables.get("DJANGO_SETTINGS_MODULE") or "gisportal.settings.base"
    for name in (*OWN_PYTHON_SETTINGS, OWNER_URL):
        variables.pop(name, None)
    if variables.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Compiled once, away from the sources: each process would spend seconds on it again.
        variables.setdefault("PYTHONPYCACHEPREFIX", str(environment.data / "pycache"))
    defaults = {"PORTAL_DEMO": "1", "PORTAL_BROTLI": "9", "PYTHONUNBUFFERED": "1"}
    secret = variables.get("PORTAL_SECRET_KEY") or stored_secret(environment.data / "secret-key")
    return {
        **defaults,
        **variables,
        "DJANGO_SETTINGS_MODULE": chosen,
        "DATABASE_URL": database_url,
        "PORTAL_DATA": str(environment.data),
        "PORTAL_SECRET_KEY": secret,
        "PORTAL_PORT": str(environment.port),
    }


def ensure_data_folder(environment: Environment) -> None:
    """Make the data folder. It may be traversed, so that the database's own user reaches its folder; not listed.

    It is marked as ours when we make it or find it empty: only then may `reset` delete it.
    """
    data = environment.data
    try:
        fresh = not data.exists() or not any(data.iterdir()) or data == environment.root / DEFAULT_DATA
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
        environment.logs.mkdir(mode=0o700, exist_ok=True)
        probe = data / ".probe"
        probe.touch()
        probe.unlink()
        if fresh:
            (data / MARK).touch()
    except OSError as error:
        raise StepFailed(
            f"the data folder {data} cannot be written: {error.strerror}",
            "run the script as the user who owns that folder, or name another one in PORTAL_DATA",
        ) from error


def is_ours(data: Path) -> bool:
    """Whether the launcher made this folder."""
    return (data / MARK).exists()
