"""What helps with words that were left out: other layers, near spellings, measures, addresses that exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from explorer.natural_language.dates import MONTHS
from explorer.natural_language.layer_words import LayerWords
from explorer.natural_language.matching import forms
from explorer.natural_language.parse_result import Reason
from explorer.natural_language.tokens import WordToken
from explorer.natural_language.vocabulary import Vocabulary

MAX_NAMES = 3
_AT = frozenset(["a", "au", "aux"])


class HintKind(StrEnum):
    """What the names of a hint are."""

    LAYERS = "layers"
    """Other layers, of which the word is one."""
    WORDS = "words"
    """Words that are spelt nearly so."""
    MEASURES = "measures"
    """What the layer measures, where an amount was asked."""
    ORDERS = "orders"
    """What the table may be sorted by."""
    COMMUNE = "commune"
    """No name: the words are of a place that is none of the communes."""
    YEAR = "year"
    ADDRESSES = "addresses"
    """The addresses of a number and a street, which the text does not tell apart."""
    ELSEWHERE = "elsewhere"
    """The same of other communes than the one of the text."""
    """No name: a month without its year."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What helps with words that were left out."""

    kind: HintKind
    names: tuple[str, ...] = ()


def hint_of(
    word_tokens: Sequence[WordToken],
    start: int,
    end: int,
    reason: Reason,
    subject: str,
    vocabulary: Vocabulary,
) -> Hint | None:
    """Return what helps with the tokens that were left out for a reason; None when nothing does."""
    layer = vocabulary.layers[subject].words if subject else None
    if (
        reason is Reason.NO_FIELD
        and layer
        and any(each.number is not None for each in word_tokens[start:end])
    ):
        return _of_names(HintKind.MEASURES, _measures(layer))
    if reason is Reason.SUPERLATIVE and layer:
        return _of_names(HintKind.ORDERS, [*_measures(layer), *_dates(layer)])
    if reason is not Reason.UNKNOWN:
        return None
    words = [each for each in word_tokens[start:end] if not each.is_glue]
    if len(words) == 1 and words[0].word in MONTHS:
        return Hint(HintKind.YEAR)
    if word_tokens[start].word in _AT and words and words[0].text[:1].isupper():
        return Hint(HintKind.COMMUNE)
    return _of_names(HintKind.LAYERS, _layers(word_tokens, start, end, subject, vocabulary)) or _of_names(
        HintKind.WORDS, _near(words, vocabulary)
    )


def _of_names(kind: HintKind, names: Iterable[str]) -> Hint | None:
    remaining = tuple(dict.fromkeys(names))[:MAX_NAMES]
    return Hint(kind, remaining) if remaining else None


def _measures(layer: LayerWords) -> list[str]:
    fields = (field for field in layer.fields if field.is_number and field.name != layer.precision_field)
    return [field.title.lower() for field in fields]


def _dates(layer: LayerWords) -> list[str]:
    return [field.title.lower() for field in layer.fields if field.is_dated]


def _layers(
    word_tokens: Sequence[WordToken], start: int, end: int, subject: str, vocabulary: Vocabulary
) -> list[str]:
    """Return the titles of the other layers that have a value or a field of these very words."""
    for at in range(start, end):
        for form, _end in forms(word_tokens[:end], at):
            slugs = [slug for slug in vocabulary.layers_with_name(form) if slug != subject]
            if slugs:
                return [vocabulary.layers[slug].words.title for slug in slugs]
    return []


def _near(words: Sequence[WordToken], vocabulary: Vocabulary) -> list[str]:
    unknown = [each for each in words if each.word.isalpha() and not vocabulary.has_word(each.stem)]
    return [vocabulary.written(near) for each in unknown[:2] for near in vocabulary.speller.near(each.word)]
