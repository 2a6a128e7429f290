"""Amounts of a list whose values are numbers: « parkings où la hauteur maxi est de 2 m », of 180, 190 and 200.

Such a list has no unit: an amount in metres is compared with centimetres where its values are that large.
"""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.numbers import AmountComparison, read_comparison
from explorer.natural_language.parse_result import Reason
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase, stem

_MEASURES = frozenset(map(stem, ["hauteur", "largeur", "longueur", "profondeur"]))
_TALL = {
    "haut": "hauteur",
    "hauteur": "hauteur",
    "large": "largeur",
    "largeur": "largeur",
    "long": "longueur",
}
_BETWEEN = frozenset(
    [
        "max",
        "maxi",
        "maximum",
        "maximale",
        "limite",
        "limitee",
        "autorisee",
        "admise",
        "est",
        "egale",
        "soit",
        "la",
    ]
)
_CENTIMETRES, _FEWEST, _LARGEST_M = 100, 2, 50


def step_listed_amount(state: ParserState, at: int) -> int:
    """Read an amount after the name of a list of numbers, or one that says of what: « de moins de 2 m de haut »."""
    clause = state.reading.subject
    if clause is None or clause is not state.last() or state.pending.negated:
        return 0
    if state.tokens[at].stem not in _MEASURES and read_comparison(state.tokens, at) is None:
        return 0
    words = state.vocabulary.layers[clause.slug].words
    for field, numbers in _lists(words):
        index = _past_name(state, at, field)
        compared = read_comparison(state.tokens, index)
        if compared is None or compared.kind != "length":
            continue
        end = compared.end if index > at else _past_dimension(state, compared.end, field)
        if not end:
            continue
        values = [text for text, number in numbers.items() if _holds(compared, number, numbers)]
        state.pending.relation = None if state.is_weak() else state.pending.relation
        if not values:
            state.gap(at, end, Reason.NO_FIELD)
            return end
        done = parse_result.add_values(clause, field, values, negated=False)
        state.drop_field()
        state.record_condition(clause, at, end, of=field.name, done=done)
        return end
    return 0


def _lists(words: LayerWords) -> list[tuple[FieldWords, dict[str, float]]]:
    """Return the lists of numbers that measure something, with their values as numbers."""
    result = []
    for each in words.fields:
        numbers = {value.value: float(value.value) for value in each.values if value.value.isdecimal()}
        if len(numbers) >= _FEWEST and each.is_listed and _MEASURES & set(phrase(each.title)):
            result.append((each, numbers))
    return result


def _past_name(state: ParserState, at: int, field: FieldWords) -> int:
    """Return the token after the name of a list and the words that lead to an amount; the token given without it."""
    if state.tokens[at].stem not in _MEASURES & set(phrase(field.title)):
        return at
    index = at + 1
    while index < len(state.tokens) and state.tokens[index].word in _BETWEEN:
        index += 1
    return index


def _past_dimension(state: ParserState, at: int, field: FieldWords) -> int:
    """Return the token after « de haut », 0 where an amount does not say what it is of."""
    index = state.past_glue(at)
    word = state.tokens[index].word if index < len(state.tokens) else ""
    return index + 1 if stem(_TALL.get(word, "-")) in phrase(field.title) else 0


def _holds(compared: AmountComparison, number: float, numbers: dict[str, float]) -> bool:
    is_large = min(numbers.values()) > _LARGEST_M and (compared.high or compared.low or 0) < _LARGEST_M
    return compared.holds(number / _CENTIMETRES if is_large else number)
