"""Conditions on the values of a layer at hand: their names, short codes, those left out, and the date that they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.natural_language import parse_result
from explorer.natural_language.centuries import read_century
from explorer.natural_language.dates import read_period
from explorer.natural_language.layer_index import SHORT_CODE, LayerIndex, NamedField, NamedValue, Phrase, Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import Implied, Match, forms, match
from explorer.natural_language.numbers import read_unit
from explorer.natural_language.parse_result import Clause, Reason, SpanKind
from explorer.natural_language.records import number_before
from explorer.natural_language.spatial_relations import Proximity
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase
from layers.definitions import FieldType

_NUMBER = phrase("numéro")


def step_short_code(state: ParserState, at: int) -> int:
    """Read « N » in « zone N », « UB » in « zones UA ou UB »: codes that mean nothing alone."""
    token = state.tokens[at]
    clause = state.last() or state.foreseen
    is_upper = token.text.isupper() and token.word not in {"l", "d"}
    if clause is None or token.is_elided or not (state.code_at == at or (is_upper and len(token.text) > 1)):
        return 0
    if token.word in {"a", "en", "de", "un", "et", "ou", "au"} and not is_upper:
        return 0
    if token.word == "a" and at + 1 < len(state.tokens) and state.names_commune(at + 1):
        return 0
    index = state.vocabulary.layers[clause.slug]
    named = [each for each in index.values_named((token.stem,)) if each.is_short]
    named = named or _begun_codes(state, at, index)
    if not named:
        return 0
    field = state.pending.field
    # « Zones à urbaniser (AUc et AUs) »: more values of the field that was asked.
    before = [each for each in named if each.field.name in clause.conditions]
    remaining = [each for each in named if field is None or each.field.name == field.name] or named
    remaining = before if before and field is None else remaining
    start = state.take_field(at)
    state.pending.relation = None if state.is_weak() else state.pending.relation
    is_another = state.last_condition not in {"", f"{clause.slug}.{remaining[0].field.name}"}
    if state.follows_and(at) and is_another and not state.pending.negated:
        state.either_at = state.joint_at  # « zones N et UD »: a zone has one code
    _ask_values(state, start, at + 1, clause, remaining[0].field, [each.value.value for each in remaining])
    state.code_at = at + 1
    return at + 1


def _begun_codes(state: ParserState, at: int, index: LayerIndex) -> list[NamedValue]:
    """Return the codes that capitals begin, but for a last letter: « zones AU » are AUc and AUs."""
    text, following = state.tokens[at].text, state.tokens[at + 1 : at + 2]
    if following and following[0].start == state.tokens[at].end:
        return []  # « PT1 »
    if len(text) < SHORT_CODE or not text.isupper() or state.text.isupper() or state.code_at != at:
        return []
    for field in index.words.fields:
        codes = [each for each in field.values if each.is_there and each.value[:-1] == text]
        if codes and not any(each.value == text for each in field.values) and not field.is_boolean:
            return [NamedValue(Rank.PREFIX, field, each, is_short=True) for each in codes]
    return []


def step_row_number(state: ParserState, at: int) -> int:
    """Read the number of a row just after a value of its layer: « parcelle AA 2 », « section AB numéro 12 »."""
    token, pieces, clause = state.tokens[at], state.reading.pieces, state.last()
    is_whole = token.number is not None and token.text.isdecimal()
    if clause is None or not is_whole or not pieces or pieces[-1].kind is not SpanKind.CONDITION:
        return 0
    words = state.vocabulary.layers[clause.slug].words
    field = next(
        (each for each in words.fields if each.type is FieldType.TEXT and phrase(each.title) == _NUMBER), None
    )
    between = {each.word for each in state.tokens[pieces[-1].end : at]}
    is_followed = at + 1 < len(state.tokens) and read_unit(state.tokens, at + 1)
    if field is None or not between <= {"n", "no", "numero"} or is_followed:
        return 0
    done = parse_result.add_values(clause, field, [f"={token.text}"], negated=False)
    state.take_field(at)
    state.record_condition(clause, at, at + 1, of=field.name, done=done)
    return at + 1


def own_features_outside(state: ParserState, at: int) -> int:
    """Leave out the features of the subject whose names begin so: « bâtiments hors églises », « sauf les cèdres »."""
    pending, subject = state.pending, state.reading.subject
    is_outside = pending.relation is not None and pending.relation.proximity is Proximity.OUTSIDE
    is_more = bool(state.excluded) and state.joined  # « hors églises et châteaux »
    if subject is None or not (is_outside or pending.negated or is_more):
        return 0
    index = state.vocabulary.layers[subject.slug]
    title = index.words.field(index.words.title_field)
    key = f"{subject.slug}.{index.words.title_field}"
    # « Sauf ginkgos et marronniers » leaves out a genus, then a name.
    if title is None or (is_more and not state.excluded.startswith(f"{subject.slug}.")):
        return 0
    for form, end in forms(state.tokens, at):
        if state.names_commune(at) or index.values_named(form) or index.field_named(form):
            return 0
        if (feature := index.features.get(form)) and not _is_another_layer(state, subject, form):
            starts = [at, pending.relation_at if is_outside else at, pending.negated_at or at]
            parse_result.leave_out(subject, title, feature.text)
            pending.relation, pending.negated_at = None, None
            state.record_condition(subject, min(starts), end, of=title.name)
            state.excluded, state.joined, state.either = key, False, False
            return end
    return 0


def _is_another_layer(state: ParserState, subject: Clause, form: Phrase) -> bool:
    """Whether another layer is called so, where a layer was named after the subject."""
    named = [each for each in state.vocabulary.layers_named(form) if each.slug != subject.slug]
    is_layer = any(each.rank <= Rank.SYNONYM for each in named)
    return is_layer and (state.last() is not subject or state.says_other())


def settle_mentions(state: ParserState) -> None:
    """Read a field that is named alone with one feature as what its sheet says: « auteur de la villa Huvé »."""
    subject, reading = state.reading.subject, state.reading
    title = state.vocabulary.layers[subject.slug].words.title_field if subject else ""
    values = subject.conditions.get(title, []) if subject else []
    if subject is None or len(values) != 1 or len(subject.conditions) > 1 + len(state.sheet_fields):
        return
    for name, start, end in state.sheet_fields:
        if name != title and name in subject.fields:
            subject.conditions.pop(name, None)
            reading.gaps = [each for each in reading.gaps if (each.start, each.end) != (start, end)]
            state.understood(start, end, SpanKind.CONDITION)


def is_value_outside(state: ParserState, at: int) -> bool:
    """Turn « hors » into « non » before a value of a layer at hand: « bornes hors voirie »."""
    pending = state.pending
    if (
        pending.relation is None
        or pending.relation.proximity is not Proximity.OUTSIDE
        or state.names_commune(at)
    ):
        return False
    slugs = [clause.slug for clause in state.at_hand()]
    matched = match(state.vocabulary, state.tokens, at, slugs, needs_layer=False, implied=Implied.NEVER)
    if matched is None or not matched.values or matched.values[0].rank > Rank.SYNONYM:
        return False
    pending.negated_at, pending.relation = pending.relation_at, None
    return True


def add_value(state: ParserState, at: int, matched: Match) -> None:
    """Ask the values that a name means; a period after it may be of the date that they say."""
    pending = state.pending
    clause = next(each for each in state.at_hand() if each.slug == matched.slug)
    if is_of_another(state, at, clause):
        # « Hors jardins privés »: the word is of the gardens, which do not have it, and not of the subject.
        state.gap(at, matched.end, Reason.UNKNOWN)
        pending.relation = None if state.is_weak() else pending.relation
        return
    matched = _of_asked_field(state, at, matched, clause)
    if _is_scrap(state, at, matched):
        state.gap(pending.negated_at if pending.negated_at is not None else at, matched.end, Reason.UNKNOWN)
        pending.negated_at, pending.has = None, False
        pending.relation = None if state.is_weak() else pending.relation
        return
    field = matched.values[0].field
    dated = dated_by(state, at, matched.end, matched.slug, matched.values)
    pending.relation = None
    if dated is not None:
        state.drop_field()
        period = read_period(state.tokens, matched.end, state.today)
        is_to_come = period is not None and period.first is not None and period.first >= state.today
        if dated.rank is Rank.SYNONYM and not is_to_come:
            # An editor says that the word is also that date: « terminés depuis 2025 » are finished, since 2025.
            _ask_values(state, at, matched.end, clause, field, [each.value.value for each in matched.values])
            state.restated = dated.field.name
        pending.field, pending.field_slug = dated.field, matched.slug
        pending.field_at, pending.field_end = at, matched.end
        return
    start = state.take_field(at) if pending.field and pending.field.name == field.name else at
    state.drop_field()
    state.reading.rank += matched.values[0].rank
    _ask_values(state, start, matched.end, clause, field, [each.value.value for each in matched.values])
    state.code_at = matched.end if matched.values[0].is_short else -1


_MIN_SCRAPPED = 3


def _is_scrap(state: ParserState, at: int, matched: Match) -> bool:
    """Whether one word is inside labels that say much more: « classés » says no « espace boisé classé »."""
    words = [each for each in state.tokens[at : matched.end] if not each.is_glue]
    if matched.values[0].rank < Rank.PART or len(words) > 1:
        return False
    title = set(phrase(state.vocabulary.layers[matched.slug].words.title))
    labels = [each.value.label.partition(",")[0] for each in matched.values]
    return all(len(set(phrase(each)) - title) >= _MIN_SCRAPPED for each in labels)


def is_of_another(state: ParserState, at: int, clause: Clause) -> bool:
    """Whether a word stands just after the name of a related layer that does not have it."""
    last, pieces = state.last(), state.reading.pieces
    is_related = last is not None and last is not clause and last.relation is not None
    is_named = bool(pieces) and pieces[-1].kind is SpanKind.LAYER and pieces[-1].end == at
    return is_related and is_named and state.pending.relation is None and not state.pending.negated


def _of_asked_field(state: ParserState, at: int, matched: Match, clause: Clause) -> Match:
    """Prefer the field that was asked already: « zones à urbaniser (AUc et AUs) » are of one field."""
    form = next(form for form, end in forms(state.tokens, at) if end == matched.end)
    named = state.vocabulary.layers[clause.slug].values.get(form, ())
    same = [each for each in named if each.field.name in clause.conditions and each.rank <= Rank.SYNONYM]
    is_asked = matched.values[0].field.name in clause.conditions
    return matched if is_asked or not same else replace(matched, values=tuple(same))


def _up_to(
    state: ParserState, at: int, clause: Clause, field: FieldWords, values: Sequence[str]
) -> list[str]:
    """Return the values between the previous ones and these: « du XVIIe au XIXe siècle »."""
    pieces, requested = state.reading.pieces, clause.conditions.get(field.name, [])
    if not requested or not pieces or state.last_condition != f"{clause.slug}.{field.name}":
        return []
    if {each.word for each in state.tokens[pieces[-1].end : at]} not in (
        {"au"},
        {"a"},
        {"a", "l"},
        {"a", "la"},
    ):
        return []
    order = [each.value for each in field.values]
    first, last = order.index(requested[-1]), order.index(values[0])
    return order[first + 1 : last]


def _dated_of_century(state: ParserState, slug: str, values: Sequence[NamedValue]) -> NamedField | None:
    """Return the date of what values say: « protégés au XXIe siècle » is the date of the protection."""
    roots = set(parse_result.title_roots(values[0].field.title)) if values else set()
    dated = (
        each for each in state.vocabulary.layers[slug].words.fields if each.is_dated and not each.is_year
    )
    named = next(
        (each for each in dated if roots and roots < set(parse_result.title_roots(each.title))), None
    )
    return NamedField(Rank.SYNONYM, named) if named else None


def dated_by(
    state: ParserState, at: int, end: int, slug: str, values: Sequence[NamedValue] = ()
) -> NamedField | None:
    """Return the date named by words that are a value too, when a period follows: « ouvertes depuis 2015 »."""
    if read_period(state.tokens, end, state.today) is None:
        return _dated_of_century(state, slug, values) if read_century(state.tokens, end) else None
    form = next(form for form, index in forms(state.tokens, at) if index == end)
    named = state.vocabulary.layers[slug].field_named(form)
    return next((each for each in named if each.field.is_dated), None)


def _follows(state: ParserState, at: int) -> bool:
    """Whether « pour » alone stands between what was read last and a token."""
    pieces = state.reading.pieces
    between = [each.word for each in state.tokens[pieces[-1].end : at]] if pieces else []
    return between[:1] == ["pour"] and state.is_glue(pieces[-1].end, at)


def _is_both(state: ParserState, at: int, field: FieldWords) -> bool:
    """Whether « et » asks for two values of a list that a row may have together: « CCS et CHAdeMO »."""
    is_list = field.type is FieldType.TEXTS and state.follows_and(at)
    return is_list and state.tokens[state.joint_at].word == "et" and not state.either


def _ask_values(
    state: ParserState, start: int, end: int, clause: Clause, field: FieldWords, values: list[str]
) -> None:
    key = f"{clause.slug}.{field.name}"
    if field.type is FieldType.TEXTS and number_before(state, start, clause):
        state.gap(
            start, end, Reason.NO_FIELD
        )  # « au moins 2 points CHAdeMO »: the list says no number of each
        return
    # « Sauf les UL et UP »: what excludes a value excludes those that « et » and « ou » add.
    goes_on = state.joined or _follows(state, start)  # « pas fermées pour travaux »
    negated = state.pending.negated or (goes_on and state.excluded == key and not state.pending.has)
    state.excluded = key if negated else ""
    if negated and any(field.name in group for group in clause.either):
        state.record_condition(clause, start, end, of=field.name, done=False)
        state.pending.negated_at, state.pending.has = None, False
        return
    current = clause.conditions.get(field.name, [])
    if not negated and not state.joined and set(values) < set(current):
        current[:] = []  # « emplacements réservés pour du logement social » are those of both names
    if current and not negated and _is_both(state, start, field):
        parse_result.add_one_more(clause, field, values)
        state.record_condition(clause, start, end, of=field.name)
        return
    values = [*_up_to(state, start, clause, field, values), *values]
    done = not state.crosses(clause, field.name) and parse_result.add_values(
        clause, field, values, negated=negated
    )
    state.record_condition(clause, start, end, of=field.name, done=done)
    state.pending.negated_at, state.pending.has = None, False
