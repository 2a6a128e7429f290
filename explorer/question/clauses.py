"""Steps of the grammar that add a layer to a question: its subject, a relation, a second subject, or one said again."""

from __future__ import annotations

from explorer.question import conditions
from explorer.question.comparisons import read_comparison
from explorer.question.dates import read_period
from explorer.question.matching import Implied, LayerMeaning, Match, match
from explorer.question.readings import Clause, Reason, SpanKind
from explorer.question.relations import NEGATED, Place, Placing
from explorer.question.state import State

_OF = frozenset(["de", "d", "du", "des"])
_SOME = frozenset(["un", "une", "des"])


def add_layer(state: State, at: int, found: Match) -> None:
    """Add the layer that was named, as what was said before it asks."""
    form = tuple(each.stem for each in state.tokens[at : found.end])
    before = next((each for each in found.layers if each.slug == state.named.get(form)), None)
    # « Arbres à 300 m d’un autre arbre » speaks of one layer.
    choice = before or found.layers[state.choose(len(found.layers))]
    state.named[form] = choice.slug
    state.reading.rank += choice.rank
    state.drop_field()
    relation, start = _relation_to(state, at)
    held = next((each for each in state.reading.clauses if each.slug == choice.slug), None)
    state.joined_to(f"{choice.slug}.{choice.field}" if choice.field else choice.slug)
    if relation is not None and _names_another(state, found.end, choice):
        state.gap(start, found.end, Reason.UNKNOWN)
        state.reading.clauses.append(Clause(choice.slug, relation, is_left_out=True, reason=Reason.UNKNOWN))
    elif held is not None and relation is None:
        _say_again(state, at, found.end, held, choice)
    elif held is not None:
        state.gap(start, found.end, Reason.REPEATED)
        state.reading.clauses.append(Clause(choice.slug, relation, is_left_out=True, reason=Reason.REPEATED))
    elif relation is None and _is_second_subject(state, at, choice):
        _add_beside(state, at, found.end, choice)
    else:
        if relation is None and state.reading.subject is not None:
            relation = Placing(Place.INSIDE)
        elif relation is not None and start < at:
            state.understood(start, at, SpanKind.RELATION)
        _suppose(state, at, found.end, choice, relation)
        _add_clause(state, choice, relation)
        state.understood(at, found.end, SpanKind.LAYER if relation else SpanKind.SUBJECT)
        state.code_at = found.end
    state.pending.relation, state.pending.negated_at, state.pending.has = None, None, False


def _names_another(state: State, at: int, choice: LayerMeaning) -> bool:
    """Whether a name that begins like those of some features goes on otherwise: « l’hôtel de (ville) »."""
    words = state.vocabulary.layers[choice.slug].words
    place = state.past_glue(at)
    if choice.pk or choice.field != words.title_field or not choice.field or place >= len(state.tokens):
        return False
    token = state.tokens[place]
    is_word = state.tokens[at].word in _OF and token.number is None and token.word[0].isalnum()
    if not is_word or state.names_commune(place) or read_comparison(state.tokens, at):
        return False
    if read_period(state.tokens, at, state.today):
        return False
    slugs = [choice.slug]
    return not match(state.vocabulary, state.tokens, place, slugs, needs_layer=False, implied=Implied.BY_KIND)


def _suppose(state: State, at: int, end: int, choice: LayerMeaning, relation: Placing | None) -> None:
    """Tell which layer a value stands for, where it may be something else: « près de l’eau », not « d’un parc »."""
    is_one = at > 0 and state.tokens[at - 1].word in _SOME
    if relation is None or not choice.field or choice.pk or end > at + 1 or is_one:
        return
    words = state.vocabulary.layers[choice.slug].words
    field = words.field(choice.field)
    state.reading.supposed.append((at, end, f"{words.title}, {field.title}" if field else words.title))


def _is_second_subject(state: State, at: int, choice: LayerMeaning) -> bool:
    """Whether a layer that nothing places is looked for too: « arbres et parcs », not « arbres zone N »."""
    is_surface = state.vocabulary.layers[choice.slug].words.is_surface
    return state.reading.subject is not None and (not is_surface or state.follows_and(at))


def _add_beside(state: State, at: int, end: int, choice: LayerMeaning) -> None:
    """Show a second subject beside the first; what is asked of it alone is told (``State.settle_beside``)."""
    state.reading.clauses.append(Clause(choice.slug, Placing(Place.INSIDE), is_left_out=True))
    is_joined = state.joint_at >= 0 and state.is_glue(state.joint_at + 1, at)
    if choice.field or choice.pk or not is_joined:
        state.gap(at, end, Reason.SECOND_SUBJECT)
    else:
        state.reading.beside.append((choice.slug, at, end))
        state.understood(at, end, SpanKind.LAYER)


def _say_again(state: State, at: int, end: int, held: Clause, choice: LayerMeaning) -> None:
    """A layer that is named again asks nothing, but for a value that names it."""
    if choice.field:
        field = state.vocabulary.layers[held.slug].words.field(choice.field)
        assert field is not None
        done = not state.crosses(held, field.name) and conditions.add_values(
            held, field, choice.values, negated=False
        )
        state.asked(held, at, end, of=field.name, done=done)
    else:
        state.understood(at, end, SpanKind.LAYER)
    state.code_at = end


def _add_clause(state: State, choice: LayerMeaning, relation: Placing | None) -> None:
    may_be_far = relation is not None and relation.place in {Place.INSIDE, Place.OUTSIDE}
    pk = choice.pk if relation is not None else None
    clause = Clause(choice.slug, relation, pk=pk, may_be_far=may_be_far, is_implied=bool(choice.field))
    if relation is None and state.foreseen is not None:
        if state.foreseen.slug == choice.slug:
            clause = state.foreseen
        else:
            state.forget_foreseen()
        state.foreseen = None
    if choice.field and pk is None:
        clause.conditions[choice.field] = list(choice.values)
        state.crosses(clause, choice.field)
    state.reading.clauses.append(clause)


def _relation_to(state: State, at: int) -> tuple[Placing | None, int]:
    """Return how the layer that comes is placed: as was said, by « sans » and « avec » alone, or as the one before."""
    pending = state.pending
    relation, start = pending.relation, pending.relation_at
    if pending.negated_at is not None:
        place = NEGATED[relation.place] if relation and relation.place in NEGATED else Place.OUTSIDE
        return Placing(place, relation.metres if relation else 0), pending.negated_at
    if relation is None and pending.has:
        return Placing(Place.INSIDE), start
    if relation is None and (shared := _shared(state, at)):
        return shared, at
    return relation, start


def _shared(state: State, at: int) -> Placing | None:
    """Return the relation that « et » repeats: « à 300 m d’un bâtiment et d’un parc », « avec un … et un … »."""
    last = state.last()
    if last is None or last.relation is None or last.is_left_out or not state.follows_and(at):
        return None
    between = {each.word for each in state.tokens[state.joint_at + 1 : at]}
    if last.relation.place in {Place.NEAR, Place.FAR, Place.RING}:
        return last.relation if between & _OF else None
    return last.relation if last.relation.place is Place.INSIDE and between & _SOME else None
