"""A question is read in many ways: the words before the first difference are read once, with the same answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from unittest.mock import patch

import pytest

from explorer.natural_language import grammar
from explorer.natural_language.checkpoints import Checkpoints
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.matching import forms
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import TextTokens, tokens
from tests.questions import demo_vocabulary, five_hundred_layers, questions

TODAY = dt.date(2026, 11, 27)
MANY_WORDS = "parkings vélos près du parc de la rue des tilleuls avec bornes électriques à Meudon accessibles"


def _steps(text: str) -> tuple[Understood, int]:
    """Return how a text is understood and how many words of it were read in all ways together."""
    with patch.object(grammar, "_step", wraps=grammar._step) as step:
        return interpret(text, demo_vocabulary(), TODAY), step.call_count


def test_words_before_the_first_difference_are_read_once() -> None:
    _reading, count = _steps(MANY_WORDS)
    with patch.object(Checkpoints, "resumed", return_value=None):
        _reading, whole = _steps(MANY_WORDS)
    assert count < 0.9 * whole


@pytest.mark.parametrize("part", range(2))
def test_a_question_is_understood_as_when_each_way_begins_at_its_first_word(part: int) -> None:
    texts = [MANY_WORDS, *(each.text for each in questions()[part::40])]
    # Two questions one after the other have more ways than each of them.
    texts += [f"{one} {other}" for one, other in pairwise(texts)]
    understood = [interpret(text, demo_vocabulary(), TODAY) for text in texts]
    with patch.object(Checkpoints, "resumed", return_value=None):
        assert understood == [interpret(text, demo_vocabulary(), TODAY) for text in texts]


def test_a_state_that_is_read_on_leaves_its_copy_as_it_was() -> None:
    words = TextTokens(tokens(MANY_WORDS))
    for end in range(1, len(words)):
        state = ParserState(words, demo_vocabulary(), TODAY, text=MANY_WORDS)
        _read_words(state, range(end))
        before = repr(_parts(state.copy()))
        copy = state.copy()
        _read_words(state, range(end, len(words)))
        assert repr(_parts(copy)) == before


def _read_words(state: ParserState, span: Sequence[int]) -> None:
    at = span[0]
    while at <= span[-1]:
        at = max(grammar._step(state, at), at + 1)


def _parts(state: ParserState) -> dict[str, object]:
    shared = {"tokens", "vocabulary"}
    return {name: value for name, value in vars(state).items() if name not in shared}


def test_a_phrase_that_the_vocabulary_does_not_know_names_nothing() -> None:
    vocabulary = five_hundred_layers()
    phrases = {form for each in questions()[::8] for form in _forms(each.text)}
    unknown = [form for form in phrases if not vocabulary.knows(form)]
    assert len(unknown) > len(phrases) / 3
    named = [
        form
        for form in unknown
        if vocabulary.commune_named(form)
        or vocabulary.layers_named(form)
        or vocabulary.features_named(form)
        or vocabulary.layers_with_value(form, is_begun=True)
        or vocabulary.layers_labelled(form)
        or any(each.values_named(form) or each.field_named(form) for each in vocabulary.layers.values())
    ]
    assert named == []


def _forms(text: str) -> list[tuple[str, ...]]:
    words = TextTokens(tokens(text))
    return [form for at in range(len(words)) for form, _end in forms(words, at)]
