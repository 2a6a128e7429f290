"""QGIS reads back the styles that the portal writes, and draws them as the portal's own pictures say.

Colours are counted: what covers the map in one file covers it in the other, to a share of the pixels.
"""

from __future__ import annotations

import json
import operator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from styles.qml.documents import qml
from styles.sld.rules import sld
from styles.sld.symbolizers import SldVersion
from tests.conformance.clients import QGIS, profile, why_no_qgis
from tests.styled_layers import OWN_COLOURS, STYLES

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")

WIDTH, HEIGHT = 300, 200
# One map unit a pixel: what QGIS draws at 96 dots an inch.
GEOMETRIES = {
    "Point": ["POINT(50 150)", "POINT(150 150)", "POINT(250 150)", "POINT(150 60)"],
    "LineString": ["LINESTRING(20 40,150 160,280 40)", "LINESTRING(20 180,280 180)"],
    "Polygon": [
        "POLYGON((20 20,100 20,100 180,20 180,20 20))",
        "POLYGON((100 20,200 20,200 180,100 180,100 20))",
        "POLYGON((200 20,280 20,280 180,200 180,200 20))",
    ],
}
VALUES = [
    ["a", 5, "UA", "192-000-000", 30], ["b", 10, "UB", "000-160-000", None],
    ["c", 40, "N", "192-000-000", 12], ["z", None, "X", "", None],
]  # fmt: skip

_DRAW = """
import json, sys
from qgis.core import (QgsApplication, QgsExpressionContext, QgsExpressionContextUtils, QgsFeature, QgsGeometry,
    QgsMapRendererSequentialJob, QgsMapSettings, QgsRectangle, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor
application = QgsApplication([], False)
application.initQgis()
asked = json.loads(sys.argv[1])
told = []
for path, kind in asked["files"]:
    fields = "field=code:string&field=hauteur:double&field=nom:string&field=couleur:string&field=taille:integer"
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:3857&{fields}", "essai", "memory")
    features = []
    for shape, values in zip(asked["geometries"][kind], asked["values"]):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        feature.setAttributes(values)
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()
    message, done = layer.loadNamedStyle(path) if path.endswith(".qml") else layer.loadSldStyle(path)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(*asked["size"]))
    settings.setOutputDpi(96)
    settings.setExtent(QgsRectangle(0, 0, *asked["size"]))
    settings.setBackgroundColor(QColor("white"))
    settings.setExpressionContext(QgsExpressionContext([QgsExpressionContextUtils.mapSettingsScope(settings)]))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    colours = {}
    for x in range(image.width()):
        for y in range(image.height()):
            name = image.pixelColor(x, y).name()
            colours[name] = colours.get(name, 0) + 1
    renderer = layer.renderer()
    labeling = layer.labeling() if layer.labelsEnabled() else None
    label = labeling.settings(labeling.subProviders()[-1]) if labeling else None
    form = label.format() if label else None
    halo = form.buffer() if form else None
    told.append({"done": done, "message": message, "renderer": renderer.type(),
                 "classes": [item.label() for item in renderer.legendSymbolItems()],
                 "label": label.fieldName if label else "", "halo": bool(halo and halo.enabled()),
                 "colours": colours})
print(json.dumps(told))
"""
# A tenth of what a colour covers, or half a hundredth of the map, is what smoothing and rounding change.
SHARE, MIN = 0.12, WIDTH * HEIGHT / 200
# Styles of plain colours; those of hatches, dots and thin lines are smoothed otherwise where they lie between pixels.
FLAT = ("icon", "categories", "graduated", "bands")
SAME_MEAN = 4.0
"""Levels of 255 between the mean colours of two pictures."""
SUFFIXES = (".qml", "-1.1.0.sld", "-1.0.0.sld")
# What SLD 1.0 has no word for, and heat, which is no part of either.
NOT_IN = {"-1.0.0.sld": {"bands", "ticks", "heat"}, "-1.1.0.sld": {"heat"}}
_answers: dict[str, dict[str, Any]] = {}


@pytest.fixture
def drawn(tmp_path: Path) -> dict[str, dict[str, Any]]:
    """What QGIS says and draws of each file, by its name; started once."""
    if not _answers:
        files = []
        for name, layer in STYLES.items():
            own = OWN_COLOURS if layer.style.colour_field else ()
            documents = (qml(layer), sld(layer, SldVersion.V1_1, own), sld(layer, SldVersion.V1_0, own))
            for suffix, document in zip(SUFFIXES, documents, strict=True):
                path = tmp_path / f"{name}{suffix}"
                path.write_text(document)
                files.append((str(path), layer.geometry.value))
        asked = {"files": files, "geometries": GEOMETRIES, "values": VALUES, "size": [WIDTH, HEIGHT]}
        found = QGIS.told(_DRAW, [json.dumps(asked)], profile(tmp_path))
        _answers.update(zip((Path(path).name for path, _kind in files), found, strict=True))
    return _answers


def near(colours: dict[str, int], colour: str) -> int:
    """Return how many pixels are of a colour, to the rounding of an opacity."""
    wanted = bytes.fromhex(colour[1:])
    return sum(
        count
        for name, count in colours.items()
        if all(abs(one - other) <= 4 for one, other in zip(bytes.fromhex(name[1:]), wanted, strict=True))
    )


