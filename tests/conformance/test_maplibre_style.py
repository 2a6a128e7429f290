"""Style layers of every kind of style are valid by the MapLibre Style Specification's own validator."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings

from layers.definitions import Field, FieldType, GeometryType
from layers.styles.definitions import (
    Category,
    ClusterKind,
    Heat,
    Labels,
    NumberInterval,
    Overlay,
    Proportion,
    Style,
)
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke, Symbol
from styles.colours import LIGHT
from styles.maplibre.compiler import drawing, in_colours

_VALIDATE = """
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
let text = "";
for await (const part of process.stdin) text += part;
const errors = Object.entries(JSON.parse(text)).flatMap(([name, style]) =>
  validateStyleMin(style).map(({ message }) => `${name}: ${message}`));
console.log(JSON.stringify(errors));
"""
EVERYTHING: Symbol = (
    Fill(),
    LinePattern(dash=(4, 2)),
    PointPattern(is_staggered=True),
    Stroke("ink", 5, offset=2, cap="butt", dash=(4, 2)),
    Stroke(width=2, zooms=(12, 20)),
    MarkerLine(Marker("triangle", 5, angle=90), 9, 3),
    Marker("star", 12),
    Marker(icon="maki:park", size=20),
)
OWN = (
    Category("a", "A", "t-waste", 0.5, EVERYTHING),
    Category("b", "B", "#ff0000"),
    Category("", "", "ink"),
)
STEPS = (
    NumberInterval(0, 5, "", "t-nature/20"),
    NumberInterval(5, 5, "", "ink"),
    NumberInterval(7, 9, "", "#123456", 1, EVERYTHING),
)
STYLES = {
    "single": Style("t-nature", "trees"),
    "everything": Style("t-nature", "trees", symbol=EVERYTHING),
    "categories": Style("t-nature", "trees", "f", OWN, clusters=ClusterKind.PIE),
    "hidden": Style("t-nature", "trees", "f", OWN, hides_others=True, zooms=(9, 15)),
    "graduated": Style("t-nature", "trees", "f", intervals=STEPS),
    "graduated and hidden": Style("t-nature", "trees", "f", intervals=STEPS, hides_others=True),
    "proportional": Style("t-nature", "trees", "f", intervals=STEPS, proportion=Proportion(0, 100, 2, 30)),
    "one size": Style("t-nature", "trees", "f", proportion=Proportion(5, 5)),
    "heat": Style("t-nature", "trees", "f", heat=Heat()),
    "overlays": Style(
        "t-nature",
        "trees",
        "f",
        intervals=STEPS,
        overlays=(
            Overlay("p", ("oui", "true"), "Prioritaire", symbol=EVERYTHING),
            Overlay("p", ("non",), "Non", "#123456"),
        ),
    ),
    "labels": Style("t-nature", "trees", labels=Labels("h", priority="r", decimals=2, has_unit=True)),
}
FIELDS = {
    "number": Field("h", FieldType.NUMBER, "Hauteur"),
    "choice": Field("h", FieldType.TEXT, "État", choices=(("a", "A"), ("b", "B"))),
    "flag": Field("h", FieldType.BOOLEAN, "Ouvert"),
    "text": Field("h", FieldType.TEXT, "Nom"),
}


def _document(style: Style, geometry: GeometryType, label: Field | None) -> dict[str, Any]:
    found = in_colours(list(drawing(style, geometry, label=label, unit="m").layers), LIGHT)
    for layer in found:
        layer |= {"source": "s", "source-layer": "l" + layer.get("source-layer", "")}
    source = {"type": "vector", "tiles": ["https://portal.example/{z}/{x}/{y}"]}
    glyphs = "https://portal.example/{fontstack}/{range}"
    return {"version": 8, "glyphs": glyphs, "sources": {"s": source}, "layers": found}


def test_every_compiled_style_is_valid() -> None:
    documents = {
        f"{name} {geometry.name} {kind}": _document(style, geometry, label)
        for name, style in STYLES.items()
        for geometry in GeometryType
        if geometry.is_located
        for kind, label in (FIELDS.items() if style.labels else [("", None)])
    }
    assert len(documents) >= len(STYLES) * 6
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", _VALIDATE],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(settings.NODE_MODULES).parent,
        timeout=60,
    )
    assert json.loads(answer.stdout) == []
