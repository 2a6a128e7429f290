"""Features by the index of the search, each read through ``layers.access``; the field that made each of them match."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from heapq import nsmallest
from typing import Any

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext

from explorer.search.results import FeatureResult, FurtherLayer, LayerHits, SearchLimits
from interface.territory import COMMUNE_FIELD
from interface.text import fold
from interface.titles import row_title
from interface.wording import is_empty, words
from layers import registry
from layers.access import Scope
from layers.definitions import Field
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.queries.search import SearchSpace, scopes_by_slug
from layers.sql.search import EXACT, TEXT, IndexEntry, features_with
from layers.sql.search_index import is_searched

# Features that are looked at, and those whose name begins as what was typed.
BOUND, NAMED = 2_000, 200
# Features of a layer that are tried for each one listed, where some rows may be hidden.
_SPARE = 4
# Layers that are named beside those that are read.
_FURTHER = 24

# Rows of tables come after what is somewhere: dozens of figures are named after one commune.
_NOWHERE = TEXT + 1

# (rank, length of the title, id): the order of the features of a layer.
Candidate = tuple[int, int, int]
EXCERPT, BEFORE = 90, 40
_TOKEN = re.compile(r"\w+")
# A word that was found by its stem is looked for without its last letters, as long as four are left.
_ENDING, _STEM = 3, 4


@dataclass(frozen=True, slots=True)
class IndexedFeatures:
    """Results of the index: ``further`` layers have unlisted features, and ``further_more`` others.

    ``stale`` layers must be queried directly, ``unread`` ones may have results. ``is_bounded``: more features match
    than were examined.
    """

    groups: tuple[LayerHits, ...] = ()
    further: tuple[FurtherLayer, ...] = ()
    further_more: int = 0
    stale: tuple[Scope, ...] = ()
    unread: tuple[Scope, ...] = ()
    is_bounded: bool = False


@dataclass
class _Choice:
    """How features are chosen, and the groups so far."""

    space: SearchSpace
    size: SearchLimits
    text: str
    words: Sequence[str]
    names: Mapping[str, str]
    is_bounded: bool
    groups: list[LayerHits] = dataclass_field(default_factory=list)
    stale: list[Scope] = dataclass_field(default_factory=list)
    tried: set[int] = dataclass_field(default_factory=set)

    def read(self, scope: Scope, candidates: Sequence[Candidate]) -> None:
        """Add what a visitor sees of a layer: its rows are read through their scope."""
        self.tried.add(scope.layer.pk)
        if not self.space.agrees(scope.layer.pk, scope.definition):
            self.stale.append(scope)
            return
        if not self.space.is_of_the_portal(scope.definition):
            candidates = _visible(scope, candidates)
        hits = _hits(scope, candidates[: self.size.features], self.words, self.names)
        hits = sorted((_ranked(hit, self.text) for hit in hits), key=lambda hit: hit.rank)
        if hits:
            matched = max(len(candidates), len(hits)) if self.size.is_counted else None
            is_least = self.is_bounded and self.space.layers[scope.layer.pk].has_every_row
            self.groups.append(LayerHits(scope, tuple(hits), matched, is_least=is_least))


def indexed_features(
    space: SearchSpace,
    text: str,
    requested: Sequence[str],
    size: SearchLimits,
    names: Mapping[str, str],
    *,
    but: str,
) -> IndexedFeatures:
    """Return the best features that have every word of ``requested``, layer by layer; ``but`` is a layer left aside.

    ``text`` is the whole question, folded. ``names`` are those of communes by code.
    """
    entries = features_with(space.reading, text, requested, named=NAMED, most=BOUND)
    partial, too_many = _of_partial_layers(space, text, requested, but=but)
    candidates = _by_layer(space, entries, but) | partial
    choice = _Choice(space, size, text, requested, names, is_bounded=len(entries) >= BOUND)
    order = _order(candidates, size)
    required = size.best or size.groups
    for start in range(0, min(len(order), required * _SPARE), required):
        if len(choice.groups) >= required:
            break
        slugs = {space.layers[pk].slug: pk for pk in order[start : start + required]}
        for slug, scope in scopes_by_slug(space.visitor, list(slugs)).items():
            choice.read(scope, sorted(candidates[slugs[slug]]))
    rest = [] if size.best else [pk for pk in order if pk not in choice.tried]
    further, unsure = _further(space, candidates, rest[:_FURTHER])
    return IndexedFeatures(
        groups=tuple(sorted(choice.groups, key=lambda group: order.index(group.scope.layer.pk))),
        further=further,
        further_more=len(rest[_FURTHER:]),
        stale=(*choice.stale, *too_many),
        unread=unsure,
        is_bounded=choice.is_bounded,
    )


def _of_partial_layers(
    space: SearchSpace, text: str, requested: Sequence[str], *, but: str
) -> tuple[dict[int, list[Candidate]], tuple[Scope, ...]]:
    """Return the features of the partly visible layers, or these layers when too many match.

    Hidden rows are left out before anything is ordered, counted or bounded, so that nothing reveals them.
    """
    reading = space.partial_reading
    if not reading.parts:
        return {}, ()
    entries = features_with(reading, text, requested, named=NAMED, most=BOUND)
    result = _by_layer(space, entries, but)
    scopes = scopes_by_slug(space.visitor, [space.layers[pk].slug for pk in result]).values()
    if len(entries) >= BOUND:
        return {}, tuple(scopes)
    visible = {scope.layer.pk: _visible(scope, result[scope.layer.pk]) for scope in scopes}
    return {pk: candidates for pk, candidates in visible.items() if candidates}, ()


def _visible(scope: Scope, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the features that the visitor sees."""
    listed = list(candidates)
    ids = [pk for _rank, _length, pk in listed]
    visible_ids = set(scope.queryset.filter(pk__in=ids).values_list("pk", flat=True))
    return [one for one in listed if one[2] in visible_ids]


