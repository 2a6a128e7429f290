"""Values the map page hands to its script, beside what every map needs (``interface.map_config``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from explorer.templatetags.timeline import has_time_bar
from interface import map_config
from interface.territory import COMMUNES_LAYER, CommuneShape
from layers.access import RasterScope, Scope


def page_config(
    scopes: Sequence[Scope],
    shapes: Sequence[CommuneShape],
    switched_on: Sequence[str],
    rasters: Sequence[RasterScope] = (),
    *,
    portal: str,
    person: int | None = None,
) -> dict[str, Any]:
    """Return everything the script of the map page needs.

    ``portal`` is the commune lit and framed when the address asks for none; empty on the whole territory. ``person``
    tells whose map it is: what the browser remembers for one is forgotten for another.
    """
    return map_config.map_config(shapes, portal=portal) | {
        "person": str(person or ""),
        "layers": [
            _layer(scope, is_on=scope.slug in switched_on)
            for scope in scopes
            if scope.slug != COMMUNES_LAYER and scope.definition.geometry.is_located
        ],
        "rasters": [
            map_config.raster_config(scope) | {"isOn": scope.slug in switched_on} for scope in rasters
        ],
        "rasterValues": reverse("explorer:raster-values"),
        "list": reverse("explorer:map"),
    }


def _layer(scope: Scope, *, is_on: bool) -> dict[str, Any]:
    sheet = _template(reverse("explorer:feature", args=[scope.slug, 0]))
    return map_config.layer_config(scope) | {"sheet": sheet, "isOn": is_on, "hasTime": has_time_bar(scope)}


def _template(address: str) -> str:
    """Turn the address of feature 0 into a template: the script fills ``{id}`` and builds nothing else."""
    return address.removesuffix("0/") + "{id}/"
