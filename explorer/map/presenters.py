"""What the map page gives to its script, beside what every map needs (``interface.map_config``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from explorer.legend.presenters import style_digest
from explorer.map.queries import is_counted
from explorer.timeline.queries import has_time_bar
from interface import map_config
from interface.addresses import address_of
from interface.territory import COMMUNES_LAYER, CommuneShape
from layers.access import RasterScope, Scope
from layers.cache import BoundedCache
from layers.errors import UnknownLayer
from layers.styles.definitions import Style
from layers.styles.symbols import ALL_ZOOMS
from styles.swatches import icon_picture

# Layers whose drawings are read by one request.
MAX_DRAWINGS = 40


def page_config(
    scopes: Sequence[Scope],
    shapes: Sequence[CommuneShape],
    switched_on: Sequence[str],
    rasters: Sequence[RasterScope] = (),
    *,
    portal: str,
    is_whole: bool = False,
) -> dict[str, Any]:
    """Return the configuration of the script of the map page.

    ``portal`` is the commune lit and framed when the address has none; empty on the whole territory. ``is_whole``: the
    drawings are in it, for a page that never switches a layer on; else each has an address, and what is in ``usual`` is
    left out of the entries of layers.
    """
    return map_config.map_config(shapes, portal=portal) | {
        "layers": [
            _layer(scope, is_on=scope.slug in switched_on, is_whole=is_whole)
            for scope in scopes
            if is_drawn(scope)
        ],
        "rasters": [
            map_config.raster_config(scope) | {"isOn": scope.slug in switched_on} for scope in rasters
        ],
        "usual": {} if is_whole else _usual(),
        "drawings": "" if is_whole else drawings_address(_first_drawn(scopes, switched_on)),
        "counts": reverse("explorer:layer-counts", args=["LAYERS"]),
        "rasterValues": reverse("explorer:raster-values"),
        "list": reverse("explorer:map"),
    }


def first_drawings(scopes: Sequence[Scope], switched_on: Sequence[str]) -> list[str]:
    """Return the addresses of the drawings of the layers that are on: that of all, or of the only one."""
    drawn = _first_drawn(scopes, switched_on)
    together = drawings_address(drawn)
    return [together] if together else [drawing_address(scope)["drawingAddress"] for scope in drawn]


def _first_drawn(scopes: Sequence[Scope], switched_on: Sequence[str]) -> list[Scope]:
    """Return the layers that are drawn at first, as many as an address names."""
    return [scope for scope in scopes if scope.slug in switched_on and is_drawn(scope)][:MAX_DRAWINGS]


def is_drawn(scope: Scope) -> bool:
    """Whether the map draws the features of a layer: those of the communes are its ground."""
    return scope.slug != COMMUNES_LAYER and scope.definition.geometry.is_located


def _layer(scope: Scope, *, is_on: bool, is_whole: bool) -> dict[str, Any]:
    """Return how the script names a layer, and finds its drawing: written once for the same name, rights and style."""
    style = scope.style
    if is_whole or style.heat:
        return _layer_entry(scope, style, is_on=is_on, is_whole=is_whole)
    # Whoever feeds a layer has the bar of time for its versions: the key of a scope does not tell.
    words = (str(scope.layer.title), get_language(), _plan_query(scope))
    key = (scope.key, style_digest(style), is_on, has_time_bar(scope), *words)
    return _named_layers.recall(key, lambda: _layer_entry(scope, style, is_on=is_on, is_whole=is_whole))


_named_layers: BoundedCache[dict[str, Any]] = BoundedCache(1_000)


def _layer_entry(scope: Scope, style: Style, *, is_on: bool, is_whole: bool) -> dict[str, Any]:
    sheet = _sheet_template(scope.slug) + _plan_query(scope)
    own = {"sheet": sheet, "isOn": is_on, "hasTime": has_time_bar(scope), "isCounted": is_counted(scope)}
    entry: dict[str, Any] = map_config.named_layer(scope, style) | own
    if is_whole:
        entry |= json.loads(_drawing(scope, style).body)
        return entry
    entry["version"] = _drawing(scope, style).version
    usual = {name: _of_layer(value, scope.slug) for name, value in _usual().items()}
    return {name: value for name, value in entry.items() if name not in usual or usual[name] != value}


def _usual() -> dict[str, Any]:
    """Return what an entry has where it says nothing else, ``LAYER`` and ``VERSION`` being its slug and its version."""
    return {
        "language": get_language(),
        "shape": "point",
        "titleField": "",
        "minZoom": 8,
        "maxZoom": ALL_ZOOMS[1],
        "rank": 0,
        "sheet": _sheet_template("LAYER"),
        "isOn": False,
        "hasTime": False,
        "isCounted": False,
        "drawingAddress": address_of("explorer:layer-drawing", "LAYER", "VERSION"),
    }


def _of_layer(value: Any, slug: str) -> Any:
    return value.replace("LAYER", slug) if isinstance(value, str) else value


def _sheet_template(slug: str) -> str:
    return _template(address_of("explorer:feature", slug, 0))


def drawing_address(scope: Scope) -> dict[str, str]:
    """Return where a script reads how a layer is drawn, as its configuration names it."""
    version = _drawing(scope, scope.style).version
    return {"drawingAddress": address_of("explorer:layer-drawing", scope.slug, version)}


def _plan_query(scope: Scope) -> str:
    """Return the day of plans as the end of an address, for a layer that has one."""
    return f"?{urlencode(scope.plan_parameters, doseq=True)}" if scope.plan_parameters else ""


@dataclass(frozen=True, slots=True)
class LayerDrawing:
    """How the map draws a layer, as JSON: ``drawing`` and ``images`` of ``layer_config``; ``version`` is its digest."""

    body: bytes
    version: str


def layer_drawing(scope: Scope) -> LayerDrawing:
    """Return how the map draws a layer for a visitor.

    Raises:
        UnknownLayer: the map does not draw it.
    """
    if not is_drawn(scope):
        raise UnknownLayer(scope.slug)
    return _drawing(scope, scope.style)


def layer_drawings(scopes: Sequence[Scope]) -> LayerDrawing:
    """Return how the map draws several layers: ``layers`` are the documents of ``layer_drawing`` by slug.

    Raises:
        UnknownLayer: the map does not draw one of them.
    """
    drawings = {scope.slug: layer_drawing(scope) for scope in scopes}
    parts = (f"{json.dumps(slug)}:".encode() + drawing.body for slug, drawing in drawings.items())
    return LayerDrawing(b'{"layers":{' + b",".join(parts) + b"}}", _joined_version(drawings.values()))


def _joined_version(drawings: Iterable[LayerDrawing]) -> str:
    return sha256("".join(drawing.version for drawing in drawings).encode()).hexdigest()[:16]


def drawings_address(scopes: Sequence[Scope]) -> str:
    """Return where a script reads how several layers are drawn, by one request; empty for less than two."""
    if len(scopes) < 2:
        return ""
    names = ",".join(scope.slug for scope in scopes)
    version = _joined_version(_drawing(scope, scope.style) for scope in scopes)
    return address_of("explorer:layer-drawing", names, version)


def _drawing(scope: Scope, style: Style) -> LayerDrawing:
    if style.heat:  # its strength depends on how many rows there are
        return _written(scope, style)
    key = (scope.key, get_language(), id(style))
    drawn, drawing = _drawings.recall(key, lambda: (style, _written(scope, style)))
    return drawing if drawn is style else _written(scope, style)


def _written(scope: Scope, style: Style) -> LayerDrawing:
    drawn = map_config.layer_config(scope, style)
    if scope.definition.geometry.is_point:  # what stands for them from afar (faceName of overview.js)
        drawn["images"][f"face {scope.slug}"] = icon_picture(style.token, style.icon).svg()
    own = {"drawing": drawn["drawing"], "images": drawn["images"]}
    body = json.dumps(own, ensure_ascii=False, separators=(",", ":")).encode()
    return LayerDrawing(body, sha256(body).hexdigest()[:16])


# By the identity of a style, which the value keeps: hashing its classes takes longer than all the rest of a page's row.
_drawings: BoundedCache[tuple[Style, LayerDrawing]] = BoundedCache(
    500, weigh=lambda value: len(value[1].body)
)


def _template(address: str) -> str:
    """Turn the address of feature 0 into a template: the script fills ``{id}`` and builds nothing else."""
    return address.removesuffix("0/") + "{id}/"
