"""The suites of ./portal test: a failure in one keeps no other from running, and the last line sums them."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from launcher.steps import ending, run_in_background, run_in_foreground

# The words of pytest's closing line, in its order; a suite that gave no count is an error.
_WORDS = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
_FAULTS = ("failed", "error")
# Scripts are written for browsers; Node 18 lacks a few things that these have.
OLD_NODE = Path(__file__).resolve().parents[1] / "tests/js/old_node.mjs"
_WIDTH = 80


@dataclass(frozen=True)
class Suite:
    """Tests that a program runs; `options` make it write its counts to a file, and `read` reads them there."""

    title: str
    program: Sequence[str]
    arguments: Sequence[str]
    options: Callable[[Path], Sequence[str]]
    read: Callable[[str], Mapping[str, int]]


@dataclass(frozen=True)
class SuiteResult:
    """How a suite ended; `counts` is empty when its program could not say."""

    title: str
    code: int
    counts: Mapping[str, int]

    @property
    def summed(self) -> Mapping[str, int]:
        """The counts; those of a program that failed have a fault."""
        if self.code and not any(map(self.counts.get, _FAULTS)):
            return Counter(self.counts) + Counter(error=1)
        return self.counts


def python_suite(title: str, python: Path, arguments: Sequence[str]) -> Suite:
    """A run of pytest, whose counts tests/conftest.py writes."""
    program = (str(python), "-m", "pytest")
    return Suite(title, program, arguments, lambda counts: [f"--counts={counts}"], json.loads)


def script_suite(paths: Sequence[str]) -> Suite:
    """A run of node's runner, whose counts end its report in TAP."""
    return Suite("JavaScript", ("node", "--import", str(OLD_NODE), "--test"), paths, _reporters, tap_counts)


def _reporters(counts: Path) -> Sequence[str]:
    reports = {"spec": "stdout", "tap": str(counts)}
    return [
        option
        for reporter, destination in reports.items()
        for option in (f"--test-reporter={reporter}", f"--test-reporter-destination={destination}")
    ]


def tap_counts(report: str) -> Mapping[str, int]:
    """The counts of a report of node in TAP, in pytest's words."""
    words = {
        "pass": "passed",
        "fail": "failed",
        "cancelled": "failed",
        "skipped": "skipped",
        "todo": "xfailed",
    }
    counts: Counter[str] = Counter()
    for line in report.splitlines():
        mark, _space, rest = line.partition(" ")
        name, _space, number = rest.partition(" ")
        if mark == "#" and name in words and number.isdecimal():
            counts[words[name]] += int(number)
    return counts


def run_suites(
    suites: Sequence[Suite], *, last: Sequence[Suite] = (), variables: Mapping[str, str], folder: Path
) -> int:
    """Run suites one after the other, with those of `last` beside the last of them; return the first code of a failure.

    What runs beside prints when the others are done. Ctrl-C, or a request to end, ends them all. A suite that runs
    alone has the last word.
    """
    if len(suites) + len(last) == 1:
        command = [*suites[0].program, *suites[0].arguments]
        return run_in_foreground(command, variables=variables, folder=folder)
    started, results = time.monotonic(), list[SuiteResult]()
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        counts = Path(name)
        concurrent: list[Callable[[], SuiteResult]] = []
        for index, suite in enumerate(suites):
            if index == len(suites) - 1:
                concurrent = [running.enter_context(_started(one, counts, variables, folder)) for one in last]
            result, is_stopped = _run(suite, counts, variables, folder)
            if is_stopped:
                return result.code
            results.append(result)
        results += [wait() for wait in concurrent]
    print("\n".join(closing_lines(results, time.monotonic() - started)), flush=True)
    return next((result.code for result in results if result.code), 0)


def _run(suite: Suite, counts: Path, variables: Mapping[str, str], folder: Path) -> tuple[SuiteResult, bool]:
    """Run a suite with our terminal; the second value is whether somebody asked it to end."""
    file = counts / suite.title
    requests, programs = list[int](), list[subprocess.Popen[bytes]]()

    def end(number: int, _frame: FrameType | None) -> None:
        requests.append(number)
        if number != signal.SIGINT:  # which the terminal sends to the program too
            for program in programs:
                program.send_signal(signal.SIGINT)

    handlers = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with subprocess.Popen(_counting(suite, file), env=dict(variables), cwd=folder) as program:
            programs.append(program)
            if requests:  # while it started
                program.send_signal(signal.SIGINT)
            code = program.wait()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return _result(suite, code, file), bool(requests)


def _counting(suite: Suite, file: Path) -> list[str]:
    return [*suite.program, *suite.options(file), *suite.arguments]


@contextmanager
def _started(
    suite: Suite, counts: Path, variables: Mapping[str, str], folder: Path
) -> Iterator[Callable[[], SuiteResult]]:
    """Run a suite in the background; what is yielded waits for its end and prints what it wrote."""
    file = counts / suite.title
    with (
        tempfile.TemporaryFile() as output,
        run_in_background(_counting(suite, file), variables, folder, output) as program,
    ):

        def wait() -> SuiteResult:
            code = program.wait()
            output.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return _result(suite, code, file)

        yield wait


def _result(suite: Suite, code: int, file: Path) -> SuiteResult:
    counts = suite.read(file.read_text()) if file.exists() else {}
    if code and not any(map(counts.get, _FAULTS)):
        print(f"{suite.title}: {ending('the program', code)}", flush=True)
    return SuiteResult(suite.title, code if code >= 0 else 128 - code, counts)


def closing_lines(results: Sequence[SuiteResult], seconds: float) -> list[str]:
    """A line a suite, then the sum of all as pytest writes it."""
    width = max(len(result.title) for result in results)
    lines = [f"{result.title:<{width}}  {_in_words(result.summed)}" for result in results]
    total: Counter[str] = Counter()
    for result in results:
        total += Counter(result.summed)
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    text = f" {_in_words(total)} in {seconds:.2f}s ({hours}:{minutes:02}:{rest:02}) "
    return ["", *lines, f"{text:=^{_WIDTH}}"]


def _in_words(counts: Mapping[str, int]) -> str:
    texts = [
        f"{count} {word}{'s' if word == 'error' and count > 1 else ''}"
        for word in _WORDS
        if (count := counts.get(word, 0))
    ]
    return ", ".join(texts) or "no tests ran"
