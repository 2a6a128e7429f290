"""Steps of the grammar: layers, fields, values and communes by their names."""

from __future__ import annotations

from collections.abc import Sequence

from explorer.natural_language import parse_result
from explorer.natural_language.dates import read_period
from explorer.natural_language.events import is_to_come, to_come
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.lookups import has_accents, own_feature_at_hand
from explorer.natural_language.matching import Implied, LayerMeaning, Match, forms, match
from explorer.natural_language.numbers import read_comparison
from explorer.natural_language.parse_result import Clause, Reason, SpanKind
from explorer.natural_language.phrases import MEASURES
from explorer.natural_language.repeated_layers import (
    add_again,
    name_again,
    repeats_subject,
)
from explorer.natural_language.spatial_relations import NEGATED, Proximity, RelationPhrase
from explorer.natural_language.spelling import SHORT_STEM, singular
from explorer.natural_language.state import NamedAmount, ParserState
from explorer.natural_language.superlatives import is_order
from explorer.natural_language.tokens import phrase, root, tokens
from explorer.natural_language.value_conditions import (
    add_value,
    dated_by,
    is_of_another,
    is_value_outside,
    own_features_outside,
)

_OF = frozenset(["de", "d", "du", "des"])
_SOME = frozenset(["un", "une", "des"])


def add_layer(state: ParserState, at: int, matched: Match) -> None:
    """Add the named layer, in the role given by the words before it."""
    form = tuple(each.stem for each in state.tokens[at : matched.end])
    slug = state.named.get(form)
    before = next((each for each in matched.layers if each.slug == slug), None) if slug else None
    choices = _spelt(state, at, matched.end, _placeable(state, matched.layers))
    if state.says_other() and state.reading.subject is not None:
        choices = [each for each in choices if each.slug == state.reading.subject.slug]
    if state.reading.subject is None and state.figure.is_counted:
        choices = [each for each in choices if not _is_no_count(state, each)]
    if not choices:
        state.gap(at, matched.end, Reason.SECOND_SUBJECT if state.reading.subject else Reason.UNKNOWN)
    else:
        # « Arbres à 300 m d’un autre arbre » speaks of one layer.
        _add_meaning(state, at, matched.end, before or choices[state.choose(len(choices))])
    state.pending.relation, state.pending.negated_at, state.pending.has = None, None, False


def _add_meaning(state: ParserState, at: int, end: int, choice: LayerMeaning) -> None:
    form = tuple(each.stem for each in state.tokens[at:end])
    state.named[form] = choice.slug
    state.reading.rank += choice.rank
    state.drop_field()
    relation, start = _relation_to(state, at)
    if _is_subject_again(state, at, choice, relation):
        relation = None
    clause = next((each for each in state.reading.clauses if each.slug == choice.slug), None)
    if clause is None or relation is not None or not repeats_subject(clause, choice):
        state.joined_to(f"{choice.slug}.{choice.field}" if choice.field else choice.slug)
    if relation is not None and _names_another(state, end, choice):
        state.gap(start, end, Reason.UNKNOWN)
        state.reading.clauses.append(Clause(choice.slug, relation, is_left_out=True, reason=Reason.UNKNOWN))
    elif clause is not None:
        add_again(state, (at, end, start), clause, choice, relation)
    elif relation is None and _is_second_subject(state, at, choice):
        _add_second_subject(state, at, end, choice)
    else:
        if relation is None and state.reading.subject is not None:
            relation = RelationPhrase(Proximity.INSIDE)
        elif relation is not None and start < at:
            state.understood(start, at, SpanKind.RELATION)
        _suppose(state, at, end, choice, relation)
        _add_clause(state, choice, relation)
        _name_amount(state, at, end, choice)
        state.understood(at, end, SpanKind.LAYER if relation else SpanKind.SUBJECT)
        state.code_at = end


def _is_no_count(state: ParserState, choice: LayerMeaning) -> bool:
    """Whether a count is of a keyword, which is no name of what is counted: « nombre d’enfants » of playgrounds."""
    is_table = state.vocabulary.layers[choice.slug].words.is_table
    return choice.rank is Rank.KEYWORD and not is_table


