"""One search over everything the visitor sees: communes, layers, rasters, pages, features of every layer, addresses.

Features are found by the index of the search (docs/search.md) and read under their scope; layers outside the index
are queried by the kernel's ``q``, in the remaining time. A hidden layer, row or field is never a result, and layers
that were not searched are named.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from explorer.natural_language.addresses import ABBREVIATIONS, KINDS
from explorer.search import geocoder
from explorer.search.features import IndexedFeatures, disambiguate, indexed_features, reason
from explorer.search.geocoder import AddressResults
from explorer.search.results import (
    UNRANKED,
    CommuneResult,
    FeatureResult,
    LayerHits,
    Results,
    SearchLimits,
    SearchMatches,
    SearchQuery,
)
from interface.page_parts import SearchedPage, searched_pages
from interface.territory import COMMUNE_FIELD, COMMUNES_LAYER
from interface.text import closest, fold, words_of
from interface.titles import row_title, title_sort
from layers import access
from layers.access import RasterScope, Scope, visible_rasters
from layers.errors import TooSlow
from layers.parsing import FeatureQuery, parse_query
from layers.queries import Selection, are_empty, extent, select, selection_counts
from layers.queries.search import SearchSpace, scopes_by_slug, search_space
from layers.sql.limits import time_limit
from layers.sql.search import EXACT, PREFIX, TEXT, TITLE, IndexReading, layers_with, spellings
from layers.visitor import Visitor

# Rows read of each layer that is asked directly, so that those which answer by their name come first.
RANKED = 60
MAX_COMMUNES = 500
PAGE = SearchLimits(
    towns=MAX_COMMUNES, layers=12, features=6, best=0, addresses=8, seconds=6.0, is_counted=True
)
SUGGESTIONS = SearchLimits(towns=4, layers=4, features=2, best=8, addresses=4, seconds=1.5, is_counted=False)


@dataclass(frozen=True, slots=True)
class _Question:
    """Words as they are looked for: ``text`` is all of them, folded; ``towns`` are the communes the visitor sees."""

    space: SearchSpace
    size: SearchLimits
    text: str
    words: tuple[str, ...]
    towns: tuple[NamedTown, ...]
    pages: tuple[SearchedPage, ...]
    with_features: bool

    @property
    def plain(self) -> list[str]:
        """The words without what stands for them."""
        return [word.partition("|")[0] for word in self.words]


@access.scopes_read_once()
def search(visitor: Visitor, query: SearchQuery, size: SearchLimits = PAGE) -> Results:
    """Look everywhere the visitor may look."""
    space = search_space(visitor)
    is_looking = not query.is_short and query.position is None
    # The layers that are then queried one by one are read by the same statement.
    first = [COMMUNES_LAYER, *(space.unindexed if is_looking else ())]
    ground = scopes_by_slug(visitor, first).get(COMMUNES_LAYER)
    towns = tuple(towns_of(ground))
    text = fold(query.text)
    pages = tuple(searched_pages(visitor)) if query.text else ()
    words = tuple(map(_with_full_word, words_of(text)))
    question = _Question(space, size, text, words, towns, pages, is_looking)
    result = _search(question) if query.text and query.position is None else SearchMatches()
    texts: list[str] = []
    if result.is_empty and is_looking and question.words:
        town_words = {word for town in towns for word in words_of(town.name)}
        requested, texts = corrected(space.reading, question.words, town_words | _words_of(pages))
        if tuple(requested) != question.words:
            again = replace(question, text=" ".join(texts) or text, words=tuple(requested))
            result = replace(_search(again), unasked=result.unasked)
    located = _addresses(ground, towns, query.text, size) if is_looking else None
    return Results(
        query=query,
        layers=result.layers,
        rasters=result.rasters,
        layers_more=result.layers_more,
        towns=result.towns,
        pages=result.pages,
        features=result.features,
        further=result.further,
        further_more=result.further_more,
        unasked=result.unasked,
        is_bounded=result.is_bounded,
        corrected=" ".join(texts) if texts and not result.is_empty else "",
        addresses=located,
        nearest_address=geocoder.address_at(*query.position) if query.position else None,
        kinds=_kinds(result),
    )


def _with_full_word(word: str) -> str:
    """Let a short form of the kind of a street stand for it: « bd », « av »."""
    full = ABBREVIATIONS.get(word, "")
    return f"{word}|{full}" if full in KINDS else word


def _search(question: _Question) -> SearchMatches:
    """Return what one spelling of the words finds."""
    space, size = question.space, question.size
    # The ground of a commune's portal shows its neighbours too, where there is nothing to look for.
    own = [town for town in question.towns if space.visitor.portal in {"", town.result.code}]
    towns = matching_towns(own, question.text, question.words)
    ranked = layers_with(space.reading, question.text, question.plain)
    layers, layers_more = _layers(space, ranked, size.layers)
    rasters = _rasters(space, ranked)
    pages = _pages(question)
    features, direct, unasked = IndexedFeatures(), list[LayerHits](), tuple[Scope, ...]()
    if question.with_features:
        names = {town.result.code: town.result.name for town in question.towns}
        requested = with_codes(question.towns, question.words)
        features = indexed_features(space, question.text, requested, size, names, but=COMMUNES_LAYER)
        direct, unasked = _direct(question, [*space.direct.values(), *features.stale], names)
    groups = sorted([*features.groups, *direct], key=lambda group: group.rank)
    visible = _best(groups, size.best)
    return SearchMatches(
        layers=layers,
        rasters=tuple(rasters[: size.layers]),
        layers_more=layers_more + max(len(rasters) - size.layers, 0),
        towns=tuple(town.result for town in towns)[: size.towns],
        pages=tuple(page for _rank, page in pages)[: size.layers],
        features=visible,
        further=features.further,
        further_more=features.further_more,
        unasked=(*unasked, *features.unread),
        is_bounded=features.is_bounded,
        ranks=(
            ("towns", min((town.rank(question.text) for town in towns), default=UNRANKED)),
            ("layers", min((ranked[scope.layer.pk] for scope in layers), default=UNRANKED)),
            ("rasters", min((ranked[scope.layer.pk] for scope in rasters), default=UNRANKED)),
            ("pages", min((rank for rank, _page in pages), default=UNRANKED)),
            ("features", min((group.rank for group in visible), default=UNRANKED)),
        ),
    )


def _layers(space: SearchSpace, ranked: Mapping[int, int], most: int) -> tuple[tuple[Scope, ...], int]:
    """Return the first layers among ranked ones, the best first, and how many more there are."""
    with_rows = space.index.indexed | {scope.layer.pk for scope in space.direct.values()}
    order = {pk: index for index, pk in enumerate(space.layers)}
    result = sorted((pk for pk in ranked if pk in with_rows), key=lambda pk: (ranked[pk], order[pk]))
    scopes = scopes_by_slug(space.visitor, [space.layers[pk].slug for pk in result[:most]])
    return tuple(scopes.values()), max(len(result) - most, 0)


def _rasters(space: SearchSpace, ranked: Mapping[int, int]) -> list[RasterScope]:
    """Return the rasters among ranked rows of the catalogue, the best first."""
    if space.index.rasters.isdisjoint(ranked):
        return []
    visible = [scope for scope in visible_rasters(space.visitor) if scope.layer.pk in ranked]
    return sorted(visible, key=lambda scope: ranked[scope.layer.pk])


def _pages(question: _Question) -> list[tuple[int, SearchedPage]]:
    """Return the pages of other applications that have every word, with their rank, the best first."""
    words = question.plain or [question.text]
    pages = []
    for page in question.pages:
        title = _remembered(page.title)
        if all(word in title or word in _remembered(page.text) for word in words):
            pages.append((_rank(title, question.text, words), page))
    return sorted(pages, key=lambda each: each[0])


def _rank(title: str, text: str, words: Iterable[str]) -> int:
    """Return how well a folded title answers, as the index ranks it."""
    if title == text:
        return EXACT
    if title.startswith(text):
        return PREFIX
    return TITLE if all(word in title for word in words) else TEXT


@lru_cache(maxsize=2_048)
def _remembered(text: str) -> str:
    return fold(text)


def _words_of(pages: Iterable[SearchedPage]) -> set[str]:
    return {word for page in pages for word in words_of(_remembered(page.title))}


def _direct(
    question: _Question, scopes: Iterable[Scope], names: Mapping[str, str]
) -> tuple[list[LayerHits], tuple[Scope, ...]]:
    """Query layers in turn until the time is over; return their hits, and the layers that had no time."""
    searched = [scope for scope in scopes if scope.slug != COMMUNES_LAYER]
    deadline = time.monotonic() + question.size.seconds
    results: list[LayerHits] = []
    unasked: list[Scope] = []
    for scope, selection in _answering(question, searched):
        try:
            hits = _hits(question, selection, names) if time.monotonic() < deadline else None
        except TooSlow:
            hits = None
        if hits is None:
            unasked.append(scope)
        elif hits.hits:
            results.append(hits)
    return results, tuple(unasked)


def _answering(question: _Question, scopes: Iterable[Scope]) -> list[tuple[Scope, Selection]]:
    """Return what the words select of the layers that have rows with them: one statement, none where all is cached.

    Where it takes too long, all layers are returned: each is then queried in the remaining time.
    """
    selections = [(scope, _selection(question, scope)) for scope in scopes]
    listed = [selection for _scope, selection in selections]
    if any(selection.cached_count() is None for selection in listed):
        with suppress(TooSlow), time_limit("search"):
            if question.size.is_counted:
                selection_counts(listed)
            else:
                empty = are_empty(listed)
                return [pair for pair, is_empty in zip(selections, empty, strict=True) if not is_empty]
    return [(scope, selection) for scope, selection in selections if selection.cached_count() != 0]


def _selection(question: _Question, scope: Scope) -> Selection:
    """Select the rows of a layer that have the words; those of suggestions are not sorted."""
    words = question.plain or [question.text]
    sorting = {"sortby": [str(key) for key in title_sort(scope)]} if question.size.is_counted else {}
    inputs: dict[str, Sequence[str]] = {"q": [" ".join(words)], "limit": [str(RANKED)]}
    query = parse_query(inputs | {name: values for name, values in sorting.items() if values})
    return select(scope, query)


def _hits(question: _Question, selection: Selection, names: Mapping[str, str]) -> LayerHits:
    """Query a layer. Suggestions are not counted: the database stops at the first matching rows."""
    size, words, scope = question.size, question.plain or [question.text], selection.scope
    with time_limit("search"):
        matched = selection.count() if size.is_counted else None
        rows = selection.page().rows if matched != 0 else []
    pairs = []
    for row in rows:
        commune = names.get(str(row.get(COMMUNE_FIELD)), "")
        title, why = row_title(scope, row), reason(scope, row, words, commune)
        rank = TEXT if why else _rank(fold(title), question.text, words)
        pairs.append((FeatureResult(row["id"], title, commune, why, rank), row))
    pairs.sort(key=lambda pair: pair[0].rank)
    return LayerHits(scope, tuple(disambiguate(scope, pairs[: size.features])), matched)


def _best(groups: Sequence[LayerHits], most: int) -> tuple[LayerHits, ...]:
    """Return the best hits of all groups; all the groups when ``most`` is 0."""
    if not most:
        return tuple(groups)
    single = [LayerHits(group.scope, (hit,), None) for group in groups for hit in group.hits]
    return tuple(sorted(single, key=lambda group: group.rank)[:most])


def _kinds(matches: SearchMatches) -> tuple[str, ...]:
    """Return the kinds of results, the best result's first; addresses, which have no rank, come last."""
    return (*(name for name, _rank in sorted(matches.ranks, key=lambda each: each[1])), "addresses")


