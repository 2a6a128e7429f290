"""Hours: opening at all of them, « 24h/24 », « jour et nuit », and those of a table by hour, « à 18 h »."""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.phrases import PhraseTable, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase
from layers.definitions import FieldType

_ALWAYS: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "24h/24|24 h/24|24/24|24/7|24h/24 et 7j/7|24h/24, 7j/7|24h/24 7j/7|24h sur 24|24 heures sur 24"
        "|vingt-quatre heures sur vingt-quatre|jour et nuit|de jour comme de nuit|toujours ouvert|ouvert en permanence"
        "|ouvert tout le temps|en permanence|à toute heure|à toutes heures|nuit et jour",
    )
)
_OPEN: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "ouvert|ouvertes|accessible|restent ouvert|restant ouvert|disponible|qui restent ouvert|reste ouvert",
    )
)
TEXTS = ("24/7", "24h/24", "24 h/24", "toujours ouvert")
"""How hours are written that never end."""


def step_opening_hours(state: ParserState, at: int) -> int:
    """Read that things are open at all hours, of a layer with a text of hours."""
    opened = _OPEN.find(state.tokens, at)
    always = _ALWAYS.find(state.tokens, opened[1]) if opened else None
    always = always or _ALWAYS.find(state.tokens, at)
    if always is None:
        return 0
    for clause in state.at_hand():
        field = _hours(state.vocabulary.layers[clause.slug].words)
        if field is None:
            continue
        pending, start = state.pending, at
        clause.fields[field.name] = field
        if pending.negated_at is not None:
            start = min(at, pending.negated_at)
            for text in TEXTS:
                parse_result.leave_out(clause, field, text)
        else:
            clause.conditions[field.name] = list(TEXTS)
        pending.negated_at, pending.has = None, False
        pending.relation = None if state.is_weak() else pending.relation
        state.drop_field()
        state.record_condition(clause, start, always[1], of=field.name)
        return always[1]
    return 0


_AT: PhraseTable[bool] = PhraseTable(spelt(True, "à|vers|dès|entre|de|à partir de|après|avant|pour"))
_HOUR = frozenset(["h", "heure", "heures"])


def step_hour(state: ParserState, at: int) -> int:
    """Read « à 18 h », « entre 8 h et 10 h » of a table by hour."""
    opened = _AT.find(state.tokens, at)
    first = _hour(state, opened[1]) if opened else None
    if opened is None or first is None:
        return 0
    word, last = state.tokens[at].word, None
    if first[1] < len(state.tokens) and state.tokens[first[1]].word in {"et", "a"}:
        last = _hour(state, first[1] + 1)
    for clause in state.at_hand():
        fields = state.vocabulary.layers[clause.slug].words.fields
        field = next(
            (each for each in fields if each.is_integer and phrase(each.title) == phrase("heure")), None
        )
        if field is None:
            continue
        end = last[1] if last else first[1]
        text = f"{first[0]}..{last[0]}" if last else _since(word, first[0])
        state.drop_field()
        state.pending.relation = None if state.is_weak() else state.pending.relation
        done = parse_result.add_range(clause, field, text, is_either=state.either)
        state.record_condition(clause, at, end, of=field.name, done=done)
        return end
    return 0


def _since(word: str, hour: int) -> str:
    texts = {"apres": f"{hour}..", "des": f"{hour}..", "avant": f"..<{hour}"}
    return texts.get(word, str(hour))


def _hour(state: ParserState, at: int) -> tuple[int, int] | None:
    """Return the hour at a token, written « 8h », « 8 heures », and the token after it."""
    if at + 1 >= len(state.tokens) or state.tokens[at + 1].word not in _HOUR:
        return None
    text = state.tokens[at].text
    return (int(text), at + 2) if text.isdecimal() and int(text) < 24 else None


def _hours(words: LayerWords) -> FieldWords | None:
    """Return the text of the hours of opening."""
    named = (each for each in words.fields if phrase(each.title)[:1] == phrase("horaires"))
    return next((each for each in named if each.type is FieldType.TEXT), None)
