"""Pids are not believed; ports are free or have a holder; locks know who is last."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from launcher import processes, programs
from launcher.files import first_free_slot, is_last, shared_use
from launcher.processes import Identity, arguments, end, identify, is_same, orphans
from launcher.steps import StepFailed

WAITING = "print(flush=True); input()"


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs until it is ended; given once it has said its first line."""
    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        program.stdout.readline()
        yield program
        program.kill()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server


def test_live_process_is_recognised() -> None:
    me = identify(os.getpid())
    assert me is not None
    assert is_same(me)


def test_reused_pid_is_not_recognised() -> None:
    me = identify(os.getpid())
    assert me is not None
    assert not is_same(replace(me, started="1"))


def test_process_of_an_earlier_boot_is_not_recognised() -> None:
    me = identify(os.getpid())
    assert me is not None
    assert not is_same(replace(me, boot="earlier"))


def test_arguments_of_a_process_are_its_command_line(sleeper: subprocess.Popen[bytes]) -> None:
    assert arguments(sleeper.pid)[-1] == WAITING


def test_process_is_ended(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identify(sleeper.pid)
    assert identity is not None
    assert end(identity)
    assert sleeper.wait() == -15


def test_stranger_with_a_kept_pid_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identify(sleeper.pid)
    assert identity is not None
    assert end(replace(identity, started="1"))
    assert sleeper.poll() is None


LEADER = """
import subprocess, sys
silent = subprocess.DEVNULL
left = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=silent, stderr=silent)
print(left.pid, flush=True)
input()
"""


@pytest.fixture
def left_behind() -> Iterator[tuple[Identity, int]]:
    """A killed leader of a session, and the pid of the process that it left."""
    reading, writing = os.pipe()  # the orphan waits on it until the test is over
    script = LEADER.replace("stdin=subprocess.PIPE", f"stdin={reading}")
    leader = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, pass_fds=[reading],
    )  # fmt: skip
    assert leader.stdout is not None
    orphan = int(leader.stdout.readline())
    identity = identify(leader.pid)
    assert identity is not None
    leader.kill()
    leader.communicate()
    yield identity, orphan
    os.close(writing)
    os.close(reading)


def test_workers_of_a_killed_server_are_found(left_behind: tuple[Identity, int]) -> None:
    leader, orphan = left_behind
    assert [process.pid for process in orphans(leader)] == [orphan]


def test_stopping_ends_the_workers_of_a_killed_server(
    tmp_path: Path, left_behind: tuple[Identity, int]
) -> None:
    leader, orphan = left_behind
    (tmp_path / "server.json").write_text(json.dumps({"process": asdict(leader), "port": 8000}))
    assert programs.stop_site(tmp_path)
    assert identify(orphan) is None
    assert not (tmp_path / "server.json").exists()


def test_server_of_an_earlier_boot_left_nobody(left_behind: tuple[Identity, int]) -> None:
    leader, _orphan = left_behind
    assert orphans(replace(leader, boot="earlier")) == []


def test_living_leader_has_no_orphans(sleeper: subprocess.Popen[bytes]) -> None:
    identity = identify(sleeper.pid)
    assert identity is not None
    assert orphans(identity) == []


def test_port_of_a_listener_is_not_free(listener: socket.socket) -> None:
    assert not processes.is_free(listener.getsockname()[1])


def test_chosen_port_is_free_and_outside_the_lent_range() -> None:
    port = processes.choose_free()
    assert processes.is_free(port)
    assert port in processes.RESERVED_PORTS


def test_holder_of_a_port_is_named_with_its_pid(listener: socket.socket) -> None:
    assert processes.holder(listener.getsockname()[1]).endswith(f"(pid {os.getpid()})")


def test_taken_port_is_refused_with_a_remedy(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(StepFailed) as failure:
        programs.require_free_port(port)
    assert f"port {port} is taken by" in failure.value.cause
    assert f"--port {port + 1}" in failure.value.remedy


@pytest.mark.parametrize(
    "record", ["", "{}", '{"process": {"pid": 1}, "port": 8000}', '{"process": 3, "port": 1}']
)
def test_damaged_server_record_means_not_running(tmp_path: Path, record: str) -> None:
    (tmp_path / "server.json").write_text(record)
    assert programs.running_site(tmp_path) is None


def test_record_of_a_dead_server_means_not_running(tmp_path: Path) -> None:
    record = '{"process": {"pid": 1, "started": "0", "boot": "earlier"}, "port": 8000}'
    (tmp_path / "server.json").write_text(record)
    assert programs.running_site(tmp_path) is None


def test_only_the_last_user_is_last(tmp_path: Path) -> None:
    with shared_use(tmp_path / "lock") as first:
        with shared_use(tmp_path / "lock") as second:
            assert not is_last(second)
        assert is_last(first)


def test_two_runs_have_two_places_and_the_first_is_given_again(tmp_path: Path) -> None:
    with first_free_slot(tmp_path, "tests") as first, first_free_slot(tmp_path, "tests") as second:
        assert (first, second) == (1, 2)
    with first_free_slot(tmp_path, "tests") as again:
        assert again == 1