def _addresses(
    ground: Scope | None, towns: Sequence[NamedTown], text: str, size: SearchLimits
) -> AddressResults | None:
    """Look for addresses in the communes the visitor sees; None when there is no geocoder or no ground."""
    if ground is None or not geocoder.is_configured():
        return None
    box = extent(ground)
    around = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) if box else None
    portal = ground.visitor.portal
    codes = {town.result.code for town in towns if portal in {"", town.result.code}}
    return geocoder.search_addresses(text, around=around, communes=codes, limit=size.addresses)


@dataclass(frozen=True, slots=True)
class NamedTown:
    """A commune that the visitor sees, with its folded name and the folded text that it answers to."""

    result: CommuneResult
    name: str
    text: str

    def rank(self, text: str) -> int:
        """Return how well its name answers to a folded text."""
        if self.name == text:
            return EXACT
        return PREFIX if self.name.startswith(text) else TITLE


def towns_of(ground: Scope | None) -> list[NamedTown]:
    """Return the communes the visitor sees, by name."""
    if ground is None:
        return []
    rows = select(ground, FeatureQuery(limit=MAX_COMMUNES, sort=title_sort(ground))).page().rows
    return [_town(row) for row in rows]


def matching_towns(towns: Iterable[NamedTown], text: str, words: Sequence[str]) -> list[NamedTown]:
    """Return the communes that have every word, the best first."""
    requested = [word.partition("|")[0] for word in words] or [text]
    named_towns = [town for town in towns if all(word in town.text for word in requested)]
    return sorted(named_towns, key=lambda town: town.rank(text))


