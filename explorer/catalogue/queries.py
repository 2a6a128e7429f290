"""The catalogue: every layer the visitor sees, searched and grouped; the columns of the table of a layer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from explorer.catalogue.parsing import FACETS, CatalogueQuery, CatalogueSort, GeometryShape, check_offered
from interface.territory import COMMUNE_FIELD, label_communes
from interface.text import closest, fold, words_of
from interface.titles import title_sort
from layers import access
from layers.definitions import Field, GeometryType, Text
from layers.models import Layer, Theme
from layers.parsing import FeatureQuery
from layers.queries import Page, Selection, last_changes, row_counts, select, whole_counts
from layers.queries.paging import RowOrder
from layers.visitor import Visitor
from layers.vocabulary import Licence, Visibility

TABLE_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A layer or a raster as the catalogue lists it. ``count`` counts the features this visitor sees."""

    scope: access.Scope | access.RasterScope
    count: int
    updated: dt.datetime | None

    @property
    def is_raster(self) -> bool:
        """Whether it is a grid of values, which has no features."""
        return isinstance(self.scope, access.RasterScope)


@dataclass(frozen=True, slots=True)
class ThemeEntries:
    """A theme and the entries under it."""

    theme: Theme
    entries: tuple[CatalogueEntry, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet: ``count`` layers have it among those that answer to the rest of the form."""

    value: str
    title: Text
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CatalogueFacet:
    """A way to narrow the catalogue: ``name`` is its parameter in the address."""

    name: str
    values: tuple[FacetValue, ...]

    @property
    def chosen(self) -> FacetValue | None:
        """The value the reader chose."""
        return next((value for value in self.values if value.is_chosen), None)


def matches_words(scope: access.Scope | access.RasterScope, words: Iterable[str]) -> bool:
    """Whether every word (folded) is somewhere in what people read of a layer."""
    text = _folded_text(scope.layer)
    return all(word in text for word in words)


def requestable(visitor: Visitor, query: CatalogueQuery) -> list[Layer]:
    """Return the layers that the visitor may request and that have every word of the form; none under a facet."""
    if any(getattr(query, name) for name in _ANSWERS):
        return []
    words = fold(query.text).split()
    layers = access.requestable_layers(visitor)
    return [layer for layer in layers if all(word in _folded_text(layer) for word in words)]


def _folded_text(layer: Layer) -> str:
    """Return what people read of a layer, folded: its name first."""
    return _folded(" ".join([layer.title, *layer.keywords, layer.theme.title, layer.slug, layer.abstract]))


_folded = lru_cache(maxsize=1_000)(fold)


def corrected_text(catalogue_entries: Iterable[CatalogueEntry], text: str) -> str:
    """Return typed words with each unknown one replaced by the nearest, as the search does; empty without a correction.

    Words are known from the layers that the visitor sees alone; nothing is corrected where one of them has every word.
    """
    typed = fold(text).split()
    if not typed:
        return ""
    texts = [_folded_text(each.scope.layer) for each in catalogue_entries]
    if any(all(word in layer_text for word in typed) for layer_text in texts):
        return ""
    vocabulary = list(dict.fromkeys(word for layer_text in texts for word in words_of(layer_text)))
    words = []
    for word in typed:
        is_existing = any(word in layer_text for layer_text in texts)
        parts = [word] if is_existing else [closest(part, vocabulary) or part for part in words_of(word)]
        words += parts or [word]
    return (
        " ".join(words)
        if words != typed and any(all(w in layer_text for w in words) for layer_text in texts)
        else ""
    )


def entries(visitor: Visitor) -> list[CatalogueEntry]:
    """Return every layer and every raster the visitor sees, in the order of the catalogue."""
    catalogue_entries = layer_entries(access.visible(visitor))
    catalogue_entries += [raster_entry(scope) for scope in access.visible_rasters(visitor)]
    return sorted(catalogue_entries, key=lambda each: each.scope.layer.theme.rank)


def entry(scope: access.Scope) -> CatalogueEntry:
    """Describe one layer for a list."""
    return layer_entries([scope])[0]


def layer_entries(scopes: Sequence[access.Scope]) -> list[CatalogueEntry]:
    """Describe layers for a list, in their order: those of which only some rows are read are counted together."""
    numbers = row_counts([scope for scope in scopes if not scope.has_every_row])
    whole = [scope for scope in scopes if scope.has_every_row]
    numbers |= {scope.slug: count for scope, count in zip(whole, whole_counts(whole), strict=True)}
    return [
        CatalogueEntry(scope=scope, count=numbers[scope.slug], updated=updated)
        for scope, updated in zip(scopes, last_changes(scopes), strict=True)
    ]


def raster_entry(scope: access.RasterScope) -> CatalogueEntry:
    """Describe one raster for a list."""
    return CatalogueEntry(scope=scope, count=0, updated=scope.online.published_at or scope.online.created_at)


def layers_of(catalogue_entries: Iterable[CatalogueEntry]) -> list[access.Scope]:
    """Return the layers among entries: rasters have no features to draw or to count."""
    return [each.scope for each in catalogue_entries if isinstance(each.scope, access.Scope)]


def shape_of(scope: access.Scope | access.RasterScope) -> GeometryShape:
    """Return what the rows of a layer are drawn as."""
    if isinstance(scope, access.RasterScope):
        return GeometryShape.RASTER
    return _shape_of_type(scope.definition.geometry)


@cache
def _shape_of_type(geometry: GeometryType) -> GeometryShape:
    if not geometry.is_located:
        return GeometryShape.TABLE
    if geometry.is_surface:
        return GeometryShape.SURFACE
    return GeometryShape.LINE if "Line" in geometry.value else GeometryShape.POINT


_VISIBILITIES, _LICENCES = dict(Visibility.choices), dict(Licence.choices)
# Attribute of the question → what a layer answers: a code and its words.
_ANSWERS: dict[str, Callable[[access.Scope | access.RasterScope], tuple[str, Text]]] = {
    "theme": lambda scope: (scope.layer.theme.slug, scope.layer.theme.title),
    "visibility": lambda scope: (scope.layer.visibility, _VISIBILITIES[scope.layer.visibility]),
    "shape": lambda scope: ((shape := shape_of(scope)), shape.label),
    "producer": lambda scope: (str(scope.layer.producer or ""),) * 2,
    "licence": lambda scope: (scope.layer.licence, _LICENCES[scope.layer.licence]),
}
_ORDERS: dict[str, Callable[[CatalogueEntry], tuple[Any, ...]]] = {
    CatalogueSort.TITLE: lambda entry: (fold(entry.scope.layer.title),),
    CatalogueSort.UPDATED: lambda entry: (-entry.updated.timestamp() if entry.updated else 0.0,),
    CatalogueSort.COUNT: lambda entry: (-entry.count,),
}


def narrowed(catalogue_entries: Sequence[CatalogueEntry], query: CatalogueQuery) -> list[CatalogueEntry]:
    """Return the entries that match the catalogue's form; an unknown value is refused.

    Raises:
        InvalidParameter: a theme or a producer that none of them has.
    """
    check_offered(
        query, {name: {text(each.scope)[0] for each in catalogue_entries} for name, text in _ANSWERS.items()}
    )
    return matching(catalogue_entries, query)


def matching(catalogue_entries: Iterable[CatalogueEntry], query: CatalogueQuery) -> list[CatalogueEntry]:
    """Return the entries that match the catalogue's form, sorted."""
    words = fold(query.text).split()
    values = {name: getattr(query, name) for name in _ANSWERS if getattr(query, name)}

    def answers(scope: access.Scope | access.RasterScope) -> bool:
        return all(_ANSWERS[name](scope)[0] == value for name, value in values.items())

    remaining = [
        entry for entry in catalogue_entries if answers(entry.scope) and matches_words(entry.scope, words)
    ]
    order = _ORDERS.get(query.sorting)
    return sorted(remaining, key=order) if order else remaining


def facets(catalogue_entries: Sequence[CatalogueEntry], query: CatalogueQuery) -> list[CatalogueFacet]:
    """Return the facets that have a choice to offer, with how many layers each value would leave."""
    offered = []
    words = fold(query.text).split()
    worded = (
        [each for each in catalogue_entries if matches_words(each.scope, words)]
        if words
        else catalogue_entries
    )
    narrowing = [name for name in _ANSWERS if getattr(query, name)]
    for parameter, (name, _codes) in FACETS.items():
        if name not in _ANSWERS:
            continue
        answer = _ANSWERS[name]
        titles = dict([answer(entry.scope) for entry in catalogue_entries])
        others = {other: getattr(query, other) for other in narrowing if other != name}
        remaining = worded
        if others:
            remaining = [
                entry
                for entry in worded
                if all(_ANSWERS[other](entry.scope)[0] == value for other, value in others.items())
            ]
        counts = Counter([answer(entry.scope)[0] for entry in remaining])
        chosen = getattr(query, name)
        values = tuple(
            FacetValue(value, title, counts[value], value == chosen)
            for value, title in titles.items()
            if value
        )
        if len(values) > 1 or chosen:
            offered.append(CatalogueFacet(parameter, values))
    return offered


def by_theme(catalogue_entries: Iterable[CatalogueEntry]) -> list[ThemeEntries]:
    """Group entries under their theme, keeping both orders."""
    groups: dict[Theme, list[CatalogueEntry]] = {}
    for candidate in catalogue_entries:
        groups.setdefault(candidate.scope.layer.theme, []).append(candidate)
    return [ThemeEntries(theme, tuple(inside)) for theme, inside in groups.items()]


def columns(scope: access.Scope) -> tuple[Field, ...]:
    """Choose the columns of a layer's table: title, commune, then the key facts the visitor may read."""
    requested = dict.fromkeys([scope.definition.title_field, COMMUNE_FIELD, *scope.definition.summary])
    readable = {field.name: field for field in scope.fields}
    chosen = [readable[name] for name in requested if name in readable]
    return label_communes((chosen or list(scope.fields))[:TABLE_COLUMNS])


def listed(scope: access.Scope, query: FeatureQuery) -> Selection:
    """Select a layer's features for a table: by title, or the nearest first, unless it is sorted otherwise."""
    if query.sort:
        return select(scope, query)
    selection = select(scope, replace(query, sort=title_sort(scope)))
    far = next((match.distance for match in selection.matches if match.spatial_relation.metres), None)
    return selection if far is None else replace(selection, order=RowOrder.of([(far, False)]))


def table_columns(selection: Selection) -> tuple[Field, ...]:
    """Return the columns of such a table: after the title, what each row matches and how far that is."""
    first, *following = columns(selection.scope)
    return (first, *(field for match in selection.matches for field in match.columns), *following)


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of a layer's table."""

    selection: Selection
    page: Page
