"""The words of the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from launcher import commands, environment
from launcher.errors import StepFailed
from launcher.foreground import end_on_request
from launcher.reset import reset
from launcher.steps import explain

ROOT = Path(__file__).resolve().parents[1]
# These give everything that follows to another program, options included.
PASSING_ON = {
    "test": (commands.test, "run the tests; arguments go to pytest"),
    "bench": (commands.bench, "measure the speed; arguments go to the benchmark"),
    "manage": (commands.manage, "run a Django command"),
    "cluster": (commands.cluster, "start or stop the private database server alone"),
}


def parser() -> argparse.ArgumentParser:
    """The options of each command."""
    top = argparse.ArgumentParser(prog="./portal", description="The geographic portal: install, run, test.")
    words = top.add_subparsers(dest="word", required=True, metavar="COMMAND")
    up = words.add_parser("up", help="install what is missing, start the database and serve the portal")
    up.add_argument("--port", type=int, help="port on 127.0.0.1 (PORTAL_PORT, else 8000)")
    up.add_argument("--detach", action="store_true", help="return when the portal answers")
    words.add_parser("down", help="stop what `up` started")
    words.add_parser("check", help="style, types, contracts, settings")
    reset_parser = words.add_parser("reset", help="stop everything and delete the portal's data")
    reset_parser.add_argument("--yes", action="store_true", help="do not ask")
    for word, (_command, summary) in PASSING_ON.items():
        words.add_parser(word, help=summary, add_help=False).add_argument("arguments", nargs="*")
    return top


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
    if arguments and arguments[0] in PASSING_ON:
        command, _summary = PASSING_ON[arguments[0]]
        return command(environment.read(ROOT, os.environ), arguments[1:])
    if list(arguments) == ["supervise"]:  # for `up --detach`, not for people
        return commands.supervise(environment.read(ROOT, os.environ))
    options = parser().parse_args(arguments)
    here = environment.read(ROOT, os.environ, getattr(options, "port", None))
    match options.word:
        case "up":
            return commands.up(here, detach=options.detach)
        case "down":
            return commands.down(here)
        case "check":
            return commands.check(here)
        case _:
            return reset(here, confirmed=options.yes)
