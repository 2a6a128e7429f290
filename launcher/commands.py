"""What each word after ./portal does."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stdout

from launcher import database, needs, site, worker
from launcher.accounts import FILE, accounts_table
from launcher.checks import run_checks
from launcher.environment import Environment, django_variables
from launcher.foreground import hand_over, wait_for
from launcher.locks import first_free_place
from launcher.preparation import prepared
from launcher.publishing import collect_static, compile_messages, prepare_database
from launcher.steps import step

BROWSER_TESTS = "tests/browser"
BROWSERS = "2"  # each draws maps in software, with several threads: more would make each other late
THOROUGH = "--thorough"  # an option of tests/conftest.py that selects no test: more examples of each property


def up(environment: Environment, *, detach: bool) -> int:
    """Install, prepare and serve. A second one finds the first and says so."""
    if _says_running(environment):
        _keep_working(environment)
        return 0
    worker.stop(environment.data)
    site.stop(environment.data)  # the workers of a server that was killed would keep its port
    site.require_free_port(environment.port)
    with ExitStack() as running:
        with prepared(environment):
            if _says_running(environment):  # started by the command that this one waited for
                return 0
            url = running.enter_context(database.database(environment))
            program = _serve(environment, url, detach=detach)
        _announce(environment)
        if detach:
            database.keep(environment)
            return 0
        print("Ctrl-C stops the server and its database.", flush=True)
        try:
            return wait_for(program)
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


def _serve(environment: Environment, url: str, *, detach: bool) -> subprocess.Popen[bytes]:
    variables = django_variables(environment, url)
    compile_messages(environment, variables)
    prepare_database(environment, variables)
    collect_static(environment, variables)
    site.require_free_port(environment.port)
    with step("Web server"):
        program = site.start(environment, variables, detached=detach)
    with step("Worker") as note:
        _worker, note.text = worker.start(environment, variables)
    return program


def _keep_working(environment: Environment) -> None:
    """Start the worker again beside a server that runs, when it died."""
    if worker.is_running(environment.data):
        return
    with ExitStack() as running:
        url = running.enter_context(database.database(environment))
        with step("Worker") as note:
            _worker, note.text = worker.start(environment, django_variables(environment, url))


def _announce(environment: Environment) -> None:
    print(f"\nThe portal is at http://127.0.0.1:{environment.port}/")
    if table := accounts_table(environment.data / FILE):
        print(f"Demonstration accounts (kept in {environment.data / FILE}):\n\n{table}\n", flush=True)


def down(environment: Environment) -> int:
    """Stop what `up` started."""
    stopped = []
    if worker.stop(environment.data):
        stopped.append("worker")
    if site.stop(environment.data):
        stopped.append("web server")
    if environment.data.exists() and database.stop(environment):
        stopped.append("database server")
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    return 0


def test(environment: Environment, arguments: Sequence[str]) -> int:
    """The whole test suite, or what the arguments select; they are pytest's. ``--thorough`` alone selects all."""
    with ExitStack() as running:
        with prepared(environment, development=True, extra=needs.BROWSER):
            url = running.enter_context(database.database(environment))
            place = running.enter_context(first_free_place(environment.data, "tests"))
            if environment.database_url is None and place > 1:
                url = database.renamed(url, f"run{place}")
            variables = django_variables(environment, url, settings="gisportal.settings.test")
            variables.setdefault("PORTAL_CHROMIUM", needs.browser() or "")
            # Compiled once, away from the sources: each worker would spend ten seconds on it again at every run.
            variables.pop("PYTHONDONTWRITEBYTECODE", None)
            variables["PYTHONPYCACHEPREFIX"] = str(environment.data / "pycache")
            compile_messages(environment, variables)
        scripts = sorted(str(path) for path in (environment.root / "tests" / "js").rglob("*.test.*js"))
        if scripts and (
            code := hand_over(["node", "--test", *scripts], variables=variables, folder=environment.root)
        ):
            print("The JavaScript tests failed: the others were not run.", flush=True)
            return code
        pytest = [str(environment.python), "-m", "pytest"]
        *first, last = pytest_runs(arguments)
        for run in first:
            if code := hand_over([*pytest, *run], variables=variables, folder=environment.root):
                print("These tests failed: those of the browser were not run.", flush=True)
                return code
        return hand_over([*pytest, *last], variables=variables, folder=environment.root)


def pytest_runs(arguments: Sequence[str]) -> list[list[str]]:
    """Return the arguments of each run of pytest, in order: one for what is selected, two for everything.

    Everything takes every core; then two browsers, whatever the cores.
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
            url = running.enter_context(database.database(environment))
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
        return hand_over(command, variables=django_variables(environment, url), folder=environment.root)


def cluster(environment: Environment, arguments: Sequence[str]) -> int:
    """Keep the database server running between commands, or stop it."""
    if list(arguments) == ["stop"]:
        print("Stopped." if database.stop(environment) else "It was not running.")
        return 0
    with prepared(environment), database.database(environment):
        database.keep(environment)
    return 0
