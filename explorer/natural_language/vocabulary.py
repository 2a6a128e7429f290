"""The words by which a visitor may query the map: those of all the layers that they see, and the communes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from explorer.natural_language.feature_names import NamedFeature
from explorer.natural_language.layer_index import LayerIndex, NamedLayer, Phrase, Rank, spelt_in
from explorer.natural_language.layer_words import Town
from explorer.natural_language.spelling import Speller
from explorer.natural_language.tokens import phrase, roots, stem

Match = TypeVar("Match")
Key = TypeVar("Key", bound=Hashable)
MAX_RECALLED = 5_000
_VAGUE = frozenset(
    map(
        stem,
        [
            *("autre", "divers", "inconnu", "total", "partiel", "tous", "ville", "commune", "general"),
            *("jeune", "adulte", "mature", "faible", "moyen", "moyenne", "elevee", "public", "prive"),
        ],
    )
)
"""Values that mean nothing away from their field: none stands for its layer."""
_VAGUE_FORMS = frozenset((word,) for word in _VAGUE)
_GENERIC = frozenset(
    map(stem, ["ville", "saint", "sainte", "mont", "bourg", "notre", "coquette", "moulineaux"])
)


class Vocabulary:
    """The vocabulary: layers in the order of the catalogue, and communes.

    Nothing is merged, since each write changes a layer: a phrase is searched in each layer, and the result cached.
    """

    def __init__(self, layers: Iterable[LayerIndex], towns: Sequence[Town]) -> None:
        self.layers = {index.words.slug: index for index in layers}
        self.towns = {town.code: town for town in towns}
        self._communes = dict(_commune_names(towns))
        self._named: dict[Phrase, list[NamedLayer]] = {}
        self._valued: dict[Phrase, list[str]] = {}
        self._labelled: dict[Phrase, list[str]] = {}
        self._featured: dict[Phrase, list[NamedFeature]] = {}
        self._meant: dict[Hashable, Any] = {}
        spelt = [index.spelt for index in self.layers.values()]
        self.speller = Speller(
            [{each.word: each.stem for each in spelt_in(town.name for town in towns)}, *spelt]
        )

    def layers_named(self, form: Phrase) -> list[NamedLayer]:
        """Return the layers that a phrase names, the best first."""
        return _recalled(self._named, form, self._layers_named)

    def _layers_named(self, form: Phrase) -> list[NamedLayer]:
        return sorted(
            NamedLayer(index.names[form], order, slug)
            for order, (slug, index) in enumerate(self.layers.items())
            if form in index.names
        )

    def layers_with_value(self, form: Phrase, *, is_begun: bool = False) -> list[str]:
        """Return the layers that have a value of this very name, those whose features have it first.

        With ``is_begun``, those too that have a kind of thing whose name begins so: « pistes (cyclables) ».
        """
        if form in _VAGUE_FORMS:
            return []
        result = _recalled(self._valued, form, lambda form: self._layers_with_value(form, Rank.SYNONYM))
        if result or not is_begun:
            return result
        return self.meaning(("begun", form), lambda: self._layers_with_value(form, Rank.PREFIX))

    def layers_with_field(self, form: Phrase) -> list[str]:
        """Return the layers of which a field is named by a phrase, well or not."""
        return self.meaning(
            ("field", form), lambda: [slug for slug, index in self.layers.items() if form in index.fields]
        )

    def knows(self, form: Phrase) -> bool:
        """Whether a phrase may name a commune, a layer, or a field, a value or a feature of one."""
        return self.meaning(("known", form), lambda: self._knows(form))

    def _knows(self, form: Phrase) -> bool:
        rooted = ("~", *roots(form))
        return form in self._communes or any(each.knows(form, rooted) for each in self.layers.values())

    def layers_with_name(self, form: Phrase) -> list[str]:
        """Return the layers of which a value or a field has this very name."""
        return self.meaning(
            ("name", form), lambda: [slug for slug in self.layers if self.is_name_in(slug, form)]
        )

    def is_name_in(self, slug: str, form: Phrase) -> bool:
        """Whether a value or a field of a layer has this very name."""
        index = self.layers[slug]
        named = (*index.values.get(form, ()), *index.fields.get(form, ()))
        return any(each.rank <= Rank.SYNONYM for each in named)

    def best_rank(self, slug: str, form: Phrase) -> Rank | None:
        """Return how well a phrase names a value or a field of a layer; None when it names none."""
        return self.meaning(("rank", slug, form), lambda: self._best_rank(self.layers[slug], form))

    def _best_rank(self, index: LayerIndex, form: Phrase) -> Rank | None:
        ranks = [each.rank for each in index.values_named(form)]
        ranks += [each.rank for each in index.field_named(form)]
        return min(ranks, default=None)

    def layers_labelled(self, form: Phrase) -> list[str]:
        """Return the layers of a kind of thing whose label has these words, in any order."""
        return _recalled(self._labelled, form, self._layers_labelled)

    def _layers_labelled(self, form: Phrase) -> list[str]:
        named = {slug: index.labelled(form) for slug, index in self.layers.items()}
        return [slug for slug, values in named.items() if values and values[0].field.is_kind]

    def _layers_with_value(self, form: Phrase, worst: Rank) -> list[str]:
        slugs = [
            slug
            for slug, index in self.layers.items()
            if any(
                each.rank <= worst and not each.is_short and (each.rank < Rank.PREFIX or each.field.is_kind)
                for each in index.values.get(form, ())
            )
        ]
        return sorted(slugs, key=lambda slug: self._emptiness(slug, form))

    def _emptiness(self, slug: str, form: Phrase) -> tuple[bool, bool]:
        index = self.layers[slug]
        named = index.values_named(form)
        return not (named and named[0].value.is_there), not index.words.is_surface

    def features_named(self, form: Phrase) -> list[NamedFeature]:
        """Return the features that a phrase names, those of the layer that has most of them first."""
        if form in _VAGUE_FORMS:
            return []
        return _recalled(self._featured, form, self._features_named)

    def _features_named(self, form: Phrase) -> list[NamedFeature]:
        result = (index.features.get(form) for index in self.layers.values())
        return sorted(filter(None, result), key=lambda each: (each.is_part, -each.alike))

    def meaning(self, key: Hashable, find: Callable[[], Match]) -> Match:
        """Return what ``find`` gives, looked for once for each key: a text is read in many ways with the same words."""
        result: Match = _recalled(self._meant, key, lambda _key: find())
        return result

    def is_amount(self, form: Phrase) -> bool:
        """Whether a layer measures what a word names: « hauteur »."""
        return len(form) == 1 and self.meaning(("amount", form), lambda: self._is_amount(form))

    def _is_amount(self, form: Phrase) -> bool:
        return any(
            each.field.is_number and not each.field.is_additive and each.rank <= Rank.SYNONYM
            for index in self.layers.values()
            for each in index.fields.get(form, ())
        )

    def commune_named(self, form: Phrase) -> str:
        """Return the code of the commune that a phrase names; empty when there is none."""
        return self._communes.get(form, "")

    def written(self, word: str) -> str:
        """Return a word that is known by its letters alone as some layer writes it: « créée »."""
        return next((index.written[word] for index in self.layers.values() if word in index.written), word)

    def has_word(self, word: str) -> bool:
        """Whether a stem is one of the words of the vocabulary."""
        return word in self.speller


def _recalled(memory: dict[Key, Match], form: Key, find: Callable[[Key], Match]) -> Match:
    """Return the cached result of a phrase, searched once; the cache is emptied now and then."""
    if form in memory:
        return memory[form]
    if len(memory) >= MAX_RECALLED:
        memory.clear()
    result = memory[form] = find(form)
    return result


def _commune_names(towns: Sequence[Town]) -> Iterator[tuple[Phrase, str]]:
    """Name communes: by their first word when no other has it (« Boulogne »), by name, by INSEE and postal codes."""
    forms = [(town, phrase(town.name)) for town in towns]
    parts = Counter(part for _town, form in forms for part in {form[:1], form[-1:]})
    for town, form in forms:
        for part in (form[:1], form[-1:]):
            if parts[part] == 1 and part[0] not in _GENERIC:
                yield part, town.code
        yield form, town.code
        yield phrase(town.name.replace("'", "").replace("’", "")), town.code  # « ville davray »
        yield (town.code,), town.code
    codes = Counter(code for town in towns for code in town.postcodes)
    yield from (
        ((code,), town.code) for town in towns for code in islice(town.postcodes, 20) if codes[code] == 1
    )
