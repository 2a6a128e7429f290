"""What the map's script measures and projects is what PROJ says: the script runs in node, pyproj judges."""

from __future__ import annotations

import json
import random
import subprocess
from functools import lru_cache
from typing import Any

import pytest
from pyproj import Geod, Transformer

from tests.architecture.tree import ROOT

WGS84 = Geod(ellps="WGS84")
TOOLS = ROOT / "explorer" / "static" / "explorer" / "map_tools"
SCRIPT = f"""
import geodesic from "geographiclib-geodesic";
import proj4 from "proj4";
import {{ readFileSync }} from "node:fs";
import {{ geodesy }} from "{TOOLS.as_uri()}/geodesy.js";
import {{ projections }} from "{TOOLS.as_uri()}/projections.js";
const {{ paths, places }} = JSON.parse(readFileSync(0, "utf8"));
const earth = geodesy(geodesic);
const plane = projections(proj4);
const project = (system) => places.map((place) => {{
  const there = plane.to(system, place);
  return [there, plane.from(system, there)];
}});
console.log(JSON.stringify({{
  segments: paths.map((path) => earth.segments(path)),
  surfaces: paths.map((path) => earth.surface(path)),
  circles: places.map((place) => earth.circle(place, 300)),
  lambert93: project("lambert93"),
  cc49: project("cc49"),
}}));
"""


def wander(seed: int) -> list[list[float]]:
    """Return a star-shaped ring around a place of the territory, from a few metres to some kilometres wide."""
    chance = random.Random(seed)
    lon, lat = chance.uniform(2.14, 2.31), chance.uniform(48.77, 48.86)
    reach = 10 ** chance.uniform(-4, -1.5)
    return [
        [lon + reach * x, lat + reach * y] for x, y in [(1, 0), (0.3, 0.4), (-0.2, 1), (-1, -0.1), (0, -1)]
    ]


PATHS = [wander(seed) for seed in range(40)]
PLACES = [path[0] for path in PATHS] + [[-4.7, 48.4], [9.4, 42.0], [2.55, 51.05]]


@lru_cache(maxsize=1)
def measured() -> dict[str, Any]:
    """Return what the script answers."""
    asked = json.dumps({"paths": PATHS, "places": PLACES})
    command = ["node", "--input-type=module", "--eval", SCRIPT]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.mark.parametrize("rank", range(len(PATHS)))
def test_lengths_are_those_of_the_ellipsoid(rank: int) -> None:
    lons, lats = zip(*PATHS[rank], strict=True)
    assert measured()["segments"][rank] == pytest.approx(list(WGS84.line_lengths(lons, lats)), rel=1e-9)


@pytest.mark.parametrize("rank", range(len(PATHS)))
def test_areas_are_those_of_the_ellipsoid(rank: int) -> None:
    lons, lats = zip(*PATHS[rank], strict=True)
    area, perimeter = WGS84.polygon_area_perimeter(lons, lats)
    found = measured()["surfaces"][rank]
    assert (found["area"], found["perimeter"]) == pytest.approx((abs(area), perimeter), rel=1e-6)


def test_every_point_of_a_circle_is_at_its_radius() -> None:
    for (lon, lat), ring in zip(PLACES, measured()["circles"], strict=True):
        radii = [WGS84.inv(lon, lat, x, y)[2] for x, y in ring]
        assert radii == pytest.approx([300] * len(ring), rel=1e-9)


@pytest.mark.parametrize(("system", "code"), [("lambert93", 2154), ("cc49", 3949)])
def test_plane_coordinates_are_those_of_proj_to_a_centimetre(system: str, code: int) -> None:
    transformer = Transformer.from_crs(4326, code, always_xy=True)
    expected = [transformer.transform(lon, lat) for lon, lat in PLACES]
    off = [
        max(abs(x - wanted_x), abs(y - wanted_y))
        for ((x, y), _back), (wanted_x, wanted_y) in zip(measured()[system], expected, strict=True)
    ]
    assert max(off) < 0.01


@pytest.mark.parametrize("system", ["lambert93", "cc49"])
def test_plane_coordinates_lead_back_to_the_place(system: str) -> None:
    for place, (_there, back) in zip(PLACES, measured()[system], strict=True):
        assert back == pytest.approx(place, abs=1e-9)
