"""Computations that no reader waits for: one after the other, in the language of the reader, whatever one raises."""

from __future__ import annotations

import logging
from threading import Event

import pytest
from django.utils import translation

from layers.errors import LayersError
from layers.queries.refreshes import MAX_WAITING, Refreshes


def held_back(refreshes: Refreshes) -> Event:
    """Occupy the thread until the event is set."""
    is_begun, is_free = Event(), Event()

    def wait() -> None:
        is_begun.set()
        is_free.wait(30)

    refreshes.add("first", wait)
    is_begun.wait(30)
    return is_free


def test_a_computation_that_is_refused_is_logged_and_the_next_one_runs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refreshes, is_done = Refreshes(quiet_s=0), Event()
    is_free = held_back(refreshes)

    def refuse() -> None:
        raise LayersError("trop long")

    refreshes.add("refused", refuse)
    refreshes.add("next", is_done.set)
    with caplog.at_level(logging.WARNING):
        is_free.set()
        assert is_done.wait(30)
    assert "trop long" in caplog.text


def test_a_question_that_waits_is_computed_once() -> None:
    refreshes, is_done, computed = Refreshes(quiet_s=0), Event(), []
    is_free = held_back(refreshes)
    for number in range(5):
        refreshes.add("question", lambda number=number: computed.append(number))  # type: ignore[misc]
    refreshes.add("last", is_done.set)
    is_free.set()
    assert is_done.wait(30)
    assert computed == [4]


def test_the_language_is_that_of_the_reader() -> None:
    refreshes, is_done, languages = Refreshes(quiet_s=0), Event(), []

    def compute() -> None:
        languages.append(translation.get_language())
        is_done.set()

    with translation.override("en"):
        refreshes.add("question", compute)
    assert is_done.wait(30)
    assert languages == ["en"]


def test_too_many_computations_are_left_to_readers() -> None:
    refreshes = Refreshes(quiet_s=0)
    is_free = held_back(refreshes)
    accepted = [refreshes.add(number, lambda: None) for number in range(MAX_WAITING + 1)]
    is_free.set()
    assert accepted == [True] * MAX_WAITING + [False]


def test_a_later_computation_runs_once_the_thread_has_ended() -> None:
    refreshes = Refreshes(quiet_s=0)
    for _time in range(3):
        is_done = Event()
        refreshes.add("question", is_done.set)
        assert is_done.wait(30)


def test_readers_who_are_served_meanwhile_come_first() -> None:
    refreshes, is_done, computed = Refreshes(quiet_s=0.5), Event(), []
    refreshes.add("question", lambda: computed.append("first"))
    refreshes.add("question", lambda: computed.append("second"))
    refreshes.add("last", is_done.set)
    assert is_done.wait(30)
    assert computed == ["second"]


def test_readers_without_end_do_not_stop_a_computation() -> None:
    refreshes, is_done = Refreshes(quiet_s=3_600, most_s=0.01), Event()
    refreshes.add("question", is_done.set)
    assert is_done.wait(30)
