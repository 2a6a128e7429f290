"""Match a run of words with a name, by its place in a question: the current layer comes before the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial

from explorer.natural_language.feature_names import NamedFeature
from explorer.natural_language.layer_index import LONGEST, NamedValue, Phrase, Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.tokens import (
    COMMUNE_WORDS,
    TextTokens,
    WordToken,
    once_a_text,
    phrase,
    root_of,
    roots,
    words_of,
)
from explorer.natural_language.vocabulary import Vocabulary


class Implied(IntEnum):
    """What may stand for a layer that is not named, each with those before it."""

    NEVER = 0
    BY_KIND = 1
    """A kind of thing, or the whole name of one feature: « (dans) un parc »."""
    BY_NAME = 2
    """The beginning of names that several features share: « cèdres »."""
    BY_ANYTHING = 3
    """Any value, and the beginning of a kind: « chademo », « pistes », where no layer is named at all."""


@dataclass(frozen=True, slots=True)
class LayerMeaning:
    """A possible layer: by its name, by a value that it alone has, or by a feature of it."""

    slug: str
    rank: Rank
    field: str = ""
    values: tuple[str, ...] = ()
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What the tokens before ``end`` name: one of ``layers``, a field of a clause, values of a field, or a commune."""

    end: int
    layers: tuple[LayerMeaning, ...] = ()
    slug: str = ""
    field: FieldWords | None = None
    values: tuple[NamedValue, ...] = ()
    commune: str = ""


@once_a_text
def forms(tokens: Sequence[WordToken], at: int) -> Sequence[tuple[Phrase, int]]:
    """Return the phrases that start at a token, the longest first, each with the token after it.

    Articles and prepositions inside are skipped; a comma or a sign other than a hyphen ends them all.
    """
    phrases: list[tuple[Phrase, int]] = []
    words: list[str] = []
    for index in range(at, len(tokens)):
        token = tokens[index]
        if not token.word[0].isalnum():
            if token.word in {"-", "–"} and words:
                continue
            break
        if token.is_glue:
            # « (hauteur des) platanes par commune » groups: no « Platane commun » is named.
            is_key = token.word == "par" and any(
                each.word in COMMUNE_WORDS for each in tokens[index + 1 : index + 2]
            )
            if words and not is_key:
                continue
            break
        words.append(token.stem)
        phrases.append((tuple(words), index + 1))
        if len(words) == LONGEST:
            break
    return tuple(reversed(phrases))


def known_forms(vocabulary: Vocabulary, tokens: Sequence[WordToken], at: int) -> Sequence[tuple[Phrase, int]]:
    """Return the phrases that start at a token and may name anything but records, as ``forms`` does."""
    return _known_forms(tokens, at, vocabulary)


@once_a_text
def _known_forms(
    tokens: Sequence[WordToken], at: int, vocabulary: Vocabulary
) -> Sequence[tuple[Phrase, int]]:
    return tuple((form, end) for form, end in forms(tokens, at) if vocabulary.knows(form))


def match(
    vocabulary: Vocabulary,
    tokens: Sequence[WordToken],
    at: int,
    slugs: Sequence[str],
    *,
    needs_layer: bool,
    implied: Implied,
) -> Match | None:
    """Find what the longest run of words at a token names. ``slugs`` are the current layers, the nearest first.

    ``needs_layer``: a layer must follow.
    """

    def matched() -> Match | None:
        return _match(vocabulary, tokens, at, slugs, needs_layer=needs_layer, implied=implied)

    if not isinstance(tokens, TextTokens):
        return matched()
    return tokens.once((_match, vocabulary, at, tuple(slugs), needs_layer, implied), matched)


def _match(
    vocabulary: Vocabulary,
    tokens: Sequence[WordToken],
    at: int,
    slugs: Sequence[str],
    *,
    needs_layer: bool,
    implied: Implied,
) -> Match | None:
    for form, end in known_forms(vocabulary, tokens, at):
        if code := vocabulary.commune_named(form):
            return Match(end, commune=code)
        matched = None if needs_layer else _at_hand(vocabulary, form, end, slugs, best=True)
        matched = matched or _layers(vocabulary, form, end, is_exact=True, implied=implied)
        if matched is None and not needs_layer:
            matched = _at_hand(vocabulary, form, end, slugs, best=False)
        words = tokens[at:end]
        if (
            not needs_layer
        ):  # « (arrêts sur la) ligne C » is a value of theirs before a feature of another layer
            matched = matched or _labelled(vocabulary, words, form, end, slugs, Implied.NEVER)
        matched = matched or _layers(vocabulary, form, end, is_exact=False, implied=implied)
        matched = matched or _labelled(vocabulary, words, form, end, (), implied)
        if matched:
            return matched
    return None


def _labelled(
    vocabulary: Vocabulary,
    words: Sequence[WordToken],
    form: Phrase,
    end: int,
    slugs: Sequence[str],
    implied: Implied,
) -> Match | None:
    """Look for words of one label, in another order or in part: « parkings réservés à la clientèle »."""
    if _has_commune(vocabulary, form) or any(each.word in {"et", "ou"} for each in words):
        return None
    for slug in slugs:
        if values := vocabulary.layers[slug].labelled(form):
            return Match(end, slug=slug, values=tuple(values))
    if implied is Implied.NEVER:
        return None
    layers = [
        LayerMeaning(
            slug, Rank.SYNONYM, field=values[0].field.name, values=tuple(each.value.value for each in values)
        )
        for slug in vocabulary.layers_labelled(form)
        if (values := vocabulary.layers[slug].labelled(form))
    ]
    return Match(end, layers=tuple(layers)) if layers else None


