"""The windows in which requests are counted."""

from __future__ import annotations

import pytest

from gisportal.accounts import throttling
from gisportal.accounts.throttling import Standing, Windows


class Clock:
    """A clock that tests move."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def counted(windows: Windows, times: int, asker: str = "a") -> Standing:
    """Count requests and return the standing after the last."""
    for _time in range(times - 1):
        windows.count(asker, policy="anonymous", quota=3)
    return windows.count(asker, policy="anonymous", quota=3)


@pytest.mark.parametrize(("times", "remaining"), [(1, 2), (3, 0), (4, -1)])
def test_each_request_takes_one(times: int, remaining: int) -> None:
    assert counted(Windows(Clock()), times).remaining == remaining


def test_askers_are_counted_apart() -> None:
    windows = Windows(Clock())
    counted(windows, 3)
    assert counted(windows, 1, "b").remaining == 2


def test_a_window_starts_again_after_a_minute() -> None:
    clock = Clock()
    windows = Windows(clock)
    counted(windows, 4)
    clock.now += 60
    assert counted(windows, 1).remaining == 2


def test_a_window_does_not_start_again_before() -> None:
    clock = Clock()
    windows = Windows(clock)
    counted(windows, 3)
    clock.now += 59.9
    assert counted(windows, 1).remaining == -1


def test_the_time_left_is_rounded_up() -> None:
    clock = Clock()
    windows = Windows(clock)
    counted(windows, 1)
    clock.now += 20.5
    assert counted(windows, 1).reset == 40


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "MAX_ASKERS", 10)
    windows = Windows(Clock())
    for number in range(100):
        counted(windows, 1, str(number))
    assert len(windows._windows) == 10


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
