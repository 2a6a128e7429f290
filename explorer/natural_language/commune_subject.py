"""Communes as what is looked for: « communes sans aire de jeux », « communes de plus de 5 km² », « la plus étendue ».

Their layer has no name in the vocabulary, since a commune is nearly always a place: the word « commune » is the subject
where it comes first and something is asked of communes.
"""

from __future__ import annotations

from explorer.natural_language.amount_words import leads_to_usual
from explorer.natural_language.numbers import read_comparison
from explorer.natural_language.parse_result import Clause, SpanKind
from explorer.natural_language.phrases import HAS, NEGATIONS, PhraseTable, spelt
from explorer.natural_language.spatial_relations import RELATIONS
from explorer.natural_language.state import ParserState
from interface.territory import COMMUNES_LAYER

_COMMUNES: PhraseTable[bool] = PhraseTable(spelt(True, "communes|commune|villes|municipalités"))
_LINKS = frozenset(["de", "d", "qui", "dont", "la", "les", "a", "ont", "est", "sont", "n", "ne", "ayant"])
_FAR = 3


_HAVE: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "de|d|avec|ayant|qui ont|ont|comptant|qui comptent|comptent|possédant|qui possèdent|où il y a|dont",
    )
)


def step_bounded_communes(state: ParserState, at: int) -> int:
    """Read « communes avec plus de 20 bornes », « communes de plus de 30 000 habitants »: groups of a figure."""
    figure, index = state.figure, at
    while index < len(state.tokens) and state.tokens[index].word in {
        "quelles",
        "quelle",
        "les",
        "dans",
        "sont",
    }:
        index += 1
    communes = _COMMUNES.find(state.tokens, index)
    have = _HAVE.find(state.tokens, communes[1]) if communes else None
    is_first = not (state.reading.clauses or figure.groups or figure.is_wanted or state.pending.negated)
    if communes is None or have is None or not is_first:
        return 0
    for start in (communes[1], have[1]):
        compared = read_comparison(state.tokens, start)
        if compared is None or compared.kind or not compared.is_explicit:
            continue
        following = state.past_glue(compared.end)
        is_amount = following < len(state.tokens) and (
            state.leads_to_amount(following) or leads_to_usual(state, following)
        )
        if not is_amount and not state.leads_to_layer(compared.end):
            return 0
        figure.groups.append("commune")
        figure.is_counted, figure.rank, figure.bounds = True, not compared.high, compared
        figure.spans.append((at, compared.end))
        return compared.end
    return 0


def step_commune_subject(state: ParserState, at: int) -> int:
    """Read « communes » as the subject, where a relation, a size or an order of size follows or came before."""
    phrase = _COMMUNES.find(state.tokens, at)
    reading = state.reading
    is_first = not (reading.clauses or reading.communes or state.pending.relation or state.figure.is_wanted)
    if phrase is None or not is_first or COMMUNES_LAYER not in state.vocabulary.layers:
        return 0
    is_ordered = bool(state.orders) and state.orders[-1].field is None
    if not is_ordered and not _is_asked_of(state, phrase[1]):
        return 0
    state.reading.clauses.append(Clause(COMMUNES_LAYER, None))
    state.foreseen = None
    state.understood(at, phrase[1], SpanKind.SUBJECT)
    return phrase[1]


def _is_asked_of(state: ParserState, at: int) -> bool:
    """Whether a relation to a layer, an area or « la plus étendue » follows."""
    for index in range(at, min(at + _FAR, len(state.tokens))):
        compared = read_comparison(state.tokens, index)
        words = [each.word for each in state.tokens[index : index + 3]]
        if compared is not None and compared.kind == "area":
            return True
        if words[:2] in (["la", "plus"], ["les", "plus"]) and words[2:] and words[2] not in {"de", "d"}:
            return True
        relation = RELATIONS.find(state.tokens, index)
        turn = NEGATIONS.find(state.tokens, index) or HAS.find(state.tokens, index)
        is_placed = relation is not None and not relation[0].is_weak
        end = turn[1] if turn else relation[1] if relation and is_placed else 0
        if end and state.leads_to_layer(end):
            return True
        if state.tokens[index].word not in _LINKS:
            return False
    return False
