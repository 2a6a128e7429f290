"""Two hundred questions in natural French, written before the grammar, over the catalogue of the demonstration."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from explorer.question.interpretation import Understood, interpret
from tests.questions import Question, demo_vocabulary, five_hundred_layers, questions

TODAY = dt.date(2026, 11, 27)
LEAST_RIGHT, LONGEST_S = 0.95, 0.05


def _understood(question: Question) -> Understood:
    return interpret(question.text, demo_vocabulary(), TODAY)


def _is_right(question: Question, found: Understood) -> bool:
    told = tuple(unused.text for unused in found.not_understood)
    return (tuple(sorted(found.parameters)), told) == (question.parameters, question.not_understood)


def _wrong(is_wrong: Callable[[Question, Understood], bool]) -> list[str]:
    return [each.text for each in questions() if is_wrong(each, _understood(each))]


def test_there_are_two_hundred_questions() -> None:
    assert len({question.text for question in questions()}) >= 200


def test_nearly_every_question_becomes_the_parameters_expected() -> None:
    wrong = _wrong(lambda question, found: not _is_right(question, found))
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(questions()), wrong


def test_no_question_is_silently_wrong() -> None:
    silent = _wrong(
        lambda question, found: (
            not (
                _is_right(question, found)
                or found.not_understood
                or found.alternatives
                or not found.parameters
            )
        )
    )
    assert silent == []


def test_a_question_is_understood_in_fifty_milliseconds_among_five_hundred_layers() -> None:
    """Processor time, for the machine is shared; the first question, which gathers what it needs, is counted too."""
    among = five_hundred_layers()
    started = time.process_time()
    found = [interpret(question.text, among, TODAY) for question in questions()]
    assert (time.process_time() - started) / len(questions()) < LONGEST_S
    assert all(map(_is_right, questions(), found))
