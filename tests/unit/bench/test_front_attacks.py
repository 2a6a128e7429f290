"""Slow and large clients are counted by what the server makes of them."""

from __future__ import annotations

from collections import Counter
from threading import Event, Timer
from typing import Any

import pytest

from bench.attacks import clients
from bench.attacks.clients import silent_bodies
from gisportal.server import application, protocol, request_bodies
from tests.served import echo, serving


def soon() -> Event:
    ended = Event()
    Timer(0.3, ended.set).start()
    return ended


def test_heads_that_wait_are_held() -> None:
    with serving(echo) as port:
        assert clients.slow_heads(port, soon(), count=3) == Counter(held=3)


def test_large_heads_are_refused() -> None:
    with serving(echo) as port:
        outcomes = clients.large_heads(port, soon())
    assert set(outcomes) <= {"400", "414", "431", "closed"}


def test_the_large_heads_exceed_the_bounds() -> None:
    assert [
        len(head) > protocol.HEAD_MAX_BYTES or head.count(b"\n") > 100 for head in clients.LARGE_HEADS
    ] == [
        True,
        True,
        True,
        False,
    ]


def test_silent_bodies_are_cut_or_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_bodies, "IDLE_SECONDS", 0.1)
    monkeypatch.setattr(application, "LINGER_SECONDS", 0.1)
    ended, outcome_of = Event(), clients._one

    def until_cut(port: int, _ended: Event, *arguments: Any) -> str:
        outcome = outcome_of(port, Event(), *arguments)
        ended.set()
        return outcome

    monkeypatch.setattr(clients, "_one", until_cut)
    with serving(echo) as port:
        outcomes = silent_bodies(port, ended, alone=1, networks=1, each=3)
    assert set(outcomes) == {"408"}
