"""Questions in natural French over the catalogue of the demonstration, read once among five hundred layers."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.natural_language import phrases, spatial_relations
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.tokens import WordToken, stem, tokens
from tests.examples import examples
from tests.questions import Question, demo_vocabulary, five_hundred_layers, pairs_of, questions

TODAY = dt.date(2026, 11, 27)
MIN_RIGHT, LONGEST_S = 0.95, 0.05
WORDS = sorted({word for question in questions() for word in question.text.split()})
TURNING = frozenset(
    map(stem, ["sans", "non", "pas", "ni", "aucun", "sauf", "hormis", "hors", "autre", "jamais"])
)
ASK_NOTHING = frozenset[str]().union(
    map(stem, phrases.RESETS),
    *(
        table.words
        for table in (
            phrases.STOP_PHRASES,
            phrases.HAS,
            phrases.NEGATIONS,
            phrases.BY,
            phrases.MEASURES,
            phrases.DATED,
            spatial_relations.RELATIONS,
        )
    ),
)


@pytest.fixture(scope="module")
def understood() -> tuple[dict[Question, Understood], float]:
    """Every question as it is understood, and the seconds of processor that one takes on average."""
    among = five_hundred_layers()
    started = time.process_time()
    found = {each: interpret(each.text, among, TODAY) for each in questions()}
    return found, (time.process_time() - started) / len(found)


@pytest.fixture(scope="module")
def found(understood: tuple[dict[Question, Understood], float]) -> dict[Question, Understood]:
    return understood[0]


def _is_right(question: Question, found: Understood) -> bool:
    told = tuple(unused.text for unused in found.not_understood)
    return (pairs_of(found), told) == (question.parameters, question.not_understood)


def _wrong(
    found: dict[Question, Understood], is_wrong: Callable[[Question, Understood], bool]
) -> dict[str, object]:
    return {
        question.text: (pairs_of(each), [unused.text for unused in each.not_understood])
        for question, each in found.items()
        if is_wrong(question, each)
    }


def test_nearly_every_question_becomes_the_parameters_expected(found: dict[Question, Understood]) -> None:
    wrong = _wrong(found, lambda question, each: not _is_right(question, each))
    assert len(wrong) <= (1 - MIN_RIGHT) * len(found), wrong


def test_no_question_is_silently_wrong(found: dict[Question, Understood]) -> None:
    silent = _wrong(
        found,
        lambda question, each: (
            not _is_right(question, each) and bool(each.parameters) and not each.not_understood
        ),
    )
    assert silent == {}


def _left(each: Understood) -> Iterator[WordToken]:
    """Return the words that are neither in a span nor told."""
    told = {token.text for unused in each.not_understood for token in tokens(unused.text)}
    for token in tokens(each.text):
        is_word = not token.is_glue and token.word[0].isalnum() and token.text not in told
        if is_word and not any(span.start <= token.start and token.end <= span.end for span in each.spans):
            yield token


def _lost(each: Understood) -> list[str]:
    return [word.text for word in _left(each) if word.stem not in ASK_NOTHING] if each.parameters else []


def test_every_word_is_used_or_told_but_those_that_ask_nothing(found: dict[Question, Understood]) -> None:
    assert {each.text: lost for each in found.values() if (lost := _lost(each))} == {}


@examples(500)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9))
def test_of_words_in_any_order_each_is_used_or_told(words: list[str]) -> None:
    assert _lost(interpret(" ".join(words), demo_vocabulary(), TODAY)) == []


def test_a_word_that_turns_what_follows_changes_what_is_asked(found: dict[Question, Understood]) -> None:
    vocabulary = demo_vocabulary()
    same = []
    for each in found.values():
        for word in _left(each) if each.parameters else ():
            if word.stem not in TURNING:
                continue
            without = interpret(each.text[: word.start] + each.text[word.end :], vocabulary, TODAY)
            if without.parameters == each.parameters and not (without.not_understood or each.not_understood):
                same.append((each.text, word.text))
    assert same == []


def test_a_question_is_understood_in_fifty_milliseconds_among_five_hundred_layers(
    understood: tuple[dict[Question, Understood], float],
) -> None:
    """Processor time, for the machine is shared; the first question, which gathers what it needs, is counted too."""
    assert understood[1] < LONGEST_S
