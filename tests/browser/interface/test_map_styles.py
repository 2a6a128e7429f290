"""Every kind of style is drawn by the map kit as it was compiled: what is rendered, and the colours that are seen."""

from __future__ import annotations

from typing import Any

import pytest
from django.templatetags.static import static

from interface.map_config import worker_address
from layers.definitions import Field, FieldType, GeometryType
from layers.styles.definitions import Category, ClusterKind, Heat, Labels, NumberInterval, Proportion, Style
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke
from styles.colours import LIGHT
from styles.maplibre.compiler import drawing, images
from tests.browser.visit import Visit

RED, BLUE, GREEN = "#ff0000", "#0000ff", "#00ff00"
CENTRE = (2.2, 48.8)
_BOX = [[2.19, 48.79], [2.21, 48.79], [2.21, 48.81], [2.19, 48.81], [2.19, 48.79]]
SHAPES: dict[GeometryType, dict[str, Any]] = {
    GeometryType.POINT: {"type": "Point", "coordinates": CENTRE},
    GeometryType.LINE: {"type": "LineString", "coordinates": [[2.19, 48.8], [2.21, 48.8]]},
    GeometryType.SURFACE: {"type": "Polygon", "coordinates": [_BOX]},
}
POINT, LINE, SURFACE = SHAPES
TWO = (Category("a", "A", RED), Category("b", "B", BLUE))
CLASSES = (NumberInterval(0, 10, "", RED), NumberInterval(10, 20, "", BLUE))
OPAQUE = (Fill(opacity=1),)

# What is at the middle of the map: a style, a geometry, properties; then the style layer and the colour seen there.
KINDS: dict[str, tuple[Style, GeometryType, dict[str, Any], str, str]] = {
    "single surface": (Style(RED, "map", symbol=OPAQUE), SURFACE, {}, "fill", RED),
    "category": (Style(GREEN, "map", "f", TWO, symbol=OPAQUE), SURFACE, {"f": "b"}, "fill", BLUE),
    "no category": (Style(GREEN, "map", "f", TWO, symbol=OPAQUE), SURFACE, {"f": "z"}, "fill", GREEN),
    "interval as text": (
        Style(GREEN, "map", "f", intervals=CLASSES, symbol=OPAQUE), SURFACE, {"f": "12.5"}, "fill", BLUE,
    ),
    "last value": (Style(GREEN, "map", "f", intervals=CLASSES, symbol=OPAQUE), SURFACE, {"f": 20}, "fill", BLUE),
    "no value": (Style(GREEN, "map", "f", intervals=CLASSES, symbol=OPAQUE), SURFACE, {}, "fill", GREEN),
    "hatches": (
        Style(RED, "map", symbol=(LinePattern(spacing=4, angle=0, width=4),)), SURFACE, {}, "pattern", RED,
    ),
    "points of a surface": (
        Style(BLUE, "map", symbol=(PointPattern(Marker("square", 9, stroke=""), 8, 8),)), SURFACE, {}, "pattern", BLUE,
    ),
    "casing": (Style(RED, "map", symbol=(Stroke(GREEN, 12), Stroke(width=6))), LINE, {}, "line-2", RED),
    "markers along a line": (
        Style(BLUE, "map", symbol=(MarkerLine(Marker("square", 12, stroke=""), 10),)), LINE, {}, "marks", BLUE,
    ),
    "square": (Style(RED, "map", symbol=(Marker("square", 20, stroke=""),)), POINT, {}, "marker", RED),
    "pictogram": (
        Style(BLUE, "map", symbol=(Marker(size=30, icon="maki:square", stroke=""),)), POINT, {}, "icon", "#ffffff",
    ),
    "proportional": (
        Style(RED, "map", "f", proportion=Proportion(0, 10, 2, 40)), POINT, {"f": 10}, "point", "#cc0000",  # on clear
    ),
    "cluster": (
        Style(RED, "map", clusters=ClusterKind.COUNT), POINT, {"point_count": 12}, "cluster", "",
    ),
    "pie": (
        Style(RED, "map", "f", TWO, clusters=ClusterKind.PIE), POINT, {"point_count": 9, "point_count:a": 9}, "pie", "",
    ),
    "heat": (Style(RED, "map", heat=Heat(40)), POINT, {"point_count": 5000}, "heat", ""),
    "label": (Style(RED, "map", labels=Labels("n", zoom=5)), LINE, {"n": "Sentier"}, "label", ""),
}  # fmt: skip