def _is_foreseen_subject(state: ParserState, choice: LayerMeaning, relation: RelationPhrase | None) -> bool:
    """Whether a layer that is foreseen is the subject after « dans » too: « places dans les parkings »."""
    is_foreseen = state.foreseen is not None and state.foreseen.slug == choice.slug
    is_named = choice.rank < Rank.KEYWORD or not state.amounts
    return (
        is_foreseen and is_named and state.reading.subject is None and (relation is None or relation.is_weak)
    )


def _is_subject_again(
    state: ParserState, at: int, choice: LayerMeaning, relation: RelationPhrase | None
) -> bool:
    """Whether a name is the subject in spite of a small word: « combien de places dans les parkings »."""
    if _is_foreseen_subject(state, choice, relation) or _goes_on(state, at, choice):
        return True
    subject = state.reading.subject
    is_subject = subject is not None and subject.slug == choice.slug and not choice.pk
    is_weak = relation is not None and relation.is_weak and not state.pending.negated
    return is_subject and is_weak and state.figure.is_counted


def _goes_on(state: ParserState, at: int, choice: LayerMeaning) -> bool:
    """Whether a name of the subject goes on with another of its names: « vélos en libre-service »."""
    subject, pieces = state.reading.subject, state.reading.pieces
    is_subject = subject is not None and subject is state.last() and subject.slug == choice.slug
    is_next = bool(pieces) and pieces[-1].kind is SpanKind.SUBJECT and state.is_glue(pieces[-1].end, at)
    return is_subject and is_next and state.is_weak() and not (state.pending.negated or state.joined)


def _name_amount(state: ParserState, at: int, end: int, choice: LayerMeaning) -> None:
    """Note that the name of a table is that of an amount of it: « population », « trajets »."""
    index = state.vocabulary.layers[choice.slug]
    if not index.words.is_table or choice.field:
        return
    form = tuple(each.stem for each in state.tokens[at:end] if not each.is_glue)
    for each in index.fields.get(form, ()):
        if each.field.is_additive and phrase(each.field.title)[: len(form)] == form:
            state.amounts.append(NamedAmount(choice.slug, each.field, at, end))
            return


def _spelt(state: ParserState, at: int, end: int, choices: Sequence[LayerMeaning]) -> list[LayerMeaning]:
    """Return those whose words are spelt so: « air » is no « aire », nor « fermé » a « Ferme »."""
    token, layers = state.tokens[at], state.vocabulary.layers
    is_any = end > at + 1 or len(token.stem) > SHORT_STEM or not token.word.isalpha()
    word = "" if is_any else singular(token.word)

    def is_spelt(choice: LayerMeaning) -> bool:
        if choice.pk is None:
            return is_any or word in layers[choice.slug].spelt
        titles = layers[choice.slug].words.titles
        return has_accents(state.tokens[at:end], next((title for pk, title in titles if pk == choice.pk), ""))

    return [each for each in choices if is_spelt(each)]


def _placeable(state: ParserState, layers: Sequence[LayerMeaning]) -> list[LayerMeaning]:
    """Return the layers that may have this role: a table is near nothing, and nothing is in it."""
    indexes = state.vocabulary.layers
    tables = state.vocabulary.meaning(
        _placeable, lambda: {slug for slug, index in indexes.items() if index.words.is_table}
    )
    subject, relation = state.reading.subject, state.pending.relation
    if subject is not None and subject.slug in tables:
        return [each for each in layers if each.slug == subject.slug]
    is_strong = relation is not None and not relation.is_weak
    if tables and (subject is not None or is_strong or state.pending.negated):
        return [each for each in layers if each.slug not in tables]
    return list(layers)


def _names_another(state: ParserState, at: int, choice: LayerMeaning) -> bool:
    """Whether a name that begins like those of some features continues otherwise: « l’hôtel de (ville) »."""
    words = state.vocabulary.layers[choice.slug].words
    index = state.past_glue(at)
    if choice.pk or choice.field != words.title_field or not choice.field or index >= len(state.tokens):
        return False
    token = state.tokens[index]
    is_word = state.tokens[at].word in _OF and token.number is None and token.word[0].isalnum()
    if not is_word or state.names_commune(index) or read_comparison(state.tokens, at):
        return False
    if read_period(state.tokens, at, state.today):
        return False
    is_hall = token.word == "ville" and index == at + 1  # « l’hôtel de ville (de Meudon) »
    slugs = [choice.slug]
    named = match(state.vocabulary, state.tokens, index, slugs, needs_layer=False, implied=Implied.BY_KIND)
    return is_hall or not named


