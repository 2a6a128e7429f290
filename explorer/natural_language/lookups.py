"""The value of one object: « quelle est la hauteur du Hangar Y », « prix d’une heure au Parc d’exemple n° 11 ».

The object is named in full after its layer, or alone. The fields that were named without a condition are what is
looked up.
"""

from __future__ import annotations

from collections.abc import Sequence

from explorer.natural_language import parse_result
from explorer.natural_language.feature_names import NamedFeature, Phrase
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.matching import forms, known_forms
from explorer.natural_language.parse_result import VALUE, Clause, Figure, Reason, SpanKind
from explorer.natural_language.state import NamedAmount, ParserState
from explorer.natural_language.tokens import WordToken, phrase, tokens

_MIN_WORDS = 2


def step_own_feature(state: ParserState, at: int) -> int:
    """Read the whole name of a feature of the subject: « (parking) Parc d’exemple n° 11 »."""
    subject = state.reading.subject or state.foreseen
    if subject is None or state.tokens[at].is_glue or state.pending.negated or _is_far(state):
        return 0
    index = state.vocabulary.layers[subject.slug]
    title = index.words.field(index.words.title_field)
    if index.words.is_table:
        return 0
    for form, end in forms(state.tokens, at) if title is not None else ():
        feature = index.features.get(form)
        if feature is None or not names_whole(state.tokens, at, form, feature):
            continue
        # « Prescriptions de Boulogne-Billancourt » are of the commune, though a name ends so.
        is_other = state.vocabulary.commune_named(form) and feature.is_part
        if is_other or index.names.get(form) is not None or index.field_named(form):
            return 0
        assert title is not None
        state.drop_field()
        state.pending.relation = None
        if subject is state.foreseen:
            state.reading.clauses.append(subject)
            state.foreseen = None
            subject.is_implied = True
        done = parse_result.add_values(subject, title, [f"={feature.text}"], negated=False)
        state.record_condition(subject, at, end, of=title.name, done=done)
        return end
    return 0


def own_feature_at_hand(state: ParserState, at: int) -> int:
    """Read the name of a feature of a layer at hand as the condition that it is: « aires de jeux du parc Rodin »."""
    for clause in state.at_hand():
        index = state.vocabulary.layers[clause.slug]
        title = index.words.field(index.words.title_field)
        if title is None or clause.pk is not None or state.pending.negated or index.words.is_table:
            continue
        for form, end in known_forms(state.vocabulary, state.tokens, at):
            feature = index.features.get(form)
            rank = state.vocabulary.best_rank(clause.slug, form)
            if len(form) < 2 or state.names_commune(at) or (rank is not None and rank <= Rank.SYNONYM):
                break
            if feature is None:
                continue
            text = feature.text if feature.pk is None else f"={feature.text}"
            clause.fields[title.name] = title
            values = clause.conditions.setdefault(title.name, [])
            values += [text] if text not in values else []
            state.drop_field()
            state.record_condition(clause, at, end, of=title.name)
            state.pending.relation = None
            state.joined = state.either = False
            return end
    return 0


def names_whole(tokens_: Sequence[WordToken], at: int, form: Phrase, feature: NamedFeature) -> bool:
    """Whether words at a token name one feature in full: several words, or one and what is skipped, « Hangar Y »."""
    if feature.pk is not None:
        return len(form) >= _MIN_WORDS and has_accents(tokens_[at : at + len(form)], feature.text)
    title = [each.word for each in tokens(feature.text)]
    return (
        len(title) > 1
        and feature.alike == 1
        and [each.word for each in tokens_[at : at + len(title)]] == title
    )


def has_accents(typed: Sequence[WordToken], title: str) -> bool:
    """Whether a name has the final accents that were typed: « parcs fermés » are no « Parc de la Ferme »."""
    ends = [each.text.lower().rstrip("s") for each in typed]
    return all(each in title.lower() for each in ends if each.endswith(("é", "ée")))


def _is_far(state: ParserState) -> bool:
    """Whether a strong relation is pending: « près du Hangar Y » looks for something else."""
    return state.pending.relation is not None and not state.is_weak()


def is_one(state: ParserState, subject: Clause, words: LayerWords) -> bool:
    """Whether the subject is one object: named in full, or the first in an order."""
    names = subject.conditions.get(words.title_field, [])
    order = state.reading.order
    return (len(names) == 1 and not subject.records) or (order is not None and order.count == 1)


def looked_up(state: ParserState, subject: Clause, words: LayerWords) -> Figure | None:
    """Return the value that is looked up of one object, and take the mentions that name it."""
    if words.is_table or not is_one(state, subject, words) or state.figure.is_wanted:
        return None
    wanted = [each for each in (*state.amounts, *state.mentions) if each.slug == subject.slug]
    names = {each.field.name for each in wanted}
    order = state.reading.order
    if order is not None and any(each.start > order.start for each in wanted):
        return None  # « le parking le moins cher pour une heure » is the parking
    if len(names) != 1 or words.field(wanted[0].field.name) is None:
        return None
    for each in wanted:
        state.understood(each.start, each.end, SpanKind.ORDER)
    state.amounts = [each for each in state.amounts if each not in wanted]
    state.mentions = [each for each in state.mentions if each not in wanted]
    return Figure(VALUE, wanted[0].field.name)


def report_mentions(state: ParserState) -> None:
    """Report the fields that were named for nothing."""
    for each in state.mentions:
        state.gap_in_order(each.start, each.end, Reason.NO_FIELD)


def mention(state: ParserState, slug: str, field: FieldWords, start: int, end: int) -> None:
    """Note a field that was named without a condition."""
    state.mentions.append(NamedAmount(slug, field, start, end))


NOUNS: dict[str, tuple[str, ...]] = {
    "prix": ("tarif", "cout"),
    "cout": ("tarif", "prix"),
    "tarif": ("prix", "cout"),
    "tour": ("circonference",),
    "taille": ("hauteur", "surface", "superficie", "contenance"),
    "hauteur": ("taille",),
    "contenance": ("capacite",),
}
"""Words that people say for a number → words of the titles of fields that may be meant."""


def noun_field(words: LayerWords, noun: str) -> FieldWords | None:
    """Return the number of a layer that a usual noun means."""
    for title in NOUNS.get(noun, ()):
        for each in words.fields:
            if each.is_number and phrase(title)[0] in phrase(each.title):
                return each
    return None
