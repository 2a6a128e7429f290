"""QGIS's vector tile layer and its raster layers as clients, offscreen: what they decode, read and paint."""

from __future__ import annotations

import base64
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection
from pytest_django.live_server_helper import LiveServer

from layers.queries.rasters.legends import scale_of
from layers.sql.tile_matrix_sets import WEB_MERCATOR_QUAD
from tests.conformance.clients import QGIS, profile, why_no_qgis
from tests.conformance.subjects import ROWS, TREES
from tests.people import OUTSIDER, PASSWORD, PLANNER, Person
from tests.protocols import get
from tests.rasters import CELL, ORIGIN, online, slope
from tests.world import ALL_PLAYGROUNDS, PLAYGROUNDS, World

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
ZOOM = 14
# The side of a unit of a tile of points at ZOOM, in metres of EPSG:3857.
UNIT = WEB_MERCATOR_QUAD.side(ZOOM) / 4096
_OPEN = """
import json, sys
from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsDataSourceUri, QgsGeometry,
    QgsHttpHeaders, QgsMapRendererSequentialJob, QgsMapSettings, QgsPointXY, QgsRasterLayer, QgsRectangle,
    QgsSelectionContext, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
application = QgsApplication([], False)
application.initQgis()
def source(question):
    uri = QgsDataSourceUri()
    for name, value in {"type": "xyz", "zmin": "0", "zmax": str(question["zoom"]), "url": question["url"]}.items():
        uri.setParam(name, value)
    uri.setHttpHeaders(QgsHttpHeaders(question.get("headers", {})))
    return bytes(uri.encodedUri()).decode()
def painted(layer, box, name):
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(box)
    settings.setOutputSize(QSize(128, 128))
    settings.setBackgroundColor(QColor(255, 255, 255))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(name)
    return sum(image.pixelColor(x, y).name() != "#ffffff" for x in range(128) for y in range(128))
def vector(question, box):
    layer = QgsVectorTileLayer(source(question), "tuiles")
    context = QgsSelectionContext()
    context.setScale(layer.tileMatrixSet().tileMatrix(question["zoom"]).scale() / 2)  # of tiles 512 pixels wide
    layer.selectByGeometry(QgsGeometry.fromRect(box), context)
    found = []
    for feature in layer.selectedFeatures():
        point = feature.geometry().asPoint()
        values = {field.name(): feature[field.name()] for field in feature.fields()}
        found.append({"values": {k: str(v) for k, v in values.items()}, "xy": [point.x(), point.y()]})
    return layer, {"features": found}
def raster(question, box):
    layer = QgsRasterLayer(source(question), "tuiles", "wms")
    block = layer.dataProvider().block(1, box, 1, 1)
    colour = QColor(block.color(0, 0))
    return layer, {"colour": [colour.red(), colour.green(), colour.blue()]}
def grid(question, box):
    layer = QgsRasterLayer(question["url"], "valeurs", "gdal")
    if not layer.isValid():
        return layer, {}
    found = [layer.dataProvider().sample(QgsPointXY(*question["at"]), band + 1) for band in range(layer.bandCount())]
    return layer, {"values": [value if is_known else None for value, is_known in found],
                   "size": [layer.width(), layer.height()]}
told = []
for number, question in enumerate(json.loads(sys.argv[1])):
    box = QgsRectangle(*question["box"])
    layer, answer = {"vector": vector, "raster": raster, "grid": grid}[question["kind"]](question, box)
    answer |= {"valid": layer.isValid(), "crs": layer.crs().authid()}
    if layer.isValid():
        answer["painted"] = painted(layer, box, f"{sys.argv[2]}/{number}.png")
    told.append(answer)
print(json.dumps(told))
"""


def opened(questions: list[dict[str, Any]], home: Path, **variables: str) -> list[dict[str, Any]]:
    """Open layers with QGIS: ``kind``, ``url``, ``zoom``, ``box`` (EPSG:3857), ``headers``; paint each in ``home``."""
    return QGIS.told(_OPEN, [json.dumps(questions), str(home)], profile(home) | variables)


def basic(person: Person) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{person.name}:{PASSWORD}".encode()).decode()}


def box_around(points: list[tuple[float, float]]) -> list[float]:
    xs, ys = zip(*points, strict=True)
    return [min(xs) - 5, min(ys) - 5, max(xs) + 5, max(ys) + 5]


def templates(live_server: LiveServer) -> dict[str, str]:
    """Return the template of the tiles of trees, as QGIS writes it, that each description gives."""
    host = live_server.url.removeprefix("http://")
    tileset = get(f"/api/collections/{TREES.slug}/tiles/{WEB_MERCATOR_QUAD.id}", host=host).document
    (item,) = [link["href"] for link in tileset["links"] if link["rel"] == "item"]
    for theirs, ours in (("{tileMatrix}", "{z}"), ("{tileRow}", "{y}"), ("{tileCol}", "{x}")):
        item = item.replace(theirs, ours)
    return {
        "xyz": f"{live_server.url}/tiles/{TREES.slug}/{{z}}/{{x}}/{{y}}.mvt",
        "tilejson": get(f"/tiles/{TREES.slug}.json", host=host).document["tiles"][0],
        "ogc": item,
    }


