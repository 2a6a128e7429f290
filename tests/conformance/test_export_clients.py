"""geopandas and GDAL read the addresses of the portal themselves: no client of ours is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from heritage.models import RemarkableTree
from tests import factories

TREES = "arbres-remarquables"
# The library keeps the interpreter to itself while it waits for the server, which is a thread of the test's process.
_READ = """
import json, sys, geopandas
frame = geopandas.read_file(sys.argv[1])
names = sorted(frame["nom_vernaculaire"]) if "nom_vernaculaire" in frame else []
print(json.dumps({"rows": len(frame), "bounds": frame.total_bounds.round(4).tolist(), "names": names,
    "crs": frame.crs.to_string()}))
"""


def read_file(address: str) -> dict[str, Any]:
    """Return the rows, bounds and names that geopandas finds at an address."""
    command = [sys.executable, "-c", _READ, address]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stderr[-2000:]
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.fixture
def address(live_server: LiveServer, catalogue: object) -> str:
    """The address of a portal with three trees."""
    for name in ("Cèdre", "L’if", "Chêne d'Amérique"):
        factories.tree(name, hauteur=12.5, remarquable=name != "L’if")
    return str(live_server.url).replace("127.0.0.1", "localhost")


@pytest.mark.parametrize(
    "path",
    [
        f"/api/collections/{TREES}/items?limit=1000",
        f"/export/{TREES}.geojson",
        f"/export/{TREES}.geojsonl",
        f"/export/{TREES}.gpkg",
        f"/export/{TREES}.fgb",
        f"/export/{TREES}.shp.zip",
        f"/export/{TREES}.kml",
        f"/export/{TREES}.gml",
    ],
)
def test_geopandas_reads_the_address(address: str, path: str) -> None:
    found = read_file(address + path)
    assert (found["rows"], found["bounds"]) == (3, [2.21, 48.81, 2.21, 48.81])


@pytest.mark.parametrize("crs", ["EPSG:2154", "EPSG:3857", "EPSG:3949"])
@pytest.mark.parametrize("path", ["items?limit=1000", "items?limit=1", "items/{pk}?"])
def test_geopandas_knows_the_system_of_an_answer(address: str, path: str, crs: str) -> None:
    pk = RemarkableTree.objects.earliest("pk").pk
    found = read_file(f"{address}/api/collections/{TREES}/{path.format(pk=pk)}&crs={crs}")
    assert found["crs"] == crs


def test_geopandas_reads_a_question(address: str) -> None:
    found = read_file(f"{address}/export/{TREES}.geojson?remarquable=true")
    assert found["names"] == ["Chêne d'Amérique", "Cèdre"]
