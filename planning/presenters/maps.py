"""Maps of the sheet: the configuration of the one on screen, and the drawing of the one on paper as lines of SVG."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from explorer.map.presenters import drawing_address
from interface.map_config import map_config, named_layer
from interface.palette import palette
from interface.territory import visible_communes
from layers import access
from layers.visitor import Visitor
from planning.queries.applicability import RuleOutcome
from planning.queries.documents import DrawnFeature, drawn_features, frame_of
from planning.queries.locations import PARCELS, Location

ZONES, PRESCRIPTIONS = "plui-zones", "plui-prescriptions-surf"
_ON_SCREEN = (ZONES, PRESCRIPTIONS, "plui-prescriptions-lin", "plui-prescriptions-pct", PARCELS)
_ON_PAPER = ((PARCELS, "numero"), (ZONES, "libelle"), (PRESCRIPTIONS, "txt"))
WIDTH = HEIGHT = 300
_SCALES_M = (5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)


def sheet_map(
    visitor: Visitor, location: Location | None, results: Iterable[RuleOutcome] = ()
) -> dict[str, Any]:
    """Return the configuration of the map: the plan, the cadastre, the layers with what applies, and the place.

    Drawings of layers have an address each: in the page they would be nine tenths of it.
    """
    scopes = access.scopes_by_slug(visitor, list(_ON_SCREEN))
    scopes |= {each.scope.slug: each.scope for each in results if each.scope is not None and each.features}
    drawn = sorted(
        scopes.values(), key=lambda scope: (scope.definition.geometry.dimension, _rank(scope.slug))
    )
    config: dict[str, Any] = map_config(visible_communes(visitor), portal=visitor.portal)
    config["layers"] = [named_layer(scope, scope.style) | drawing_address(scope) for scope in drawn]
    plan = urlencode(visitor.plan_parameters, doseq=True)
    config["bases"] = {scope.slug: plan for scope in drawn if plan and scope.definition.dated}
    config["location"] = json.loads(location.geometry.geojson) if location else None
    config["box"] = list(location.geometry.extent) if location else None
    return config


def _rank(slug: str) -> int:
    """Return the order of surfaces, the first above: what rules add, then zones, then parcels."""
    return {ZONES: 1, PARCELS: 2}.get(slug, 0)


def paper_colours() -> dict[str, str]:
    """Return the colours of the drawing, which reads no style sheet."""
    colours = palette()
    return {
        "zone": colours["c-raspberry"],
        "nature": colours["t-nature"],
        "line": colours["line-2"],
        "ink": colours["ink-2"],
        "signal": colours["signal"],
        "paper": colours["paper"],
    }


@dataclass(frozen=True, slots=True)
class Shape:
    """A path of the drawing and its name at a point of it; ``kind`` chooses its look."""

    kind: str
    path: str
    name: str
    left: str
    top: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map on paper: shapes in the order they are drawn, the place over them, and a scale."""

    shapes: list[Shape]
    place: Shape
    scale_m: int
    scale_end: str
    width: int = WIDTH
    height: int = HEIGHT


_KINDS = {PARCELS: "parcel", ZONES: "zone", PRESCRIPTIONS: "prescription"}


def paper_map(visitor: Visitor, location: Location) -> Drawing:
    """Return the drawing of a place and what is around it, in a plane whose scale is true at its latitude."""
    west, south, east, north = frame_of(location).extent
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min(WIDTH / ((east - west) * squeeze), HEIGHT / (north - south))
    middle = ((west + east) / 2, (south + north) / 2)

    def plane(longitude: float, latitude: float) -> tuple[float, float]:
        return (
            round(WIDTH / 2 + (longitude - middle[0]) * squeeze * scale, 1),
            round(HEIGHT / 2 - (latitude - middle[1]) * scale, 1),
        )

    metre = scale / 111_195
    scale_m = max((each for each in _SCALES_M if each * metre <= WIDTH / 3), default=_SCALES_M[0])
    drawn = drawn_features(visitor, location, _ON_PAPER)
    order = {slug: rank for rank, slug in enumerate((ZONES, PARCELS, PRESCRIPTIONS))}
    ordered = sorted(drawn, key=lambda each: order[each.layer])
    shapes = [_shape(each, plane) for each in ordered]
    place = _shape(DrawnFeature("", location.title, location.geometry), plane)
    return Drawing(shapes, place, scale_m, f"{12 + scale_m * metre:.1f}")


def _shape(feature: DrawnFeature, plane: Any) -> Shape:
    geometry = feature.geometry
    anchor = plane(*(geometry.point_on_surface if geometry.dims == 2 else geometry.centroid).coords)
    return Shape(
        _KINDS.get(feature.layer, "place"),
        _path(geometry, plane),
        feature.name,
        f"{anchor[0]}",
        f"{anchor[1]}",
    )


def _path(geometry: Any, plane: Any) -> str:
    if geometry.geom_type in {"Point", "MultiPoint"}:
        x, y = plane(*geometry.centroid.coords)
        return f"M{x - 5} {y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z"
    return "".join(_lines(geometry, plane))


def _lines(geometry: Any, plane: Any) -> Iterable[str]:
    if geometry.geom_type.startswith("Multi") or geometry.geom_type == "GeometryCollection":
        for part in geometry:
            yield from _lines(part, plane)
        return
    rings = geometry.coords if geometry.geom_type == "Polygon" else (geometry.coords,)
    for ring in rings:
        points = " ".join(f"{x} {y}" for x, y in (plane(*point[:2]) for point in ring))
        yield f"M{points}{'Z' if geometry.geom_type == 'Polygon' else ''}"