def _by_layer(space: SearchSpace, entries: Iterable[IndexEntry], but: str) -> dict[int, list[Candidate]]:
    """Return the features by layer, each once, at its best rank."""
    candidates: dict[int, dict[int, Candidate]] = {}
    for entry in entries:
        part = space.index.parts[entry.part]
        features = candidates.setdefault(part.layer, {})
        rank = entry.rank if part.is_located else entry.rank + _NOWHERE
        candidate = (rank, entry.length, entry.pk)
        features[entry.pk] = min(features.get(entry.pk, candidate), candidate)
    return {pk: list(each.values()) for pk, each in candidates.items() if space.layers[pk].slug != but}


def _order(candidates: Mapping[int, list[Candidate]], size: SearchLimits) -> list[int]:
    """Return the layers in the order of their best features; of the best ones alone where few are listed."""
    if not size.best:
        return sorted(candidates, key=lambda pk: (min(candidates[pk])[0], -len(candidates[pk])))
    every = ((one, pk) for pk, each in candidates.items() for one in each)
    return list(dict.fromkeys(pk for _one, pk in nsmallest(size.best * _SPARE, every)))


def _hits(
    scope: Scope, candidates: Sequence[Candidate], requested: Sequence[str], names: Mapping[str, str]
) -> list[FeatureResult]:
    """Return the features of a layer that the visitor sees, made distinguishable."""
    if not candidates:
        return []
    stored = tuple(each.name for each in scope.fields if each.computed is None)
    ids = tuple(pk for _rank, _length, pk in candidates)
    result = select(scope, FeatureQuery(ids=ids, properties=stored, limit=len(ids))).page().rows
    rows = {row["id"]: row for row in result}
    words = [word.partition("|")[0] for word in requested]
    pairs = []
    for rank, _length, pk in candidates:
        if (row := rows.get(pk)) is not None:
            commune = names.get(str(row.get(COMMUNE_FIELD)), "")
            hit = FeatureResult(pk, row_title(scope, row), commune, reason(scope, row, words, commune), rank)
            pairs.append((hit, row))
    return disambiguate(scope, pairs)


def _ranked(hit: FeatureResult, text: str) -> FeatureResult:
    """Return a feature as exactly what was typed where its name and its commune have every word, numbers too.

    « 2 boulevard des Lilas Meudon » is the address, before the sections of that street which have a 2 elsewhere.
    """
    own = {*_TOKEN.findall(fold(f"{hit.title} {hit.commune}"))}
    return replace(hit, rank=EXACT) if own.issuperset(_TOKEN.findall(text)) else hit


