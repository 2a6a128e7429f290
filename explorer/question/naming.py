"""Steps of the grammar that read names of the catalogue: layers, communes, fields, values and their short codes."""

from __future__ import annotations

from explorer.question import conditions
from explorer.question.comparisons import read_comparison
from explorer.question.dates import read_period
from explorer.question.definitions import FieldWords
from explorer.question.matching import LayerMeaning, Match, forms, match
from explorer.question.readings import Clause, Reason, SpanKind
from explorer.question.relations import NEGATED, Place, Placing
from explorer.question.state import State
from explorer.question.vocabulary import NamedField, Rank


def step_short_code(state: State, at: int) -> int:
    """Read « N » in « zone N », « UB » in « zones UA ou UB »: codes that mean nothing alone."""
    token = state.tokens[at]
    clause = state.last()
    is_upper = token.text.isupper() and token.word not in {"l", "d"}
    if clause is None or token.is_elided or not (state.code_at == at or (is_upper and len(token.text) > 1)):
        return 0
    if token.word in {"a", "en", "de", "un", "et", "ou", "au"} and not is_upper:
        return 0
    if token.word == "a" and at + 1 < len(state.tokens) and state.names_commune(at + 1):
        return 0
    index = state.vocabulary.layers[clause.slug]
    named = [each for each in index.values_named((token.stem,)) if each.is_short]
    if not named:
        return 0
    field = state.pending.field
    kept = [each for each in named if field is None or each.field.name == field.name] or named
    start = state.take_field(at)
    state.pending.relation = None if state.is_weak() else state.pending.relation
    _ask_values(state, start, at + 1, clause, kept[0].field, [each.value.value for each in kept])
    state.code_at = at + 1
    return at + 1


def step_name(state: State, at: int) -> int:
    """Read the longest name of the catalogue that starts here, by the layer at hand first."""
    if state.tokens[at].is_glue:
        return 0
    pending = state.pending
    strong = pending.relation is not None and not pending.relation.is_weak
    slugs = [clause.slug for clause in state.at_hand()]
    is_placed = pending.relation is not None and not state.leads_to_place() and not state.says_with()
    may_imply = not state.reading.clauses or is_placed or (pending.negated and not pending.has)
    found = match(
        state.vocabulary, state.tokens, at, slugs, needs_layer=strong or not slugs, may_imply=may_imply
    )
    if found is None:
        return 0
    if found.commune:
        _add_commune(state, at, found)
    elif found.layers:
        _add_layer(state, at, found)
    elif found.field is not None:
        return _mention_field(state, at, found.end, found.slug, found.field)
    else:
        _add_value(state, at, found)
    state.joined = state.either = False
    return found.end


def _add_commune(state: State, at: int, found: Match) -> None:
    pending, codes = state.pending, state.reading.communes
    relation = pending.relation
    is_out = pending.negated or (relation is not None and relation.place is Place.OUTSIDE)
    if relation is not None and relation.place in {Place.NEAR, Place.FAR, Place.RING}:
        state.gap(pending.relation_at, found.end, Reason.UNKNOWN)
    elif is_out:
        kept = codes or list(state.vocabulary.towns)
        codes[:] = [code for code in kept if code != found.commune]
        state.understood(at, found.end, SpanKind.PLACE)
    elif found.commune not in codes:
        codes.append(found.commune)
        state.understood(at, found.end, SpanKind.PLACE)
    if not is_out:
        pending.negated_at = None
    pending.relation = relation if is_out else None
    state.drop_field()


def _add_layer(state: State, at: int, found: Match) -> None:
    choice = found.layers[state.choose(len(found.layers))]
    state.reading.rank += choice.rank
    state.drop_field()
    relation, start = _relation_to(state)
    held = next((each for each in state.reading.clauses if each.slug == choice.slug), None)
    is_surface = state.vocabulary.layers[choice.slug].words.is_surface
    if held is not None and relation is None:
        _say_again(state, at, found.end, held, choice)
    elif held is not None:
        state.gap(start, found.end, Reason.REPEATED)
        state.reading.clauses.append(Clause(choice.slug, relation, is_left_out=True))
    elif relation is None and state.reading.subject is not None and not is_surface:
        state.gap(at, found.end, Reason.SECOND_SUBJECT)
        state.reading.clauses.append(Clause(choice.slug, Placing(Place.INSIDE), is_left_out=True))
    else:
        if relation is None and state.reading.subject is not None:
            relation = Placing(Place.INSIDE)
        elif relation is not None and start < at:
            state.understood(start, at, SpanKind.RELATION)
        _add_clause(state, choice, relation)
        state.understood(at, found.end, SpanKind.LAYER if relation else SpanKind.SUBJECT)
        state.code_at = found.end
    state.pending.relation, state.pending.negated_at, state.pending.has = None, None, False


