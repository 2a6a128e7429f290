"""The words of ./portal: their options, their help, and what each does."""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import Any

from bench import records, runs
from launcher import cluster, environment, packages, programs, supervision
from launcher.checks import NO_DATABASE, run_checks
from launcher.environment import OWNER_URL, Environment, django_variables
from launcher.files import first_free_slot
from launcher.preparation import (
    ACCOUNTS_FILE,
    PACKAGES,
    compile_messages,
    prepare_database_and_files,
    prepared,
)
from launcher.reset import reset
from launcher.schedule import Forecast, Job, last_seconds, remember_seconds
from launcher.steps import (
    SCREEN,
    StepFailed,
    end_on_request,
    explain,
    run_in_background,
    run_in_foreground,
    step,
)
from launcher.suites import python_suite, run_suites, script_suite

# Who plans, who tends playgrounds, who administers: the pages that differ most.
FIRST_ACCOUNTS = ("urbaniste", "agent-jeux", "administrateur")


def _accounts(path: Path) -> list[Mapping[str, Any]]:
    """Return the accounts of the demonstration; none when there is no demonstration."""
    try:
        accounts = json.loads(path.read_text())
    except (OSError, ValueError):
        return []
    return accounts if isinstance(accounts, list) else []


def _row(account: Mapping[str, Any]) -> tuple[str, str, str]:
    groups = ", ".join(map(str, account.get("groups", ())))
    return str(account.get("username", "")), str(account.get("password", "")), groups


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    username, password, groups = row
    return f"  {username:<{widths[0]}}  {password:<{widths[1]}}  {groups}".rstrip()


BROWSER_TESTS, SCRIPT_TESTS = "tests/browser", "tests/js"
# Each browser draws maps in software, with several threads: more of them make each other late, and end no sooner.
BROWSERS = "2"
MIGRATE = ("-m", "tests.migrated_database")
RESTART_PATIENCE_S = 30.0
THOROUGH = "--thorough"  # an option of tests/conftest.py that selects no test: more examples of each property


def up(environment: Environment, *, detach: bool) -> int:
    """Install, prepare, serve, and start again what dies. A second one finds the first and says so."""
    _wait_for_restart(environment)
    if _print_running(environment):
        _keep_watch(environment)
        return 0
    programs.stop_worker(environment.data)
    programs.stop_site(environment.data)  # the workers of a server that was killed would keep its port
    programs.require_free_port(environment.port)
    SCREEN.forecast = Forecast(last_seconds(environment.data)).remaining
    with ExitStack() as running:
        urls: list[str] = []
        jobs = (
            Job(
                "Database server",
                lambda: urls.append(running.enter_context(cluster.database(environment))),
                after=(PACKAGES,),
            ),
            Job("Translations", lambda: compile_messages(environment), after=(PACKAGES,)),
        )
        with prepared(environment, jobs=jobs):
            if _print_running(environment):  # started by the command that this one waited for
                return 0
            url = urls[0]
            _prepare(environment, url)
            watch = running.enter_context(ExitStack())
            watch.enter_context(supervision.role(environment))
            worker = _serve(environment, url, detach=detach)
            remember_seconds(environment.data)
        _announce(environment)
        if detach:
            cluster.keep_running(environment)
            watch.close()
            _keep_watch(environment)
            if message := worker.early_end():
                print(f"The worker is {message}", flush=True)
            return 0
        _supervise_here(environment, url)
        return 0


def _supervise_here(environment: Environment, url: str) -> None:
    """Start again what dies until Ctrl-C, then stop the worker and the site."""
    print("Ctrl-C stops the server and its database.", flush=True)
    try:
        supervision.supervise(environment, url, is_detached=False)
    finally:
        try:
            programs.stop_worker(environment.data)
        finally:
            programs.stop_site(environment.data)


def _print_running(environment: Environment) -> bool:
    """Print where the portal runs; False when it does not."""
    running = programs.running_site(environment.data)
    if running is not None:
        print(f"Already running at {running.address} (./portal down stops it).")
        print(guide(environment))
    return running is not None


def _wait_for_restart(environment: Environment) -> None:
    """Give a server that died the time to be started again by who watches over it."""
    deadline = time.monotonic() + RESTART_PATIENCE_S
    while supervision.is_running(environment.data) and programs.running_site(environment.data) is None:
        if time.monotonic() > deadline:
            log = environment.logs / "server.log"
            raise StepFailed("the web server does not stay up", "./portal down stops everything", log)
        time.sleep(0.2)


def _prepare(environment: Environment, url: str) -> None:
    variables = django_variables(environment, url)
    prepare_database_and_files(environment, variables, cluster.owner_variables(environment))
    programs.require_free_port(environment.port)


def _serve(environment: Environment, url: str, *, detach: bool) -> programs.NewWorker:
    """Start the server; then the worker, which would take a processor from a server that loads."""
    variables = django_variables(environment, url)
    try:
        with step("Web server"):
            programs.start_site(environment, variables, detached=detach)
        with step("Worker"):
            return programs.launch_worker(environment, variables)
    except BaseException:
        programs.stop_worker(environment.data)
        programs.stop_site(environment.data)
        raise


