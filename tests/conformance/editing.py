"""QGIS as an editor: its OGC API provider changes, adds and deletes features with an "API Header" authentication."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conformance.clients import QGIS, profile

# The headers are those of an authentication configuration, as a user writes them in the options of QGIS.
# All features are read before any is edited (see ``refused_editing``).
_SCRIPT = """
import json, sys
from qgis.core import (QgsApplication, QgsAuthMethodConfig, QgsDataSourceUri, QgsFeature, QgsGeometry, QgsVectorLayer)
wanted = json.loads(sys.argv[2])
application = QgsApplication([], False)
application.initQgis()
manager = QgsApplication.authManager()
manager.setMasterPassword("essai", True)
headers = QgsAuthMethodConfig("APIHeader")
headers.setName("portail")
for name, value in wanted["headers"].items():
    headers.setConfig(name, value)
manager.storeAuthenticationConfig(headers)
uri = QgsDataSourceUri()
uri.setParam("url", sys.argv[1])
uri.setParam("typename", wanted["layer"])
uri.setAuthConfigId(headers.id())
layer = QgsVectorLayer(uri.uri(False), "essai", "OAPIF")
told = {"editable": layer.startEditing()}
if told["editable"]:
    title = wanted["title"]
    by_title = lambda text: next(f for f in list(layer.getFeatures()) if f[title] == text)
    feature = by_title(wanted["change"])
    layer.changeGeometry(feature.id(), QgsGeometry.fromWkt(wanted["at"]))
    for name, value in wanted["values"].items():
        layer.changeAttributeValue(feature.id(), layer.fields().indexFromName(name), value)
    codes = wanted.get("codes", {})
    if wanted["add"]:
        added = QgsFeature(layer.fields())
        added.setGeometry(QgsGeometry.fromWkt(wanted["at"]))
        added[title] = wanted["add"]
        if codes:
            added["code"] = codes["add"]
        layer.addFeature(added)
    if wanted["paste"]:
        pasted = QgsFeature(by_title(wanted["change"]))
        pasted.setGeometry(QgsGeometry.fromWkt(wanted["paste_at"]))
        pasted[title] = wanted["paste"]
        if codes:
            pasted["code"] = codes["paste"]
        layer.addFeature(pasted)
    if wanted["delete"]:
        layer.deleteFeature(by_title(wanted["delete"]).id())
    told["done"] = layer.commitChanges()
    told["errors"] = layer.commitErrors()
print(json.dumps([told]))
"""


def qgis_edits(url: str, wanted: Mapping[str, Any], *, home: Path) -> dict[str, Any]:
    """Edit a layer once.

    ``headers`` are sent with each request; ``title`` is the field that names features, of which one is to ``change``
    (its place ``at``, its ``values``), one to ``add`` and one to ``delete``. The changed one is copied too, pasted
    ``paste_at`` under the name ``paste`` with every other property it has. ``codes`` are the keys of both new features
    (``code``), where the layer has one; an empty name is nothing to do.
    """
    found: dict[str, Any] = QGIS.told(_SCRIPT, [url, json.dumps(wanted)], profile(home))[0]
    return found
