"""Steps of the grammar that read how things are placed, and negations: « dans », « hors de », « sans », « avec »."""

from __future__ import annotations

from explorer.question.courtesy import HAS, NEGATIONS
from explorer.question.matching import forms
from explorer.question.relations import NEGATED, RELATIONS, Placing
from explorer.question.state import State
from explorer.question.vocabulary import Rank


def step_placing(state: State, at: int) -> int:
    """Read how what comes is placed."""
    found = RELATIONS.find(state.tokens, at)
    if found is None or _is_whole_value(state, at) or _is_letter(state, at):
        return 0
    relation, end = found
    if relation.is_weak:
        state.pending.has = state.tokens[at].word == "avec"
        if state.pending.has:
            state.pending.negated_at = None
        if state.pending.relation is None or state.is_weak():
            place(state, relation, at)
        return end
    if relation.is_default and state.leads_to_layer(end):
        state.reading.defaults.append((at, end, relation.metres))
    place(state, relation, at)
    return end


def place(state: State, relation: Placing, at: int) -> None:
    """Keep how what comes is placed; « pas » before it turns it round."""
    if not relation.is_weak:
        state.drop_field()
    if not state.is_weak():
        state.drop_relation(at)
    if state.pending.negated and relation.place in NEGATED and not relation.is_weak:
        relation = Placing(NEGATED[relation.place], relation.metres, has_object=relation.has_object)
        state.pending.negated_at = None
    state.pending.relation, state.pending.relation_at = relation, at
    state.code_at = state.code_at if relation.is_weak else -1
    if state.code_at == at:
        state.code_at = at + 1


def step_negation(state: State, at: int) -> int:
    """Read « sans », « non », « avec » and the like: they turn what comes."""
    if _is_whole_value(state, at):
        return 0
    if found := NEGATIONS.find(state.tokens, at):
        state.pending.negated_at, state.pending.has = at, False
        return found[1]
    if found := HAS.find(state.tokens, at):
        state.pending.has, state.pending.negated_at = True, None
        return found[1]
    return 0


def _is_letter(state: State, at: int) -> bool:
    """Whether a capital « A » is a name, as in « ligne A »: before a place it is the preposition."""
    token = state.tokens[at]
    is_capital = token.text == "A" and at > 0
    return is_capital and not state.names_commune(state.past_glue(at + 1))


def _is_whole_value(state: State, at: int) -> bool:
    """Whether « non » or « sans » begins the label of a value: « non protégé »."""
    for form, _end in forms(state.tokens, at):
        for clause in state.at_hand() if len(form) > 1 else ():
            named = state.vocabulary.layers[clause.slug].values_named(form)
            if named and named[0].rank <= Rank.SYNONYM:
                return True
    return False
