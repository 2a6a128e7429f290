"""A question read from left to right, in one pass, without looking back further than the layer at hand.

Words are read as the first of these that they can be: courtesy, a superlative, « autour de moi », a period, a distance,
an amount, a placing, a negation, a name of the catalogue. Articles are skipped. What is left is a gap, and is told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from explorer.question.amounts import step_amount, step_date, step_distance
from explorer.question.courtesy import COURTESY, HERE, HERE_AFTER, RESETS
from explorer.question.naming import step_name, step_short_code
from explorer.question.placing import step_negation, step_placing
from explorer.question.readings import Reason, TextReading, WordGap
from explorer.question.relations import NEAR_M, Place, read_distance
from explorer.question.state import State
from explorer.question.vocabulary import Vocabulary
from explorer.question.words import WordToken

_AND = frozenset(["et", "ou", ",", ";"])


def read(
    tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    *,
    choices: Sequence[int] = (),
    hint: str = "",
) -> TextReading:
    """Read a whole text, going the way of ``choices`` where there are several; ``hint`` is told of in ``State``."""
    state = State(tokens, vocabulary, today, choices=choices, hint=hint)
    at = 0
    while at < len(tokens):
        at = _step(state, at)
    state.drop_field()
    state.drop_relation(len(tokens))
    return state.reading


def _joint(state: State, at: int) -> int:
    word = state.tokens[at].word
    if word in _AND and state.tokens[at].text.lower() != "où":
        state.joined, state.either = True, word == "ou"
        if word in {",", ";"}:
            state.pending.negated_at, state.pending.has = None, False
        state.code_at = at + 1 if state.code_at == at else -1
        return at + 1
    if word in RESETS:
        state.pending.negated_at, state.pending.has = None, False
        return at + 1
    return 0


def _courtesy(state: State, at: int) -> int:
    found = COURTESY.find(state.tokens, at)
    if found and state.tokens[at].word == "ou" and state.reading.subject is not None:
        state.pending.has = True  # « les zones où il y a des arbres »
    return found[1] if found else 0


def _superlative(state: State, at: int) -> int:
    """« Le plus grand » asks for an order, which no parameter of the map holds."""
    words = [each.word for each in state.tokens[at : at + 4]]
    has_article = words[0] in {"le", "la", "les"}
    rest = words[has_article:]
    if len(rest) < 2 or rest[0] not in {"plus", "moins"} or rest[1] in {"de", "d", "que", "qu", "du"}:
        return 0
    if rest[1] in {"bas", "haut", "grand", "petit", "large", "long"} and rest[2:3] == ["que"]:
        return 0
    end = at + has_article + 2
    state.reading.gaps.append(WordGap(at, end, Reason.SUPERLATIVE))
    return end


def _here(state: State, at: int) -> int:
    found = HERE.find(state.tokens, at)
    distance = read_distance(state.tokens, at)
    if distance and distance.relation.place is Place.NEAR:
        found = HERE_AFTER.find(state.tokens, distance.end)
        metres = distance.relation.metres
    else:
        metres = NEAR_M
    if found is None:
        return 0
    state.reading.around_m = metres
    state.reading.gaps.append(WordGap(at, found[1], Reason.POSITION))
    return found[1]


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
    _superlative,
    step_distance,
    step_amount,
    step_placing,
    step_negation,
    step_name,
)
