"""What each word after ./portal does."""

import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, redirect_stdout
from pathlib import Path

from launcher import database, needs, site, supervision, worker
from launcher.accounts import FILE, accounts_table
from launcher.checks import NO_DATABASE, run_checks
from launcher.environment import OWNER_URL, Environment, django_variables
from launcher.errors import StepFailed
from launcher.foreground import beside, hand_over
from launcher.locks import first_free_place
from launcher.preparation import prepared
from launcher.publishing import collect_static, compile_messages, prepare_database
from launcher.steps import step

BROWSER_TESTS, SCRIPT_TESTS = "tests/browser", "tests/js"
# Each browser draws maps in software, with several threads: more of them make each other late, and end no sooner.
BROWSERS = "2"
MIGRATE = ("-m", "tests.migrated_database")
RESTART_PATIENCE_S = 30.0
THOROUGH = "--thorough"  # an option of tests/conftest.py that selects no test: more examples of each property


def up(environment: Environment, *, detach: bool) -> int:
    """Install, prepare, serve, and start again what dies. A second one finds the first and says so."""
    _wait_for_restart(environment)
    if _says_running(environment):
        _keep_watch(environment)
        return 0
    worker.stop(environment.data)
    site.stop(environment.data)  # the workers of a server that was killed would keep its port
    site.require_free_port(environment.port)
    with ExitStack() as running:
        with prepared(environment):
            if _says_running(environment):  # started by the command that this one waited for
                return 0
            url = running.enter_context(database.database(environment))
            _prepare(environment, url)
            watch = running.enter_context(ExitStack())
            watch.enter_context(supervision.role(environment))
            _serve(environment, url, detach=detach)
        _announce(environment)
        if detach:
            database.keep(environment)
            watch.close()
            _keep_watch(environment)
            return 0
        print("Ctrl-C stops the server and its database.", flush=True)
        try:
            supervision.supervise(environment, url, is_detached=False)
            return 0
        finally:
            try:
                worker.stop(environment.data)
            finally:
                site.stop(environment.data)


def _says_running(environment: Environment) -> bool:
    running = site.running_site(environment.data)
    if running is not None:
        print(f"Already running at {running.address} (./portal down stops it).")
        print(accounts_table(environment.data / FILE))
    return running is not None


def _wait_for_restart(environment: Environment) -> None:
    """Give a server that died the time to be started again by who watches over it."""
    deadline = time.monotonic() + RESTART_PATIENCE_S
    while supervision.is_running(environment.data) and site.running_site(environment.data) is None:
        if time.monotonic() > deadline:
            log = environment.logs / "server.log"
            raise StepFailed("the web server does not stay up", "./portal down stops everything", log)
        time.sleep(0.2)


def _prepare(environment: Environment, url: str) -> None:
    variables = django_variables(environment, url)
    compile_messages(environment, variables)
    prepare_database(environment, variables, database.owner_variables(environment))
    collect_static(environment, variables)
    site.require_free_port(environment.port)


def _serve(environment: Environment, url: str, *, detach: bool) -> None:
    variables = django_variables(environment, url)
    with step("Web server"):
        site.start(environment, variables, detached=detach)
    with step("Worker") as note:
        _worker, note.text = worker.start(environment, variables)


def _keep_watch(environment: Environment) -> None:
    """Start who watches over the programs, unless somebody does."""
    if not supervision.is_running(environment.data):
        with step("Supervisor") as note:
            note.text = supervision.start(environment)


def supervise(environment: Environment) -> int:
    """Start again what dies of a portal that runs: what `up --detach` leaves behind."""
    with database.database(environment) as url, supervision.role(environment):
        supervision.supervise(environment, url, is_detached=True)
    return 0


def _announce(environment: Environment) -> None:
    print(f"\nThe portal is at http://127.0.0.1:{environment.port}/")
    if table := accounts_table(environment.data / FILE):
        print(f"Demonstration accounts (kept in {environment.data / FILE}):\n\n{table}\n", flush=True)


