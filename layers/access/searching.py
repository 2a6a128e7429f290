"""Which layers a visitor may search, and which of their protected fields, without a scope for each.

It opens no row: what is found is read through a scope. With hundreds of layers, their scopes take longer than a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from layers.access.grants import grants_in_force
from layers.access.lookups import Readers, readers_of
from layers.models import Layer
from layers.sql.catalogue import protected_names
from layers.visitor import Visitor
from layers.vocabulary import LayerState, Visibility


@dataclass(frozen=True, slots=True)
class SearchableLayer:
    """A layer that exists for a visitor: ``pk`` is that of its row of the catalogue.

    ``is_whole`` tells that they see every row of the portal they are on. ``protected`` are the fields and relations
    that rows of the catalogue protect, ``readable`` those of them that the visitor reads, None for an administrator,
    who reads all. A grant whose filter of rows no longer fits opens nothing: the scope of the layer tells.
    """

    pk: int
    slug: str
    is_open: bool
    is_whole: bool
    protected: frozenset[str]
    readable: frozenset[str] | None

    def reads(self, name: str) -> bool:
        """Whether the visitor reads a protected field, or (empty) what whoever sees the layer reads."""
        return not name or self.readable is None or name in self.readable


def searchable(visitor: Visitor) -> list[SearchableLayer]:
    """Return the layers that a visitor may search, those without rows too, in the order of the catalogue."""
    if visitor.is_administrator:
        return indexable()
    held = grants_in_force(visitor, Layer.objects.all())
    found = []
    for layer, is_published, readers in _listed():
        grants = held.get(layer.pk, [])
        if layer.is_open or (is_published and grants):
            is_whole = layer.is_open or any(grant.has_every_row for grant in grants)
            readable = frozenset(name for name, groups in readers.items() if groups & visitor.groups)
            found.append(replace(layer, is_whole=is_whole, readable=readable))
    return found


def indexable() -> list[SearchableLayer]:
    """Return every layer as an administrator may search it: what the index is made of, whoever asks."""
    return [layer for layer, _is_published, _readers in _listed()]


def _listed() -> Iterator[tuple[SearchableLayer, bool, Readers]]:
    """Yield every layer, whether it is published, and the readers of its protected parts."""
    rows = list(
        Layer.objects.order_by("theme__rank", "title").values_list("pk", "slug", "state", "visibility")
    )
    guarded = _guarded(pk for pk, *_rest in rows)
    for pk, slug, state, visibility in rows:
        is_published, readers = state == LayerState.PUBLISHED, guarded.get(pk, {})
        is_open = is_published and visibility == Visibility.OPEN
        yield SearchableLayer(pk, slug, is_open, True, frozenset(readers), None), is_published, readers


def _guarded(layers: Iterable[int]) -> dict[int, Readers]:
    """Return the groups that read each protected field or relation, by the id of the layer and the name."""
    lines: dict[int, list[tuple[str, int | None]]] = {}
    for pk, name, group in protected_names(layers):
        lines.setdefault(pk, []).append((name, group))
    return {pk: readers_of(named) for pk, named in lines.items()}
