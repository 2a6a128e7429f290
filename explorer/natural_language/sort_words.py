"""Words that sort all the rows: « triés par hauteur », « du plus haut au plus bas », « par ordre alphabétique »."""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.durations import duration_of
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import forms
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState, WaitingOrder
from layers.definitions import FieldType

_SORTED: PhraseTable[bool | None] = PhraseTable(
    merged(
        (
            spelt(
                None,
                "triés par|trié par|trier par|triés selon|ordonnés par|ordonner par|rangés par|ranger par|classés par"
                "|classer par|classés selon|classement par|tri par|par ordre de|dans l’ordre de|en ordre de",
            ),
            spelt(
                True, "par ordre décroissant de|triés par ordre décroissant de|dans l’ordre décroissant de"
            ),
            spelt(False, "par ordre croissant de|triés par ordre croissant de|dans l’ordre croissant de"),
        )
    )
)
_ALPHABETICAL: PhraseTable[bool] = PhraseTable(
    spelt(
        False,
        "par ordre alphabétique|dans l’ordre alphabétique|triés par ordre alphabétique|classés par ordre alphabétique"
        "|rangés par ordre alphabétique|de a à z|alphabétiquement",
    )
)
_DIRECTIONS: PhraseTable[bool] = PhraseTable(
    merged(
        (
            spelt(True, "décroissant|par ordre décroissant|descendant"),
            spelt(False, "croissant|par ordre croissant|ascendant"),
        )
    )
)
_AGE = frozenset(["age", "anciennete", "date"])
_TO = frozenset(["au", "a", "aux"])
_DEGREES = frozenset(["plus", "moins"])


def step_sort(state: ParserState, at: int) -> int:
    """Read words that sort all the rows."""
    if alphabetical := _ALPHABETICAL.find(state.tokens, at):
        state.orders.append(WaitingOrder(at, alphabetical[1], ("title",), False, None, is_one=False))
        return alphabetical[1]
    phrase = _SORTED.find(state.tokens, at)
    if phrase is None:
        return 0
    field, end = _field(state, state.past_glue(phrase[1]))
    if field is None and not end:
        return 0
    direction, after = _DIRECTIONS.find(state.tokens, end) or (None, end)
    is_more = bool(direction if direction is not None else phrase[0])
    # By age, the oldest come first: the order of the date.
    words = () if field else ("old",)
    state.orders.append(WaitingOrder(at, after, words, is_more, field, is_one=False))
    return after


def _field(state: ParserState, at: int) -> tuple[FieldWords | None, int]:
    """Return the field that is named at a token and where its name ends; no field for « âge »."""
    for form, end in forms(state.tokens, at):
        for clause in state.at_hand():
            named = state.vocabulary.layers[clause.slug].field_named(form)
            field = next((each.field for each in named if each.field.type is not FieldType.TEXTS), None)
            if field is not None:
                return field, end
    if at < len(state.tokens) and state.tokens[at].word in {"duree", "durees"}:
        lasting = (duration_of(state.vocabulary.layers[each.slug].words) for each in state.at_hand())
        return next(lasting, None), at + 1
    is_age = at < len(state.tokens) and state.tokens[at].word in _AGE
    has_date = any(
        parse_result.dated_field(state.vocabulary.layers[each.slug].words) for each in state.at_hand()
    )
    return None, at + 1 if is_age and has_date else 0


def end_of_span(state: ParserState, at: int) -> int:
    """Return where « au plus bas » ends after « du plus haut », 0 when an order is no span."""
    index = at
    while index < len(state.tokens) and state.tokens[index].word in {"a", "la", "les", "l", "au", "aux"}:
        index += 1
    is_to = index > at and state.tokens[at].word in _TO
    if not is_to or index + 1 >= len(state.tokens) or state.tokens[index].word not in _DEGREES:
        return 0
    return index + 2


def begins_span(state: ParserState, at: int) -> bool:
    """Whether « du », « de la » or « des » leads to the degree at a token: « du plus haut (au plus bas) »."""
    before = [each.word for each in state.tokens[max(0, at - 2) : at]]
    return bool(before) and (before[-1] in {"du", "des"} or before[-2:] in (["de", "la"], ["de", "le"]))
