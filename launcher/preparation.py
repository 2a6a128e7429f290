"""What is prepared before anything runs: Python, npm, migrations, demonstration, translations, static files."""

import hashlib
import json
import os
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from launcher import cluster, packages
from launcher.environment import Environment, ensure_data_folder
from launcher.files import one_at_a_time
from launcher.packages import Need
from launcher.python_environment import ensure_python
from launcher.schedule import Job, run_side_by_side
from launcher.steps import PROGRAMS, SCREEN, StepFailed, ending, holding, run, step, tail

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
ACCOUNTS_FILE = "demo-accounts.json"
TABLES, CATALOGUE, DEMONSTRATION = "Database tables", "Catalogue of layers", "Demonstration data"
STATIC_FILES = "Static files"


def prepare_database_and_files(
    environment: Environment, variables: Mapping[str, str], owner: Mapping[str, str]
) -> None:
    """Bring the tables to the present code, as their owner, and publish; gather the static files meanwhile.

    What people entered stays. What was done by the same code is not done again.
    """
    own = cluster.find_cluster(environment.data) if environment.database_url is None else None
    digest = database_fingerprint(environment, variables)
    is_prepared = own is not None and own.is_prepared(digest)
    database = [DjangoStep(TABLES, ("migrate", "--noinput", "--verbosity=1"), as_owner=True)]
    database.append(DjangoStep(CATALOGUE, ("publish_layers",)))
    if is_demonstration(variables):
        database.append(DjangoStep(DEMONSTRATION, ("load_demo", "--once")))
    static, stamp = static_state(environment, variables), environment.data / STATIC_STAMP
    ignored = [f"--ignore={pattern}" for pattern in UNSERVED]
    files = [DjangoStep(STATIC_FILES, ("collectstatic", "--noinput", *ignored))]
    chains = [*([] if is_prepared else [database]), *([] if static.is_collected else [files])]
    for done in [*(database if is_prepared else []), *(files if static.is_collected else [])]:
        with step(done.title) as note:
            note.text = "up to date"
    if not static.is_collected:
        stamp.unlink(missing_ok=True)
    if chains:
        run_django_steps(environment, {**variables, **owner}, chains)
    stamp.write_text(static.fingerprint)
    if own is not None and not is_prepared:
        digest = database_fingerprint(environment, variables)  # the accounts are there now
        own.note_prepared(digest, environment.logs / "cluster.log")


def is_demonstration(variables: Mapping[str, str]) -> bool:
    """Whether the portal is one."""
    return variables["PORTAL_DEMO"].lower() in {"1", "true", "yes", "on"}


def database_fingerprint(environment: Environment, variables: Mapping[str, str]) -> str:
    """A digest of the code, of the settings in variables, and of whether the demonstration's accounts are there."""
    settings = sorted(
        f"{name}={value}"
        for name, value in variables.items()
        if name.startswith("PORTAL_") and name not in UNRELATED
    )
    digest = hashlib.sha256("\n".join(settings).encode())
    has_accounts = (environment.data / ACCOUNTS_FILE).exists() or not is_demonstration(variables)
    digest.update(f"{has_accounts}\n".encode())
    files = _files(environment.root, "", skipped=CODELESS_FOLDERS)
    return _digest_of_files(digest, environment.root, files)


# They say where the server listens, or are secret.
UNRELATED = {"PORTAL_PORT", "PORTAL_SECRET_KEY", "PORTAL_WORKERS", "PORTAL_THREADS", "PORTAL_ACCESS_LOG"}
CODELESS_FOLDERS = {
    "node_modules",
    "__pycache__",
    "tests",
    "docs",
    "bench",
    "static",
    "templates",
    "launcher",
}


@dataclass(frozen=True)
class StaticState:
    """The fingerprint of the static files, and whether what it says is collected."""

    fingerprint: str
    is_collected: bool


def static_state(environment: Environment, variables: Mapping[str, str]) -> StaticState:
    """Whether one of the static files, the lock file or the settings changed since they were collected."""
    stamp = environment.data / STATIC_STAMP
    target = Path(variables.get("PORTAL_STATIC") or environment.data / "static")
    fingerprint = static_fingerprint(environment.root) + f" {target}"
    return StaticState(fingerprint, target.is_dir() and stamp.exists() and stamp.read_text() == fingerprint)


def compile_messages(environment: Environment) -> None:
    """Compile the translations that are older than their source; an interrupted one leaves the former."""
    stale = [source for source in _files(environment.root, ".po") if _is_stale(source)]
    with step("Translations") as note:
        note.text = f"compiled {len(stale)}" if stale else "up to date"
        for source in stale:
            partial = source.with_suffix(".mo.new")
            run(
                ["msgfmt", "--check-format", "-o", str(partial), str(source)],
                log=environment.logs / "compilemessages.log",
                remedy=f"correct {source.relative_to(environment.root)}",
            )
            partial.replace(source.with_suffix(".mo"))


