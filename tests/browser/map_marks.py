"""What MapLibre draws on a page: marks of points with their boxes on the screen, and the names that lie over them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from playwright.sync_api import Page

HOLD_MAP = """
Object.defineProperty(Object.prototype, "_controls", {
  configurable: true,
  set(value) {
    delete Object.prototype._controls;
    window.heldMap = this;
    this._controls = value;
  },
});
"""
"""A script for a page that is not open yet: its map, which has no name there, is known to the test."""
_MARKS = """
async () => {
  const map = window.heldMap;
  if (!map.loaded()) await map.once("idle");
  const zoom = map.getZoom();
  const isMark = ({ id, type, source, metadata }) =>
    id.startsWith("overview:") ? /:(total|faces)$/.test(id)
      : /^(base|filtered):/.test(source) && (type === "circle" || ["icon", "shape"].includes(metadata?.role));
  const style = map.getStyle().layers;
  const layers = style.filter((one) => isMark(one) && !/:rim/.test(one.id)).map(({ id }) => id);
  const names = style.filter(({ id }) => /^(names|overview:names)/.test(id)).map(({ id }) => id);
  const seen = new globalThis.Map();
  for (const { layer, id, properties, geometry, source } of map.queryRenderedFeatures({ layers })) {
    if (geometry.type !== "Point") continue;
    const { x, y } = map.project(geometry.coordinates);
    const [across, down] = (properties.at ?? "0 0").split(" ").map(Number);
    const isFace = layer.id === "overview:faces";
    const half = layer.id === "overview:total" ? 19 : layer.type === "circle" ? 5 : 10;
    const box = isFace ? [x + across, y + down - half, x + across + properties.column, y + down + half]
      : [x - half, y - half, x + half, y + half];
    const key = `${layer["source-layer"] ?? layer.id} ${id ?? ""} ${properties.code ?? ""} ${properties.face ?? ""}`;
    const over = map.queryRenderedFeatures([[box[0], box[1]], [box[2], box[3]]], { layers: names });
    const place = map.unproject([isFace ? box[0] + half : x, y + down]).toArray();
    const [left, , right] = isFace ? box : [x - 4, 0, x + 4];
    const above = map.queryRenderedFeatures([[left, box[1] - 12], [right, box[1] - 4]], { layers: names });
    const mark = {
      kind: layer.id, box, count: properties.text ?? "", names: over.map((one) => one.properties.name),
      commune: properties.name ?? "", place, above: above.map((one) => one.properties.name),
    };
    if (!seen.has(key) || layer.type === "symbol") seen.set(key, mark);
  }
  const drawn = map.queryRenderedFeatures({ layers: names }).map(({ properties }) => properties.name);
  return { zoom, marks: [...seen.values()], names: [...new Set(drawn)] };
}
"""


@dataclass(frozen=True)
class Mark:
    """A mark of a point or of a count: its style layer, its box, its text, the names of communes in the box.

    A count has its commune, the longitude and the latitude of its middle, and the names right above it.
    """

    kind: str
    box: tuple[float, float, float, float]
    text: str
    names: tuple[str, ...]
    commune: str
    place: tuple[float, float]
    above: tuple[str, ...]


@dataclass(frozen=True)
class Marks:
    """The marks in view at a zoom, and the names of communes that are drawn."""

    zoom: float
    marks: tuple[Mark, ...]
    names: tuple[str, ...]

    @property
    def overlaps(self) -> int:
        """How many pairs lie over one another by half of the smaller one or more."""
        return sum(_share(one.box, other.box) >= 0.5 for one, other in combinations(self.marks, 2))

    @property
    def named(self) -> int:
        """How many marks have the name of a commune over or under them."""
        return sum(bool(mark.names) for mark in self.marks)


def marks_of(page: Page) -> Marks:
    """Return what the map of a page draws, once it has settled; the page was given ``HOLD_MAP`` before it opened."""
    drawn: dict[str, Any] = page.evaluate(_MARKS)
    return Marks(
        drawn["zoom"],
        tuple(
            Mark(
                mark["kind"],
                tuple(mark["box"]),
                mark["count"],
                tuple(mark["names"]),
                mark["commune"],
                tuple(mark["place"]),
                tuple(mark["above"]),
            )
            for mark in drawn["marks"]
        ),
        tuple(drawn["names"]),
    )


def _share(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    area = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return max(across, 0) * max(down, 0) / area
