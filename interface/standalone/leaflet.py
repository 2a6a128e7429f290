"""The map of a file, by folium: communes and backdrop, features over them. Its script comes out without any link."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.template import Template
from folium.utilities import JsCode

from interface.backdrop import backdrop, clip
from interface.map_config import bounds_of
from interface.palette import literal, palette
from interface.standalone.features import Feature
from interface.standalone.figures import FigureLayer, FigureParts, PointRendering
from interface.territory import CommuneShape

# More than this many shapes are drawn on a canvas, which is quick; fewer as SVG, which the keyboard reaches.
MAX_REACHABLE = 300
# Shares of the densest place, each in its strength of the colour.
_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)
# Kinds of the backdrop: their colour, and the pixels of their lines; none for surfaces.
_BACKDROP = {
    "wood": ("backdrop-wood", 0),
    "park": ("backdrop-park", 0),
    "water": ("backdrop-water", 0),
    "rail": ("backdrop-rail", 0.8),
    "road": ("backdrop-road-edge", 1.5),
}
_MAX_RANK = 3
_COARSE = 1e-4  # degrees: ten metres
Box = tuple[float, float, float, float]


class _Start(MacroElement):
    """Gives the map the buttons and words of the portal."""

    _template = Template(
        "{% macro script(this, kwargs) %}portalMap.start({{ this._parent.get_name() }}, {{ this.words|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca annotates some of its methods
        self._name = "Start"
        self.words = words


class _Gathered(MacroElement):
    """Draws points gathered under their number."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "portalMap.gather({{ this._parent.get_name() }}, {{ this.points|tojson }}, {{ this.words|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, points: Sequence[Feature], words: dict[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca annotates some of its methods
        self._name = "Gathered"
        self.points = _collection(points)
        self.words = words


class _Density(MacroElement):
    """Draws points as density, under small ones with a popup."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "portalMap.density({{ this._parent.get_name() }}, {{ this.points|tojson }}, {{ this.colours|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self, points: Sequence[Feature], token: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca annotates some of its methods
        self._name = "Density"
        self.points = _collection(_small(points))
        self.colours = {f"{share:g}": literal(token, share) for share in _SHARES}


def figure(
    layers: Sequence[FigureLayer],
    communes: Sequence[CommuneShape],
    *,
    words: dict[str, str],
    is_ground_hidden: bool = False,
    box: Box | None = None,
) -> FigureParts:
    """Return the map of some layers over the communes, from the lowest.

    ``box`` (west, south, east, north in degrees) is what it shows first, the communes by default;
    ``is_ground_hidden`` where the features cover the communes: the water is then drawn over them.
    """
    folium_map = _map(layers)
    bounds = bounds_of(communes)
    west, south, east, north = box or bounds
    folium_map.fit_bounds([[south, west], [north, east]])
    around = _around(bounds)
    folium_map.add_child(_Start(words))
    _add(folium_map, _ground(communes), each="portalMap.ground", interactive=False)
    _add(folium_map, _backdrop(around), each="portalMap.ground", interactive=False)
    _add(folium_map, _limits(communes), each="portalMap.ground", interactive=False)
    for layer in layers:
        _add_layer(folium_map, layer, words)
    if is_ground_hidden:
        _add(folium_map, _backdrop(around, ("water",)), each="portalMap.ground", interactive=False)
    _add(folium_map, _neighbours(around), each="portalMap.neighbour", interactive=False)
    _add(folium_map, _names(communes), each="portalMap.name", interactive=False)
    root = folium_map.get_root()
    assert isinstance(root, Figure)
    for child in list(root._children.values()):
        child.render()
    return FigureParts(folium_map.get_name(), root.script.render())


def _map(layers: Sequence[FigureLayer]) -> folium.Map:
    is_gathered = any(layer.rendering is PointRendering.GATHERED for layer in layers)
    folium_map = folium.Map(
        location=[0, 0],
        tiles=None,
        zoom_control=False,
        prefer_canvas=not is_gathered and sum(len(layer.features) for layer in layers) > MAX_REACHABLE,
        attribution_control=False,
        zoom_snap=0.25,
    )
    folium_map.default_js, folium_map.default_css = [], []
    return folium_map


def _add_layer(folium_map: folium.Map, layer: FigureLayer, words: dict[str, str]) -> None:
    if layer.rendering is PointRendering.GATHERED:
        folium_map.add_child(_Gathered(layer.features, words))
    elif layer.rendering is PointRendering.DENSITY:
        folium_map.add_child(_Density(layer.features, layer.token))
    else:
        _add(folium_map, layer.features, each="portalMap.bind")


def _add(folium_map: folium.Map, features: Iterable[Feature], *, each: str, **options: Any) -> None:
    collection = _collection(features)
    if not collection["features"]:
        return
    layer = folium.GeoJson(
        collection,
        style_function=lambda feature: feature["properties"]["style"],
        marker=folium.CircleMarker(radius=1, fill=True),
        on_each_feature=JsCode(each),
        control=False,
        **options,
    )
    layer.add_to(folium_map)


def _collection(features: Iterable[Feature]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _small(points: Iterable[Feature]) -> Iterable[Feature]:
    tokens = palette()
    style = {
        "radius": 2.5,
        "color": tokens["paper"],
        "weight": 1,
        "fillColor": tokens["ink"],
        "fillOpacity": 1,
    }
    for point in points:
        yield point | {"properties": point["properties"] | {"style": style}}


def _ground(communes: Iterable[CommuneShape]) -> Iterable[Feature]:
    return _outlines(communes, {"stroke": False, "fillColor": palette()["paper-2"], "fillOpacity": 1})


def _limits(communes: Iterable[CommuneShape]) -> Iterable[Feature]:
    return _outlines(communes, {"color": palette()["line-2"], "weight": 1, "fill": False})


def _outlines(communes: Iterable[CommuneShape], style: dict[str, Any]) -> Iterable[Feature]:
    for commune in communes:
        yield _still(commune.code, json.loads(commune.geometry), commune.name, style)


def _around(bounds: Box) -> Box:
    """Return the box of the backdrop: the communes, and as much again on each side."""
    west, south, east, north = bounds
    across, up = east - west, north - south
    return west - across, south - up, east + across, north + up


def _backdrop(box: Box, kinds: Iterable[str] = tuple(_BACKDROP)) -> Iterable[Feature]:
    """Yield the backdrop under the features, from the lowest; coarse, since it is part of the file."""
    for index, (feature, geometry) in enumerate(clip(backdrop(), box, ranks=_MAX_RANK, coarse=_COARSE)):
        if feature.kind in kinds:
            yield _still(f"backdrop-{index}", geometry, feature.name, _backdrop_style(feature.kind))


def _backdrop_style(kind: str) -> dict[str, Any]:
    token, weight = _BACKDROP[kind]
    if weight:
        return {"color": palette()[token], "weight": weight, "fill": False}
    return {"stroke": False, "fillColor": palette()[token], "fillOpacity": 1}


def _neighbours(box: Box) -> Iterable[Feature]:
    """Yield the names of the towns around."""
    style = {"radius": 0, "opacity": 0, "fillOpacity": 0}
    for index, (feature, geometry) in enumerate(clip(backdrop(), box, ranks=_MAX_RANK - 1, coarse=_COARSE)):
        if feature.kind == "place":
            yield _still(f"place-{index}", geometry, feature.name, style)


def _still(key: str, geometry: Any, title: str, style: dict[str, Any]) -> Feature:
    """Return a feature without a popup."""
    properties = {"title": title, "facts": [], "style": style}
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": properties}


def _names(communes: Iterable[CommuneShape]) -> Iterable[Feature]:
    style = {"radius": 0, "opacity": 0, "fillOpacity": 0}
    for commune in communes:
        geometry = {"type": "Point", "coordinates": commune.label}
        yield _still(commune.code, geometry, commune.name, style)
