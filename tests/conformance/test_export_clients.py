"""geopandas and GDAL read the addresses of the portal themselves: no client of ours is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from heritage.models import RemarkableTree
from tests.conformance.subjects import ROWS
from tests.conformance.subjects import TREES as SUBJECT

TREES = SUBJECT.slug
# The library keeps the interpreter to itself while it waits for the server, which is a thread of the test's process.
_READ = """
import json, sys, geopandas
told = {}
for address in json.loads(sys.argv[1]):
    try:
        frame = geopandas.read_file(address)
    except Exception as error:
        told[address] = {"error": repr(error)}
        continue
    names = sorted(frame["nom_vernaculaire"]) if "nom_vernaculaire" in frame else []
    told[address] = {"rows": len(frame), "bounds": frame.total_bounds.round(4).tolist(), "names": names,
        "crs": frame.crs.to_string(), "error": None}
print(json.dumps(told))
"""
FILES = [
    f"/api/collections/{TREES}/items?limit=1000",
    f"/export/{TREES}.geojson",
    f"/export/{TREES}.geojsonl",
    f"/export/{TREES}.gpkg",
    f"/export/{TREES}.fgb",
    f"/export/{TREES}.shp.zip",
    f"/export/{TREES}.kml",
    f"/export/{TREES}.gml",
]
SYSTEMS = ["EPSG:2154", "EPSG:3857", "EPSG:3949"]
ANSWERS = ["items?limit=1000&crs={crs}", "items?limit=1&crs={crs}", "items/{pk}?crs={crs}"]
QUESTION = f"/export/{TREES}.geojson?remarquable=true"
_readings: dict[str, dict[str, Any]] = {}


def answer_path(path: str, crs: str) -> str:
    """Return the path of an answer in a CRS; the feature is the first."""
    pk = RemarkableTree.objects.earliest("pk").pk
    return f"/api/collections/{TREES}/" + path.format(pk=pk, crs=crs)


@pytest.fixture
def readings(live_server: LiveServer, subjects: None) -> dict[str, dict[str, Any]]:
    """The rows, bounds, names and system that geopandas finds at each path of this file, started once."""
    if not _readings:
        paths = [*FILES, QUESTION, *(answer_path(path, crs) for path in ANSWERS for crs in SYSTEMS)]
        root = live_server.url.replace("127.0.0.1", "localhost")
        command = [sys.executable, "-c", _READ, json.dumps([root + path for path in paths])]
        told = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert told.returncode == 0, told.stderr[-2000:]
        found = json.loads(told.stdout)
        _readings.update({path: found[root + path] for path in paths})
    return _readings


@pytest.mark.parametrize("path", FILES)
def test_geopandas_reads_the_address(readings: dict[str, dict[str, Any]], path: str) -> None:
    found = readings[path]
    assert found["error"] is None
    assert found["rows"] == ROWS
    (west, south), (east, north) = SUBJECT.xy(4326)[0], SUBJECT.xy(4326)[-1]
    assert found["bounds"] == [pytest.approx(edge, abs=1e-4) for edge in (west, south, east, north)]


@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("path", ANSWERS)
def test_geopandas_knows_the_system_of_an_answer(
    readings: dict[str, dict[str, Any]], path: str, crs: str
) -> None:
    found = readings[answer_path(path, crs)]
    assert found["error"] is None
    assert found["crs"] == crs


def test_geopandas_reads_a_question(readings: dict[str, dict[str, Any]]) -> None:
    wanted = RemarkableTree.objects.filter(remarquable=True).values_list("nom_vernaculaire", flat=True)
    assert readings[QUESTION]["names"] == sorted(wanted)