def apart(one: dict[str, int], other: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Return the colours that cover more in one picture than in the other, with both counts of pixels."""
    covered = {name: (near(one, name), near(other, name)) for name in {**one, **other}}
    return {
        name: counts
        for name, counts in covered.items()
        if max(counts) > MIN and abs(counts[0] - counts[1]) > max(MIN, SHARE * max(counts))
    }


def mean(colours: dict[str, int]) -> list[float]:
    """Return the mean colour of a picture: what smoothing leaves alone."""
    total = sum(colours.values())
    channels = zip(*(bytes.fromhex(name[1:]) for name in colours), strict=True)
    return [sum(map(operator.mul, channel, colours.values())) / total for channel in channels]


def test_every_file_is_read_without_a_complaint(drawn: dict[str, dict[str, Any]]) -> None:
    assert {
        name: told["message"] for name, told in drawn.items() if not told["done"] or told["message"]
    } == {}


@pytest.mark.parametrize(
    ("name", "renderer", "classes"),
    [
        ("icon", "singleSymbol", 1),
        ("shapes", "categorizedSymbol", 4),
        ("categories", "categorizedSymbol", 4),
        ("graduated", "RuleRenderer", 4),
        ("bands", "categorizedSymbol", 3),
        ("overlays", "RuleRenderer", 5),
        ("heat", "heatmapRenderer", 0),
    ],
)
def test_a_qml_keeps_its_renderer_and_its_classes(
    drawn: dict[str, dict[str, Any]], name: str, renderer: str, classes: int
) -> None:
    told = drawn[f"{name}.qml"]
    assert (told["renderer"], len(told["classes"])) == (renderer, classes)


def test_titles_of_classes_are_kept(drawn: dict[str, dict[str, Any]]) -> None:
    titles = ["Équipements", "Espaces verts", "Transports", "Autres"]
    assert drawn["categories.qml"]["classes"] == titles
    assert drawn["categories-1.1.0.sld"]["classes"][:4] == titles


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_labels_are_kept_with_their_halo(drawn: dict[str, dict[str, Any]], suffix: str) -> None:
    told = drawn[f"labels{suffix}"]
    assert told["label"].strip('"') == "code"
    assert told["halo"]


@pytest.mark.parametrize("suffix", SUFFIXES[1:])
def test_qgis_draws_sld_as_it_draws_qml(drawn: dict[str, dict[str, Any]], suffix: str) -> None:
    pairs = {
        name: (drawn[f"{name}.qml"]["colours"], drawn[f"{name}{suffix}"]["colours"])
        for name in STYLES
        if name not in NOT_IN[suffix]
    }
    faults = {name: apart(*pairs[name]) for name in FLAT if name in pairs}
    assert {name: fault for name, fault in faults.items() if fault} == {}
    means = {name: (mean(one), mean(other)) for name, (one, other) in pairs.items()}
    assert {name: pair for name, pair in means.items() if max(map(abs, np.subtract(*pair))) > SAME_MEAN} == {}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_symbols_and_labels_are_drawn_at_their_scales(drawn: dict[str, dict[str, Any]], suffix: str) -> None:
    # A map unit a pixel is zoom 16.3: the second symbol, and no label.
    colours = drawn[f"scales{suffix}"]["colours"]
    assert near(colours, "#c00000") == 0
    assert near(colours, "#00a000") > 4 * 500
    assert near(colours, "#14242b") == 0
    assert near(drawn[f"labels{suffix}"]["colours"], "#14242b") > 100


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_features_and_texts_are_drawn_in_their_own_colours(
    drawn: dict[str, dict[str, Any]], suffix: str
) -> None:
    """Discs 30 pixels across: two red ones, a green one and one without a colour; texts are over them in part."""
    colours = drawn[f"colours{suffix}"]["colours"]
    covered = [near(colours, colour) for colour in ("#c00000", "#00a000", "#677593")]
    assert covered == pytest.approx([2 * 706, 706, 706], rel=0.35)


# What each style must show: a colour, and how many pixels of it the document says.
COVERED = {
    # A disc 26 across in a rim of 2, less the pictogram; four of them.
    "icon": {"#a85b00": (4 * 270, 4 * 460)},
    # Surfaces of 80, 100 and 80 by 160, at 45 % over white, less their edges.
    "categories": {"#dba2b6": (11_800, 12_800), "#a7c39a": (14_900, 16_000), "#c1d3eb": (11_800, 12_800)},
    # Diameters of 20, 25.3 and 48 pixels less half their rim: areas of 18.6, 24 and 46.5.
    "proportional": {"#1a5fb4": (2_100, 2_700)},
    # Bands 9 pixels wide inside, half of 3 under the border, around 80 by 160 and 100 by 160.
    "bands": {"#b00006": (2_900, 3_700), "#e88766": (3_200, 4_000), "#23a600": (2_900, 3_700)},
    # Two pixels every ten, and the edges of three surfaces.
    "hatches": {"#8b3246": (4_500, 8_000), "#e7ecea": (24_000, 31_000)},
    # Lines 4 wide every 20 over the two surfaces to the right, of 180 by 160; the rest keeps its colour between them.
    "overlays": {"#14242b": (4_300, 6_200), "#a7c39a": (11_000, 13_200), "#c9d1d8": (8_800, 10_800)},
    # Discs of 5 pixels, one in each 14 by 14, and the edges.
    "dots": {"#3d7a1f": (4_200, 6_800)},
}


@pytest.mark.parametrize("name", COVERED)
def test_colours_cover_what_the_document_says(drawn: dict[str, dict[str, Any]], name: str) -> None:
    colours = drawn[f"{name}.qml"]["colours"]
    for colour, (least, most) in COVERED[name].items():
        assert least <= near(colours, colour) <= most, (colour, colours)