def _suppose(
    state: ParserState, at: int, end: int, choice: LayerMeaning, relation: RelationPhrase | None
) -> None:
    """Note the layer that a value stands for, where it may be something else: « près de l’eau », not « d’un parc »."""
    is_one = at > 0 and state.tokens[at - 1].word in _SOME
    if relation is None or not choice.field or choice.pk or end > at + 1 or is_one:
        return
    words = state.vocabulary.layers[choice.slug].words
    field = words.field(choice.field)
    state.reading.supposed.append((at, end, f"{words.title}, {field.title}" if field else words.title))


def _is_second_subject(state: ParserState, at: int, choice: LayerMeaning) -> bool:
    """Whether a layer that nothing places is looked for too: « arbres et parcs », not « arbres zone N »."""
    is_surface = state.vocabulary.layers[choice.slug].words.is_surface
    return state.reading.subject is not None and (not is_surface or state.follows_and(at))


def _add_second_subject(state: ParserState, at: int, end: int, choice: LayerMeaning) -> None:
    """Show a second subject beside the first (``ParserState.report_second_subjects``)."""
    state.reading.clauses.append(Clause(choice.slug, RelationPhrase(Proximity.INSIDE), is_left_out=True))
    is_joined = state.joint_at >= 0 and state.is_glue(state.joint_at + 1, at)
    if choice.field or choice.pk or not is_joined:
        state.gap(at, end, Reason.SECOND_SUBJECT)
    else:
        state.reading.second_subjects.append((choice.slug, at, end))
        state.understood(at, end, SpanKind.LAYER)


def _add_clause(state: ParserState, choice: LayerMeaning, relation: RelationPhrase | None) -> None:
    may_be_far = relation is not None and relation.proximity in {Proximity.INSIDE, Proximity.OUTSIDE}
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
        if field := state.vocabulary.layers[choice.slug].words.field(choice.field):
            clause.fields[choice.field] = field
        state.crosses(clause, choice.field)
    state.reading.clauses.append(clause)


def _relation_to(state: ParserState, at: int) -> tuple[RelationPhrase | None, int]:
    """Return how the next layer is placed: as said, by « sans » or « avec » alone, or as the previous layer."""
    pending = state.pending
    relation, start = pending.relation, pending.relation_at
    if pending.negated_at is not None:
        kind = (
            NEGATED[relation.proximity] if relation and relation.proximity in NEGATED else Proximity.OUTSIDE
        )
        metres, is_border = (relation.metres, relation.shares_border) if relation else (0, False)
        return RelationPhrase(kind, metres, shares_border=is_border), pending.negated_at
    if relation is None and pending.has:
        return RelationPhrase(Proximity.INSIDE), start
    if relation is None and (shared := _shared(state, at)):
        return shared, at
    return relation, start


def _shared(state: ParserState, at: int) -> RelationPhrase | None:
    """Return the relation that « et » repeats: « à 300 m d’un bâtiment et d’un parc », « avec un … et un … »."""
    last = state.last()
    if last is None or last.relation is None or last.is_left_out or not state.follows_and(at):
        return None
    between = {each.word for each in state.tokens[state.joint_at + 1 : at]}
    if last.relation.proximity in {Proximity.NEAR, Proximity.FAR, Proximity.RING}:
        return last.relation if between & _OF else None
    return last.relation if last.relation.proximity is Proximity.INSIDE and between & _SOME else None


def step_name(state: ParserState, at: int) -> int:
    """Read the longest name of the catalogue that starts here, by the layer at hand first."""
    if state.tokens[at].is_glue:
        return 0
    relation = state.pending.relation
    strong = relation is not None and not relation.is_weak
    if end := own_features_outside(state, at):
        return end
    if strong and is_value_outside(state, at):
        strong = False
    if not strong and (end := own_feature_at_hand(state, at)):
        return end
    slugs = [clause.slug for clause in state.at_hand()]
    implied, needs_layer = _may_be_implied(state, at, is_strong=strong), strong or not slugs
    matched = (
        None
        if strong
        else name_again(state, at) or _of_layer_just_named(state, at) or _foreseen_layer(state, at)
    )
    matched = matched or match(
        state.vocabulary, state.tokens, at, slugs, needs_layer=needs_layer, implied=implied
    )
    matched = _own_before_another(state, at, matched, slugs)
    if matched is None:
        return 0
    if end := _compound(state, at, matched):
        state.pending.negated_at, state.pending.has = None, False
        state.gap(state.pending.relation_at if strong else at, end, Reason.UNKNOWN)
        state.pending.relation = None
        return end
    if matched.field is not None:
        return _mention_field(state, at, _past_title(state, at, matched.end), matched.slug, matched.field)
    add = _add_commune if matched.commune else add_layer if matched.layers else add_value
    add(state, at, matched)
    state.joined = state.either = False
    return matched.end


