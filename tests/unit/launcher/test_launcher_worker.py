"""The worker of the queue is started by its pid, recognised, and stopped; its failure stops nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import programs
from launcher.environment import Environment, ensure_data_folder, read


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Environment]:
    """A checkout whose interpreter is a script of ours."""
    environment = read(tmp_path, {"PORTAL_DATA": "files"})
    ensure_data_folder(environment)
    environment.python.parent.mkdir(parents=True)
    yield environment
    programs.stop_worker(environment.data)


def pretend(environment: Environment, script: str) -> None:
    """Make the worker's program that shell script."""
    environment.python.write_text(f"#!/bin/sh\n{script}\n")
    environment.python.chmod(0o755)


def test_a_worker_is_recognised_and_stopped(here: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "WORKER_PATIENCE", 0.2)
    pretend(here, "exec sleep 60")
    program, said = programs.start_worker(here, os.environ)
    states = [
        programs.is_worker_running(here.data),
        programs.stop_worker(here.data),
        programs.is_worker_running(here.data),
    ]
    program.wait()
    assert (said, states) == ("", [True, True, False])


def test_a_worker_that_ends_at_once_is_told(here: Environment) -> None:
    pretend(here, "echo no such table >&2; exit 3")
    _program, said = programs.start_worker(here, os.environ)
    assert "no such table" in said


def test_a_worker_that_ended_leaves_no_record(here: Environment) -> None:
    pretend(here, "exit 3")
    programs.start_worker(here, os.environ)
    assert not (here.data / programs.WORKER_RECORD).exists()


def test_a_worker_that_runs_is_not_waited_for(here: Environment) -> None:
    pretend(here, "exec sleep 60")
    worker = programs.launch_worker(here, os.environ)
    message = worker.early_end()
    programs.stop_worker(here.data)
    worker.program.wait()
    assert message == ""


def test_a_worker_that_ended_leaves_the_record_of_the_next_one(here: Environment) -> None:
    pretend(here, "exit 3")
    ended = programs.launch_worker(here, os.environ)
    ended.program.wait()
    pretend(here, "exec sleep 60")
    following = programs.launch_worker(here, os.environ)
    states = ["not running" in ended.early_end(), programs.is_worker_running(here.data)]
    programs.stop_worker(here.data)
    following.program.wait()
    assert states == [True, True]


def test_stopping_no_worker_is_no_fault(here: Environment) -> None:
    assert programs.stop_worker(here.data) is False


def test_a_damaged_record_is_no_worker(here: Environment) -> None:
    (here.data / programs.WORKER_RECORD).write_text("{")
    assert not programs.is_worker_running(here.data)
