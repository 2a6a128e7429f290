"""Steps of the grammar that read names of the catalogue: layers, communes, fields, values and their short codes."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.question import conditions
from explorer.question.clauses import add_layer
from explorer.question.comparisons import read_comparison
from explorer.question.courtesy import MEASURES
from explorer.question.dates import read_period
from explorer.question.definitions import FieldWords
from explorer.question.matching import Implied, Match, forms, match
from explorer.question.orders import is_order
from explorer.question.readings import Clause, Reason, SpanKind
from explorer.question.relations import Place
from explorer.question.state import State
from explorer.question.vocabulary import NamedField, Rank
from explorer.question.words import tokens


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
    relation = state.pending.relation
    strong = relation is not None and not relation.is_weak
    if strong and _is_value_outside(state, at):
        strong = False
    slugs = [clause.slug for clause in state.at_hand()]
    implied, needs_layer = _may_be_implied(state, is_strong=strong), strong or not slugs
    found = None if strong else _of_layer_just_named(state, at)
    found = found or match(
        state.vocabulary, state.tokens, at, slugs, needs_layer=needs_layer, implied=implied
    )
    if found is None:
        return 0
    if found.field is not None:
        return _mention_field(state, at, found.end, found.slug, found.field)
    add = _add_commune if found.commune else add_layer if found.layers else _add_value
    add(state, at, found)
    state.joined = state.either = False
    return found.end


def _is_value_outside(state: State, at: int) -> bool:
    """Turn « hors » into « non » before a value of a layer at hand: « bornes hors voirie »."""
    pending = state.pending
    if pending.relation is None or pending.relation.place is not Place.OUTSIDE or state.names_commune(at):
        return False
    slugs = [clause.slug for clause in state.at_hand()]
    found = match(state.vocabulary, state.tokens, at, slugs, needs_layer=False, implied=Implied.NEVER)
    if found is None or not found.values or found.values[0].rank > Rank.SYNONYM:
        return False
    pending.negated_at, pending.relation = pending.relation_at, None
    return True


def _may_be_implied(state: State, *, is_strong: bool) -> Implied:
    """Return what may stand for the layer that comes: less where nothing asks for one."""
    pending, subject = state.pending, state.reading.subject
    if is_strong or not state.reading.clauses:
        return Implied.BY_ANYTHING if state.is_loose and not is_strong else Implied.BY_NAME
    if state.joined and subject is not None and state.last() is subject and subject.is_implied:
        return Implied.BY_NAME  # « châteaux et villas »
    is_placed = pending.relation is not None and not state.leads_to_place() and not state.says_with()
    return Implied.BY_KIND if is_placed or (pending.negated and not pending.has) else Implied.NEVER


def _of_layer_just_named(state: State, at: int) -> Match | None:
    """Read the words next to the name of a related layer as its own: « (près d’)une aire de jeux accessible »."""
    last, pieces = state.last(), state.reading.pieces
    if last is None or last.relation is None or not pieces or pieces[-1].kind is not SpanKind.LAYER:
        return None
    if pieces[-1].end != at:
        return None
    found = match(state.vocabulary, state.tokens, at, [last.slug], needs_layer=False, implied=Implied.NEVER)
    return found if found and found.slug else None


def _add_commune(state: State, at: int, found: Match) -> None:
    pending, codes = state.pending, state.reading.communes
    relation = pending.relation
    is_out = pending.negated or (relation is not None and relation.place is Place.OUTSIDE)
    state.joined_to("commune")
    if relation is not None and relation.place in {Place.NEAR, Place.FAR, Place.RING}:
        state.gap(pending.relation_at, found.end, Reason.UNKNOWN)
    elif is_out:
        kept = codes or list(state.vocabulary.towns)
        codes[:] = [code for code in kept if code != found.commune]
        if codes:
            state.understood(at, found.end, SpanKind.PLACE)
        else:
            state.gap(at, found.end, Reason.CONTRADICTION)
    else:
        codes += [found.commune] if found.commune not in codes else []
        state.understood(at, found.end, SpanKind.PLACE)
    if not is_out:
        pending.negated_at = None
    pending.relation = relation if is_out else None
    state.drop_field()


def _mention_field(state: State, at: int, end: int, slug: str, field: FieldWords) -> int:
    clause = next(each for each in state.at_hand() if each.slug == slug)
    pending = state.pending
    if _is_same_mention(state, at, clause, field):
        # « Accessible aux PMR », « accessible en fauteuil roulant »: the words of one field, said twice.
        state.understood(at, end, SpanKind.CONDITION)
        pending.relation, state.mentioned = None, (f"{slug}.{field.name}", end)
        return end
    state.drop_field()
    if cut := _cut_title(state, end, field):
        state.gap(at, cut, Reason.UNKNOWN)
        return cut
    relation, pending.relation = pending.relation, None
    if dated := _dated_by(state, at, end, slug):
        field = dated.field
    has = pending.has or (relation is not None and relation.is_weak and field.is_listed)
    waits = not field.is_boolean and (field.is_dated or field.is_number or field.is_listed)
    is_asked = pending.negated or has or field.is_boolean
    if (waits and _is_followed(state, end, slug, field)) or not is_asked:
        pending.field, pending.field_slug, pending.field_at, pending.field_end = field, slug, at, end
        pending.field_negated, pending.field_has = pending.negated, has
    elif conditions.add_mention(clause, field, negated=pending.negated, has=has):
        state.asked(clause, at, end, of=field.name)
        state.mentioned = (f"{slug}.{field.name}", end)
    else:
        state.gap(at, end, Reason.NO_FIELD)
    if not pending.field:
        pending.negated_at, pending.has = None, False
    state.code_at = end
    state.joined = state.either = False
    return end


def _cut_title(state: State, at: int, field: FieldWords) -> int:
    """Return where words end that go on otherwise than the title they begin: « réservées aux (clients) », else 0."""
    place = state.past_glue(at)
    links = {each.word for each in state.tokens[at:place]}
    title = {each.word for each in tokens(field.title) if each.is_glue}
    is_cut = field.is_boolean and bool(links & title & {"a", "au", "aux"}) and place < len(state.tokens)
    if not is_cut or state.names_commune(place) or state.leads_to_value(place) or state.leads_to_layer(place):
        return 0
    return place + 1


def _is_same_mention(state: State, at: int, clause: Clause, field: FieldWords) -> bool:
    key, end = state.mentioned
    is_next = all(each.is_glue for each in state.tokens[end:at])
    is_turned = state.pending.negated or state.pending.has
    return key == f"{clause.slug}.{field.name}" and is_next and not state.joined and not is_turned


def _is_followed(state: State, at: int, slug: str, field: FieldWords) -> bool:
    """Whether what a field is asked follows its name: an amount, a period, or one of its values."""
    place = at
    while place < len(state.tokens) and state.tokens[place].word in {"est", "soit", "de", "d", "en", "a"}:
        place += 1
    if measured := MEASURES.find(state.tokens, place):
        place = measured[1]
    if place >= len(state.tokens):
        return False
    if is_order(state, place):
        return field.is_dated or field.is_number
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


def _up_to(state: State, at: int, clause: Clause, field: FieldWords, values: Sequence[str]) -> list[str]:
    """Return the values between the one asked just before and these: « du XVIIe au XIXe siècle »."""
    pieces, asked = state.reading.pieces, clause.conditions.get(field.name, [])
    if not asked or not pieces or state.asked_last != f"{clause.slug}.{field.name}":
        return []
    if {each.word for each in state.tokens[pieces[-1].end : at]} not in (
        {"au"},
        {"a"},
        {"a", "l"},
        {"a", "la"},
    ):
        return []
    order = [each.value for each in field.values]
    first, last = order.index(asked[-1]), order.index(values[0])
    return order[first + 1 : last]


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
    values = [*_up_to(state, start, clause, field, values), *values]
    done = not state.crosses(clause, field.name) and conditions.add_values(
        clause, field, values, negated=negated
    )
    state.asked(clause, start, end, of=field.name, done=done)
    state.pending.negated_at, state.pending.has = None, False