def _own_before_another(
    state: ParserState, at: int, matched: Match | None, slugs: Sequence[str]
) -> Match | None:
    """Prefer a name of the layer at hand to a value of another one: « parkings sans autopartage »."""
    pending = state.pending
    is_implied = matched is not None and any(each.field for each in matched.layers)
    is_placed = pending.relation is not None and not pending.relation.is_weak
    if matched is None or not is_implied or not pending.negated or is_placed:
        return matched
    own = match(state.vocabulary, state.tokens, at, slugs, needs_layer=False, implied=Implied.NEVER)
    return own if own and own.slug and own.end >= matched.end else matched


def _past_title(state: ParserState, at: int, end: int) -> int:
    """Return where the name of a field ends, before « par commune »: « certifiées par commune » are groups."""
    is_of_groups = [each.word for each in state.tokens[end - 2 : end]] == ["par", "commune"]
    return end - 2 if is_of_groups and end - 2 > at else end


def _compound(state: ParserState, at: int, matched: Match) -> int:
    """Return where a word with a hyphen ends of which the beginning alone is known: « station-service »; else 0."""
    tokens_, end = state.tokens, matched.end
    if matched.commune or not _is_tied(state, end):
        return 0
    while _is_tied(state, end):
        end += 2
    is_known = all(
        state.vocabulary.has_word(each.stem) for each in tokens_[matched.end : end] if each.word != "-"
    )
    return 0 if is_known and matched.slug else end


def _is_tied(state: ParserState, at: int) -> bool:
    """Whether a hyphen without spaces joins a token to the word before."""
    cut = state.tokens[at - 1 : at + 2]
    is_hyphen = len(cut) == 3 and cut[1].word == "-" and cut[2].word.isalpha()
    return is_hyphen and cut[0].end == cut[1].start and cut[1].end == cut[2].start


def _may_be_implied(state: ParserState, at: int, *, is_strong: bool) -> Implied:
    """Return what may stand for the next layer: less where nothing requires one."""
    pending, subject = state.pending, state.reading.subject
    if subject is not None and state.vocabulary.layers[subject.slug].words.is_table:
        return Implied.NEVER  # nothing else is placed by the rows of a table: « fréquentation de la ligne D »
    if is_strong or not state.reading.clauses:
        return Implied.BY_ANYTHING if state.is_loose and not is_strong else Implied.BY_NAME
    if state.joined and subject is not None and state.last() is subject and subject.is_implied:
        return Implied.BY_NAME  # « châteaux et villas »
    if pending.relation is None and _shared(state, at):
        return Implied.BY_NAME  # « près de la villa Huvé ou de l’église Saint-Rémy »
    is_placed = pending.relation is not None and not state.follows_preposition() and not state.says_with()
    return Implied.BY_KIND if is_placed or (pending.negated and not pending.has) else Implied.NEVER


def _of_layer_just_named(state: ParserState, at: int) -> Match | None:
    """Read the words next to the name of a related layer as its own: « (près d’)une aire de jeux accessible »."""
    last, pieces = state.last(), state.reading.pieces
    if last is None or last.relation is None or not pieces or pieces[-1].kind is not SpanKind.LAYER:
        return None
    if pieces[-1].end != at:
        return None
    matched = match(state.vocabulary, state.tokens, at, [last.slug], needs_layer=False, implied=Implied.NEVER)
    return matched if matched and matched.slug else None


def _foreseen_layer(state: ParserState, at: int) -> Match | None:
    """Prefer the beginning of the name of a foreseen layer to that of its values: « le plus de bornes »."""
    if state.foreseen is None or state.reading.subject is not None:
        return None
    index = state.vocabulary.layers[state.foreseen.slug]
    for form, end in forms(state.tokens, at):
        named = index.values_named(form)
        if index.names.get(form) is Rank.PREFIX and (not named or named[0].rank >= Rank.PREFIX):
            return Match(end, layers=(LayerMeaning(index.words.slug, Rank.PREFIX),))
        if named or index.field_named(form) or index.names.get(form) is not None:
            return None
    return None


