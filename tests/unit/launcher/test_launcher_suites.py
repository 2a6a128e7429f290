"""What ``./portal test`` runs when a suite fails, and its last words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from launcher.suites import (
    Suite,
    SuiteResult,
    closing_lines,
    python_suite,
    run_suites,
    script_suite,
    tap_counts,
)

ROOT = Path(__file__).parents[3]
TAP = """TAP version 13
# Subtest: d
    ok 1 - z
    # pass 7
1..1
# tests 6
# suites 1
# pass 2
# fail 1
# cancelled 1
# skipped 1
# todo 1
# duration_ms 311.760655
"""


def suite(title: str, script: str) -> Suite:
    """Tests that a shell runs: ``$1`` is the file of the counts."""
    return Suite(title, ("sh", "-c"), (), lambda counts: (script, "sh", str(counts)), json.loads)


PASSING = 'echo \'{"passed": 2}\' > "$1"'
FAILING = 'echo \'{"failed": 1, "passed": 3, "": 9, "warnings": 2}\' > "$1"; exit 1'


def run(folder: Path, *suites: Suite, last: Suite) -> int:
    return run_suites(suites, last=[last], variables={"PATH": "/usr/bin:/bin"}, folder=folder)


@pytest.mark.parametrize("failing", ["JavaScript", "Python"])
def test_a_failure_keeps_no_suite_from_running(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], failing: str
) -> None:
    scripts = {"JavaScript": PASSING, "Python": PASSING, failing: f"touch {failing}; {FAILING}"}
    first = [suite(title, script) for title, script in scripts.items()]
    code = run(tmp_path, *first, last=suite("Browser", f"touch browser; {PASSING}"))
    assert code == 1
    assert {path.name for path in tmp_path.iterdir()} == {failing, "browser"}
    assert "1 failed, 7 passed in " in capfd.readouterr().out.splitlines()[-1]


def test_the_failure_of_the_last_suite_is_that_of_the_run(tmp_path: Path) -> None:
    assert run(tmp_path, suite("Python", PASSING), last=suite("Browser", FAILING)) == 1


def test_suites_that_pass_end_with_zero_and_their_sum(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = run(tmp_path, suite("Python", PASSING), last=suite("Browser", f"echo de la seconde; {PASSING}"))
    *_progress, written, _empty, python, browser, total = capfd.readouterr().out.splitlines()
    assert code == 0
    assert written == "de la seconde"
    assert [python.split(), browser.split()] == [["Python", "2", "passed"], ["Browser", "2", "passed"]]
    assert total.strip("=").startswith(" 4 passed in ")


def test_a_program_that_gives_no_count_is_an_error_of_the_sum(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, suite("Python", "kill -KILL $$"), last=suite("Browser", PASSING)) == 137
    lines = capfd.readouterr().out.splitlines()
    assert "Python: the program was ended by signal 9" in lines
    assert "2 passed, 1 error in " in lines[-1]


def test_one_suite_has_the_last_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    alone = Suite("Python", ("sh", "-c"), ("echo 3 passed; exit 4",), lambda _counts: ("false",), json.loads)
    assert run_suites([alone], variables={"PATH": "/usr/bin:/bin"}, folder=tmp_path) == 4
    assert capfd.readouterr().out == "3 passed\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_ends_the_suites_to_come_too(tmp_path: Path, number: signal.Signals) -> None:
    program = f"""
import json, sys
from pathlib import Path
from launcher.suites import Suite, run_suites
def suite(title, script):
    return Suite(title, ("sh", "-c"), (), lambda counts: (script, "sh"), json.loads)
sys.exit(run_suites(
    [suite("Python", "trap 'exit 2' INT; echo begun; sleep 600 & wait"), suite("Second", "touch second")],
    last=[suite("Browser", "touch browser")], variables={{"PATH": "/usr/bin:/bin"}}, folder=Path({str(tmp_path)!r}),
))
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as launcher:
        try:
            assert launcher.stdout is not None
            assert launcher.stdout.readline() == "begun\n"
            if number == signal.SIGINT:
                os.killpg(launcher.pid, number)  # as a terminal does
            else:
                launcher.send_signal(number)
            code = launcher.wait(timeout=30)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(launcher.pid, signal.SIGKILL)
    assert code == 2
    assert list(tmp_path.iterdir()) == []


def test_counts_of_node_are_those_of_its_summary() -> None:
    assert tap_counts(TAP) == {"passed": 2, "failed": 2, "skipped": 1, "xfailed": 1}


def test_node_shows_its_report_and_writes_its_counts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    test = tmp_path / "one.test.mjs"
    test.write_text(
        'import test from "node:test"; test("réussit", () => {}); test("échoue", () => { throw new Error("non"); });'
    )
    variables = {"PATH": os.environ["PATH"]}
    code = run_suites(
        [script_suite([str(test)])], last=[suite("Browser", PASSING)], variables=variables, folder=tmp_path
    )
    lines = capfd.readouterr().out.splitlines()
    assert code == 1
    assert any("réussit" in line for line in lines)
    assert "JavaScript  1 failed, 1 passed" in lines


def test_pytest_writes_its_counts_in_the_file_of_the_option(tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    one = python_suite(
        "Python",
        Path(sys.executable),
        ["-q", "-p", "no:randomly", f"{__file__}::test_a_suite_without_tests_says_so"],
    )
    command = [*one.program, *one.options(counts), *one.arguments]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert finished.returncode == 0
    assert one.read(counts.read_text())["passed"] == 1


def closing(results: Mapping[str, Mapping[str, int]], seconds: float = 3_723.4) -> list[str]:
    return closing_lines([SuiteResult(title, 0, counts) for title, counts in results.items()], seconds)


def test_the_sum_is_written_as_pytest_writes_it() -> None:
    assert closing(
        {"Python": {"passed": 3, "error": 1, "warnings": 4}, "Browser": {"failed": 1, "error": 1}}
    ) == [
        "",
        "Python   3 passed, 1 error",
        "Browser  1 failed, 1 error",
        "============== 1 failed, 3 passed, 2 errors in 3723.40s (1:02:03) ==============",
    ]


def test_a_suite_without_tests_says_so() -> None:
    assert closing({"Python": {}}, 0)[1] == "Python  no tests ran"
