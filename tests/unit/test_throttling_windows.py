"""The windows in which requests are counted, by one process or by several together."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gisportal.accounts import throttling, windows
from gisportal.accounts.windows import SIZE, Standing, Windows, counted_alone, counted_together

SECRET = b"only for tests"
# What another server process does, as it would: its own interpreter, its own file descriptors.
COUNT = """
import sys, pathlib
from gisportal.accounts.windows import counted_together
shared = counted_together(pathlib.Path(sys.argv[1]), b"only for tests")
for _time in range(int(sys.argv[2])):
    standing = shared.count("a", policy="anonymous", quota=100_000)
print(standing.remaining, flush=True)
"""
HOLD = """
import sys, pathlib, fcntl
from gisportal.accounts.windows import SIZE, counted_together
shared = counted_together(pathlib.Path(sys.argv[1]), b"only for tests")
fcntl.lockf(shared._descriptor, fcntl.LOCK_EX, SIZE, 0)
print("held", flush=True)
sys.stdin.read()
"""


class Clock:
    """A clock that tests move."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def counted(shared: Windows, times: int, asker: str = "a") -> Standing:
    """Count requests and return the standing after the last."""
    for _time in range(times - 1):
        shared.count(asker, policy="anonymous", quota=3)
    return shared.count(asker, policy="anonymous", quota=3)


def process(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another process."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the lock of the whole table, for the block."""
    with process(HOLD, folder) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        yield other
        other.kill()


@pytest.mark.parametrize(("times", "remaining"), [(1, 2), (3, 0), (4, -1)])
def test_each_request_takes_one(times: int, remaining: int) -> None:
    assert counted(counted_alone(SECRET), times).remaining == remaining


def test_askers_are_counted_apart() -> None:
    shared = counted_alone(SECRET)
    counted(shared, 3)
    assert counted(shared, 1, "b").remaining == 2


@pytest.mark.parametrize(("seconds", "remaining"), [(59.9, -1), (60, 2)])
def test_a_window_starts_again_after_a_minute(seconds: float, remaining: int) -> None:
    clock = Clock()
    shared = counted_alone(SECRET, clock)
    counted(shared, 3)
    clock.now += seconds
    assert counted(shared, 1).remaining == remaining


def test_a_window_that_starts_later_is_of_before_the_machine_started() -> None:
    clock = Clock()
    shared = counted_alone(SECRET, clock)
    counted(shared, 3)
    clock.now -= 500
    assert counted(shared, 1).remaining == 2


def test_the_time_left_is_rounded_up() -> None:
    clock = Clock()
    shared = counted_alone(SECRET, clock)
    counted(shared, 1)
    clock.now += 20.5
    assert counted(shared, 1).reset == 40


def test_more_askers_than_slots_take_no_more_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "BUCKETS", 2)
    shared = counted_together(tmp_path, SECRET)
    for number in range(200):
        counted(shared, 1, str(number))
    assert [file.stat().st_size for file in tmp_path.iterdir()] == [SIZE]


def test_who_asks_most_is_not_forgotten_for_many_who_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "BUCKETS", 2)
    shared = counted_alone(SECRET)
    counted(shared, 3)
    for number in range(200):
        counted(shared, 1, str(number))
    assert counted(shared, 1).remaining == -1


def test_who_asked_a_minute_ago_gives_their_place_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "BUCKETS", 1)
    clock = Clock()
    shared = counted_alone(SECRET, clock)
    counted(shared, 50, "long ago")
    clock.now += 61
    for number in range(8):
        counted(shared, 1, str(number))
    assert [counted(shared, 1, str(number)).remaining for number in range(8)] == [1] * 8


def test_two_processes_share_one_count(tmp_path: Path) -> None:
    shared = counted_together(tmp_path, SECRET)
    counted(shared, 2)
    with process(COUNT, tmp_path, 1) as other:
        assert other.communicate()[0] == "99997\n"