def _add_commune(state: ParserState, at: int, matched: Match) -> None:
    pending, codes = state.pending, state.reading.communes
    relation = pending.relation
    is_out = pending.negated or (relation is not None and relation.proximity is Proximity.OUTSIDE)
    state.joined_to("commune")
    is_around = relation is not None and (
        relation.proximity in {Proximity.NEAR, Proximity.FAR, Proximity.RING} or relation.shares_border
    )
    if is_around:  # « communes limitrophes de Meudon » are not Meudon
        state.gap(pending.relation_at, matched.end, Reason.UNKNOWN)
    elif is_out:
        remaining = codes or list(state.vocabulary.towns)
        codes[:] = [code for code in remaining if code != matched.commune]
        if codes:
            state.understood(at, matched.end, SpanKind.LOCATION)
        else:
            state.gap(at, matched.end, Reason.CONTRADICTION)
    else:
        codes += [matched.commune] if matched.commune not in codes else []
        state.understood(at, matched.end, SpanKind.LOCATION)
    # « Hors Meudon et Sèvres » leaves both out; « hors Meudon avec 40 places » asks something else after the place.
    goes_on = is_out and _is_joint(state, matched.end)
    if not goes_on:
        pending.negated_at = None
    pending.relation = relation if goes_on else None
    state.drop_field()


def _is_joint(state: ParserState, at: int) -> bool:
    """Whether « et », « ou », « ni » or a comma stands at a token."""
    return at < len(state.tokens) and state.tokens[at].word in {"et", "ou", "ni", ","}


def _mention_field(state: ParserState, at: int, end: int, slug: str, field: FieldWords) -> int:
    clause = next(each for each in state.at_hand() if each.slug == slug)
    pending = state.pending
    if _is_word_of_subject(state, at, end, slug, field):
        state.understood(at, end, SpanKind.LAYER)
        pending.relation = None
        return end
    if field.is_boolean and (is_of_another(state, at, clause) or _is_half_title(state, end, field)):
        state.gap(at, end, Reason.UNKNOWN)
        pending.relation = None if state.is_weak() else pending.relation
        return end
    if _is_same_mention(state, at, clause, field):
        # « Accessible aux PMR », « accessible en fauteuil roulant »: the words of one field, said twice.
        state.understood(at, end, SpanKind.CONDITION)
        pending.relation, state.mentioned = None, (f"{slug}.{field.name}", end)
        return end
    state.drop_field()
    if cut := _cut_title(state, end, field):
        state.gap(at, cut, Reason.UNKNOWN)
        return cut
    _ask_field(state, (at, end), clause, field)
    state.code_at = end
    state.joined = state.either = False
    return end


def _ask_field(state: ParserState, at_end: tuple[int, int], clause: Clause, field: FieldWords) -> None:
    """Wait for what follows the name of a field, or ask its presence or absence."""
    (at, end), slug, pending = at_end, clause.slug, state.pending
    relation, pending.relation = pending.relation, None
    if dated := dated_by(state, at, end, slug):
        field = dated.field
    has = pending.has or (relation is not None and relation.is_weak and field.is_listed)
    waits = not field.is_boolean and (field.is_dated or field.is_number or field.is_listed)
    is_condition = pending.negated or has or field.is_boolean
    if (waits and _is_followed(state, end, slug, field)) or not is_condition:
        pending.field, pending.field_slug, pending.field_at, pending.field_end = field, slug, at, end
        pending.field_negated, pending.field_has = pending.negated, has
    elif is_to_come(state, field):
        # « Travaux pas finis » end from today on; « sans date de fin » have none.
        done = parse_result.add_range(clause, field, to_come(state, field), is_either=False)
        state.reading.supposed.append((at, end, field.title))
        state.record_condition(clause, at, end, of=field.name, done=done)
    elif _is_not_number(state, at, field) or _is_ambiguous(state, at, end, clause, field):
        state.gap(pending.negated_at or at, end, Reason.NO_FIELD)
    elif parse_result.add_mention(clause, field, negated=pending.negated, has=has):
        state.record_condition(clause, at, end, of=field.name)
        state.mentioned = (f"{slug}.{field.name}", end)
    else:
        state.gap(at, end, Reason.NO_FIELD)
    if not pending.field:
        pending.negated_at, pending.has = None, False


