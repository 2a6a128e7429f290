"""Steps of the grammar for streets: « adresses de la rue des Tilleuls », words that a text of the layer holds."""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import root_of
from layers.definitions import FieldType

_KINDS = frozenset(
    [
        "rue",
        "avenue",
        "allee",
        "boulevard",
        "place",
        "chemin",
        "impasse",
        "quai",
        "route",
        "sentier",
        "sente",
        "cours",
    ]
)
_TITLES = ("voie", "rue", "adresse")
_LONGEST = 6


def step_street(state: ParserState, at: int) -> int:
    """Read the name of a street, as a text that a field of the layer at hand holds."""
    token = state.tokens[at]
    if token.word not in _KINDS or token.text.endswith("s"):
        return 0
    end = _end(state, at)
    if end == at + 1:
        return 0
    for clause in state.at_hand():
        field = _field(state.vocabulary.layers[clause.slug].words)
        if field is not None and field.name not in clause.conditions:
            first, last = state.tokens[at], state.tokens[end - 1]
            clause.conditions[field.name] = [state.text[first.start : last.end]]
            clause.fields[field.name] = field
            state.record_condition(clause, at, end, of=field.name)
            state.pending.relation = None if state.is_weak() else state.pending.relation
            return end
    return 0


def _end(state: ParserState, at: int) -> int:
    """Return the token after the name, whose words begin with capitals but for those that link them."""
    end, index = at + 1, at + 1
    while index < min(len(state.tokens), at + _LONGEST + 1):
        token = state.tokens[index]
        is_name = token.text[:1].isupper() or token.number is not None
        if is_name and not state.names_commune(index):
            end = index + 1
        elif not (token.is_glue or token.word == "-") or token.word in {"a", "en", "dans", "sur", "et", "ou"}:
            break
        index += 1
    return end


def _field(words: LayerWords) -> FieldWords | None:
    """Return the text that names the street, the first whose title says so."""
    texts = [each for each in words.fields if each.type is FieldType.TEXT and not each.is_listed]
    for title in _TITLES:
        for each in texts:
            if root_of(title) in parse_result.title_roots(each.title):
                return each
    return None
