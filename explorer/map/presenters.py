"""What the map page gives to its script, beside what every map needs (``interface.map_config``), and to its panel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from explorer.catalogue.queries import matches_words
from explorer.layer_panel.queries import LayerResult, MapResult
from explorer.legend.presenters import style_digest
from explorer.map.queries import is_counted
from explorer.map_state.parsing import ORDER, SET_ASIDE, SUBJECT
from explorer.rasters.queries import MapRaster, by_theme
from explorer.timeline.queries import has_time_bar
from interface import map_config
from interface.addresses import address_of
from interface.territory import COMMUNES_LAYER, CommuneShape
from interface.text import fold
from layers.access import RasterScope, Scope
from layers.cache import BoundedCache
from layers.errors import UnknownLayer
from layers.models import Theme
from layers.styles.definitions import Style
from layers.visitor import PLAN_DATE_PARAMETER
from styles.swatches import icon_picture

# Layers whose drawings are read by one request.
MAX_DRAWINGS = 40
# Parameters that the form of the panel has inputs for.
_IN_THE_FORM = frozenset({"commune", "q"})


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
    drawings are in it, for a page that never switches a layer on; else each has an address.
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
        "drawings": "" if is_whole else drawings_address(_first_drawn(scopes, switched_on)),
        "counts": reverse("explorer:layer-counts", args=["LAYERS"]),
        "rasterValues": reverse("explorer:raster-values"),
        "list": reverse("explorer:map"),
    }


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
    sheet = _template(address_of("explorer:feature", scope.slug, 0)) + _plan_query(scope)
    own = {"sheet": sheet, "isOn": is_on, "hasTime": has_time_bar(scope), "isCounted": is_counted(scope)}
    drawn = json.loads(_drawing(scope, style).body) if is_whole else drawing_address(scope)
    return map_config.named_layer(scope, style) | own | drawn


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


@dataclass(frozen=True, slots=True)
class PanelTheme:
    """A theme of the panel: its layers, then its rasters."""

    theme: Theme
    layers: tuple[LayerResult, ...]
    rasters: tuple[MapRaster, ...]

    @property
    def is_all_on(self) -> bool:
        """Whether each of them is on: the panel lists those first, apart from their themes."""
        result: tuple[LayerResult | MapRaster, ...] = (*self.layers, *self.rasters)
        return all(each.is_on for each in result)


def named_like(view: MapResult, text: str) -> list[PanelTheme]:
    """Return the layers and rasters by theme whose texts hold each word of ``text``, and those that are on."""
    words = fold(text).split()

    def is_visible(result: LayerResult | MapRaster) -> bool:
        return result.is_on or matches_words(result.scope, words)

    layers, rasters = dict(view.groups), by_theme(view.rasters)
    themes = sorted(dict.fromkeys([*layers, *rasters]), key=lambda theme: theme.rank)
    groups = (
        PanelTheme(
            theme,
            tuple(filter(is_visible, layers.get(theme, ()))),
            tuple(filter(is_visible, rasters.get(theme, ()))),
        )
        for theme in themes
    )
    return [group for group in groups if group.layers or group.rasters]


def panel_context(view: MapResult, sought: str) -> dict[str, Any]:
    """Return what the panel needs: the layers that answer to the text ``sought``, what its form sends back as it is."""
    answers = [
        pair for pair in view.query.layer_pairs if pair[0] in {SUBJECT, ORDER, SET_ASIDE, PLAN_DATE_PARAMETER}
    ]
    return {
        "sought": sought,
        "groups": named_like(view, sought),
        "on_map": view.everything_on,
        "hidden_fields": answers + [pair for pair in view.query.pairs() if pair[0] not in _IN_THE_FORM],
        "query": view.query,
        "layers": [result.scope for result in view.lists],
    }
