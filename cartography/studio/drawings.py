"""What the map of the studio draws: the JSON of every map, compiled from a style that is not published."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from interface.map_config import compiled, map_config
from interface.territory import visible_communes
from layers.access import Scope
from layers.formats.styles.maplibre import images
from layers.formats.styles.themes import DARK, LIGHT, Theme
from layers.queries import extent
from layers.styles.definitions import Style

# What maps draw beside what styles may name.
_ROLES_LIGHT = {"brand": "#0b5563", "signal": "#c2410c"}
_ROLES_DARK = {"brand": "#7cc7d3", "signal": "#ff9a5c"}


def drawn(scope: Scope, style: Style) -> dict[str, Any]:
    """Return the style layers and pictures of a style, and the address of the tiles that hold what it needs."""
    found = compiled(scope, style)
    return {"drawing": found.layers, "images": images(found), "tiles": tile_address(scope, style)}


def tile_address(scope: Scope, style: Style) -> str:
    """Return the address of tiles whose features hold what a style is about, as a template for MapLibre."""
    names = sorted({*style.fields, scope.definition.title_field} & set(scope.filterable))
    asked = [name for name in names if name != "id"]
    template = reverse("tiles:tile", args=[scope.slug, 0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    return f"{template}?{urlencode({'properties': ','.join(asked)})}" if asked else template


def preview_config(scope: Scope) -> dict[str, Any]:
    """Return what the map needs whatever the style: ground, box of the layer, colours of both themes."""
    visitor = scope.visitor
    box = extent(scope)
    return map_config(visible_communes(visitor), portal=visitor.portal) | {
        "box": list(box) if box else None,
        "slug": scope.slug,
        "palettes": {"light": _palette(LIGHT, _ROLES_LIGHT), "dark": _palette(DARK, _ROLES_DARK)},
    }


def _palette(theme: Theme, roles: dict[str, str]) -> dict[str, str]:
    return {**theme, **roles}
