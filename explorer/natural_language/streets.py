"""Steps of the grammar for words that a text of the layer holds: streets and the names of people.

« Adresses de la rue des Tilleuls », « bâtiments du Corbusier », « de l’architecte Henri Sauvage ».
"""

from __future__ import annotations

from collections.abc import Sequence

from explorer.natural_language import parse_result
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.phrases import PhraseTable, spelt
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
_PEOPLE = ("auteur", "architecte", "sculpteur", "artiste")
_OF = frozenset(["de", "du", "d"])
_MADE_BY: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "par|construits par|construit par|conçus par|conçu par|bâtis par|bâti par|dessinés par|dessiné par|signés par"
        "|réalisés par|réalisé par"
        "|œuvres de|œuvre de|l’œuvre de|œuvre du|l’œuvre du|architecte|de l’architecte|par l’architecte"
        "|des architectes",
    )
)
_LONGEST = 6


def step_street(state: ParserState, at: int) -> int:
    """Read the name of a street, as a text that a field of the layer at hand holds."""
    token = state.tokens[at]
    if token.word not in _KINDS or token.text.endswith("s"):
        return 0
    end = _end(state, at)
    if end == at + 1:
        return 0
    return _hold(state, at, at, end, _TITLES)


def step_person(state: ParserState, at: int) -> int:
    """Read the name of who made things, which no word of the vocabulary is: « du Corbusier »."""
    opened = _MADE_BY.find(state.tokens, at)
    first = opened[1] if opened else at
    if first >= len(state.tokens) or not (opened or (at and state.tokens[at - 1].word in _OF)):
        return 0
    has_article = state.tokens[first].text == "Le"
    name = first + has_article
    if name >= len(state.tokens) or not _is_unknown_name(state, name):
        return 0
    end = _end(state, first)
    is_certain = opened or state.tokens[at - 1].word == "du" or end > first + 1
    return _hold(state, at, first, end, _PEOPLE, is_supposed=True) if is_certain else 0


def _is_unknown_name(state: ParserState, at: int) -> bool:
    """Whether a capital begins a word that neither the vocabulary nor a commune has; « de Saint-Denis » is a place."""
    token = state.tokens[at]
    is_name = token.text[:1].isupper() and token.word.isalpha() and not token.text.isupper()
    is_known = state.vocabulary.has_word(token.stem) or state.names_commune(at)
    return is_name and not is_known and not token.is_glue and token.word not in {"saint", "sainte"}


def _hold(
    state: ParserState, start: int, at: int, end: int, titles: Sequence[str], *, is_supposed: bool = False
) -> int:
    """Ask that the text of such a title holds the words; return where they end, 0 without such a text."""
    for clause in state.at_hand():
        field = _field(state.vocabulary.layers[clause.slug].words, titles)
        if field is not None and field.name not in clause.conditions:
            first, last = state.tokens[at], state.tokens[end - 1]
            text = state.text[first.start : last.end]
            if state.pending.negated_at is not None:
                start, state.pending.negated_at = min(start, state.pending.negated_at), None
                parse_result.leave_out(clause, field, text)
            else:
                clause.conditions[field.name] = [text]
            clause.fields[field.name] = field
            state.record_condition(clause, start, end, of=field.name)
            state.reading.supposed += [(start, end, field.title)] if is_supposed else []
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


def _field(words: LayerWords, titles: Sequence[str]) -> FieldWords | None:
    """Return the text that names it, the first whose title says so."""
    texts = [each for each in words.fields if each.type is FieldType.TEXT and not each.is_listed]
    for title in titles:
        for each in texts:
            if root_of(title) in parse_result.title_roots(each.title):
                return each
    return None
