"""A question read from left to right, in one pass, without looking back further than the layer at hand.

Words are read as the first possible of these: courtesy, a superlative, « autour de moi », a period, a distance, an
amount, a spatial relation, a negation, a name of the catalogue. Articles are skipped. The rest is a gap, reported as
unused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from explorer.natural_language.amounts import (
    step_amount,
    step_date,
    step_distance,
    step_negation,
    step_placing,
)
from explorer.natural_language.dates import read_period
from explorer.natural_language.names import step_name, step_short_code
from explorer.natural_language.numbers import read_comparison
from explorer.natural_language.parse_result import Parse, Reason, UnparsedSpan
from explorer.natural_language.phrases import BY, COURTESY, DATED, HERE, HERE_AFTER, MEASURES, RESETS
from explorer.natural_language.spatial_relations import NEAR_M, Place, read_distance
from explorer.natural_language.state import State
from explorer.natural_language.superlatives import settle_orders, step_order
from explorer.natural_language.tokens import WordToken
from explorer.natural_language.vocabulary import Vocabulary

_AND = frozenset(["et", "ou", ",", ";"])


def read(
    tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    *,
    choices: Sequence[int] = (),
    hint: str = "",
    is_loose: bool = False,
) -> Parse:
    """Read a whole text, taking the ``choices`` at ambiguous words; ``State`` has the other ways."""
    state = State(tokens, vocabulary, today, choices=choices, hint=hint, is_loose=is_loose)
    at = 0
    while at < len(tokens):
        at = _step(state, at)
    state.drop_field()
    state.drop_relation(len(tokens))
    state.settle_foreseen()
    settle_orders(state)
    state.settle_beside()
    return state.reading


def _joint(state: State, at: int) -> int:
    word = state.tokens[at].word
    is_where = word == "ou" and (state.tokens[at].text.lower() == "où" or at == 0)
    if word in _AND and not is_where:
        state.joined, state.either, state.joint_at = True, word == "ou", at
        state.either_at = at if word == "ou" else -1
        if word in {",", ";"}:
            state.pending.negated_at, state.pending.has = None, False
        state.code_at = at + 1 if state.code_at == at else -1
        return at + 1
    if word in RESETS:
        state.pending.negated_at, state.pending.has = None, False
        return at + 1
    return 0


def _courtesy(state: State, at: int) -> int:
    phrase = COURTESY.find(state.tokens, at)
    if phrase and state.tokens[at].word == "ou" and state.reading.subject is not None:
        state.pending.has = True  # « les zones où il y a des arbres »
    is_placed = state.pending.relation is not None and not state.is_weak()
    if is_placed and state.tokens[at].word in {"autre", "autres"}:
        return at + 1  # « à moins de 300 m d’un autre arbre »
    return phrase[1] if phrase else _linking_verb(state, at)


def _linking_verb(state: State, at: int) -> int:
    """Skip a verb repeated by what follows: « menés par (le département) », « coûte (moins de 3 €) »."""
    tokens = state.tokens
    if (phrase := MEASURES.find(tokens, at)) and read_comparison(tokens, phrase[1]):
        return phrase[1]
    if (phrase := DATED.find(tokens, at)) and read_period(tokens, phrase[1], state.today):
        return phrase[1]
    phrase = BY.find(tokens, at)
    return phrase[1] if phrase and state.leads_to_value(phrase[1]) else 0


def _here(state: State, at: int) -> int:
    phrase = HERE.find(state.tokens, at)
    distance = read_distance(state.tokens, at)
    if distance and distance.relation.place is Place.NEAR:
        phrase = HERE_AFTER.find(state.tokens, distance.end)
        metres = distance.relation.metres
    else:
        metres = NEAR_M
    if phrase is None:
        return 0
    state.reading.around_m = metres
    state.reading.gaps.append(UnparsedSpan(at, phrase[1], Reason.POSITION))
    return phrase[1]


def _step(state: State, at: int) -> int:
    for step in _STEPS:
        end = step(state, at)
        if end:
            return end
    token = state.tokens[at]
    if not token.is_glue and token.word[0].isalnum():
        state.unknown(at)
    elif not token.is_glue:
        state.pending.negated_at = None
    return at + 1


# Each returns the token after what it read, 0 when it is not for it.
_STEPS: tuple[Callable[[State, int], int], ...] = (
    step_short_code,
    _joint,
    step_date,
    _courtesy,
    _here,
    step_order,
    step_distance,
    step_amount,
    step_placing,
    step_negation,
    step_name,
)