def _keep_watch(environment: Environment) -> None:
    """Start who watches over the programs, unless somebody does."""
    if not supervision.is_running(environment.data):
        with step("Supervisor") as note:
            note.text = supervision.start(environment)


def supervise(environment: Environment) -> int:
    """Start again what dies of a portal that runs: what `up --detach` leaves behind."""
    with cluster.database(environment) as url, supervision.role(environment):
        supervision.supervise(environment, url, is_detached=True)
    return 0


def _announce(environment: Environment) -> None:
    print(f"\nThe portal is at http://127.0.0.1:{environment.port}/\n")
    print(guide(environment), flush=True)


STREETS = "fixtures/basemaps/plan-ign.json"
"""A basemap with streets, of IGN: the portal's own backdrop has main axes alone."""


def guide(environment: Environment) -> str:
    """Return what somebody needs to begin: three accounts, and where the rest is."""
    accounts = _accounts(environment.data / ACCOUNTS_FILE)
    first = [account for name in FIRST_ACCOUNTS for account in accounts if account.get("username") == name]
    rows = [_row(account) for account in first]
    widths = [max((len(row[index]) for row in rows), default=0) for index in (0, 1)]
    lines = [_line(row, widths) for row in rows]
    if accounts:
        lines += [
            "",
            f"  {f'all {len(accounts)} accounts':<18}{_short(environment, environment.data / ACCOUNTS_FILE)}",
            "  what to try       docs/demo.md",
        ]
    lines.append(f"  logs              {_short(environment, environment.logs)}/")
    if not environment.variables.get("PORTAL_BASEMAPS"):
        lines.append(f"  streets on maps   PORTAL_BASEMAPS={STREETS} ./portal up, once it is down")
    return "\n".join([*lines, ""])


def _short(environment: Environment, path: Path) -> Path:
    """Return a path as somebody in the checkout types it."""
    return path.relative_to(environment.root) if path.is_relative_to(environment.root) else path


def down(environment: Environment) -> int:
    """Stop what `up` started."""
    data = environment.data
    ran = [
        programs.is_worker_running(data),
        programs.running_site(data) is not None,
        cluster.is_cluster_running(environment),
    ]
    supervision.stop(data)  # first, or it would start the others again
    has_stopped = [
        programs.stop_worker(data),
        programs.stop_site(data),
        data.exists() and cluster.stop_cluster(environment),
    ]
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
        variables = django_variables(environment, NO_DATABASE)
        return run_suites([script_suite(scripts)], variables=variables, folder=environment.root)
    with ExitStack() as running:
        with prepared(
            environment, development=True, extra=(*packages.BROWSER, *packages.PROXY, *packages.REPOSITORY)
        ):
            application = running.enter_context(cluster.database(environment))
            # Tests make databases and their tables; some connect as the application.
            url = cluster.owner_variables(environment).get(OWNER_URL, application)
            slot = running.enter_context(first_free_slot(environment.data, "tests"))
            if environment.database_url is None and slot > 1:
                url = cluster.with_database(url, f"run{slot}")
            variables = django_variables(environment, url, settings="gisportal.settings.test")
            variables["PORTAL_TEST_APPLICATION_URL"] = application if url != application else ""
            variables.setdefault("PORTAL_CHROMIUM", packages.browser() or "")
            # Compiled once, away from the sources: each worker would spend ten seconds on it again at every run.
            variables.pop("PYTHONDONTWRITEBYTECODE", None)
            variables["PYTHONPYCACHEPREFIX"] = str(environment.data / "pycache")
            compile_messages(environment)
        *first, last = pytest_runs(chosen or [])
        if first:  # everything: what every worker would wait for is made while JavaScript is tested
            running.enter_context(
                run_in_background([str(environment.python), *MIGRATE], variables, environment.root)
            )
        suites = [script_suite(scripts)] if scripts else []
        suites += [python_suite("Python", environment.python, run) for run in first or [last]]
        browser = [python_suite("Browser", environment.python, last)] if first else []
        return run_suites(suites, last=browser, variables=variables, folder=environment.root)


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
    has_python = any(_is_path(root, word) for word in remaining)
    return list(dict.fromkeys(scripts)), remaining if has_python else None


def _scripts_below(path: Path) -> list[str]:
    if path.is_file():
        return [str(path)]
    return sorted(str(file) for file in path.rglob("*.test.*js"))


def _is_path(root: Path, word: str) -> bool:
    """Whether an argument of pytest names a file, a folder or a test, and is no option nor the value of one."""
    return not word.startswith("-") and (root / word.partition("::")[0]).exists()


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
            application = running.enter_context(cluster.database(environment))
            url = cluster.owner_variables(environment).get(OWNER_URL, application)
            variables = django_variables(environment, url, settings="bench.settings")
            compile_messages(environment)
        command = [str(environment.python), "-m", "bench", *arguments]
        return run_in_foreground(command, variables=variables, folder=environment.root)