@dataclass(frozen=True)
class DjangoStep:
    """A command of Django that is a step of its own."""

    title: str
    words: tuple[str, ...]
    as_owner: bool = False


def run_django_steps(
    environment: Environment, variables: Mapping[str, str], chains: Sequence[Sequence[DjangoStep]]
) -> None:
    """Run chains of commands side by side, in one process that loads Django once.

    Raises:
        StepFailed: the first command that failed; the others are ended.
    """
    steps = {each.title: each for chain in chains for each in chain}
    begins = {title: _size(_log(environment, each)) for title, each in steps.items()}
    plan = [[{**asdict(each), "log": str(_log(environment, each))} for each in chain] for chain in chains]
    log = environment.logs / "django.log"
    with log.open("ab") as errors:
        begin = errors.tell()
        program = PROGRAMS.start(
            [str(environment.python), "deploy/run_steps.py"], starts_services=False, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=errors, env=dict(variables), cwd=environment.root,
        )  # fmt: skip
        try:
            failed = _follow(program, json.dumps(plan))
        finally:
            PROGRAMS.forget(program)
            program.terminate()
            program.communicate()
    if failed is not None:
        each = steps[failed]
        raise StepFailed(
            tail(_log(environment, each), begins[failed]) or f"{each.words[0]} failed",
            f"see the log, then try again: ./portal manage {' '.join(each.words)}",
            _log(environment, each),
        )
    if program.returncode != 0:
        raise StepFailed(tail(log, begin) or ending("Django", program.returncode), "see the log", log)


def _follow(program: subprocess.Popen[bytes], plan: str) -> str | None:
    """Print a line for each command that ends; return the title of one that failed."""
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(f"{plan}\n".encode())
    program.stdin.flush()
    begun: set[str] = set()
    try:
        for line in program.stdout:
            event = json.loads(line)
            title, state = event["title"], event["state"]
            if state == "begins":
                begun.add(title)
                SCREEN.begin(title)
            else:
                begun.discard(title)
                SCREEN.end("✓" if state == "ended" else "✗", title, "")
            if state == "failed":
                return str(title)
    finally:
        for title in begun:
            SCREEN.end("✗", title, "")
    program.wait()
    return None


def _log(environment: Environment, each: DjangoStep) -> Path:
    return environment.logs / f"{each.words[0]}.log"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def static_fingerprint(root: Path) -> str:
    """A digest of names, sizes and times of what collectstatic reads, and of what decides how."""
    deciding = [
        root / "package-lock.json",
        root / "requirements.txt",
        *sorted((root / "gisportal").glob("*.py")),
        *sorted((root / "gisportal" / "settings").glob("*.py")),
    ]
    return _digest_of_files(hashlib.sha256(), root, [*deciding, *_files(root, "", inside="static")])


def _digest_of_files(digest: Any, root: Path, paths: Iterable[Path]) -> str:
    for path in paths:
        status = path.stat()
        digest.update(f"{path.relative_to(root)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return str(digest.hexdigest())


def _files(
    root: Path, ending: str, inside: str = "", skipped: Collection[str] = SKIPPED_FOLDERS
) -> Iterator[Path]:
    """The project's own files with this ending, optionally only below folders of this name."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in skipped and not name.startswith("."))
        if not inside or inside in Path(folder).relative_to(root).parts:
            yield from (Path(folder) / name for name in sorted(names) if name.endswith(ending))


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


PYTHON, BROWSER_LIBRARIES, PACKAGES = "Python environment", "Browser libraries and tools", "Debian packages"


@contextmanager
def prepared(
    environment: Environment,
    *,
    development: bool = False,
    with_database: bool = True,
    extra: Sequence[Need] = (),
    jobs: Sequence[Job] = (),
) -> Iterator[None]:
    """Install what is missing, and hold the checkout's set-up lock for what the caller prepares inside.

    The caller's jobs, which may wait for ``PACKAGES``, run beside the installations.
    """
    ensure_data_folder(environment)
    own_server = with_database and environment.database_url is None
    requirements = (*packages.PROGRAMS_AND_LIBRARIES, *(packages.DATABASE if own_server else ()), *extra)

    def install_packages() -> None:
        with step(PACKAGES) as note:
            note.text = packages.ensure(requirements, log=environment.logs / "apt.log")

    def install_python() -> None:
        with step(PYTHON) as note:
            note.text = ensure_python(environment, development=development)

    def install_libraries() -> None:
        with step(BROWSER_LIBRARIES) as note:
            note.text = ensure_npm(environment)

    with one_at_a_time(environment.data / "setup.lock") as lock, holding(lock):
        packages.ask_password(requirements)
        run_side_by_side(
            [
                Job(PACKAGES, install_packages),
                Job(PYTHON, install_python),
                Job(BROWSER_LIBRARIES, install_libraries, after=(PACKAGES,)),
                *jobs,
            ]
        )
        yield
