"""Where a visitor searches: the parts of the index that they may read, the scopes they see, the synonyms of a layer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from layers import access
from layers.access import Scope, SearchableLayer
from layers.cache import BoundedCache
from layers.definitions import LayerDefinition
from layers.models import Raster
from layers.sql.search import IndexReading
from layers.sql.search_index import INDEX_TABLE, IndexedPart, fresh_parts, index_plan
from layers.visitor import Visitor


@dataclass(frozen=True)
class SearchIndex:
    """The index of the search as one reads it.

    ``layers`` are those that are searched, by the id of the row of the catalogue, ``parts`` the indexed ones that are
    read, by id. ``rasters`` are the ids of rasters among the layers.
    """

    layers: Mapping[int, SearchableLayer]
    parts: Mapping[int, IndexedPart]
    rasters: frozenset[int]
    reading: IndexReading
    partial_reading: IndexReading

    @cached_property
    def indexed(self) -> frozenset[int]:
        """The layers whose rows are in the index."""
        return frozenset(part.layer for part in self.parts.values())

    @cached_property
    def signatures(self) -> dict[int, set[str]]:
        """The signatures of the parts of the index, by layer."""
        signatures: dict[int, set[str]] = {}
        for part in self.parts.values():
            signatures.setdefault(part.layer, set()).add(part.signature)
        return signatures


@dataclass(frozen=True)
class SearchSpace:
    """What a visitor may search: their part of the index, and the layers to query directly."""

    visitor: Visitor
    index: SearchIndex

    @property
    def layers(self) -> Mapping[int, SearchableLayer]:
        """The layers that they see, by the id of the row of the catalogue."""
        return self.index.layers

    @property
    def reading(self) -> IndexReading:
        """How the index is read of the layers of which the visitor sees every row."""
        return self.index.reading

    @property
    def partial_reading(self) -> IndexReading:
        """How the index is read of the layers of which the visitor sees some rows: what it finds may be hidden."""
        return self.index.partial_reading

    @cached_property
    def unindexed(self) -> tuple[str, ...]:
        """The identifiers of the layers whose rows are not in the index, or not as they are now."""
        missing = self.layers.keys() - self.index.indexed - self.index.rasters
        return tuple(layer.slug for pk, layer in self.layers.items() if pk in missing)

    @cached_property
    def direct(self) -> dict[str, Scope]:
        """The scopes of the layers of ``unindexed``, by identifier."""
        return scopes_by_slug(self.visitor, self.unindexed)

    def is_of_the_portal(self, definition: LayerDefinition) -> bool:
        """Whether every row of a layer that the index gives for the portal is one that it shows."""
        return not self.visitor.portal or definition.geometry.has_one_commune or not definition.is_placed

    def agrees(self, layer: int, definition: LayerDefinition) -> bool:
        """Whether the index of a layer is made of the table and of the texts that its readers read now."""
        searchable = self.layers[layer]
        plan = index_plan(definition, protected=searchable.protected, is_open=searchable.is_open)
        return plan is not None and self.index.signatures[layer] == {plan.signature}


_indexes: BoundedCache[SearchIndex] = BoundedCache(32)


def search_space(visitor: Visitor) -> SearchSpace:
    """Return what a visitor may search. The index is read again when its parts, or what the visitor sees, changed."""
    searched = access.searchable(visitor, INDEX_TABLE, Raster._meta.db_table)
    key = (searched.key, visitor.portal, visitor.plan, visitor.is_anonymous)
    return SearchSpace(visitor, _indexes.recall(key, lambda: _index(visitor, searched.layers)))


def _index(visitor: Visitor, searched: Iterable[SearchableLayer]) -> SearchIndex:
    """Return the index as a visitor reads it; layers whose rows are of another day than its own are not in it."""
    layers = {layer.pk: layer for layer in searched}
    read = (part for part in fresh_parts() if part.layer in layers and layers[part.layer].reads(part.name))
    online = set(access.dated_slugs()) if visitor.plan and visitor.plan.versions else set()
    parts = {part.pk: part for part in read if layers[part.layer].slug not in online}
    rasters = frozenset(Raster.objects.values_list("layer_id", flat=True))

    def reading(*, has_every_row: bool) -> IndexReading:
        listed = (pk for pk, part in parts.items() if layers[part.layer].has_every_row is has_every_row)
        return IndexReading(tuple(listed), tuple(layers), visitor.portal, visitor.is_anonymous)

    return SearchIndex(layers, parts, rasters, reading(has_every_row=True), reading(has_every_row=False))


def scopes_by_slug(visitor: Visitor, slugs: Collection[str]) -> dict[str, Scope]:
    """Return the scopes of the layers that there are, among slugs, and that the visitor sees."""
    return access.scopes_by_slug(visitor, list(slugs)) if slugs else {}


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Other French words for a layer, for its fields by name, and for their values by (name, value)."""

    layer: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def of_field(self, name: str) -> tuple[str, ...]:
        """Return the other words for a field."""
        return self.fields.get(name, ())

    def of_value(self, name: str, value: str) -> tuple[str, ...]:
        """Return the other words for a value of a field."""
        return self.values.get((name, value), ())


def synonyms(scope: Scope) -> Synonyms:
    """Return the synonyms of what the visitor reads: words for a field that they do not read are not among them."""
    stored = scope.layer.synonyms if isinstance(scope.layer.synonyms, dict) else {}
    names = {each.name for each in scope.fields}
    words = {key: tuple(map(str, each)) for key, each in stored.items() if isinstance(each, list)}
    fields = {each.name: each.synonyms for each in scope.fields}
    values = {(each.name, code): groups for each in scope.fields for code, groups in each.value_synonyms}
    for key, added in words.items():
        name, is_value, value = key.partition("=")
        if name not in names:
            continue
        if is_value:
            values[name, value] = _joined(values.get((name, value), ()), added)
        else:
            fields[name] = _joined(fields[name], added)
    return Synonyms(_joined(scope.definition.synonyms, words.get("", ())), fields, values)


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *second]))
