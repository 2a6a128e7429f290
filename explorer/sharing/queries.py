"""What of a map its reader sees, and what of it everybody sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from explorer.layer_panel.layer_list import chosen
from explorer.map_state.filter_expression import LIVE, own_filter
from explorer.map_state.missing import on_map, without_missing
from explorer.map_state.parsing import COMBINING, MapQuery
from layers import access
from layers.access import RasterScope, Scope
from layers.errors import UnknownProperty
from layers.parsing.query import parse_spatial_relations
from layers.visitor import Visitor, public_of


@dataclass(frozen=True, slots=True)
class SeenMap:
    """A map as a visitor has it: ``query`` names nothing that they do not see; ``scopes`` are the layers they see.

    ``reserved`` are the titles of the layers of which it asks a field that they do not read: the map is refused then.
    """

    query: MapQuery
    scopes: Sequence[Scope]
    rasters: Sequence[RasterScope]
    reserved: tuple[str, ...]

    @property
    def titles(self) -> dict[str, str]:
        """The titles of what they see, by slug."""
        layers = {scope.slug: str(scope.layer.title) for scope in self.scopes}
        return layers | {scope.slug: str(scope.layer.title) for scope in self.rasters}


@dataclass(frozen=True, slots=True)
class SharedMap:
    """A map as who shares it has it, and as everybody does. ``internal`` are the titles of what is theirs alone."""

    mine: SeenMap
    public: SeenMap
    internal: tuple[str, ...]

    @property
    def is_all_open(self) -> bool:
        """Whether everybody sees the same."""
        return not self.internal and not self.public.reserved


def shared(visitor: Visitor, query: MapQuery) -> SharedMap:
    """Return a map as its visitor sees it, and as everybody does.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    mine, public = seen(visitor, query), seen(public_of(visitor), query)
    titles, others = mine.titles, public.titles
    named = dict.fromkeys([*named_layers(mine.query), *query.screen])
    return SharedMap(
        mine, public, tuple(titles[slug] for slug in named if slug in titles and slug not in others)
    )


def seen(visitor: Visitor, query: MapQuery) -> SeenMap:
    """Return a map as a visitor has it: without the layers that they do not see, with those that show by default.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    scopes, rasters = access.visible(visitor), access.visible_rasters(visitor)
    kept, _missing = without_missing(scopes, query, {scope.slug for scope in rasters})
    kept = chosen(on_map(scopes), kept)
    return SeenMap(kept, scopes, rasters, tuple(_reserved(scopes, kept)))


def named_layers(query: MapQuery) -> Iterable[str]:
    """Yield the layers that a map shows or asks something of.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    yield from query.layers
    yield from query.own
    yield from query.versions
    yield from filter(None, [query.subject])
    for asked in query.own.values():
        for name in COMBINING:
            for text in asked.get(name, ()):
                yield parse_spatial_relations([text.removesuffix(LIVE)], parameter=name)[0].layer
    if query.swipe:
        yield from (side.layer for side in query.swipe.sides)


def _reserved(scopes: Iterable[Scope], query: MapQuery) -> Iterable[str]:
    """Yield the titles of the layers of which the map asks a field that the visitor does not read."""
    for scope in scopes:
        if scope.slug in query.own:
            try:
                own_filter(scope, query)
            except UnknownProperty:
                yield str(scope.layer.title)
