"""Values the map page hands to its script: plain data, with every address written here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from explorer.queries import CommuneShape, own
from layers.access import Scope
from layers.definitions import GeometryType

SHAPES = {
    GeometryType.POINT: "point",
    GeometryType.LINE: "line",
    GeometryType.SURFACE: "surface",
    GeometryType.MULTI_POINT: "point",
    GeometryType.MULTI_LINE: "line",
    GeometryType.MULTI_SURFACE: "surface",
}
TERRITORY = (2.145, 48.776, 2.309, 48.853)


def shape(scope: Scope) -> str:
    """Return how features of a layer are drawn: point, line or surface."""
    return SHAPES[scope.definition.geometry]


def map_config(
    scopes: Sequence[Scope],
    shapes: Sequence[CommuneShape],
    switched_on: Sequence[str],
    *,
    portal: str,
    person: int | None = None,
) -> dict[str, Any]:
    """Return everything the script of the map needs. Bounds are west, south, east, north in degrees.

    ``portal`` is the commune lit and framed when the address asks for none; empty on the whole territory. ``person``
    tells whose map it is: what the browser remembers for one is forgotten for another.
    """
    return {
        "person": str(person or ""),
        "layers": [
            _layer(scope, is_on=scope.slug in switched_on)
            for scope in scopes
            if scope.slug != "communes" and scope.definition.geometry.is_located
        ],
        "communes": [_commune(commune) for commune in shapes],
        "bounds": bounds_of(own(shapes, portal)),
        "lit": portal,
        "ground": reverse("ogc:items", args=["communes"]) if shapes else "",
        "list": reverse("explorer:map"),
        "tiles": _tiles(),
        "worker": static("vendor/maplibre-gl/maplibre-gl-worker.mjs"),
        "words": {"map": map_words()},
    }


def map_words() -> dict[str, str]:
    """Return MapLibre's own words in the visitor's language, under its keys."""
    return {
        "Map.Title": _("Carte"),
        "AttributionControl.ToggleAttribution": _("Afficher ou masquer les sources"),
        "CooperativeGesturesHandler.MobileHelpText": _("Déplacez la carte avec deux doigts"),
    }


def _layer(scope: Scope, *, is_on: bool) -> dict[str, Any]:
    definition, style = scope.definition, scope.style
    is_styled = style.field in scope.filterable
    return {
        "slug": scope.slug,
        "title": str(scope.layer.title),
        "singular": str(definition.singular),
        "shape": shape(scope),
        "sheet": _template(reverse("explorer:feature", args=[scope.slug, 0])),
        "titleField": definition.title_field if definition.title_field in scope.filterable else "",
        "minZoom": definition.min_zoom,
        "maxZoom": definition.max_zoom,
        "token": style.token,
        "icon": style.icon,
        "field": style.field if is_styled else "",
        "categories": [
            {"value": str(c.value), "title": str(c.title), "token": c.token, "strength": c.strength}
            for c in (style.categories if is_styled else ())
        ],
        "isOn": is_on,
    }


def _tiles() -> str:
    """Return the address of a tile as a template: the script fills ``{layers}``, MapLibre the rest."""
    return reverse("tiles:tile", args=["LAYERS", 0, 0, 0]).replace("LAYERS/0/0/0", "{layers}/{z}/{x}/{y}")


def _template(address: str) -> str:
    """Turn the address of feature 0 into a template: the script fills ``{id}`` and builds nothing else."""
    return address.removesuffix("0/") + "{id}/"


def _commune(commune: CommuneShape) -> dict[str, Any]:
    return {"code": commune.code, "name": commune.name, "label": commune.label, "bounds": commune.bounds}


def bounds_of(shapes: Iterable[CommuneShape]) -> tuple[float, float, float, float]:
    """Return the box around communes, the territory's own when there is none."""
    boxes = [commune.bounds for commune in shapes]
    if not boxes:
        return TERRITORY
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)
