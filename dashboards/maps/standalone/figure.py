"""The map of a file, by folium: communes as ground, features over them. Its script comes out without any link."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.template import Template
from folium.utilities import JsCode

from dashboards.maps.definitions import MapMode
from dashboards.maps.drawing import MapDrawing
from dashboards.maps.standalone.features import Feature, literal
from dashboards.panels.charts.palette import palette
from interface.map_config import bounds_of
from interface.territory import CommuneShape

# More than this many shapes are drawn on a canvas, which is quick; fewer as SVG, which the keyboard reaches.
MOST_REACHABLE = 300
# Shares of the densest place, each in its strength of the colour.
_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class FigureParts:
    """The name of the element that a map is drawn in, and the script that draws it."""

    name: str
    script: str


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
    """Draws points as density, under small ones that tell their facts."""

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
    drawing: MapDrawing,
    communes: Sequence[CommuneShape],
    features: Sequence[Feature],
    *,
    words: dict[str, str],
) -> FigureParts:
    """Return the map of some features over the communes, as a drawing has them."""
    mode = drawing.options.mode
    drawn = folium.Map(
        location=[0, 0],
        tiles=None,
        zoom_control=False,
        prefer_canvas=mode is not MapMode.CLUSTERS and len(features) > MOST_REACHABLE,
        attribution_control=False,
        zoom_snap=0.25,
    )
    drawn.default_js, drawn.default_css = [], []
    west, south, east, north = bounds_of(communes)
    drawn.fit_bounds([[south, west], [north, east]])
    drawn.add_child(_Start(words))
    _add(drawn, _ground(communes), each="portalMap.ground", interactive=False)
    if mode is MapMode.CLUSTERS:
        drawn.add_child(_Gathered(features, words))
    elif mode is MapMode.HEAT:
        drawn.add_child(_Density(features, drawing.token))
    else:
        _add(drawn, features, each="portalMap.bind")
    _add(drawn, _names(communes), each="portalMap.name", interactive=False)
    root = drawn.get_root()
    assert isinstance(root, Figure)
    for child in list(root._children.values()):
        child.render()
    return FigureParts(drawn.get_name(), root.script.render())


def _add(drawn: folium.Map, features: Iterable[Feature], *, each: str, **options: Any) -> None:
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
    layer.add_to(drawn)


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
    tokens = palette()
    style = {"color": tokens["line-2"], "weight": 1, "fillColor": tokens["paper-2"], "fillOpacity": 1}
    for commune in communes:
        geometry = json.loads(commune.geometry)
        yield {
            "type": "Feature",
            "id": commune.code,
            "geometry": geometry,
            "properties": {"title": commune.name, "facts": [], "style": style},
        }


def _names(communes: Iterable[CommuneShape]) -> Iterable[Feature]:
    for commune in communes:
        geometry = {"type": "Point", "coordinates": commune.label}
        style = {"radius": 0, "opacity": 0, "fillOpacity": 0}
        properties = {"title": commune.name, "facts": [], "style": style}
        yield {"type": "Feature", "id": commune.code, "geometry": geometry, "properties": properties}