def _at_hand(
    vocabulary: Vocabulary, form: Phrase, end: int, slugs: Sequence[str], *, best: bool
) -> Match | None:
    """Look among the fields and values of the layers at hand: whole names, or parts and roots of them."""
    for slug in slugs:
        index = vocabulary.layers[slug]
        values = [each for each in index.values_named(form) if not each.is_short]
        fields = index.field_named(form)
        if best:
            if values and values[0].rank <= Rank.SYNONYM:
                return Match(end, slug=slug, values=tuple(values))
            if fields and fields[0].rank <= Rank.SYNONYM:
                return Match(end, slug=slug, field=fields[0].field)
        elif fields and (fields[0].rank <= Rank.PART or not values):
            return Match(end, slug=slug, field=fields[0].field)
        elif values and not (values[0].rank >= Rank.PART and _has_commune(vocabulary, form)):
            return Match(end, slug=slug, values=tuple(values))
    return None


def _has_commune(vocabulary: Vocabulary, form: Phrase) -> bool:
    """Whether a commune is one of the words: « parcs à Meudon » is no « Service des parcs, Meudon »."""
    return any(vocabulary.commune_named((each,)) for each in form)


def _layers(
    vocabulary: Vocabulary, form: Phrase, end: int, *, is_exact: bool, implied: Implied
) -> Match | None:
    remaining = vocabulary.meaning(
        (form, is_exact, implied),
        partial(_meanings, vocabulary, form, is_exact=is_exact, implied=implied),
    )
    return Match(end, layers=remaining) if remaining else None


def _meanings(
    vocabulary: Vocabulary, form: Phrase, *, is_exact: bool, implied: Implied
) -> tuple[LayerMeaning, ...]:
    """Return the layers that a phrase means, the best first; without a whole name, none for ``is_exact``."""
    named = [LayerMeaning(each.slug, each.rank) for each in vocabulary.layers_named(form)]
    choices = [each for each in named if each.rank <= Rank.SYNONYM]
    by_value = list(_implied(vocabulary, form, implied)) if implied > Implied.NEVER else []
    if choices:  # « voirie » are the roads that are called so before the works on roads
        by_value = [replace(each, rank=max(each.rank, Rank.PREFIX)) for each in by_value]
    if is_exact and not choices and not by_value:
        return ()
    choices += by_value
    choices += [each for each in named if each.rank == Rank.PREFIX]
    if implied > Implied.NEVER:
        readings = {
            each.slug for each in named
        }  # « Arrêt » is the layer, not those of its features that are called so
        features = [
            each
            for each in vocabulary.features_named(form)
            if not vocabulary.layers[each.slug].words.is_table
            and each.slug not in readings
            and (each.pk is not None or implied >= Implied.BY_NAME)
            and not (each.is_part and _begins_with_another(vocabulary, form, each.slug))
            and not _is_shared_label(vocabulary, each)
        ]
        choices += [_feature(vocabulary, each.slug, each.pk, each.text) for each in features]
    choices += [each for each in named if each.rank == Rank.KEYWORD]
    once = {(each.slug, each.field, each.pk): each for each in reversed(choices)}
    return tuple(each for each in choices if once[each.slug, each.field, each.pk] is each)


def _implied(vocabulary: Vocabulary, form: Phrase, implied: Implied) -> Iterator[LayerMeaning]:
    """Return the layers that a value stands for: a kind of thing (« parc »), or several words; no mere adjective."""
    is_any = implied is Implied.BY_ANYTHING
    for slug in vocabulary.layers_with_value(form, is_begun=is_any):
        if vocabulary.layers[slug].words.is_table and not is_any:
            continue  # a row of a table is no thing that is looked for
        meanings = [each for each in vocabulary.layers[slug].values_named(form) if not each.is_short]
        if vocabulary.is_amount(form):
            continue  # « hauteur » is measured: it is no rule of the plan whose label begins so
        # « Rue barrée » is another name that an editor gave to a value, and no road.
        is_said = any(form in words_of(each.value.synonyms) for each in meanings)
        may_stand = len(form) > 1 and (is_said or not _begins_with_another(vocabulary, form, slug))
        if meanings and (may_stand or meanings[0].field.is_kind or is_any):
            values = tuple(each.value.value for each in meanings)
            # The name of a layer is better than a value that stands for its layer.
            rank = Rank.SYNONYM if meanings[0].rank <= Rank.SYNONYM else meanings[0].rank
            yield LayerMeaning(slug, rank, field=meanings[0].field.name, values=values)


def _begins_with_another(vocabulary: Vocabulary, form: Phrase, slug: str) -> bool:
    """Whether a phrase begins with the name of another layer: « parking public » is where some stations are."""
    named = vocabulary.layers_named(form[:1])
    return any(each.rank <= Rank.SYNONYM and each.slug != slug for each in named)


def _is_shared_label(vocabulary: Vocabulary, feature: NamedFeature) -> bool:
    """Whether several rows have a label that says what is to be done: « commerces » are no « Commerce à maintenir »."""
    words = vocabulary.layers[feature.slug].words
    field = words.field(words.title_field)
    return feature.pk is None and field is not None and root_of("libelle") in roots(phrase(field.title))


def _feature(vocabulary: Vocabulary, slug: str, pk: int | None, text: str) -> LayerMeaning:
    title = vocabulary.layers[slug].words.title_field
    requested = text if pk is None else f"={text}"
    return LayerMeaning(slug, Rank.PART, field=title, values=(requested,), pk=pk)
