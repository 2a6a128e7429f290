"""The words of the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bench import runs
from launcher import commands, environment
from launcher.errors import StepFailed
from launcher.foreground import end_on_request
from launcher.reset import reset
from launcher.steps import explain

ROOT = Path(__file__).resolve().parents[1]
HELP = {"-h", "--help"}
# These give everything that follows to another program, options included.
PASSING_ON = {"test": commands.test, "bench": commands.bench, "manage": commands.manage}


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

    up = command("up", "install what is missing, start the database and serve the portal")
    up.add_argument("--port", type=int, help="port on 127.0.0.1 (PORTAL_PORT, else 8000)")
    up.add_argument("--detach", action="store_true", help="return when the portal answers")
    command("down", "stop what `up` started")
    test = command(
        "test",
        "run the tests",
        "Without a path everything is run: JavaScript, then Python, with the browser's beside.\n"
        "Other options are pytest's: ./portal test tests/unit/layers -q -x -k tile",
    )
    test.add_argument("--thorough", action="store_true", help="many examples of each property, new each time")
    test.add_argument(
        "paths", nargs="*", metavar="PATH", help="a test, a file or a folder; tests/js is run by node"
    )
    command("check", "style, types, contracts, settings")
    bench = command("bench", "measure the speed, in a database of its own", f"Runs:\n{runs.help_text()}")
    bench.add_argument("run", nargs="?", choices=runs.NAMES, metavar="RUN", help="one of those below")
    bench.add_argument(
        "arguments", nargs="*", metavar="ARGUMENT", help="what the run takes, in brackets below"
    )
    manage = command("manage", "run a Django command", "./portal manage help lists the commands of Django.")
    manage.add_argument("arguments", nargs="*", metavar="COMMAND", help="the command and its arguments")
    cluster = command("cluster", "start or stop the private database server alone")
    cluster.add_argument(
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
        return commands.supervise(environment.read(ROOT, os.environ))
    word, *following = arguments or [""]
    if word in PASSING_ON and not asks_for_help(word, following):
        if word == "bench":
            _refuse_unknown_run(following)
        return PASSING_ON[word](environment.read(ROOT, os.environ), following)
    options = parser().parse_args([word, "--help"] if word in PASSING_ON else arguments)
    here = environment.read(ROOT, os.environ, getattr(options, "port", None))
    match options.word:
        case "up":
            return commands.up(here, detach=options.detach)
        case "down":
            return commands.down(here)
        case "check":
            return commands.check(here)
        case "cluster":
            return commands.cluster(here, stop=options.action == "stop")
        case _:
            return reset(here, confirmed=options.yes)


def _refuse_unknown_run(arguments: Sequence[str]) -> None:
    """End as for any other wrong word: before anything is installed or started."""
    options = parser().parse_args(["bench", *arguments])
    if options.arguments and not runs.RUNS[options.run or ""].takes:
        raise StepFailed(
            f"bench {options.run} takes no argument, not {options.arguments[0]!r}",
            "./portal bench --help lists the runs and what each takes",
        )
