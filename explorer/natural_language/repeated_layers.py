"""A layer that is named again: by another name, with a value, with a better place, or another feature of it."""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.layer_index import Phrase, Rank
from explorer.natural_language.matching import LayerMeaning, Match, forms
from explorer.natural_language.parse_result import Clause, Reason, SpanKind
from explorer.natural_language.spatial_relations import RelationPhrase
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase

_OF = frozenset(["de", "d", "du", "des"])


def name_again(state: ParserState, at: int) -> Match | None:
    """Return the layer just named, by another of its names: « zone naturelle du PLUi », « zones N au PLUi »."""
    last = state.last()
    if last is None or not _leads_back(state, at):
        return None
    index = state.vocabulary.layers[last.slug]
    for form, end in forms(state.tokens, at):
        if index.values_named(form) or index.field_named(form):
            return None
        if form in index.names:
            state.pending.relation = None
            return Match(end, layers=(LayerMeaning(last.slug, index.names[form]),))
        if state.vocabulary.layers_named(form) or state.vocabulary.layers_with_value(form):
            return None
    return None


def _leads_back(state: ParserState, at: int) -> bool:
    """Whether « du », « au » or « dans le » alone stands between the last words read and these."""
    if not at or not state.reading.pieces:
        return False
    end, place = state.reading.pieces[-1].end, state.pending.relation_at
    if state.pending.relation is None:
        return state.tokens[at - 1].word in _OF and state.is_glue(end, at)
    return state.is_weak() and end <= place and state.is_glue(end, place) and state.is_glue(place + 1, at)


def step_subject_again(state: ParserState, at: int) -> int:
    """Skip the name of the subject after « ne sont pas des »: « (arrêts qui) ne sont pas des arrêts de bus »."""
    pending, subject = state.pending, state.reading.subject
    if subject is None or subject is not state.last() or pending.negated_at is None or pending.relation:
        return 0
    words = {each.word for each in state.tokens[pending.negated_at : at]}
    for form, end in forms(state.tokens, at) if words & {"est", "sont", "autre", "autres"} else ():
        following = state.past_glue(end)
        is_followed = following < len(state.tokens) and state.leads_to_value(following)
        if is_followed and (
            (_names(state, subject, form) and following > end) or _is_condition(state, subject, form)
        ):
            state.understood(at, end, SpanKind.LAYER)
            return end
    return 0


def _names(state: ParserState, subject: Clause, form: Phrase) -> bool:
    return state.vocabulary.layers[subject.slug].names.get(form, Rank.ROOT) <= Rank.PREFIX


def _is_condition(state: ParserState, subject: Clause, form: Phrase) -> bool:
    """Whether words are a value that the subject has already: « trottinettes qui ne sont pas des trottinettes »."""
    named = state.vocabulary.layers[subject.slug].values_named(form)
    return any(each.value.value in subject.conditions.get(each.field.name, ()) for each in named)


def add_again(
    state: ParserState,
    places: tuple[int, int, int],
    clause: Clause,
    choice: LayerMeaning,
    relation: RelationPhrase | None,
) -> None:
    """Read a layer named again: alone, with a better place, or in a second relation, which is reported."""
    at, end, start = places
    if relation is None:
        _say_again(state, at, end, clause, choice)
    elif _is_one_or_other(state, clause, choice, relation):
        _join_features(state, clause, choice)
        state.understood(at, end, SpanKind.LAYER)
    elif _is_placed_again(clause):
        clause.relation = relation  # « en tram, à 300 m d’un arrêt »
        state.understood(start, end, SpanKind.LAYER)
    else:
        state.gap(start, end, Reason.REPEATED)
        state.reading.clauses.append(Clause(choice.slug, relation, is_left_out=True, reason=Reason.REPEATED))


def _is_one_or_other(
    state: ParserState, clause: Clause, choice: LayerMeaning, relation: RelationPhrase
) -> bool:
    """Whether « ou » joins two features of one layer: « à 1 km de la villa Hefferlin ou de l’église Saint-Rémy »."""
    is_other = state.joint_at >= 0 and state.tokens[state.joint_at].word == "ou"
    is_same = clause.relation == relation and bool(choice.pk) and choice.pk != clause.pk
    has_names = clause.pk is not None or list(clause.conditions) == [choice.field]
    return is_other and is_same and has_names


def _join_features(state: ParserState, clause: Clause, choice: LayerMeaning) -> None:
    words = state.vocabulary.layers[clause.slug].words
    field = words.field(choice.field)
    assert field is not None
    if clause.pk is not None:
        title = dict(words.titles).get(clause.pk, "")
        clause.conditions[field.name], clause.fields[field.name] = [f"={title}"], field
        clause.pk = None
    clause.conditions[field.name] += choice.values
    state.either_at = -1


def repeats_subject(clause: Clause, choice: LayerMeaning) -> bool:
    """Whether « ou » waits for the condition that the name repeated leads to: « cèdres ou arbres de plus de 30 m »."""
    return bool(choice.field) or len(clause.conditions) == 1


def _is_placed_again(clause: Clause) -> bool:
    """Whether a value stood for a layer in a loose place, before its name with a better one."""
    return clause.is_implied and clause.relation is not None and clause.relation.is_weak and not clause.pk


def _say_again(state: ParserState, at: int, end: int, clause: Clause, choice: LayerMeaning) -> None:
    """Read a layer named again: it adds nothing, except a value that names it."""
    if [each.word for each in state.tokens[max(at - 2, 0) : at]] == ["a", "une"]:
        state.gap(at - 2, end, Reason.UNKNOWN)  # « rues à une voie »
    elif choice.field:
        field = state.vocabulary.layers[clause.slug].words.field(choice.field)
        assert field is not None
        done = not state.crosses(clause, field.name) and parse_result.add_values(
            clause, field, choice.values, negated=False
        )
        state.record_condition(clause, at, end, of=field.name, done=done)
    elif (
        _is_of_itself(state, at, end)
        or _says_title(state, at, end, choice.slug)
        or choice.rank
        < (Rank.PREFIX if state.vocabulary.layers[clause.slug].words.is_table else Rank.KEYWORD)
    ):
        state.understood(at, end, SpanKind.LAYER)
    else:
        state.gap(at, end, Reason.UNKNOWN)  # a keyword asks more than the name: « trajets en trottinette »
    state.code_at = end


def _is_of_itself(state: ParserState, at: int, end: int) -> bool:
    """Whether a keyword after « du » is no value of anything: « bâtiments du patrimoine » are all of them."""
    form = tuple(each.stem for each in state.tokens[at:end] if not each.is_glue)
    is_of = at > 0 and state.tokens[at - 1].word in _OF
    return is_of and not state.vocabulary.layers_with_value(form)


def _says_title(state: ParserState, at: int, end: int, slug: str) -> bool:
    """Whether words are all of the title of a table: « déplacements domicile-travail »."""
    words = state.vocabulary.layers[slug].words
    stems = {each.stem for each in state.tokens[at:end] if not each.is_glue and each.word != "-"}
    return words.is_table and len(stems) > 1 and stems <= set(phrase(words.title))