def test_qgis_decodes_the_features_of_tiles(
    live_server: LiveServer, subjects: None, tmp_path: Path, subtests: Any
) -> None:
    places = dict(zip(TREES.ids(), TREES.xy(3857), strict=True))
    some = TREES.ids()[:9]
    question = {"kind": "vector", "zoom": ZOOM}
    boxes = {"all": box_around(list(places.values())), "some": box_around([places[pk] for pk in some])}
    asked = {
        (name, part): question | {"url": url, "box": box}
        for name, url in templates(live_server).items()
        for part, box in boxes.items()
    }
    told = dict(zip(asked, opened(list(asked.values()), tmp_path), strict=True))
    named = {TREES.rows().get(pk=pk).nom_vernaculaire: at for pk, at in places.items()}
    for (name, part), answer in told.items():
        with subtests.test(name, part=part):
            found = {one["values"]["nom_vernaculaire"]: one["xy"] for one in answer["features"]}
            wanted = named if part == "all" else dict(list(named.items())[: len(some)])
            assert (len(answer["features"]), set(found)) == (len(wanted), set(wanted))
            assert max(math.dist(found[text], wanted[text]) for text in wanted) < 1.5 * UNIT
            assert {one["values"]["tile_zoom"] for one in answer["features"]} == {str(ZOOM)}
            assert answer["painted"] > 0
    assert len(named) == ROWS


def test_qgis_gets_the_internal_layer_of_the_person(
    live_server: LiveServer, shown: World, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_X(geom_3857), ST_Y(geom_3857) FROM amenities_playground")
        box = box_around(cursor.fetchall())
    address = f"{live_server.url}/tiles/{PLAYGROUNDS}/{{z}}/{{x}}/{{y}}.mvt"
    question = {"kind": "vector", "url": address, "zoom": ZOOM, "box": box}
    # Each in a profile of their own: QGIS keeps tiles there. Of nobody it would ask credentials by a dialogue.
    found = {}
    for person in (PLANNER, OUTSIDER):
        (home := tmp_path / person.name).mkdir()
        (answer,) = opened([question | {"headers": basic(person)}], home)
        found[person] = {one["values"]["nom"] for one in answer["features"]}
    assert found == {PLANNER: ALL_PLAYGROUNDS, OUTSIDER: set()}


@pytest.mark.django_db(transaction=True)
def test_qgis_reads_a_raster(
    live_server: LiveServer, communes: Any, media: Path, tmp_path: Path, subtests: Any
) -> None:
    """The cell of row 20 and column 25, of an open raster and of one that an administrator alone sees."""
    style = {"rescale": [0, 4000], "resampling": "nearest"}
    online("pente", slope(), style=style)
    online("cave", slope(), style=style, is_open=False)
    boss = Person("chef", is_administrator=True)
    boss.account()
    OUTSIDER.account()
    x, y = ORIGIN[0] + 25.5 * CELL, ORIGIN[1] - 20.5 * CELL
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_Point(%s, %s, 2154), 3857) AS p", [x, y])
        east, north = cursor.fetchone()
    small = {"zoom": 17, "box": [east - 1, north - 1, east + 1, north + 1]}
    kinds = {
        "raster": f"{live_server.url}/tiles/raster/{{}}/{{{{z}}}}/{{{{x}}}}/{{{{y}}}}.png",
        "grid": f"/vsicurl_streaming/{live_server.url}/api/collections/{{}}/coverage",
    }
    asked = [
        small | {"kind": kind, "at": [x, y], "headers": headers, "url": address.format(slug)}
        for kind, address in kinds.items()
        for slug, headers in (("pente", {}), ("cave", basic(boss)))
    ]
    by_gdal = {"kind": "grid", "at": [east, north], "url": f"OGCAPI:{live_server.url}/api/collections/pente"}
    asked.append(small | by_gdal)
    by_boss = opened(asked, tmp_path, GDAL_HTTP_USERPWD=f"{boss.name}:{PASSWORD}")
    colour = list(scale_of("viridis")[round(2025 / 4000 * 254)])
    with subtests.test("tiles"):
        assert [answer["colour"] for answer in by_boss[:2]] == [colour] * 2
    with subtests.test("values"):
        assert [(answer["values"], answer["crs"]) for answer in by_boss[2:4]] == [([2025], "EPSG:2154")] * 2
        assert by_boss[2]["size"] == list(np.shape(slope())[::-1])
    with subtests.test("tiles by the links of the collection"):
        assert (by_boss[4]["values"], by_boss[4]["crs"]) == ([*colour, 255], "EPSG:3857")
    with subtests.test("painted"):
        assert all(answer["painted"] > 0 for answer in by_boss)
    with subtests.test("hidden from others"):
        (home := tmp_path / OUTSIDER.name).mkdir()
        refused = [{**asked[1], "headers": basic(OUTSIDER)}, asked[3]]
        tile, file = opened(refused, home, GDAL_HTTP_USERPWD=f"{OUTSIDER.name}:{PASSWORD}")
        assert (tile["colour"], file["valid"]) == ([0, 0, 0], False)