def write_bench_table(environment: Environment) -> int:
    """Write the figures of the last runs of the benchmark in its page of the documentation."""
    past = records.read(environment.data / records.FOLDER)
    records.write_table(environment.root / "docs" / "performance.md", past)
    print(records.table(past) if past else "No run is recorded: ./portal bench measures one.")
    return 0


def manage(environment: Environment, arguments: Sequence[str]) -> int:
    """Django's command line; what the launcher says goes to the error stream, the output is the command's alone."""
    with ExitStack() as running:
        with redirect_stdout(sys.stderr), prepared(environment):
            url = running.enter_context(cluster.database(environment))
        command = [str(environment.python), "manage.py", *arguments]
        variables = django_variables(environment, url) | cluster.owner_variables(environment)
        return run_in_foreground(command, variables=variables, folder=environment.root)


def keep_cluster(environment: Environment, *, stop: bool) -> int:
    """Keep the database server running between commands, or stop it."""
    if stop:
        print("Stopped." if cluster.stop_cluster(environment) else "It was not running.")
        return 0
    with prepared(environment), cluster.database(environment):
        cluster.keep_running(environment)
    return 0


ROOT = Path(__file__).resolve().parents[1]
HELP = {"-h", "--help"}
# These give everything that follows to another program, options included.
PASSING_ON = {"test": test, "bench": bench, "manage": manage}


def parser() -> argparse.ArgumentParser:
    """The options of each command."""
    top = argparse.ArgumentParser(prog="./portal", description="The geographic portal: install, run, test.")
    words = top.add_subparsers(dest="word", required=True, metavar="COMMAND")

    def command(word: str, summary: str, epilog: str = "") -> argparse.ArgumentParser:
        """Add a command, described by the same sentence in its own help as in the list of all."""
        return words.add_parser(
            word,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    up_parser = command("up", "install what is missing, start the database and serve the portal")
    up_parser.add_argument("--port", type=int, help="port on 127.0.0.1 (PORTAL_PORT, else 8000)")
    up_parser.add_argument("--detach", action="store_true", help="return when the portal answers")
    command("down", "stop what `up` started")
    test_parser = command(
        "test",
        "run the tests",
        "Without a path everything is run: JavaScript, then Python, with the browser's beside; a failure\n"
        "stops none of them, and the last line sums them.\n"
        "Other options are pytest's: ./portal test tests/unit/layers -q -x -k tile",
    )
    test_parser.add_argument(
        "--thorough", action="store_true", help="many examples of each property, new each time"
    )
    test_parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a test, a file or a folder; tests/js is run by node"
    )
    command("check", "style, types, contracts, settings")
    bench_parser = command(
        "bench", "measure the speed, in a database of its own", f"Runs:\n{runs.help_text()}"
    )
    runs.add_arguments(bench_parser)
    manage_parser = command(
        "manage", "run a Django command", "./portal manage help lists the commands of Django."
    )
    manage_parser.add_argument(
        "arguments", nargs="*", metavar="COMMAND", help="the command and its arguments"
    )
    cluster_parser = command("cluster", "start or stop the private database server alone")
    cluster_parser.add_argument(
        "action", nargs="?", default="start", choices=("start", "stop"), help="start by default"
    )
    reset_parser = command("reset", "stop everything and delete the portal's data")
    reset_parser.add_argument("--yes", action="store_true", help="do not ask")
    return top


def asks_for_help(word: str, arguments: Sequence[str]) -> bool:
    """Whether arguments that go to another program ask for ours instead: Django's commands have a help of their own."""
    return not HELP.isdisjoint(arguments[:1] if word == "manage" else arguments)


def main(arguments: Sequence[str]) -> int:
    """Run one command; its failures are explained, never thrown at the reader."""
    end_on_request()
    try:
        return _run(arguments)
    except StepFailed as failure:
        print(explain(failure), file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _run(arguments: Sequence[str]) -> int:
    if list(arguments) == ["supervise"]:  # for `up --detach`, not for people
        return supervise(environment.read(ROOT, os.environ))
    word, *following = arguments or [""]
    if word in PASSING_ON and not asks_for_help(word, following):
        if word == "bench" and _bench_options(following).table:
            return write_bench_table(environment.read(ROOT, os.environ))
        return PASSING_ON[word](environment.read(ROOT, os.environ), following)
    options = parser().parse_args([word, "--help"] if word in PASSING_ON else arguments)
    here = environment.read(ROOT, os.environ, getattr(options, "port", None))
    match options.word:
        case "up":
            return up(here, detach=options.detach)
        case "down":
            return down(here)
        case "check":
            return check(here)
        case "cluster":
            return keep_cluster(here, stop=options.action == "stop")
        case _:
            return reset(here, confirmed=options.yes)


def _bench_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of the benchmark; a wrong one ends here, before anything is installed or started."""
    options = parser().parse_args(["bench", *arguments])
    if fault := runs.fault(options.run, options.arguments, options.only):
        raise StepFailed(fault, "./portal bench --help lists the runs, their parts and what each takes")
    return options
