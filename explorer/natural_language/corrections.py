"""Words of a question that nothing knows, read as the nearest word of the vocabulary or of the grammar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from explorer.natural_language import (
    activities,
    amount_words,
    centuries,
    changes,
    date_words,
    dates,
    durations,
    events,
    figures,
    groups,
    numbers,
    opening_hours,
    phrases,
    records,
    seasons,
    shares,
    sort_words,
    spatial_relations,
    streets,
    superlatives,
)
from explorer.natural_language.addresses import AddressPlace
from explorer.natural_language.spelling import SHORT_STEM
from explorer.natural_language.tokens import WordToken, stem
from explorer.natural_language.vocabulary import Vocabulary

Pair = tuple[str, str]
LONG_WORD = 9


def corrected(
    word_tokens: Sequence[WordToken], vocabulary: Vocabulary, places: Mapping[int, AddressPlace]
) -> tuple[list[WordToken], list[Pair]]:
    """Return the words with those that nothing knows read as the nearest known one, and these corrections."""
    result, corrections = [], []
    of_addresses = {index for place in places.values() for index in range(place.start, place.end)}
    for index, token in enumerate(word_tokens):
        near = ""
        if index in of_addresses:
            result.append(token)
            continue
        if _is_other_word(token, vocabulary):
            result.append(replace(token, stem=f"{token.word}~"))
            continue
        if token.word.isalpha() and not token.is_glue and not _is_in_vocabulary(token, vocabulary):
            near = vocabulary.speller.nearest(token.word)
        elif len(token.word) >= LONG_WORD and not token.is_glue and token.stem not in GRAMMAR_WORDS:
            near = vocabulary.speller.misspelt(token.word, token.stem)
        if near:
            corrections.append((token.text, near))
        result.append(replace(token, stem=vocabulary.speller.stem(near)) if near else token)
    return result, corrections


def _is_other_word(token: WordToken, vocabulary: Vocabulary) -> bool:
    """Whether a short word only looks like one of the vocabulary: « air » is no « aire », « mars » no « mare »."""
    is_short = len(token.stem) <= SHORT_STEM and token.word.isalpha() and not token.is_glue
    return is_short and token.stem not in GRAMMAR_WORDS and vocabulary.speller.spells_otherwise(token)


def _is_in_vocabulary(token: WordToken, vocabulary: Vocabulary) -> bool:
    return token.stem in GRAMMAR_WORDS or vocabulary.has_word(token.stem)


def _grammar_words() -> frozenset[str]:
    tables = [
        value
        for module in (
            activities,
            numbers,
            phrases,
            records,
            opening_hours,
            dates,
            date_words,
            centuries,
            superlatives,
            spatial_relations,
            figures,
            amount_words,
            groups,
            shares,
            changes,
            events,
            streets,
            seasons,
            sort_words,
        )
        for value in vars(module).values()
        if hasattr(value, "find") and hasattr(value, "words")
    ]
    words = {word for table in tables for word in table.words}
    words |= {*amount_words.USUAL, *map(stem, groups.KEY_WORDS)}
    plain = [
        *numbers.UNITS,
        *durations.DURATION_UNITS,
        *numbers.NUMBER_WORDS,
        *dates.MONTHS,
        *seasons.SEASON_WORDS,
    ]
    return frozenset(words | set(map(stem, plain)))


GRAMMAR_WORDS = _grammar_words()