def _say_again(state: State, at: int, end: int, held: Clause, choice: LayerMeaning) -> None:
    """A layer that is named again asks nothing, but for a value that names it."""
    if choice.field:
        field = state.vocabulary.layers[held.slug].words.field(choice.field)
        assert field is not None
        state.asked(held, at, end, done=conditions.add_values(held, field, choice.values, negated=False))
    state.code_at = end


def _add_clause(state: State, choice: LayerMeaning, relation: Placing | None) -> None:
    may_be_far = relation is not None and relation.place in {Place.INSIDE, Place.OUTSIDE}
    pk = choice.pk if relation is not None else None
    clause = Clause(choice.slug, relation, pk=pk, may_be_far=may_be_far)
    if relation is None and state.foreseen is not None:
        clause = state.foreseen if state.foreseen.slug == choice.slug else clause
        state.foreseen = None
    if choice.field and pk is None:
        clause.conditions[choice.field] = list(choice.values)
    state.reading.clauses.append(clause)


def _relation_to(state: State) -> tuple[Placing | None, int]:
    """Return how the layer that comes is placed: as was said, or by « sans » and « avec » alone."""
    pending = state.pending
    relation, start = pending.relation, pending.relation_at
    if pending.negated_at is not None:
        place = NEGATED[relation.place] if relation and relation.place in NEGATED else Place.OUTSIDE
        return Placing(place, relation.metres if relation else 0), pending.negated_at
    if relation is None and pending.has:
        return Placing(Place.INSIDE), start
    return relation, start


def _mention_field(state: State, at: int, end: int, slug: str, field: FieldWords) -> int:
    clause = next(each for each in state.at_hand() if each.slug == slug)
    pending = state.pending
    state.drop_field()
    relation, pending.relation = pending.relation, None
    if dated := _dated_by(state, at, end, slug):
        field = dated.field
    has = pending.has or (relation is not None and relation.is_weak and field.is_listed)
    waits = not field.is_boolean and (field.is_dated or field.is_number or field.is_listed)
    is_asked = pending.negated or has or field.is_boolean
    if (waits and _is_followed(state, end, slug, field)) or not is_asked:
        pending.field, pending.field_slug, pending.field_at, pending.field_end = field, slug, at, end
    elif conditions.add_mention(clause, field, negated=pending.negated, has=has):
        state.asked(clause, at, end)
    else:
        state.gap(at, end, Reason.NO_FIELD)
    if not pending.field:
        pending.negated_at, pending.has = None, False
    state.code_at = end
    state.joined = state.either = False
    return end


def _is_followed(state: State, at: int, slug: str, field: FieldWords) -> bool:
    """Whether what a field is asked follows its name: an amount, a period, or one of its values."""
    place = at
    while place < len(state.tokens) and state.tokens[place].word in {"est", "soit", "de", "d", "en", "a"}:
        place += 1
    if place >= len(state.tokens):
        return False
    if field.is_dated:
        return any(read_period(state.tokens, each, state.today) for each in range(at, place + 1))
    if field.is_number:
        return any(read_comparison(state.tokens, each) is not None for each in range(at, place + 1))
    index = state.vocabulary.layers[slug]
    return any(
        any(each.field.name == field.name for each in index.values_named(form))
        for form, _end in forms(state.tokens, place)
    )


def _add_value(state: State, at: int, found: Match) -> None:
    pending = state.pending
    field = found.values[0].field
    dated = _dated_by(state, at, found.end, found.slug)
    clause = next(each for each in state.at_hand() if each.slug == found.slug)
    pending.relation = None
    if dated is not None:
        state.drop_field()
        if dated.rank is Rank.SYNONYM:
            # An editor says that the word is also that date: « terminés depuis 2025 » are finished, since 2025.
            _ask_values(state, at, found.end, clause, field, [each.value.value for each in found.values])
        pending.field, pending.field_slug = dated.field, found.slug
        pending.field_at, pending.field_end = at, found.end
        return
    start = state.take_field(at) if pending.field and pending.field.name == field.name else at
    state.drop_field()
    state.reading.rank += found.values[0].rank
    _ask_values(state, start, found.end, clause, field, [each.value.value for each in found.values])
    state.code_at = found.end if found.values[0].is_short else -1


def _dated_by(state: State, at: int, end: int, slug: str) -> NamedField | None:
    """Return the date that words name, beside a value, when a period follows: « ouvertes depuis 2015 »."""
    if read_period(state.tokens, end, state.today) is None:
        return None
    form = next(form for form, place in forms(state.tokens, at) if place == end)
    named = state.vocabulary.layers[slug].field_named(form)
    return next((each for each in named if each.field.is_dated), None)


def _ask_values(
    state: State, start: int, end: int, clause: Clause, field: FieldWords, values: list[str]
) -> None:
    negated = state.pending.negated
    done = conditions.add_values(clause, field, values, negated=negated)
    state.asked(clause, start, end, done=done)
    state.pending.negated_at, state.pending.has = None, False
