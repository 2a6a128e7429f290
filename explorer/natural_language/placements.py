"""Where layers are placed, once the whole text is read: tables are nowhere, and points are not inside points."""

from __future__ import annotations

from explorer.natural_language.parse_result import Clause, Reason, SpanKind, UnparsedSpan
from explorer.natural_language.spatial_relations import Proximity
from explorer.natural_language.state import ParserState
from layers.parsing.query import LENGTH


def settle_places(state: ParserState) -> None:
    """Report the relations and places that the layers do not have, and second subjects that do not share them."""
    _report_relations(state)
    _check_places(state)
    _report_second_subjects(state)


def _report_relations(state: ParserState) -> None:
    """Report layers that cannot be placed so: the rows of a table, or points that would be inside other points."""
    for clause in state.reading.clauses:
        if (
            clause.relation is None
            or clause.is_left_out
            or not (_is_of_table(state, clause) or _is_inside_points(state, clause))
        ):
            continue
        clause.is_left_out = True
        spans = [
            each
            for each in state.reading.pieces
            if each.kind is SpanKind.LAYER
            and state.named.get(tuple(token.stem for token in state.tokens[each.start : each.end]))
            == clause.slug
        ]
        state.reading.pieces = [each for each in state.reading.pieces if each not in spans]
        state.reading.gaps += [UnparsedSpan(each.start, each.end) for each in spans]


def _is_of_table(state: ParserState, clause: Clause) -> bool:
    subject, layers = state.reading.subject, state.vocabulary.layers
    return layers[clause.slug].words.is_table or bool(subject and layers[subject.slug].words.is_table)


def _is_inside_points(state: ParserState, clause: Clause) -> bool:
    """Whether points or lines would share a point with points: « parkings avec des bornes » says no distance."""
    subject, relation = state.reading.subject, clause.relation
    if subject is None or relation is None or relation.metres or relation.shares_border:
        return False
    words = [state.vocabulary.layers[each.slug].words for each in (subject, clause)]
    is_placed = relation.proximity in {Proximity.INSIDE, Proximity.OUTSIDE}
    has_points = any(each.measure != LENGTH for each in words)
    return is_placed and has_points and not any(each.is_surface for each in words)


def _check_places(state: ParserState) -> None:
    """Report places that the rows of the subject do not have: those of a table, of the whole territory."""
    reading, subject = state.reading, state.reading.subject
    if subject is None:
        return
    words = state.vocabulary.layers[subject.slug].words
    is_far = reading.around_m is not None and words.is_table
    if not is_far and (words.has_commune or not reading.communes):
        return
    spans = [each for each in reading.pieces if each.kind is SpanKind.LOCATION]
    reading.around_m, reading.around_count = None, 0
    reading.communes.clear()
    reading.pieces = [each for each in reading.pieces if each not in spans]
    reading.gaps += [UnparsedSpan(each.start, each.end, Reason.NO_FIELD) for each in spans]


def _report_second_subjects(state: ParserState) -> None:
    """Report the second subjects that do not share the whole question, which is about the first one."""
    reading = state.reading
    is_shared = not any(each.relation and not each.is_left_out for each in reading.clauses)
    if is_shared and not state.is_mixed:
        return
    reading.gaps += [
        UnparsedSpan(start, end, Reason.SECOND_SUBJECT) for _slug, start, end in reading.second_subjects
    ]
