"""QGIS as an editor by WFS: its provider changes, adds, copies and deletes features in one commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conformance.clients import SYSTEM_PYTHON, offscreen, told

_SCRIPT = """
import json, sys
from qgis.core import (QgsApplication, QgsDataSourceUri, QgsFeature, QgsGeometry, QgsVectorLayer)
wanted = json.loads(sys.argv[2])
application = QgsApplication([], False)
application.initQgis()
uri = QgsDataSourceUri()
uri.setParam("url", sys.argv[1])
for name in ("typename", "version", "srsname", "username", "password"):
    uri.setParam(name, wanted[name])
layer = QgsVectorLayer(uri.uri(False), "essai", "WFS")
told = {"valid": layer.isValid(), "editable": layer.isValid() and layer.startEditing()}
if told["editable"]:
    title = wanted["title"]
    by_title = lambda text: next(f for f in layer.getFeatures() if f[title] == text)
    feature = by_title(wanted["change"])
    layer.changeGeometry(feature.id(), QgsGeometry.fromWkt(wanted["at"]))
    for name, value in wanted["values"].items():
        layer.changeAttributeValue(feature.id(), layer.fields().indexFromName(name), value)
        if wanted.get("touch"):
            touched = by_title(wanted["touch"]).id()
            layer.changeAttributeValue(touched, layer.fields().indexFromName(name), value)
    added = QgsFeature(layer.fields())
    added.setGeometry(QgsGeometry.fromWkt(wanted["at"]))
    added[title] = wanted["add"]
    layer.addFeature(added)
    pasted = QgsFeature(by_title(wanted["change"]))
    pasted.setGeometry(QgsGeometry.fromWkt(wanted["paste_at"]))
    pasted[title] = wanted["paste"]
    layer.addFeature(pasted)
    if wanted["delete"]:
        layer.deleteFeature(by_title(wanted["delete"]).id())
    told["done"] = layer.commitChanges()
    told["errors"] = layer.commitErrors()
print(json.dumps([told]))
"""


def qgis_edits_wfs(url: str, wanted: Mapping[str, Any], *, home: Path) -> dict[str, Any]:
    """Edit a layer once: ``wanted`` is as for ``qgis_edits``, with the words of the source of the layer.

    ``touch`` is one more feature to take the values, and no place.
    """
    return told([SYSTEM_PYTHON, "-W", "ignore", "-c", _SCRIPT, url, json.dumps(wanted)], offscreen(home))[0]
