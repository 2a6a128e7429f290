"""Words that two names share and that are said once: « pistes et bandes cyclables », « parkings publics ou privés ».

The shared word is repeated where it is left out, when both names are then known and the half name alone is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.natural_language.layer_index import LayerIndex, Phrase, Rank
from explorer.natural_language.tokens import WordToken
from explorer.natural_language.vocabulary import Vocabulary

_JOINTS = frozenset(["et", "ou"])


def completed(word_tokens: Sequence[WordToken], vocabulary: Vocabulary) -> list[WordToken]:
    """Return the words with those that « et » or « ou » leaves out, which have no characters of their own."""
    result = list(word_tokens)
    at = 1
    while at < len(result) - 1:
        if result[at].word in _JOINTS:
            at += _complete(result, at, vocabulary)
        at += 1
    return result


def _complete(words: list[WordToken], at: int, vocabulary: Vocabulary) -> int:
    """Repeat the last word of the second name after the first, or the first word of the first before the second."""
    start = at + 1
    while start < len(words) - 1 and words[start].is_glue:
        start += 1  # « d’une piste ou (d’une) bande cyclable »
    one, other = words[at - 1], words[start]
    if one.is_glue or other.is_glue or not (one.word.isalpha() and other.word.isalpha()):
        return 0
    last = words[start + 1] if start + 1 < len(words) else None
    if last is not None and _is_shared(vocabulary, (one.stem, last.stem), (other.stem, last.stem), one.stem):
        words.insert(at, replace(last, start=one.end, end=one.end))
        return 1
    head = words[at - 2] if at > 1 else None
    if head is not None and _is_shared(
        vocabulary, (head.stem, other.stem), (head.stem, one.stem), other.stem
    ):
        words.insert(start, replace(head, start=other.start, end=other.start))
        return 1
    return 0


def _is_shared(vocabulary: Vocabulary, half: Phrase, whole: Phrase, alone: str) -> bool:
    """Whether a layer has values of both names, and nothing that bears the half alone."""
    return any(
        _has_values(index, half, whole) and not _is_known(index, (alone,))
        for index in vocabulary.layers.values()
    )


def _has_values(index: LayerIndex, half: Phrase, whole: Phrase) -> bool:
    fields = [
        {each.field.name for each in index.values.get(form, ()) if each.rank <= Rank.PREFIX}
        for form in (half, whole)
    ]
    return bool(fields[0] & fields[1])


def _is_known(index: LayerIndex, form: Phrase) -> bool:
    """Whether a word alone is a whole name of the layer, of a field or of a value."""
    named = [*index.values.get(form, ()), *index.fields.get(form, ())]
    return (
        any(each.rank <= Rank.SYNONYM for each in named) or index.names.get(form, Rank.ROOT) <= Rank.SYNONYM
    )
