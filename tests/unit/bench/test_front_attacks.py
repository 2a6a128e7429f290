"""Slow and large clients are counted by what the server makes of them."""

from __future__ import annotations

from collections import Counter
from threading import Event, Timer

from bench.attacks import front
from gisportal.server import protocol
from tests.served import echo, serving


def soon() -> Event:
    ended = Event()
    Timer(0.3, ended.set).start()
    return ended


def test_heads_that_wait_are_held() -> None:
    with serving(echo) as port:
        assert front.slow_heads(port, soon(), count=3) == Counter(held=3)


def test_large_heads_are_refused() -> None:
    with serving(echo) as port:
        outcomes = front.large_heads(port, soon())
    assert set(outcomes) <= {"400", "414", "431", "closed"}


def test_the_large_heads_exceed_the_bounds() -> None:
    assert [len(head) > protocol.HEAD_MAX_BYTES or head.count(b"\n") > 100 for head in front.LARGE_HEADS] == [
        True,
        True,
        True,
        False,
    ]
