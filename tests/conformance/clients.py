"""Other people's programs, away from ours: GDAL as pyogrio brings it, QGIS as the system has it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.conformance.forked import ForkedProgram

# GDAL answers each question about a source with fids, values, coordinates and types. The server is a thread of the
# test's process.
_GDAL = """
import json, sys
import pyogrio.raw, shapely
told = []
for question in json.loads(sys.argv[1]):
    if "bbox" in question:
        question["bbox"] = tuple(question["bbox"])
    meta, fids, shapes, columns = pyogrio.raw.read(question.pop("source"), return_fids=True, **question)
    names = [str(name) for name in meta["fields"]]
    values = {n: [None if v is None else str(v) for v in c] for n, c in zip(names, columns)}
    xy = [list(shapely.from_wkb(shape).centroid.coords[0]) for shape in shapes] if shapes is not None else []
    told.append({"fids": fids.tolist(), "columns": values, "xy": xy, "crs": meta["crs"],
                 "geometry_type": meta["geometry_type"],
                 "declared": {n: str(kind) for n, kind in zip(names, meta["dtypes"])},
                 "dtypes": {n: str(c.dtype) for n, c in zip(names, columns)}})
print(json.dumps(told))
"""

# QGIS opens a layer for each question, filters it, and tells ids, values, coordinates, types.
_QGIS = """
import json, sys
from qgis.core import QgsApplication, QgsDataSourceUri, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QDate, QDateTime
def text(value):
    if value is None or value.__class__.__name__ in ("QVariant", "NULL"):
        return None
    return value.toString("yyyy-MM-dd") if isinstance(value, (QDate, QDateTime)) else str(value)
application = QgsApplication([], False)
application.initQgis()
told = []
for question in json.loads(sys.argv[2]):
    uri = QgsDataSourceUri()
    uri.setParam("url", sys.argv[1])
    for name, value in question["uri"].items():
        uri.setParam(name, value)
    if "user" in question:
        uri.setUsername(question["user"])
        uri.setPassword(question["password"])
    layer = QgsVectorLayer(uri.uri(False), "essai", question.get("provider", "OAPIF"))
    if not layer.isValid():
        told.append({"valid": False, "error": layer.error().summary()})
        continue
    accepted = layer.setSubsetString(question["subset"]) if "subset" in question else True
    request = QgsFeatureRequest()
    if "bbox" in question:
        request.setFilterRect(QgsRectangle(*question["bbox"]))
    fields = layer.fields()
    features = list(layer.getFeatures(request))
    centres = [f.geometry().centroid().asPoint() for f in features if f.hasGeometry()]
    told.append({
        "valid": True, "accepted": accepted, "crs": layer.crs().authid(),
        "types": {field.name(): field.typeName() for field in fields},
        "rows": [{field.name(): text(f[field.name()]) for field in fields} for f in features],
        "xy": [[p.x(), p.y()] for p in centres],
    })
print(json.dumps(told))
"""
SYSTEM_PYTHON = "/usr/bin/python3"
QGIS = ForkedProgram(
    SYSTEM_PYTHON,
    "from qgis.core import QgsApplication\nfrom qgis.PyQt.QtCore import QDate",
    {"QT_QPA_PLATFORM": "offscreen"},
)
# What pyogrio would load beside it takes longer than most answers. One thread: what is forked has no other.
GDAL = ForkedProgram(
    sys.executable,
    'import sys; sys.modules["geopandas"] = sys.modules["pandas"] = None\nimport pyogrio.raw, shapely',
    {"OPENBLAS_NUM_THREADS": "1"},
)


def gdal(source: str, **question: Any) -> dict[str, Any]:
    """Read a source once with GDAL."""
    return gdal_each([{"source": source, **question}])[0]


def gdal_each(questions: Sequence[Mapping[str, Any]], **variables: str) -> list[dict[str, Any]]:
    """Read with GDAL once for each question: ``source``, ``layer``, ``where``, ``bbox`` and open options.

    ``variables`` are those of the environment, which GDAL reads as options of its own.
    """
    return GDAL.told(_GDAL, [json.dumps(questions)], variables)


@dataclass(frozen=True)
class Reading:
    """What a client answered to questions, by name, and the addresses that it asked of the server for them."""

    answers: dict[str, dict[str, Any]]
    addresses: list[str]

    def sent(self, word: str) -> list[str]:
        """Return the addresses that hold a word."""
        return [address for address in self.addresses if word in address]


@cache
def why_no_qgis() -> str:
    """Return why QGIS cannot be asked, or nothing when it can: found, and not loaded, which takes long."""
    if not Path(SYSTEM_PYTHON).exists():
        return "no system Python, so no PyQGIS"
    look = "import sys, importlib.util; sys.exit(importlib.util.find_spec('qgis') is None)"
    done = subprocess.run([SYSTEM_PYTHON, "-c", look], capture_output=True, timeout=60, check=False)
    return "" if done.returncode == 0 else "python3-qgis is not installed"


def qgis_each(url: str, questions: Sequence[Mapping[str, Any]], *, home: Path) -> list[dict[str, Any]]:
    """Open layers with PyQGIS: ``uri`` parameters, ``subset``, ``bbox``, ``user``, ``password``, ``provider``."""
    return QGIS.told(_QGIS, [url, json.dumps(questions)], profile(home))


def profile(home: Path) -> dict[str, str]:
    """Return the environment of a QGIS whose profile is in ``home``."""
    return {"HOME": str(home), "QGIS_CUSTOM_CONFIG_PATH": str(home), "XDG_RUNTIME_DIR": str(home)}
