"""Questions that are read right, each changed in one place: what is asked follows, or the change is named.

No expectation is written for them: a word that the portal does not know must be reported wherever it stands, a negation
must change what is asked, another commune or another number must take the place of the first one.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import cache

import pytest

from explorer.natural_language.interpretation import interpret
from explorer.natural_language.tokens import WordToken, tokens
from tests.examples import spread
from tests.questions import FOLDER, pairs_of, public_vocabulary

TODAY = dt.date(2026, 12, 1)
FEW = 128
"""One question in so many is changed in a run that is not thorough."""
UNKNOWN = "zorglub"
Interpreted = tuple[tuple[tuple[str, str], ...], int, tuple[str, ...]]


@cache
def interpreted(text: str) -> Interpreted:
    """What a text asks, how many of the nearest it wants, and the words that it left out."""
    reading = interpret(text, public_vocabulary(), TODAY)
    figure = reading.figure
    records = [("records", figure.record_filter)] if figure and figure.record_filter else []
    return (
        (*pairs_of(reading), *records),
        reading.around_count,
        tuple(each.text for each in reading.not_understood),
    )


def right_questions() -> list[str]:
    lines = [
        json.loads(line)
        for path in sorted((FOLDER / "held").glob("readings-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    return [each["question"] for each in lines if each["verdict"] == "right"]


def words_of(text: str) -> list[WordToken]:
    return [each for each in tokens(text) if each.word[0].isalnum()]


def with_word(text: str, word: str) -> Iterator[str]:
    """Return a text with a word more before each of its words, and after the last one."""
    for each in words_of(text):
        if text[each.start - 1 : each.start] not in {"'", "’", "-", ","}:
            yield f"{text[: each.start]}{word} {text[each.start :]}"
    yield f"{text.rstrip(' ?')} {word}"


@pytest.mark.parametrize("text", spread(right_questions(), one_in=FEW))
def test_a_word_that_is_unknown_is_named_wherever_it_stands(text: str) -> None:
    unsaid = [each for each in with_word(text, UNKNOWN) if UNKNOWN not in " ".join(interpreted(each)[2])]
    assert unsaid == []


@pytest.mark.parametrize("text", spread(right_questions(), one_in=FEW))
def test_a_negation_changes_what_is_asked_or_is_named(text: str) -> None:
    same = [
        each
        for negation in ("pas", "sauf")
        for each in with_word(text, negation)
        if interpreted(each) == interpreted(text)
        and not re.search(r"\b(pas|non|sans|ni|sauf|hors|jamais|aucune?)\b", text)
    ]
    assert same == [] or not interpreted(text)[0]


MEASURES = {
    "moyen": "moyen",
    "médiane": "median",
    "maximum": "max|plus|moins|jusqu|à|<|m ",
    "durée": "dur",
    "écart": "écart",
    "taux": "taux",
    "âge": "âg|ans",
    "différence": "diff",
    "le plus vieux": "ancien|vieux",
}
"""Words of measure, and those beside which they say nothing more."""


@pytest.mark.parametrize("text", spread(right_questions(), one_in=FEW))
def test_a_word_of_measure_changes_what_is_asked_or_is_named(text: str) -> None:
    same = [
        each
        for word, beside in MEASURES.items()
        if not re.search(beside, text.lower())
        for each in with_word(text, word)
        if interpreted(each) == interpreted(text)
    ]
    assert same == [] or not interpreted(text)[0]


def test_another_commune_takes_the_place_of_the_first_one() -> None:
    towns, wrong = list(public_vocabulary().towns.values()), {}
    named = [
        (text, town)
        for text in spread(right_questions(), one_in=FEW // 8)
        for town in towns
        if re.search(rf"\b{town.name}\b", text) and dict(interpreted(text)[0]).get("commune") == town.code
    ]
    for text, town in named:
        other = next(each for each in towns if each is not town)
        changed = text.replace(town.name, other.name)
        pairs = {(key, other.code if key == "commune" else value) for key, value in interpreted(text)[0]}
        if set(interpreted(changed)[0]) != pairs:
            wrong[changed] = interpreted(changed)
    assert wrong == {}
    assert named


def test_another_number_changes_what_is_asked_or_is_named() -> None:
    same = []
    for text in spread(right_questions(), one_in=FEW // 8):
        for each in words_of(text) if interpreted(text)[0] else ():
            if each.number is not None and each.number == int(each.number):
                changed = f"{text[: each.start]}{int(each.number) + 1}{text[each.end :]}"
                same += [changed] if interpreted(changed) == interpreted(text) else []
    assert same == []
