"""The configuration of every map's script: layers, communes, bounds, addresses, words. Plain data for JSON.

Boxes are west, south, east, north and positions longitude, latitude, in degrees (EPSG:4326).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from interface import wording
from interface.addresses import address
from interface.backdrop import backdrop
from interface.territory import COMMUNES_LAYER, CommuneShape, own
from layers.access import RasterScope, Scope
from layers.definitions import GeometryType
from layers.styles.definitions import Style
from layers.styles.symbols import ALL_ZOOMS
from styles.maplibre.compiler import CompiledStyle, drawing, images
from styles.styled_layers import density_total

SHAPES = {
    GeometryType.POINT: "point",
    GeometryType.LINE: "line",
    GeometryType.SURFACE: "surface",
    GeometryType.MULTI_POINT: "point",
    GeometryType.MULTI_LINE: "line",
    GeometryType.MULTI_SURFACE: "surface",
}
# The box of the territory where no commune is seen.
TERRITORY = (2.145, 48.776, 2.309, 48.853)


def shape(scope: Scope) -> str:
    """Return how features of a layer are drawn: point, line or surface."""
    return SHAPES[scope.definition.geometry]


def map_config(shapes: Sequence[CommuneShape], *, portal: str = "") -> dict[str, Any]:
    """Return the configuration of a map of the portal's tiles.

    ``portal`` is the INSEE code of the commune lit and framed when nothing else is asked; empty on the whole territory.
    """
    return {
        "communes": [_commune(commune) for commune in shapes],
        "bounds": bounds_of(own(shapes, portal)),
        "lit": portal,
        "ground": ground_address() if shapes else "",
        "backdrop": backdrop_address(),
        "tiles": tile_template(),
        "worker": worker_address(),
        "words": map_words(),
    }


def features_map_config(features: str) -> dict[str, Any]:
    """Return the configuration of a small map of one GeoJSON document; ``features`` is its address."""
    return {
        "features": features,
        "ground": ground_address(),
        "backdrop": backdrop_address(),
        "worker": worker_address(),
        "words": map_words(),
    }


def layer_config(scope: Scope, style: Style | None = None) -> dict[str, Any]:
    """Return how a layer is named and drawn: its shape, zooms, compiled style and the images that this names.

    ``style`` replaces that of the scope; it must name no field that the visitor does not read.
    """
    style = style or scope.style
    compiled_style = compiled(scope, style)
    return named_layer(scope, style) | {
        "drawing": compiled_style.layers,
        "images": images(compiled_style),
    }


def named_layer(scope: Scope, style: Style) -> dict[str, Any]:
    """Return how a layer is named, with its shape and zooms: what a page needs of it before it is drawn."""
    definition = scope.definition
    return {
        "slug": scope.slug,
        "title": str(scope.layer.title),
        "singular": str(definition.singular),
        "shape": shape(scope),
        "language": get_language(),
        "titleField": definition.title_field if definition.title_field in scope.filterable else "",
        "minZoom": definition.min_zoom,
        "maxZoom": definition.max_zoom,
        "token": style.token,
        "icon": style.icon,
        "rank": style.rank,
    }


def compiled(scope: Scope, style: Style) -> CompiledStyle:
    """Return a style of a layer as MapLibre draws it, labels in the visitor's language."""
    definition = scope.definition
    label = scope.filterable.get(style.labels.field) if style.labels else None
    return drawing(
        style,
        definition.geometry,
        label=label,
        unit=wording.unit(label.unit) if label and label.unit else "",
        language=get_language() or settings.LANGUAGE_CODE,
        zooms=(definition.min_zoom, ALL_ZOOMS[1]),
        total=density_total(scope, style),
    )


def raster_config(scope: RasterScope) -> dict[str, Any]:
    """Return how a raster is named and drawn. ``isSharp``: its cells are codes, which nothing stands between.

    ``otherTiles`` draw it sharp where it is smooth, and smooth where it is sharp.
    """
    online = scope.online
    first = address("raster-tile", scope.slug, 0, 0, 0, "webp")
    tiles = first.removesuffix("0/0/0.webp") + "{z}/{x}/{y}.webp"
    is_sharp = scope.style.resampling == "nearest"
    return {
        "slug": scope.slug,
        "title": str(scope.layer.title),
        "shape": "raster",
        "tiles": tiles,
        "otherTiles": f"{tiles}?resampling={'bilinear' if is_sharp else 'nearest'}",
        "minZoom": 0,  # the portal draws smaller scales from overviews
        "maxZoom": online.max_zoom,
        "bounds": list(online.bounds),
        "isSharp": is_sharp,
    }


def map_words() -> dict[str, str]:
    """Return MapLibre's own words in the visitor's language, under its keys."""
    return {
        "Map.Title": _("Carte"),
        "AttributionControl.ToggleAttribution": _("Afficher ou masquer les sources"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Ctrl et molette pour zoomer"),
        "CooperativeGesturesHandler.MacHelpText": _("⌘ et molette pour zoomer"),
        "CooperativeGesturesHandler.MobileHelpText": _("Déplacez la carte avec deux doigts"),
    }


def ground_address() -> str:
    """Return the address of the communes as GeoJSON."""
    return address("features", COMMUNES_LAYER)


def backdrop_address() -> str:
    """Return the address of the backdrop as GeoJSON; empty where the portal has none."""
    return address("backdrop") if backdrop() else ""


def worker_address() -> str:
    """Return the address of MapLibre's worker."""
    return static("vendor/maplibre-gl/maplibre-gl-worker.mjs")


def tile_template() -> str:
    """Return the address of a tile as a template: the script fills ``{layers}``, MapLibre the rest."""
    return address("tile", "LAYERS", 0, 0, 0).replace("LAYERS/0/0/0", "{layers}/{z}/{x}/{y}")


def _commune(commune: CommuneShape) -> dict[str, Any]:
    return {
        "code": commune.code,
        "name": commune.name,
        "label": [round(degrees, 6) for degrees in commune.label],
        "room": round(commune.room, 5),
        "bounds": commune.bounds,
    }


def bounds_of(shapes: Iterable[CommuneShape]) -> tuple[float, float, float, float]:
    """Return the box around communes, the territory's own when there is none."""
    boxes = [commune.bounds for commune in shapes]
    if not boxes:
        return TERRITORY
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)
