"""A question read from left to right, in one pass, without looking back further than the layer at hand.

Words are read as the first possible of these: courtesy, a superlative, « autour de moi », a period, a distance, an
amount, a spatial relation, a negation, a name of the catalogue. Articles are skipped. The rest is a gap, reported as
unused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from explorer.natural_language.activities import step_activity
from explorer.natural_language.addresses import AddressPlace, settle_address, step_address
from explorer.natural_language.amount_words import step_amount_word
from explorer.natural_language.amounts import (
    step_amount,
    step_date,
    step_distance,
    step_negation,
    step_precision,
    step_spatial_relation,
)
from explorer.natural_language.centuries import step_century
from explorer.natural_language.checkpoints import Checkpoints
from explorer.natural_language.commune_subject import step_bounded_communes, step_commune_subject
from explorer.natural_language.commune_words import step_communes
from explorer.natural_language.dates import read_period
from explorer.natural_language.durations import step_duration
from explorer.natural_language.events import step_during, step_event, step_on_day, step_straddle
from explorer.natural_language.extents import step_extent
from explorer.natural_language.figure_settling import settle_figure
from explorer.natural_language.figures import step_figure
from explorer.natural_language.listed_amounts import step_listed_amount
from explorer.natural_language.lookups import step_own_feature
from explorer.natural_language.names import step_name
from explorer.natural_language.numbers import read_comparison
from explorer.natural_language.opening_hours import step_hour, step_opening_hours
from explorer.natural_language.parse_result import Parse, Reason, SpanKind
from explorer.natural_language.people import step_people
from explorer.natural_language.phrases import (
    BY,
    DATED,
    HERE,
    HERE_AFTER,
    HERE_INSIDE,
    HERE_LAST,
    MEASURES,
    RESETS,
    SIZES,
    STOP_PHRASES,
)
from explorer.natural_language.placements import settle_places
from explorer.natural_language.records import step_record
from explorer.natural_language.repeated_layers import step_subject_again
from explorer.natural_language.spatial_relations import NEAR_M, Proximity, read_distance
from explorer.natural_language.state import ParserState
from explorer.natural_language.streets import step_numbers, step_person, step_street, step_text
from explorer.natural_language.superlatives import NEAREST_M, settle_orders, step_order
from explorer.natural_language.tokens import WordToken
from explorer.natural_language.value_conditions import settle_mentions, step_row_number, step_short_code
from explorer.natural_language.vocabulary import Vocabulary

INSIDE_M = 1
"""Around the very place of the person: what is there."""
_AND = frozenset(["et", "ou", ",", ";"])


def read(
    tokens: Sequence[WordToken],
    vocabulary: Vocabulary,
    today: dt.date,
    *,
    text: str = "",
    choices: Sequence[int] = (),
    hint: str = "",
    is_loose: bool = False,
    places: Mapping[int, AddressPlace] | None = None,
    checkpoints: Checkpoints | None = None,
) -> Parse:
    """Read a whole text, going the way of ``choices`` where there are several; ``ParserState`` tells of the others.

    ``checkpoints`` are those of the other readings of the text, ``is_loose`` or not as this one: words that are read
    the same way are read once.
    """
    resumed = checkpoints.resumed(tuple(choices), hint) if checkpoints else None
    state, at = resumed or (
        ParserState(
            tokens,
            vocabulary,
            today,
            text=text,
            choices=choices,
            hint=hint,
            is_loose=is_loose,
            places=places,
        ),
        0,
    )
    while at < len(tokens):
        start, before = at, checkpoints.before(state, at) if checkpoints else None
        at = _step(state, at)
        if checkpoints and before:
            checkpoints.store(before, start, hint, len(state.reading.decisions))
    state.drop_field()
    state.drop_relation(len(tokens))
    state.settle_foreseen()
    state.settle_subject()
    settle_mentions(state)
    settle_address(state)
    _settle_here(state)
    settle_orders(state)
    settle_figure(state)
    settle_places(state)
    state.reading.way = (tuple(choices), hint, is_loose)
    return state.reading


def _joint(state: ParserState, at: int) -> int:
    word = state.tokens[at].word
    is_begun = bool(state.reading.pieces or state.reading.gaps or state.figure.spans)
    is_where = word == "ou" and (state.tokens[at].text.lower() == "où" or not is_begun)
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


def _stop_phrase(state: ParserState, at: int) -> int:
    phrase = STOP_PHRASES.find(state.tokens, at)
    if phrase and (inside := HERE_INSIDE.find(state.tokens, at)) and inside[1] > phrase[1]:
        return 0  # « sur quelle parcelle je me trouve »
    if phrase and state.tokens[at].word.startswith("age") and not _is_aged(state, phrase[1]):
        return 0  # « âge de » is no « âgé de »
    if phrase and state.tokens[at].word == "ou" and state.reading.subject is not None:
        state.pending.has = True  # « les zones où il y a des arbres »
    is_placed = state.pending.relation is not None and not state.is_weak()
    if is_placed and state.tokens[at].word in {"autre", "autres"}:
        return at + 1  # « à moins de 300 m d’un autre arbre »
    return phrase[1] if phrase else _linking_verb(state, at)


def _is_aged(state: ParserState, at: int) -> bool:
    """Whether years follow « âgé de »."""
    compared = read_comparison(state.tokens, at) or read_comparison(state.tokens, at - 1)
    return compared is not None and compared.kind == "year"


def _size(state: ParserState, at: int) -> int:
    """Skip « d’une surface » before an amount, of a layer whose geometry alone has that measure."""
    size = SIZES.find(state.tokens, at)
    if size is None or not state.at_hand():
        return 0
    words = state.vocabulary.layers[state.at_hand()[0].slug].words
    following = range(size[1], state.past_glue(size[1]) + 1)
    is_compared = any(read_comparison(state.tokens, index) for index in following)
    has_units = any(each.unit for each in words.fields if each.is_number)
    if words.measure != size[0] or not is_compared or has_units:
        return 0
    state.understood(at, size[1], SpanKind.CONDITION)
    return size[1]


def _linking_verb(state: ParserState, at: int) -> int:
    """Skip a verb repeated by what follows: « menés par (le département) », « coûte (moins de 3 €) »."""
    tokens = state.tokens
    is_noun = tokens[at].word in {"duree", "durees"}  # of « dure », by its stem
    if not is_noun and (phrase := MEASURES.find(tokens, at)) and read_comparison(tokens, phrase[1]):
        return phrase[1]
    if end := _size(state, at):
        return end
    if (phrase := DATED.find(tokens, at)) and read_period(tokens, phrase[1], state.today):
        return phrase[1]
    phrase = BY.find(tokens, at)
    return phrase[1] if phrase and state.leads_to_value(phrase[1]) else 0


def _here(state: ParserState, at: int) -> int:
    """Read « près de moi », « à moins de 500 m d’ici » and, at the end of the text, « à proximité »."""
    tokens, phrase, metres = state.tokens, HERE.find(state.tokens, at), NEAR_M
    distance = read_distance(tokens, at)
    if distance and distance.relation.proximity is Proximity.NEAR:
        phrase = HERE_AFTER.find(tokens, distance.end)
        metres = int(distance.relation.metres)
    elif phrase is None and (last := HERE_LAST.find(tokens, at)) and last[1] == len(tokens):
        phrase = last
    if phrase is None:
        return _right_here(state, at)
    has_distance = distance is not None and not distance.is_walk
    state.place_here(at, phrase[1], metres, is_default=not has_distance)
    if not has_distance and not state.reading.around_count:
        state.reading.around_count = -1  # « 3 aires de jeux proches de ma position »
    return phrase[1]


def _right_here(state: ParserState, at: int) -> int:
    """Read « (dans quelle zone) suis-je »: the very place; « à moins de 10 minutes à pied » of nothing else."""
    tokens, reading = state.tokens, state.reading
    limit = (
        read_comparison(tokens, at) if reading.around_m is not None and reading.is_around_default else None
    )
    if limit and limit.kind == "length" and limit.high is not None and state.follows_comma(at):
        reading.around_m, reading.is_around_default = limit.high, False  # « autour de moi, 900 m maxi »
        reading.defaults[-1:] = []
        state.understood(at, limit.end, SpanKind.RELATION)
        return limit.end
    if phrase := HERE_INSIDE.find(tokens, at):
        state.place_here(at, phrase[1], INSIDE_M, is_default=False)
        return phrase[1]
    distance = read_distance(tokens, at)
    gaps = state.reading.gaps
    if distance and gaps and gaps[-1].end == at and gaps[-1].reason is Reason.UNKNOWN:
        return 0  # « limitée à 1,80 m » is no place of the person
    is_last = distance is not None and distance.end == len(tokens) and not distance.relation.has_object
    if distance is None or not is_last or not distance.is_certain:
        return 0
    if distance.relation.proximity is not Proximity.NEAR or state.may_have_distance():
        return 0
    state.place_here(at, distance.end, distance.relation.metres, is_default=False)
    if distance.is_walk:
        state.reading.defaults.append((at, distance.end, distance.relation.metres))
    return distance.end


def _settle_here(state: ParserState) -> None:
    """Look for the nearest where nothing covers the place of the person: « à quelle adresse suis-je »."""
    reading, subject = state.reading, state.reading.subject
    if subject is None or reading.around_m != INSIDE_M or reading.is_around_default:
        return
    words = state.vocabulary.layers[subject.slug].words
    if not words.is_surface and not words.is_table:
        reading.around_m, reading.around_count, reading.is_around_default = NEAREST_M, 1, True


def _step(state: ParserState, at: int) -> int:
    for step in _STEPS:
        end = step(state, at)
        if end:
            return end
    token = state.tokens[at]
    is_in_percent = token.word == "%" and at > 0 and state.tokens[at - 1].word == "en"
    is_unit = token.word in {"%", "€"} and not is_in_percent
    if not token.is_glue and (token.word[0].isalnum() or is_unit):
        state.unknown(at)
    elif not token.is_glue:
        state.pending.negated_at = None
    return at + 1


# Each returns the token after what it read, 0 when it is not for it.
_STEPS: tuple[Callable[[ParserState, int], int], ...] = (
    step_numbers,
    step_address,
    step_precision,
    step_straddle,
    step_activity,
    step_opening_hours,
    step_hour,
    step_extent,
    step_short_code,
    step_row_number,
    step_listed_amount,
    _joint,
    step_century,
    step_duration,
    step_date,
    step_on_day,
    step_during,
    step_event,
    step_people,
    step_bounded_communes,
    step_communes,
    step_amount_word,
    step_commune_subject,
    step_figure,
    _stop_phrase,
    _here,
    step_order,
    step_record,
    step_text,
    step_street,
    step_person,
    step_distance,
    step_amount,
    step_spatial_relation,
    step_negation,
    step_own_feature,
    step_subject_again,
    step_name,
)