DRAW = """
async ({ addresses, kinds, palette, centre, worker }) => {
  const [maplibre, { featureLayers }, { MapImages }] = await Promise.all(addresses.map((one) => import(one)));
  maplibre.setWorkerUrl(new URL(worker, document.baseURI).href);
  const container = document.createElement("div");
  container.className = "map";
  document.body.replaceChildren(container);
  Object.assign(container.style, { width: "400px", height: "300px" });
  const map = new maplibre.Map({
    container, style: { version: 8, sources: {}, layers: [] }, center: centre, zoom: 13, fadeDuration: 0,
    attributionControl: false, interactive: false, canvasContextAttributes: { preserveDrawingBuffer: true },
  });
  await map.once("style.load");
  const images = new MapImages(map, palette, {});
  const seen = {};
  for (const [name, { layer, features }] of Object.entries(kinds)) {
    images.know([layer]);
    map.addSource(name, { type: "geojson", data: features });
    const layers = featureLayers(layer, palette, { id: name, source: name, opacity: 1, isDim: false });
    for (const { "source-layer": _tiles, ...one } of layers) map.addLayer(one);
    await map.once("idle");
    const middle = map.project(centre);
    const found = map.queryRenderedFeatures();
    const gl = map.getCanvas().getContext("webgl2") ?? map.getCanvas().getContext("webgl");
    const pixel = new Uint8Array(4);
    const ratio = map.getPixelRatio();
    gl.readPixels(Math.round(middle.x * ratio), Math.round((300 - middle.y) * ratio), 1, 1, gl.RGBA,
      gl.UNSIGNED_BYTE, pixel);
    seen[name] = { layers: [...new Set(found.map((one) => one.layer.id))], pixel: [...pixel] };
    for (const { id } of layers) map.removeLayer(id);
    map.removeSource(name);
  }
  map.remove();
  return seen;
}
"""


def _kind(style: Style, geometry: GeometryType, properties: dict[str, Any]) -> dict[str, Any]:
    found = drawing(style, geometry, label=Field("n", FieldType.TEXT, "Nom"))
    feature = {"type": "Feature", "id": 1, "properties": properties, "geometry": SHAPES[geometry]}
    return {
        "layer": {"slug": "x", "drawing": found.layers, "images": images(found)},
        "features": {"type": "FeatureCollection", "features": [feature]},
    }


def test_every_kind_is_drawn_as_it_was_compiled(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(fine=True)
    page.goto("/style/")
    asked = {
        "addresses": [
            static("vendor/maplibre-gl/maplibre-gl.mjs"),
            static("interface/map/style.js"),
            static("interface/map/images.js"),
        ],
        "kinds": {name: _kind(*kind[:3]) for name, kind in KINDS.items()},
        "palette": {**LIGHT, "signal": "#c2410c"},
        "centre": CENTRE,
        "worker": worker_address(),
    }
    seen = page.evaluate(DRAW, asked)
    for name, (_style, _geometry, _properties, layer, colour) in KINDS.items():
        with subtests.test(name):
            assert f"{name}:{layer}" in seen[name]["layers"] or layer == "heat"
            red, green, blue, alpha = seen[name]["pixel"]
            assert alpha > 0 or layer in {"label", "pie"}
            if colour:
                wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
                assert [red, green, blue] == pytest.approx(wanted, abs=12)
