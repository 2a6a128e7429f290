"""The processes of the web server are started one after the other: the first to answer has the machine for itself."""

from __future__ import annotations

import runpy
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from uvicorn.supervisors import multiprocess

SERVE = Path(__file__).resolve().parents[3] / "deploy" / "serve.py"


class Pretended:
    """A process that serves when it is told to."""

    serves = False

    def __init__(self, *_arguments: object) -> None:
        pass

    def start(self) -> None:
        pass

    def is_alive(self, timeout: float) -> bool:
        return True

    def is_ready(self, timeout: float) -> bool:
        return self.serves


@pytest.fixture
def supervisor(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The supervisor of three processes, which has started what it starts first."""
    monkeypatch.setattr(multiprocess, "Process", Pretended)
    kind = runpy.run_path(str(SERVE))["SuccessiveProcesses"]
    supervisor = object.__new__(kind)  # the signals of the tests stay what they are
    vars(supervisor).update(
        config=SimpleNamespace(timeout_worker_healthcheck=1), sockets=[], processes=[], processes_num=3,
        should_exit=threading.Event(),
    )  # fmt: skip
    supervisor.init_processes()
    return supervisor


def test_one_process_is_started_first(supervisor: Any) -> None:
    assert len(supervisor.processes) == 1


def test_no_other_process_starts_before_the_first_serves(supervisor: Any) -> None:
    supervisor.keep_subprocess_alive()
    assert len(supervisor.processes) == 1


def test_processes_are_as_many_as_configured_once_each_serves(supervisor: Any) -> None:
    counts = []
    for _look in range(4):
        supervisor.processes[-1].serves = True
        supervisor.keep_subprocess_alive()
        counts.append(len(supervisor.processes))
    assert counts == [2, 3, 3, 3]


def test_a_server_that_ends_starts_no_other_process(supervisor: Any) -> None:
    supervisor.processes[-1].serves = True
    supervisor.should_exit.set()
    supervisor.keep_subprocess_alive()
    assert len(supervisor.processes) == 1
