"""QGIS and MapLibre choose the same style layers of a ``style.json`` for each feature, and QGIS draws them.

``./portal bench drawings`` compares what both draw of every layer of the demonstration.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from layers.definitions import GeometryType
from layers.styles.definitions import Style
from tests.conformance.clients import QGIS, profile, why_no_qgis
from tests.portable_styles import CASES, CLASSED, DRAWN, met, portable

needs_qgis = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
# Whether each filter of each style chooses each value, by MapLibre's own reading of filters.
_MAPLIBRE = """
import { featureFilter } from "@maplibre/maplibre-gl-style-spec";
let text = "";
for await (const part of process.stdin) text += part;
const chosen = JSON.parse(text).map(({ layers, value }) => layers
  .filter(({ filter }) => filter === undefined || featureFilter(filter, "layers[0].filter").filter({ zoom: 15 },
    { type: 3, properties: value === null ? {} : { f: value } }))
  .map(({ id }) => id));
console.log(JSON.stringify(chosen));
"""
# The same by QGIS, whose filters are expressions over a tile's feature; a drawing that is no colour is a fault.
_QGIS = """
import json, sys
from qgis.core import (QgsApplication, QgsExpression, QgsExpressionContext, QgsFeature, QgsField, QgsFields,
    QgsMapBoxGlStyleConverter, QgsMapBoxGlStyleConversionContext)
from qgis.PyQt.QtCore import QVariant
application = QgsApplication([], False)
application.initQgis()
told = []
for question in json.loads(sys.argv[1]):
    converter = QgsMapBoxGlStyleConverter()
    converter.convert({"version": 8, "layers": question["layers"]}, QgsMapBoxGlStyleConversionContext())
    fields = QgsFields()
    fields.append(QgsField("f", QVariant.String))
    fields.append(QgsField("point_count", QVariant.Int))
    feature = QgsFeature(fields)
    feature.setAttributes([question["value"], None])
    context = QgsExpressionContext()
    context.setFeature(feature)
    context.setFields(fields)
    chosen, faults = [], converter.warnings()
    for style in converter.renderer().styles():
        text = style.filterExpression()
        expression = QgsExpression(text)
        if not text or expression.evaluate(context) in (True, 1):
            chosen.append(style.styleName())
        if expression.hasParserError() and text:
            faults.append(expression.parserErrorString())
        elif expression.hasEvalError() and "not found" not in expression.evalErrorString():
            faults.append(expression.evalErrorString())
    told.append({"chosen": chosen, "faults": [fault for fault in faults if "sprite" not in fault]})
print(json.dumps(told))
"""


def questions() -> list[dict[str, Any]]:
    """Return the surfaces of each style with each value of its field."""
    # A text in the place of a number, which no field of numbers has, is in no class of QGIS.
    numbers = [(name, value) for name, value in CASES if not (CLASSED[name].intervals and value == "a")]
    return [{"layers": _filled(CLASSED[name]), "value": value} for name, value in numbers]


def _filled(style: Style) -> list[dict[str, Any]]:
    layers = portable(style, GeometryType.SURFACE)
    return [layer for layer in layers if layer["type"] == "fill" and layer["id"] != "inside"]


def expected() -> list[list[str]]:
    """Return the style layers of each question by the operators as MapLibre documents them."""
    return [
        [layer["id"] for layer in each["layers"] if met(layer.get("filter", True), each["value"])]
        for each in questions()
    ]


def test_maplibre_chooses_the_style_layer_of_the_class() -> None:
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", _MAPLIBRE],
        input=json.dumps(questions()), capture_output=True, text=True, check=True, timeout=60,
        cwd=Path(settings.NODE_MODULES).parent,
    )  # fmt: skip
    assert json.loads(answer.stdout) == expected()


@needs_qgis
def test_qgis_chooses_the_style_layer_of_the_class(tmp_path: Path) -> None:
    answers = QGIS.told(_QGIS, [json.dumps(questions())], profile(tmp_path))
    assert [answer["faults"] for answer in answers] == [[]] * len(answers)
    assert [answer["chosen"] for answer in answers] == expected()


@needs_qgis
def test_qgis_reads_every_style_but_numbers_in_labels(tmp_path: Path) -> None:
    layers = [
        layer
        for style in DRAWN.values()
        for geometry in (GeometryType.POINT, GeometryType.LINE, GeometryType.SURFACE)
        for layer in portable(style, geometry)
        if layer["type"] != "heatmap"
    ]
    (answer,) = QGIS.told(_QGIS, [json.dumps([{"layers": layers, "value": None}])], profile(tmp_path))
    assert [fault for fault in answer["faults"] if "font" not in fault] == []
