"""What dies is started again, as long as somebody watches; who watches is one, and recognised."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from launcher import cli, processes, programs, supervision
from launcher.environment import Environment, ensure_data_folder, read
from launcher.steps import StepFailed
from launcher.supervision import Restarts, Supervisor
from tests.waiting import until

SITE = f'exec {sys.executable} -m http.server --bind 127.0.0.1 --directory "$PORTAL_DATA/www" "$PORTAL_PORT"'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """A checkout whose interpreter is a script: a worker that sleeps, a server that has a /healthz."""
    monkeypatch.setattr(programs, "WORKER_PATIENCE", 0.2)
    variables = {
        "PORTAL_DATA": "files",
        "DATABASE_URL": "postgresql:///elsewhere",
        "PATH": os.environ["PATH"],
    }
    environment = read(tmp_path, variables, port=processes.choose_free())
    ensure_data_folder(environment)
    (environment.data / "www").mkdir()
    (environment.data / "www" / "healthz").touch()
    environment.python.parent.mkdir(parents=True)
    pretend(environment, f'[ "$1" = manage.py ] && exec sleep 60\n{SITE}')
    yield environment
    programs.stop_worker(environment.data)
    programs.stop_site(environment.data)


def pretend(environment: Environment, script: str) -> None:
    """Make the portal's interpreter that shell script."""
    environment.python.write_text(f"#!/bin/sh\n{script}\n")
    environment.python.chmod(0o755)


@pytest.fixture
def supervisor(here: Environment) -> Iterator[Supervisor]:
    """Somebody who watches over both programs, which run."""
    watching = Supervisor(here, "postgresql:///elsewhere", is_detached=True, say=lambda _text: None)
    watching.look()
    yield watching
    programs.stop_worker(here.data)
    programs.stop_site(here.data)
    for child in watching._children:
        child.wait()


def killed(record: str, environment: Environment) -> int:
    """Kill a program, and return its pid."""
    found = programs.running_site(environment.data)
    pid = found.process.pid if record == "site" and found else programs._recorded_worker(environment.data).pid  # type: ignore[union-attr]  # it runs
    os.kill(pid, signal.SIGKILL)
    until(
        lambda: (
            not (programs.is_worker_running if record == "worker" else programs.running_site)(
                environment.data
            )
        )
    )
    return pid


def test_a_dead_worker_is_started_again(here: Environment, supervisor: Supervisor) -> None:
    killed("worker", here)
    supervisor._restarts.clear()
    supervisor.look()
    assert programs.is_worker_running(here.data)


def test_a_dead_server_is_started_again_and_answers(here: Environment, supervisor: Supervisor) -> None:
    killed("site", here)
    supervisor._restarts.clear()
    supervisor.look()
    assert programs.answers(f"http://127.0.0.1:{here.port}/healthz")


def test_what_runs_is_left_alone(here: Environment, supervisor: Supervisor) -> None:
    before = programs.running_site(here.data)
    supervisor.look()
    assert programs.running_site(here.data) == before


def test_what_does_not_start_is_told_and_tried_again(here: Environment, supervisor: Supervisor) -> None:
    told: list[str] = []
    killed("worker", here)
    pretend(here, "echo no such table; exit 3")
    replace(supervisor, say=told.append, _restarts={}).look()
    assert "no such table" in told[0]


def test_what_dies_young_is_started_later_and_later() -> None:
    restarts, moments = Restarts(), range(60)
    assert [now for now in moments if restarts.is_due(now)] == [0, 1, 3, 7, *range(11, 60, 4)]


def test_what_lived_long_is_started_at_once() -> None:
    restarts = Restarts()
    assert [restarts.is_due(now) for now in (0, 1, 100)] == [True, True, True]


def test_there_is_one_supervisor_at_a_time(here: Environment) -> None:
    with supervision.role(here), pytest.raises(StepFailed, match="watches over"), supervision.role(here):
        pass


def test_a_supervisor_that_ended_leaves_its_place(here: Environment) -> None:
    with supervision.role(here):
        pass
    with supervision.role(here):
        assert supervision.is_running(here.data)


WATCH = """
import sys
from pathlib import Path
from launcher import programs, supervision
from launcher.environment import read
programs.WORKER_PATIENCE = 0.2
here = read(Path(sys.argv[1]), {"PORTAL_DATA": "files", "DATABASE_URL": "postgresql:///elsewhere"}, int(sys.argv[2]))
with supervision.role(here):
    supervision.supervise(here, "postgresql:///elsewhere", is_detached=True)
"""


@pytest.fixture
def watcher(here: Environment) -> Iterator[subprocess.Popen[bytes]]:
    """A supervisor in a process of its own, once it has started both programs."""
    command = [sys.executable, "-c", WATCH, str(here.root), str(here.port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as program:
        until(lambda: programs.is_worker_running(here.data))
        yield program
        program.kill()


def test_stopping_the_portal_stops_who_would_start_it_again(
    here: Environment, watcher: subprocess.Popen[bytes]
) -> None:
    assert cli.down(here) == 0
    assert watcher.wait(30) == 0
    assert not programs.is_worker_running(here.data)
    assert programs.running_site(here.data) is None


def test_what_a_killed_supervisor_watched_over_lives_on(
    here: Environment, watcher: subprocess.Popen[bytes]
) -> None:
    watcher.kill()
    watcher.wait()
    assert not supervision.is_running(here.data)
    assert programs.is_worker_running(here.data)
    with supervision.role(here):
        assert supervision.is_running(here.data)
