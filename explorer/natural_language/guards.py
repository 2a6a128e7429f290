"""Guards of a reading: a word that turns or narrows what is asked, and that changed nothing, is reported.

The words of negation and of restriction are set aside until what they turn is read, by steps that each know how: one
that does not (« pas de plus de 300 places ») would answer the contrary without a word. So the reading is made again
without each of them, and what is the same without it did not use it. Every other word is in a part of the reading, or
asks nothing (``ASK_NOTHING``), or is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any

from explorer.natural_language import phrases, shares
from explorer.natural_language.amount_words import MOVES
from explorer.natural_language.figures import COUNTING, COVERING
from explorer.natural_language.groups import BETWEEN
from explorer.natural_language.parse_result import Parse, Reason, SpanKind, UnparsedSpan
from explorer.natural_language.phrases import BOTH, HAS, NEGATIONS, ONLY, PhraseTable
from explorer.natural_language.spatial_relations import RELATIONS, Proximity
from explorer.natural_language.tokens import WordToken
from layers.definitions import FieldType

Span = tuple[int, int]
_PASSED: tuple[PhraseTable[Any], ...] = (
    *(phrases.STOP_PHRASES, phrases.HAS, phrases.NEGATIONS, phrases.BY, phrases.MEASURES, phrases.DATED),
    *(RELATIONS, COUNTING, BETWEEN, shares.VERBS, shares.COVERED, shares.AMONG),
)
_MEASURES = frozenset(["age", "duree", "durees"])
"""Nouns of measure that are spelt like a verb that links, without its accent or its ending."""
ASK_NOTHING = frozenset(word for table in _PASSED for word in table.words) | phrases.RESETS | COVERING | MOVES
"""Words that steps pass over: those that link, courtesy, verbs of what was said, and those that the guards check."""
_NE, _NE_BEFORE = frozenset(["n", "ne"]), 4


def report_dropped(
    word_tokens: Sequence[WordToken], reading: Parse, read_without: Callable[[Set[int]], Parse]
) -> None:
    """Report the words of negation without which the same is asked, and of restriction that nothing reads."""
    if reading.subject is None:
        return
    _report_unread(word_tokens, reading)
    _report_only(word_tokens, reading)
    _report_both(word_tokens, reading)
    all_runs = list(_negations(word_tokens))
    runs = [run for run in all_runs if not _is_reported(reading, run)]
    if not runs:
        return

    reading.gaps += [
        UnparsedSpan(start, end, Reason.UNKNOWN)
        for start, end in runs
        if not (start > all_runs[0][0] and _repeats(word_tokens, start))
        and _asked(read_without(frozenset(range(start, end)))) == _asked(reading)
    ]


def _report_unread(word_tokens: Sequence[WordToken], reading: Parse) -> None:
    """Report every word that no part of the reading holds, and that is none of those that ask nothing.

    Whatever step passed over it: a word of content is in a span, or named.
    """
    spans: list[Span] = [(each.start, each.end) for each in reading.pieces]
    spans += [(each.start, each.end) for each in reading.gaps]
    spans += [(each[0], each[1]) for each in (*reading.supposed, *reading.defaults)]
    held = {index for start, end in spans for index in range(start, end)}
    reading.gaps += [
        UnparsedSpan(index, index + 1)
        for index, token in enumerate(word_tokens)
        if index not in held
        and token.word.isalpha()
        and not token.is_glue
        and (token.word in _MEASURES or ASK_NOTHING.isdisjoint((token.stem, token.word)))
    ]


def _repeats(word_tokens: Sequence[WordToken], at: int) -> bool:
    """Whether a negation says again the one before: « ni U ni N », « hors Meudon et hors Sèvres »."""
    return at > 0 and (word_tokens[at].word == "ni" or word_tokens[at - 1].word in {"et", "ou", ","})


def _asked(reading: Parse) -> tuple[object, ...]:
    return sorted(reading.parameters()), reading.figure


def _is_reported(reading: Parse, span: Span) -> bool:
    return any(gap.start <= span[0] < gap.end for gap in reading.gaps)


def _negations(word_tokens: Sequence[WordToken]) -> Iterator[Span]:
    """Return the runs of words that negate, each as long as nothing else stands between: « sans aucun »."""
    at = 0
    while at < len(word_tokens):
        start = at
        while end := _end_of_negation(word_tokens, at):
            at = end
        if at > start:
            yield start, at
        at += at == start


def _end_of_negation(word_tokens: Sequence[WordToken], at: int) -> int:
    if negation := NEGATIONS.find(word_tokens, at):
        return negation[1]
    relation = RELATIONS.find(word_tokens, at)
    return relation[1] if relation and relation[0].proximity is Proximity.OUTSIDE else 0


def _report_only(word_tokens: Sequence[WordToken], reading: Parse) -> None:
    """Report « que », « seulement » beside a condition that leaves others possible: « avec que des toboggans »."""
    for at in range(len(word_tokens)):
        end = _end_of_only(word_tokens, at)
        span = (at, end)
        if (
            end
            and not _is_reported(reading, span)
            and any(
                each[0] <= at < each[1] or _is_next(word_tokens, reading, *sorted([span, each]))
                for each in reading.several
            )
        ):
            reading.gaps.append(UnparsedSpan(at, end, Reason.UNKNOWN))


def _report_both(word_tokens: Sequence[WordToken], reading: Parse) -> None:
    """Report « à la fois » where a row has one value only: « gérés à la fois par la ville et par le département »."""
    is_either = any(
        len(values) > 1 and clause.fields[name].is_listed and clause.fields[name].type is not FieldType.TEXTS
        for clause in reading.clauses
        for name, values in clause.conditions.items()
        if name in clause.fields
    )
    phrases = [(at, phrase[1]) for at in range(len(word_tokens)) if (phrase := BOTH.find(word_tokens, at))]
    reading.gaps += [UnparsedSpan(*each, Reason.UNKNOWN) for each in phrases if is_either]


def _end_of_only(word_tokens: Sequence[WordToken], at: int) -> int:
    """Return where « seulement », « avec que » or the « que » of « n’a que » ends; 0 where there is none."""
    if phrase := ONLY.find(word_tokens, at):
        return phrase[1]
    before = [each.word for each in word_tokens[max(0, at - _NE_BEFORE) : at]]
    is_restricted = bool(_NE & set(before)) and before[-1] not in {"pas", "plus", "moins", "autre", "autres"}
    return at + 1 if word_tokens[at].word in {"que", "qu"} and is_restricted else 0


def _is_next(word_tokens: Sequence[WordToken], reading: Parse, first: Span, last: Span) -> bool:
    """Whether nothing but articles, « avec » and names of layers stands between two runs of words."""
    named = {
        index
        for each in reading.pieces
        if each.kind in {SpanKind.LAYER, SpanKind.SUBJECT}
        for index in range(each.start, each.end)
    }
    return first[1] <= last[0] and all(
        index in named or word_tokens[index].is_glue or HAS.find(word_tokens[index : index + 1], 0)
        for index in range(first[1], last[0])
    )