def _is_ambiguous(state: ParserState, at: int, end: int, clause: Clause, field: FieldWords) -> bool:
    """Whether words are a part of several titles, of which none says more: « sans contact » is of two contacts."""
    form = next((form for form, index in forms(state.tokens, at) if index == end), ())
    named = state.vocabulary.layers[clause.slug].field_named(form)
    alike = [each for each in named if each.rank == named[0].rank and each.field.type is field.type]
    return len(alike) > 1 and named[0].rank >= Rank.PREFIX and not field.is_boolean


def _is_not_number(state: ParserState, at: int, field: FieldWords) -> bool:
    """Whether things are said not to be a number: « ne sont pas des vélos disponibles » misses no figure."""
    words = {each.word for each in state.tokens[state.pending.negated_at or at : at]}
    return (
        field.is_number and state.pending.negated and not words.isdisjoint({"sont", "est", "autre", "autres"})
    )


def _is_word_of_subject(state: ParserState, at: int, end: int, slug: str, field: FieldWords) -> bool:
    """Whether a part of a title is a word of the table that is the subject: « occupation du stationnement »."""
    index, subject = state.vocabulary.layers[slug], state.reading.subject
    form = tuple(each.stem for each in state.tokens[at:end] if not each.is_glue)
    rank = next((each.rank for each in index.field_named(form) if each.field is field), Rank.EXACT)
    is_subject = subject is not None and subject.slug == slug
    # « Stations avec des vélos électriques »: a unit that the layer is named after too is no number of its own.
    is_unit = form == phrase(field.unit) and (state.pending.has or state.says_with())
    is_word = index.words.is_table or is_unit
    return is_subject and is_word and rank >= Rank.PART and form in index.names


def _cut_title(state: ParserState, at: int, field: FieldWords) -> int:
    """Return where words end that go on otherwise than the title they begin: « réservées aux (clients) », else 0."""
    index = state.past_glue(at)
    links = {each.word for each in state.tokens[at:index]}
    title = {each.word for each in tokens(field.title) if each.is_glue}
    is_cut = field.is_boolean and bool(links & title & {"a", "au", "aux"}) and index < len(state.tokens)
    if not is_cut or state.names_commune(index) or state.leads_to_value(index) or state.leads_to_layer(index):
        return 0
    return index + 1


def _is_half_title(state: ParserState, at: int, field: FieldWords) -> bool:
    """Whether one word begins a title that says to whom: « (point à) réserver » is not « réservée aux deux-roues »."""
    title = tokens(field.title)
    is_to = len(title) > 2 and title[1].word in {"a", "au", "aux"} and title[2].word != "public"
    is_one = root(state.tokens[at - 1].stem) == root(title[0].stem)
    after = state.tokens[at].word if at < len(state.tokens) else ""
    return is_to and is_one and after not in {"a", "au", "aux"}


def _is_same_mention(state: ParserState, at: int, clause: Clause, field: FieldWords) -> bool:
    key, end = state.mentioned
    is_next = all(each.is_glue for each in state.tokens[end:at])
    is_turned = state.pending.negated or state.pending.has
    return key == f"{clause.slug}.{field.name}" and is_next and not state.joined and not is_turned


def _is_followed(state: ParserState, at: int, slug: str, field: FieldWords) -> bool:
    """Whether the condition of a field follows its name: an amount, a period, or one of its values."""
    position = at
    while position < len(state.tokens) and state.tokens[position].word in {
        "est",
        "soit",
        "de",
        "d",
        "en",
        "a",
    }:
        position += 1
    if measured := MEASURES.find(state.tokens, position):
        position = measured[1]
    if position >= len(state.tokens):
        return False
    if is_order(state, position):
        return field.is_dated or field.is_number
    following = [each.word for each in state.tokens[at : at + 2]]
    if field.is_number and following in (["le", "plus"], ["le", "moins"]):
        return True  # « où montent le plus de gens »
    if field.is_dated:
        return any(read_period(state.tokens, each, state.today) for each in range(at, position + 1))
    if field.is_number:
        return any(read_comparison(state.tokens, each) is not None for each in range(at, position + 1))
    index = state.vocabulary.layers[slug]
    return any(
        any(each.field.name == field.name for each in index.values_named(form))
        for form, _end in forms(state.tokens, position)
    )
