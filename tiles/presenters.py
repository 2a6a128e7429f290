"""Pages of OGC API Tiles: links to each tile matrix set, and a small map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from interface.map_config import layer_config, map_config, raster_config
from interface.territory import visible_communes
from layers.access import RasterScope, Scope
from layers.sql.tile_matrix_sets import TileMatrixSet
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class TilesetLink:
    """A tile matrix set, and the address of the page of its tileset."""

    matrix: TileMatrixSet
    page: str


def page_address(document: str) -> str:
    """Return the address of the page of a document."""
    return f"{document}{'&' if '?' in document else '?'}f=html"


def tileset_links(addresses: Iterable[tuple[TileMatrixSet, str]]) -> list[TilesetLink]:
    """Return the page of each pyramid, from the address of its document."""
    return [TilesetLink(matrix, page_address(address)) for matrix, address in addresses]


def preview_config(
    visitor: Visitor, *, scopes: Sequence[Scope] = (), rasters: Sequence[RasterScope] = ()
) -> dict[str, Any]:
    """Return the configuration of the small map of layers and rasters."""
    return map_config(visible_communes(visitor), portal=visitor.portal) | {
        "layers": [layer_config(scope) for scope in scopes],
        "rasters": [raster_config(scope) for scope in rasters],
    }
