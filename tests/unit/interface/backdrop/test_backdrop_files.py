"""The backdrop that the portal ships with is what its source compiles to, and keeps to what it says."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.exceptions import ImproperlyConfigured

from gisportal.settings.maps import backdrop_file
from interface.backdrop import Backdrop, read_backdrop

ROOT = Path(__file__).resolve().parents[4]
FOLDER = ROOT / "fixtures" / "backdrop"
Shape = Any  # shapely has no types


@pytest.fixture(scope="module")
def shipped() -> Backdrop:
    return read_backdrop(Path(backdrop_file("")).read_text("utf-8"))


def shapes(shipped: Backdrop, kind: str) -> Shape:
    return shapely.union_all([feature.shape for feature in shipped.features if feature.kind == kind])


def boundary(code: str) -> Shape:
    features = json.loads((ROOT / "fixtures" / "communes.geojson").read_text("utf-8"))["features"]
    [shape] = [one["geometry"] for one in features if one["properties"]["code"] == code]
    return shapely.from_geojson(json.dumps(shape))


def test_the_file_is_what_its_source_compiles_to() -> None:
    compiled = runpy.run_path(str(FOLDER / "compile_backdrop.py"))["compiled"]()
    assert compiled == (FOLDER / "seine-ouest.geojson").read_text("utf-8")


def test_the_file_travels_light(shipped: Backdrop) -> None:
    assert len(shipped.compressed) < 30_000


@pytest.mark.parametrize("others", [("92048", "92072"), ("92040",)])
def test_the_border_of_boulogne_runs_in_the_water(shipped: Backdrop, others: tuple[str, ...]) -> None:
    shared = shapely.union_all([boundary("92012").intersection(boundary(code)) for code in others])
    assert shared.length > 0.01
    assert shared.difference(shapes(shipped, "water")).length == 0


def test_no_town_name_of_the_backdrop_stands_in_the_territory(shipped: Backdrop) -> None:
    features = json.loads((ROOT / "fixtures" / "communes.geojson").read_text("utf-8"))["features"]
    territory = shapely.union_all([shapely.from_geojson(json.dumps(one["geometry"])) for one in features])
    inside = [one.name for one in shipped.features if one.kind == "place" and territory.contains(one.shape)]
    assert inside == []


def test_a_portal_may_have_no_backdrop() -> None:
    assert backdrop_file("none") == ""


PARIS = {
    "type": "Feature",
    "properties": {"kind": "place", "name": "Paris", "rank": 1},
    "geometry": {"type": "Point", "coordinates": [2.34, 48.86]},
}
BOW_TIE = {"type": "Polygon", "coordinates": [[[2, 48], [3, 49], [3, 48], [2, 49], [2, 48]]]}


def collection(**changes: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "attribution": "Essai", "features": [PARIS], **changes})


def feature(**changes: Any) -> str:
    properties = PARIS["properties"] | {
        key: changes.pop(key) for key in ("kind", "name", "rank") if key in changes
    }
    return collection(features=[{**PARIS, "properties": properties, **changes}])


@pytest.mark.parametrize(
    ("text", "culprit"),
    [
        ("[", "no JSON"),
        ("{}", "FeatureCollection"),
        (collection(attribution=None), "attribution"),
        (collection(features=[1]), "feature 1 has no properties"),
        (feature(kind="hill"), "'Paris'.*'hill'"),
        (feature(kind=["place"]), "'Paris'.*kind"),
        (feature(rank=5), "'Paris'.*rank is 5"),
        (feature(rank=True), "'Paris'.*rank is True"),
        (feature(name="x" * 81), "80 characters"),
        (feature(geometry=None), "'Paris'"),
        (feature(geometry={"type": "Point", "coordinates": [48.86, 200]}), "longitude then latitude"),
        (feature(kind="water"), "'Paris'.*Polygon"),
        (feature(kind="water", geometry=BOW_TIE), "'Paris'.*Self-intersection"),
    ],
    ids=lambda given: given[-40:],
)
def test_what_is_no_backdrop_is_refused_by_name(text: str, culprit: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=culprit):
        read_backdrop(text)
