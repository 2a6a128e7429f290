"""Where a visitor searches: the parts of the index that they read, and the layers that must be asked directly."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from layers import access, registry
from layers.access import Scope, SearchableLayer
from layers.definitions import LayerDefinition
from layers.errors import UnknownLayer
from layers.models import Raster
from layers.sql.search import IndexReading
from layers.sql.search_index import IndexedPart, fresh_parts, index_plan
from layers.visitor import Visitor


@dataclass(frozen=True)
class SearchSpace:
    """What a visitor may search. ``layers`` are those they see, by the id of the row of the catalogue.

    ``parts`` are the indexed ones that they read, by id. ``rasters`` are the ids of rasters among the layers.
    """

    visitor: Visitor
    layers: dict[int, SearchableLayer]
    parts: dict[int, IndexedPart]
    rasters: frozenset[int]

    @property
    def reading(self) -> IndexReading:
        """How the index is read of the layers of which the visitor sees every row."""
        return self._reading(is_whole=True)

    @property
    def partial_reading(self) -> IndexReading:
        """How the index is read of the layers of which the visitor sees some rows: what it finds may be hidden."""
        return self._reading(is_whole=False)

    def _reading(self, *, is_whole: bool) -> IndexReading:
        parts = (pk for pk, part in self.parts.items() if self.layers[part.layer].is_whole is is_whole)
        return IndexReading(
            tuple(parts), tuple(self.layers), self.visitor.portal, is_public=self.visitor.is_anonymous
        )

    @cached_property
    def indexed(self) -> frozenset[int]:
        """The layers whose rows are in the index."""
        return frozenset(part.layer for part in self.parts.values())

    @cached_property
    def direct(self) -> dict[str, Scope]:
        """The scopes of the layers whose rows are not in the index, or not as they are now, by identifier."""
        missing = self.layers.keys() - self.indexed - self.rasters
        slugs = [layer.slug for pk, layer in self.layers.items() if pk in missing]
        return scopes_by_slug(self.visitor, slugs) if slugs else {}

    def is_of_the_portal(self, definition: LayerDefinition) -> bool:
        """Whether every row of a layer that the index gives for the portal is one that it shows."""
        return not self.visitor.portal or definition.geometry.has_one_commune or not definition.is_placed

    def agrees(self, layer: int, definition: LayerDefinition) -> bool:
        """Whether the index of a layer is made of the table and of the texts that its readers read now."""
        known = self.layers[layer]
        plan = index_plan(definition, protected=known.protected, is_open=known.is_open)
        return plan is not None and self._signatures[layer] == {plan.signature}

    @cached_property
    def _signatures(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for part in self.parts.values():
            found.setdefault(part.layer, set()).add(part.signature)
        return found


def search_space(visitor: Visitor) -> SearchSpace:
    """Return what a visitor may search."""
    layers = {layer.pk: layer for layer in access.searchable(visitor)}
    read = (part for part in fresh_parts() if part.layer in layers and layers[part.layer].reads(part.name))
    rasters = Raster.objects.values_list("layer_id", flat=True)
    return SearchSpace(visitor, layers, {part.pk: part for part in read}, frozenset(rasters))


def scopes_by_slug(visitor: Visitor, slugs: Collection[str]) -> dict[str, Scope]:
    """Return the scopes of the layers that there are, among slugs, and that the visitor sees."""
    known = registry.locate(list(slugs))
    try:
        return {
            scope.slug: scope for scope in access.scopes(visitor, [slug for slug in slugs if slug in known])
        }
    except UnknownLayer:  # a grant whose filter no longer fits opens nothing
        return dict(_one_by_one(visitor, known))


def _one_by_one(visitor: Visitor, slugs: Iterable[str]) -> Iterable[tuple[str, Scope]]:
    for slug in slugs:
        try:
            yield slug, access.scope(visitor, slug)
        except UnknownLayer:
            continue