def with_codes(towns: Iterable[NamedTown], words: Sequence[str]) -> list[str]:
    """Let the code of a commune stand for the words of its name: features hold the one, and people type the other."""
    distinct = set(words)
    result = {word: [word] for word in words}
    for town in towns:
        named = words_of(town.name)
        if named and distinct.issuperset(named):
            for word in named:
                result[word].append(town.result.code)
    return ["|".join(dict.fromkeys(result[word])) for word in words]


def _town(row: Mapping[str, Any]) -> NamedTown:
    name, code = str(row.get("nom", "")), str(row.get("code", ""))
    answers = [name, code, *(row.get("codes_postaux") or ())]
    return NamedTown(CommuneResult(code, name), fold(name), fold(" ".join(map(str, answers))))


def corrected(
    reading: IndexReading, words: Sequence[str], direct_words: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return the words to search in place of unknown ones, and the correction to show.

    ``other_rows`` are (folded) words of results outside the index. A word inside others is followed by them and bars,
    without a correction to show; one that resembles another is replaced. The second list is empty when none was.
    """
    other_words = set(direct_words)
    requested, text = [], []
    for spelling in spellings(reading, words):
        word = spelling.word
        if spelling.is_indexed or any(other.startswith(word) for other in other_words):
            requested.append(word)
            text.append(word)
        elif spelling.holding:
            requested.append("|".join([word, *spelling.holding]))
            text.append(word)
        else:
            nearest = closest(word, [*spelling.resembling, *other_words])
            requested.append(nearest or word)
            text.append(nearest or word)
    return requested, text if text != list(words) else []