def down(environment: Environment) -> int:
    """Stop what `up` started."""
    data = environment.data
    ran = [worker.is_running(data), site.running_site(data) is not None, database.is_running(environment)]
    supervision.stop(data)  # first, or it would start the others again
    has_stopped = [worker.stop(data), site.stop(data), data.exists() and database.stop(environment)]
    names = ("worker", "web server", "database server")
    stopped = [name for name, *was in zip(names, ran, has_stopped, strict=True) if any(was)]
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def test(environment: Environment, arguments: Sequence[str]) -> int:
    """Run everything, or what the arguments select: paths below ``tests/js`` by node, all else by pytest."""
    scripts, chosen = selected_scripts(environment.root, arguments)
    if scripts and chosen is None:
        with prepared(environment, development=True, with_database=False):
            pass
        return _run_scripts(environment, scripts, django_variables(environment, NO_DATABASE))
    with ExitStack() as running:
        with prepared(environment, development=True, extra=(*needs.BROWSER, *needs.PROXY)):
            application = running.enter_context(database.database(environment))
            # Tests make databases and their tables; some connect as the application.
            url = database.owner_variables(environment).get(OWNER_URL, application)
            place = running.enter_context(first_free_place(environment.data, "tests"))
            if environment.database_url is None and place > 1:
                url = database.renamed(url, f"run{place}")
            variables = django_variables(environment, url, settings="gisportal.settings.test")
            variables["PORTAL_TEST_APPLICATION_URL"] = application if url != application else ""
            variables.setdefault("PORTAL_CHROMIUM", needs.browser() or "")
            # Compiled once, away from the sources: each worker would spend ten seconds on it again at every run.
            variables.pop("PYTHONDONTWRITEBYTECODE", None)
            variables["PYTHONPYCACHEPREFIX"] = str(environment.data / "pycache")
            compile_messages(environment, variables)
        *first, last = pytest_runs(chosen or [])
        if first:  # everything: what every worker would wait for is made while JavaScript is tested
            running.enter_context(beside([str(environment.python), *MIGRATE], variables, environment.root))
        if scripts and (code := _run_scripts(environment, scripts, variables)):
            print("The JavaScript tests failed: the others were not run.", flush=True)
            return code
        pytest = [str(environment.python), "-m", "pytest"]
        if not first:
            return hand_over([*pytest, *last], variables=variables, folder=environment.root)
        said = running.enter_context(tempfile.TemporaryFile())
        browsers = running.enter_context(beside([*pytest, *last], variables, environment.root, said))
        for run in first:
            if code := hand_over([*pytest, *run], variables=variables, folder=environment.root):
                print("These tests failed: those of the browser were stopped.", flush=True)
                return code
        code = browsers.wait()
        said.seek(0)
        shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return code


def selected_scripts(root: Path, arguments: Sequence[str]) -> tuple[list[str], list[str] | None]:
    """Return the files that node runs, and the arguments of pytest; None where only JavaScript is selected.

    Raises:
        StepFailed: a path below ``tests/js`` holds no test.
    """
    folder = root / SCRIPT_TESTS
    paths = [
        word
        for word in arguments
        if not word.startswith("-") and (root / word).resolve().is_relative_to(folder)
    ]
    if not paths:
        is_everything = all(word == THOROUGH for word in arguments)
        return _scripts_below(folder) if is_everything else [], list(arguments)
    scripts: list[str] = []
    for path in paths:
        below = _scripts_below((root / path).resolve())
        if not below:
            raise StepFailed(
                f"{path}: no JavaScript test is there", f"name a file or a folder of {SCRIPT_TESTS}"
            )
        scripts += below
    remaining = [word for word in arguments if word not in paths]
    return list(dict.fromkeys(scripts)), remaining if any(
        _is_path(root, word) for word in remaining
    ) else None


def _scripts_below(path: Path) -> list[str]:
    if path.is_file():
        return [str(path)]
    return sorted(str(file) for file in path.rglob("*.test.*js"))


def _is_path(root: Path, word: str) -> bool:
    """Whether an argument of pytest names a file, a folder or a test, and is no option nor the value of one."""
    return not word.startswith("-") and (root / word.partition("::")[0]).exists()


def _run_scripts(environment: Environment, scripts: Sequence[str], variables: Mapping[str, str]) -> int:
    return hand_over(["node", "--test", *scripts], variables=variables, folder=environment.root)


def pytest_runs(arguments: Sequence[str]) -> list[list[str]]:
    """Return the arguments of each run of pytest: one for what is selected, two for everything.

    Everything takes every core; two browsers, whatever the cores, go with it, since they wait two thirds of their time.
    """
    thorough = [word for word in arguments if word == THOROUGH]
    if len(thorough) < len(arguments):
        return [list(arguments)]
    return [
        # Neighbours stay with one worker, which starts a client of the server once for all that a file asks of it.
        [*thorough, "-n", "auto", "--dist", "worksteal", f"--ignore={BROWSER_TESTS}"],
        [*thorough, "-n", BROWSERS, BROWSER_TESTS],
    ]


def check(environment: Environment) -> int:
    """Style, types, contracts, settings, files; everything is run before it answers."""
    with prepared(environment, development=True, with_database=False):
        pass
    failed = run_checks(environment)
    print(f"Failed: {', '.join(failed)}." if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


def bench(environment: Environment, arguments: Sequence[str]) -> int:
    """The measures of speed, in a database of their own."""
    with ExitStack() as running:
        with prepared(environment, development=True):
            application = running.enter_context(database.database(environment))
            url = database.owner_variables(environment).get(OWNER_URL, application)
            variables = django_variables(environment, url, settings="bench.settings")
            compile_messages(environment, variables)
        command = [str(environment.python), "-m", "bench", *arguments]
        return hand_over(command, variables=variables, folder=environment.root)


def manage(environment: Environment, arguments: Sequence[str]) -> int:
    """Django's command line; what the launcher says goes to the error stream, the output is the command's alone."""
    with ExitStack() as running:
        with redirect_stdout(sys.stderr), prepared(environment):
            url = running.enter_context(database.database(environment))
        command = [str(environment.python), "manage.py", *arguments]
        variables = django_variables(environment, url) | database.owner_variables(environment)
        return hand_over(command, variables=variables, folder=environment.root)


def cluster(environment: Environment, *, stop: bool) -> int:
    """Keep the database server running between commands, or stop it."""
    if stop:
        print("Stopped." if database.stop(environment) else "It was not running.")
        return 0
    with prepared(environment), database.database(environment):
        database.keep(environment)
    return 0