def test_no_request_of_several_processes_is_lost(tmp_path: Path) -> None:
    shared = counted_together(tmp_path, SECRET)
    others = [process(COUNT, tmp_path, 2_000) for _process in range(3)]
    for _time in range(2_000):
        shared.count("a", policy="anonymous", quota=100_000)
    for other in others:
        other.communicate()
    assert shared.count("a", policy="anonymous", quota=100_000).remaining == 100_000 - 8_001


def test_the_count_outlives_a_process(tmp_path: Path) -> None:
    first = counted_together(tmp_path, SECRET)
    process(COUNT, tmp_path, 3).communicate()
    assert counted(first, 1).remaining == -1


def test_a_portal_that_starts_again_counts_from_nothing(tmp_path: Path) -> None:
    process(COUNT, tmp_path, 3).communicate()
    assert counted(counted_together(tmp_path, SECRET), 1).remaining == 2


def test_the_last_process_takes_the_file_away(tmp_path: Path) -> None:
    with process(COUNT, tmp_path, 1) as other:
        other.communicate()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_leaves_the_file_to_the_others(tmp_path: Path) -> None:
    counted_together(tmp_path, SECRET)
    with process(COUNT, tmp_path, 1) as other:
        other.communicate()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_was_removed_meanwhile_is_not_counted_in(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    path.unlink()
    assert not windows._is_held(path, descriptor)


def test_a_holder_that_was_killed_blocks_nobody(tmp_path: Path) -> None:
    shared = counted_together(tmp_path, SECRET)
    with holder(tmp_path) as other:
        other.kill()
        other.wait()
        assert shared._is_taken(0)


def test_a_holder_that_was_stopped_blocks_nobody(tmp_path: Path) -> None:
    shared = counted_together(tmp_path, SECRET)
    with holder(tmp_path) as other:
        other.send_signal(signal.SIGSTOP)
        assert counted(shared, 4).remaining == -1


def test_two_portals_of_a_machine_are_counted_apart(tmp_path: Path) -> None:
    counted(counted_together(tmp_path, SECRET), 3)
    assert counted(counted_together(tmp_path, b"of another portal"), 1).remaining == 2


def test_nothing_in_the_file_tells_who_asked(tmp_path: Path) -> None:
    counted(counted_together(tmp_path, SECRET), 1, "anonymous:192.0.2.7")
    (file,) = tmp_path.iterdir()
    assert b"192.0.2.7" not in file.read_bytes()


def test_the_file_is_private(tmp_path: Path) -> None:
    counted_together(tmp_path, SECRET)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def _absent(folder: Path) -> Path:
    return folder / "absent"


def _shared_with_others(folder: Path) -> Path:
    counted_together(folder, SECRET)
    next(folder.iterdir()).chmod(0o666)
    return folder


def _link(folder: Path) -> Path:
    counted_together(folder, SECRET)
    (file,) = folder.iterdir()
    file.unlink()
    (folder / "elsewhere").touch(mode=0o600)
    os.symlink(folder / "elsewhere", file)
    return folder


@pytest.mark.parametrize("spoil", [_absent, _shared_with_others, _link])
def test_without_the_file_a_process_counts_alone_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: object
) -> None:
    folder = spoil(tmp_path)  # type: ignore[operator]  # one of the functions above
    with caplog.at_level(logging.ERROR):
        shared = counted_together(folder, SECRET)
    assert (counted(shared, 4).remaining, len(caplog.records)) == (-1, 1)


def test_headers_follow_the_draft() -> None:
    assert Standing("anonymous", 100, 40, 7).headers == {
        "RateLimit-Policy": '"anonymous";q=100;w=60',
        "RateLimit": '"anonymous";r=40;t=7',
    }


def test_nothing_remains_below_zero() -> None:
    assert Standing("anonymous", 100, -3, 7).headers["RateLimit"] == '"anonymous";r=0;t=7'


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("::g", "::g"),
    ],
)
def test_a_network_of_ipv6_is_one_asker(address: str, network: str) -> None:
    assert throttling._network(address) == network
