"""A vector tile of some layers, for a visitor: from the cache, else rendered.

The rights are checked first, each time: the scopes of the layers, with the version of their data, are part of the key
of a cached tile. Of a cached tile nothing else is read from the database, and no feature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from interface.http.compression import compress, decompress
from layers import access, queries
from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.formats import mvt
from layers.formats.http_validators import HttpValidators, validators_of_cached
from layers.parsing import FeatureQuery
from layers.queries import Selection
from layers.sql.tile_matrix_sets import TileAddress
from layers.visitor import Visitor
from tiles.formats import tiled_area
from tiles.services.tile_cache import TILE_CACHE

# What a tile computes once for the tiles of every place.
_SHARED = frozenset({"state", "selections"})


@dataclass(frozen=True)
class TileRequest:
    """A tile that a visitor may request.

    ``scopes`` are those of its layers, in the order asked; ``joined`` the same, each with those of the layers that the
    question combines it with.
    """

    scopes: tuple[Scope, ...]
    joined: tuple[Scope, ...]
    query: FeatureQuery
    address: TileAddress

    @cached_property
    def key(self) -> str:
        """The digest of all that the tile depends on: its place, and ``state``."""
        address = self.address
        position = f"{address.matrix.id} {address.zoom} {address.column} {address.row}"
        return hashlib.sha256(f"{self.state} {position}".encode()).hexdigest()

    @cached_property
    def state(self) -> str:
        """The digest of what tiles of every place depend on: renderer, question, and of each layer rights and data."""
        parts = [mvt.RENDERER_VERSION, self.query.identity.hex(), self.query.properties]
        for scope in self.joined:
            parts += [scope.slug, scope.key, scope.version, scope.layer.updated_at.isoformat()]
            parts += [_rendering(scope.definition), scope.layer.style]
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def at(self, address: TileAddress) -> TileRequest:
        """Return the tile of another place, with the same rights and data, and what was computed of these."""
        tile = replace(self, address=address)
        tile.__dict__.update({name: value for name, value in vars(self).items() if name in _SHARED})
        return tile

    @property
    def cached(self) -> bytes | None:
        """The compressed tile where the memory of the process holds it, empty for one without features; else None."""
        return TILE_CACHE.in_memory(self.key)

    @property
    def is_public(self) -> bool:
        """Whether anybody at all would get the same tile."""
        return all(scope.is_public for scope in self.joined)

    def freshness(self, encoding: str) -> HttpValidators:
        """Return the validators of the tile in a content encoding, empty for none."""
        return validators_of_cached(self.key, encoding, is_public=self.is_public)

    def compressed(self) -> bytes:
        """Return the tile compressed by gzip, empty where it holds nothing.

        Raises:
            LayersError: as ``layers.queries.select`` for what the question names, and as ``mvt.render``.
        """
        return TILE_CACHE.recall(self.key, self._made)

    def content(self) -> bytes:
        """Return the tile as it is; raises as ``compressed``."""
        compressed = self.compressed()
        return decompress(compressed) if compressed else b""

    def check_limits(self) -> None:
        """Refuse a tile that is outside the limits of its tileset (20-057, /req/core/tc-error), whatever the question.

        The extents of the layers are read once, until their data change: ask it of an empty tile alone.

        Raises:
            UnknownTile: no feature of the layers is drawn that far.
        """
        area = tiled_area(self.scopes, queries.extents(self.scopes))
        limits = area.covering(self.address.matrix, self.address.zoom)
        if limits is not None:
            limits.check(self.address)

    @cached_property
    def selections(self) -> list[Selection]:
        """The rows of each layer that the question selects; raises as ``layers.queries.select``."""
        return [queries.select(scope, self.query) for scope in self.scopes]

    def single_read(self) -> mvt.SingleRead | None:
        """Return the statement that probably draws the tile alone, None where it takes several.

        Raises:
            LayersError: as ``compressed``.
        """
        return mvt.single_read(self.selections[0], self.address) if len(self.scopes) == 1 else None

    def put(self, content: bytes) -> bytes:
        """Cache a tile in the memory of the process; return it compressed."""
        compressed = compress(content) if content else b""
        TILE_CACHE.put(self.key, compressed)
        return compressed

    def _made(self) -> bytes:
        content = mvt.render(self.selections, self.address)
        return compress(content) if content else b""


def tile_request(
    visitor: Visitor,
    slugs: Sequence[str],
    query: FeatureQuery,
    address: TileAddress,
    *,
    version: int | None = None,
) -> TileRequest:
    """Return the tile of some layers for a visitor; ``version`` is that of the only one, None for what is online.

    Raises:
        UnknownLayerVersion: no such version for the visitor.
        UnknownLayer: one of them, or of those that the question combines them with, does not exist for the visitor.
    """
    if version is not None:
        return tile_of([access.version_scope(visitor, slug, version) for slug in slugs], query, address)
    return tile_of(access.scopes(visitor, slugs), query, address)


def tile_of(scopes: Sequence[Scope], query: FeatureQuery, address: TileAddress) -> TileRequest:
    """Return the tile of some scopes of one visitor.

    Raises:
        UnknownLayer: one of the layers that the question combines them with does not exist for the visitor.
    """
    slugs = [one.layer for one in query.combined]
    related = access.scopes(scopes[0].visitor, slugs) if scopes else []
    return TileRequest(
        tuple(scopes), tuple(access.joined(scope, related) for scope in scopes), query, address
    )


def _rendering(definition: LayerDefinition) -> str:
    """Return a digest of the definition that a tile depends on: a cached tile may be older than the code."""
    style = definition.style
    return _digest(
        definition.title_field,
        definition.tile_fields,
        definition.geometry.name,
        (definition.min_zoom, definition.max_zoom),
        (
            style.fields,
            style.labels and style.labels.zoom,
            tuple(category.value for category in style.categories),
        ),
        (style.symbol, style.proportion, style.intervals != (), style.overlays),
        tuple((field.name, field.type.name, field.source) for field in definition.fields),
    )


@lru_cache(maxsize=500)
def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
