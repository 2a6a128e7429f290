"""GDAL as a client of rasters: tiles by its TMS reader, as QGIS asks XYZ layers, and the coverage by HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from layers.queries.rasters.legends import scale_of
from tests.rasters import CELL, ORIGIN, online, slope

pytestmark = pytest.mark.django_db(transaction=True)

# Away from the server, which is a thread of the test's process.
_GDAL = """
import json, sys, rasterio
from rasterio.warp import transform
url, x, y = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
with rasterio.open("/vsicurl_streaming/" + url + "/api/collections/pente/coverage") as grid:
    value = float(next(grid.sample([(x, y)]))[0])
    told = {"value": value, "crs": grid.crs.to_epsg(), "size": [grid.width, grid.height]}
half = 20037508.342789244
address = url + "/tiles/raster/pente/${z}/${x}/${y}.png"
tms = f'''<GDAL_WMS><Service name="TMS"><ServerUrl>{address}</ServerUrl></Service>
<DataWindow><UpperLeftX>-{half}</UpperLeftX><UpperLeftY>{half}</UpperLeftY><LowerRightX>{half}</LowerRightX>
<LowerRightY>-{half}</LowerRightY><TileLevel>17</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY>
<YOrigin>top</YOrigin></DataWindow><Projection>EPSG:3857</Projection><BlockSizeX>256</BlockSizeX>
<BlockSizeY>256</BlockSizeY><BandsCount>4</BandsCount></GDAL_WMS>'''
with rasterio.open(tms) as tiles:
    (mx,), (my,) = transform("EPSG:2154", "EPSG:3857", [x], [y])
    told["colour"] = [int(part) for part in next(tiles.sample([(mx, my)]))]
print(json.dumps(told))
"""


@pytest.fixture
def told(live_server: LiveServer, communes: Any, media: Path) -> dict[str, Any]:
    """What GDAL finds at the centre of the cell of row 20 and column 25."""
    online("pente", slope(), style={"rescale": [0, 4000], "resampling": "nearest"})
    place = [str(ORIGIN[0] + 25.5 * CELL), str(ORIGIN[1] - 20.5 * CELL)]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _GDAL, live_server.url, *place],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", "NO_PROXY": "*"},
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_gdal_reads_tiles_and_coverage(told: dict[str, Any], subtests: Any) -> None:
    with subtests.test("value of the coverage"):
        assert told["value"] == 2025
    with subtests.test("grid of the coverage"):
        assert (told["crs"], told["size"]) == (2154, [50, 40])
    with subtests.test("colour of the tile"):
        assert bytes(told["colour"]) == scale_of("viridis")[round(2025 / 4000 * 254)] + b"\xff"
