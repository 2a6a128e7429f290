"""Draw the classes of styles with QGIS; run by the system's Python, which has PyQGIS.

Reads ``{"headers", "side", "layers": [{"slug", "tiles", "style", "sprite", "classes", "boxes"}]}`` from its input and
prints, for each layer and box, the ink and the mean colour of each class.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from typing import Any

from qgis.core import (  # type: ignore[import-not-found]  # of the system's Python
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsDataSourceUri,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsHttpHeaders,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorTileBasicRenderer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]  # of the system's Python
from qgis.PyQt.QtGui import QColor, QImage  # type: ignore[import-not-found]  # of the system's Python


def fetched(address: str, headers: dict[str, str]) -> bytes:
    """Return what an address of the measured site holds."""
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=60) as answer:  # noqa: S310  (the measured site)
        return bytes(answer.read())


def converted(layer: dict[str, Any], headers: dict[str, str]) -> Any:
    """Return the drawing that QGIS makes of a style, with the units that it uses for one of the network."""
    context = QgsMapBoxGlStyleConversionContext()
    context.setTargetUnit(Qgis.RenderUnit.Millimeters)
    context.setPixelSizeConversionFactor(25.4 / 96)
    if layer["sprite"]:
        sheet = QImage()
        sheet.loadFromData(fetched(layer["sprite"] + "@2x.png", headers))
        context.setSprites(sheet, json.loads(fetched(layer["sprite"] + "@2x.json", headers)))
    converter = QgsMapBoxGlStyleConverter()
    converter.convert(layer["style"], context)
    return converter.renderer()


def rendered(layer: Any, box: list[float], side: int) -> list[float]:
    """Return ink, red, green and blue of a picture."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setOutputSize(QSize(side, side))
    settings.setOutputDpi(96)
    settings.setExtent(QgsRectangle(*box))
    settings.setBackgroundColor(QColor(0, 0, 0, 0))
    settings.setExpressionContext(
        QgsExpressionContext([QgsExpressionContextUtils.mapSettingsScope(settings)])
    )
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage().convertToFormat(QImage.Format_RGBA8888)
    pixels = image.constBits().asstring(image.sizeInBytes())
    ink = sum(pixels[3::4])
    weighed = [
        sum(map(int.__mul__, pixels[channel::4], pixels[3::4])) / ink if ink else 0.0 for channel in range(3)
    ]
    return [ink / 255, *weighed]


def answers(job: dict[str, Any]) -> dict[str, list[dict[str, list[float]]]]:
    """Return what is drawn of each layer, in each box, of each class."""
    pictures: dict[str, list[dict[str, list[float]]]] = {}
    for layer in job["layers"]:
        uri = QgsDataSourceUri()
        for name, value in {"type": "xyz", "zmin": "0", "zmax": "16", "url": layer["tiles"]}.items():
            uri.setParam(name, value)
        uri.setHttpHeaders(QgsHttpHeaders(job["headers"]))
        tiles = QgsVectorTileLayer(bytes(uri.encodedUri()).decode(), layer["slug"])
        tiles.setLabelsEnabled(False)
        styles = {style.styleName(): style for style in converted(layer, job["headers"]).styles()}
        pictures[layer["slug"]] = []
        for box in layer["boxes"]:
            of_box = {}
            for name, ids in layer["classes"].items():
                renderer = QgsVectorTileBasicRenderer()
                renderer.setStyles([styles[each] for each in ids if each in styles])
                tiles.setRenderer(renderer)
                of_box[name] = rendered(tiles, box, job["side"])
            pictures[layer["slug"]].append(of_box)
    return pictures


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    print(json.dumps(answers(json.load(sys.stdin))))
