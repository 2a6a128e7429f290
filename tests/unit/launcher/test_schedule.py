"""Steps that do not wait for each other run side by side; a failure or a killed launcher leaves no disorder."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from launcher.schedule import DEFAULT_SECONDS, Forecast, Job, last_seconds, remember_seconds, run_side_by_side
from launcher.steps import SCREEN, StepFailed, run

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30


def test_jobs_that_do_not_wait_for_each_other_run_at_once() -> None:
    together = threading.Barrier(2)
    run_side_by_side(
        [Job("a", lambda: together.wait(PATIENCE_S)), Job("b", lambda: together.wait(PATIENCE_S))]
    )
    assert not together.broken


def test_job_begins_when_those_it_waits_for_are_done() -> None:
    done: list[str] = []
    names = {"c": ("a", "b"), "b": ("a",), "a": ()}
    run_side_by_side([Job(name, lambda name=name: done.append(name), after) for name, after in names.items()])  # type: ignore[misc]  # mypy infers no lambda with a default
    assert done == ["a", "b", "c"]


def test_first_failure_ends_the_programs_of_the_others(tmp_path: Path) -> None:
    begun = threading.Event()

    def endless() -> None:
        begun.set()
        run([sys.executable, "-c", "import signal; signal.pause()"], log=tmp_path / "x.log", remedy="")

    def failing() -> None:
        begun.wait(PATIENCE_S)
        raise StepFailed("disk full", "make room")

    later: list[str] = []
    with pytest.raises(StepFailed, match="disk full"):
        run_side_by_side(
            [
                Job("endless", endless),
                Job("failing", failing),
                Job("later", lambda: later.append(""), ("endless",)),
            ]
        )
    assert later == []


def test_programs_start_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_side_by_side([Job("a", lambda: 1 / 0)])
    run([sys.executable, "-c", ""], log=tmp_path / "x.log", remedy="")
    assert (tmp_path / "x.log").exists()


def test_forecast_is_the_longest_way_through_what_is_left() -> None:
    installing = {"Debian packages": 10, "Browser libraries and tools": 20, "Python environment": 25}
    forecast = Forecast({**dict.fromkeys(DEFAULT_SECONDS, 0), **installing, "Static files": 5})
    assert forecast.remaining({}, {}) == 35
    assert (
        forecast.remaining(
            {"Python environment": 5, "Browser libraries and tools": 1}, {"Debian packages": 9}
        )
        == 25
    )


def test_step_that_takes_longer_than_ever_is_not_counted_below_zero() -> None:
    assert Forecast({}).remaining({"Worker": 1e6}, dict.fromkeys(Forecast({})._seconds, 1.0)) == 0


def test_seconds_of_the_last_start_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCREEN, "seconds", {"Worker": 1.5})
    remember_seconds(tmp_path)
    assert last_seconds(tmp_path) == {"Worker": 1.5}


@pytest.mark.parametrize("damaged", ["", "[1]", '{"Worker": "long"}', '{"Worker": null}'])
def test_damaged_memory_is_no_memory(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "step-seconds.json").write_text(damaged)
    assert last_seconds(tmp_path) == {}


# A launcher that installs the browser's libraries, under the lock of the checkout.
LAUNCHER = """
import os, sys
from pathlib import Path
from launcher.environment import read
from launcher.files import one_at_a_time
from launcher.preparation import ensure_npm
from launcher.steps import holding
here = read(Path(sys.argv[1]), os.environ)
with one_at_a_time(here.root / "setup.lock") as lock, holding(lock):
    print(ensure_npm(here), flush=True)
"""
# Notes that it began, waits until it may go on, and leaves a folder that is whole.
NPM = """#!/bin/sh
echo began >> npm-began
cat npm-$(wc -l < npm-began)-may-end > /dev/null
mkdir -p node_modules && touch node_modules/whole
"""


def test_launcher_that_is_killed_leaves_its_lock_to_the_program_it_started(tmp_path: Path) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "npm").write_text(NPM)
    (programs / "npm").chmod(0o755)
    may_end = [tmp_path / f"npm-{number}-may-end" for number in (1, 2)]
    for fifo in may_end:
        os.mkfifo(fifo)
    variables = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LAUNCHER, str(tmp_path)]
    first = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    with may_end[0].open("w"):  # opened when npm reads it: npm runs
        first.kill()
        first.wait()
        second = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
        assert second.stdout is not None
        waiting = second.stdout.readline()
        began = (tmp_path / "npm-began").read_text()
    with second:
        with may_end[1].open("w"):  # it could not know that the first one's npm ended well
            pass
        assert "installed package-lock.json" in second.communicate(timeout=PATIENCE_S)[0]
    assert "waiting for another ./portal" in waiting
    assert began == "began\n"
    assert (tmp_path / "npm-began").read_text() == "began\nbegan\n"
