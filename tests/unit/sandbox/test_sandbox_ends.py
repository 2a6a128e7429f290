"""However a child ends, whoever asked gets a fault that says how, and the next child is served."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox import supervisor
from sandbox.errors import MemoryExceeded, OutputExceeded, ProgramCrashed, SandboxUnavailable, TimeExceeded
from sandbox.limits import MEGABYTE, Limits
from tests.waiting import until

LIMITS = Limits(
    memory=64 * MEGABYTE,
    cpu_seconds=1,
    wall_seconds=20,
    files=32,
    file_bytes=MEGABYTE,
    output_bytes=4 * MEGABYTE,
)

Start = Callable[..., supervisor.Sandbox]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    path = tmp_path / "fichier"
    path.write_text("contenu")

    def start(name: str, limits: Limits = LIMITS, **arguments: Any) -> supervisor.Sandbox:
        with path.open("rb") as file:
            return supervisor.start(
                f"tests.unit.sandbox.targets:{name}", file=file, arguments=arguments, limits=limits
            )

    yield start


def test_child_answers_with_what_it_read(start: Start) -> None:
    with start("answer", mot="é") as child:
        assert child.receive() == ({"content": "contenu", "arguments": {"mot": "é"}}, b"bytes")


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("allocate", MemoryExceeded),
        ("grow", MemoryExceeded),
        ("stop", MemoryExceeded),  # nobody but the kernel kills a child whose time is not over
        ("compute", TimeExceeded),
        ("write_much", OutputExceeded),
        ("answer_much", OutputExceeded),
        ("crash", ProgramCrashed),
        ("abort", ProgramCrashed),
        ("fail", ProgramCrashed),
        ("lie", ProgramCrashed),
    ],
)
def test_end_of_a_child_is_told(start: Start, target: str, fault: type[Exception]) -> None:
    with start(target) as child, pytest.raises(fault):
        while True:
            child.receive()


def test_child_that_does_not_answer_is_not_waited_for(start: Start) -> None:
    with start("be_silent", replace(LIMITS, wall_seconds=0.2)) as child, pytest.raises(TimeExceeded):
        child.receive()


def test_traceback_of_a_child_is_for_the_log(start: Start) -> None:
    with start("fail") as child, pytest.raises(ProgramCrashed) as caught:
        child.receive()
    assert "what went wrong" in caught.value.detail


def test_child_that_nobody_wants_any_more_is_killed_with_its_folder(start: Start) -> None:
    with start("linger") as child:
        told = child.receive()[0]
    until(lambda: not os.path.exists(told["folder"]))
    assert not os.path.exists(f"/proc/{told['pid']}")


def test_more_children_than_allowed_are_refused(start: Start, settings: Any) -> None:
    settings.SANDBOX_CHILDREN = 1
    settings.SANDBOX_WAIT_SECONDS = 0.01
    with start("be_silent"), pytest.raises(SandboxUnavailable):
        start("answer")
    with start("answer") as child:
        assert child.receive()[1] == b"bytes"


def test_children_are_served_again_when_the_fork_server_was_killed(start: Start) -> None:
    with start("be_silent") as child:
        os.kill(supervisor.server.pid, 9)
        with pytest.raises(ProgramCrashed):
            child.receive()
    with start("answer") as child:
        assert child.receive()[1] == b"bytes"


def test_target_that_cannot_be_imported_is_a_crash(tmp_path: Path) -> None:
    with (tmp_path / "a").open("w+b") as file, pytest.raises(ProgramCrashed):
        supervisor.start("tests.absent:serve", file=file, arguments={}, limits=LIMITS)


def test_file_without_a_descriptor_is_refused_by_its_own_error() -> None:
    with pytest.raises(io.UnsupportedOperation):
        supervisor.start("sandbox.probe:serve", file=io.BytesIO(), arguments={}, limits=LIMITS)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_disk_without_room_is_no_fault_of_the_file(start: Start, number: int) -> None:
    with start("find_no_room", number=number) as child, pytest.raises(OSError, match="no room") as fault:
        child.receive()
    assert fault.value.errno == errno.ENOSPC


def test_no_child_is_started_on_a_disk_without_room(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "has_room", lambda _folder: False)
    with pytest.raises(OSError, match="no room"):
        start("answer")