def _further(
    space: SearchSpace, candidates: Mapping[int, list[Candidate]], layers: Iterable[int]
) -> tuple[tuple[FurtherLayer, ...], tuple[Scope, ...]]:
    """Return the other layers with features, and those that the index alone cannot decide."""
    slugs = {space.layers[pk].slug: pk for pk in layers}
    sure: list[tuple[str, str, int]] = []
    unsure: list[tuple[str, str, int]] = []
    for slug, located in registry.locate(list(slugs)).items():
        pk = slugs[slug]
        is_sure = space.is_of_the_portal(located.definition) and space.agrees(pk, located.definition)
        (sure if is_sure else unsure).append((slug, located.layer.title, len(candidates[pk])))
    result = tuple(FurtherLayer(*each) for each in sure)
    return result, tuple(scopes_by_slug(space.visitor, [slug for slug, *_rest in unsure]).values())


def reason(scope: Scope, row: Mapping[str, Any], values: Iterable[str], commune: str) -> str:
    """Return the field that holds a word (folded) which the name of a feature does not, as people read it.

    A field that only repeats the commune, written on the same line, is passed over.
    """
    name = fold(row_title(scope, row))
    missing = [word for word in values if _word_index(name, word) < 0]
    for field in scope.fields if missing else ():
        text = str(row.get(field.name) or "") if is_searched(field) else ""
        indexes = [index for word in missing if (index := _word_index(fold(text), word)) >= 0]
        if indexes and fold(text) != fold(commune):
            return _fact_text(field, _excerpt(text, indexes[0]))
    return ""


def disambiguate(
    scope: Scope, pairs: Sequence[tuple[FeatureResult, Mapping[str, Any]]]
) -> list[FeatureResult]:
    """Add a place to the features of a layer with equal names: their address, else what differs.

    ``pairs`` are features with their rows.
    """
    alike = Counter(_line(hit) for hit, _row in pairs)
    results = []
    for hit, row in pairs:
        other_rows = [other for one, other in pairs if one.pk != hit.pk and _line(one) == _line(hit)]
        results.append(
            replace(hit, location=_location_text(scope, row, other_rows)) if alike[_line(hit)] > 1 else hit
        )
    again = Counter((_line(hit), hit.location) for hit in results)
    results = [
        replace(hit, location=gettext("n° %d") % hit.pk) if again[_line(hit), hit.location] > 1 else hit
        for hit in results
    ]
    return _with_towns(results)


def _with_towns(hits: Sequence[FeatureResult]) -> list[FeatureResult]:
    """Add their communes to the same names of several communes: « 12 Rue des Tilleuls, Chaville »."""
    towns: dict[str, set[str]] = {}
    for hit in hits:
        towns.setdefault(hit.title, set()).add(hit.commune)
    return [
        replace(hit, title=f"{hit.title}, {hit.commune}", commune="")
        if hit.commune and len(towns[hit.title]) > 1
        else hit
        for hit in hits
    ]


def _line(hit: FeatureResult) -> tuple[str, str, str]:
    return hit.title, hit.commune, hit.why


def _location_text(scope: Scope, row: Mapping[str, Any], other_items: Iterable[Mapping[str, Any]]) -> str:
    """Return the address of a row or the first fact that no other one has; its number where all is the same."""
    other_rows = list(other_items)
    for field in _distinctive(scope):
        value = row.get(field.name)
        if not is_empty(value) and all(other.get(field.name) != value for other in other_rows):
            text = str(words(field, row))
            is_address = field.name == scope.definition.address_field
            return str(text) if is_address else _fact_text(field, _excerpt(text, 0))
    return str(gettext("n° %d") % row["id"])


def _distinctive(scope: Scope) -> list[Field]:
    """Return the fields that distinguish features for people, the address first."""
    definition = scope.definition
    first = [definition.address_field, *definition.summary]
    named = [scope.filterable[name] for name in first if name in scope.filterable]
    texts = [field for field in scope.fields if is_searched(field)]
    return [field for field in (*named, *texts, *scope.fields) if field.name != definition.title_field]


def _fact_text(field: Field, text: str) -> str:
    return gettext("%(title)s : %(text)s") % {"title": capfirst(str(field.title)), "text": text}


def _word_index(text: str, word: str) -> int:
    """Return where a word is in a text, or where it begins by its stem; -1 where it is not."""
    for length in range(len(word), max(len(word) - _ENDING, _STEM) - 1, -1):
        index = text.find(word[:length])
        if index >= 0:
            return index
    return text.find(word)


def _excerpt(text: str, index: int) -> str:
    """Return the part of a text around a place, cut at words."""
    start = text.rfind(" ", 0, max(index - BEFORE, 0)) + 1 if index > BEFORE else 0
    visible = Truncator(text[start:]).chars(EXCERPT)
    return f"… {visible}" if start else visible
