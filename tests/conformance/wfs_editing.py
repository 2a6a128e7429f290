"""QGIS and GDAL as editors by WFS: they change, add and delete features, several in one commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.conformance.clients import QGIS, profile

# All features are read before any is edited (see ``refused_editing``).
_QGIS = """
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
    by_title = lambda text: next(f for f in list(layer.getFeatures()) if f[title] == text)
    feature = by_title(wanted["change"])
    layer.changeGeometry(feature.id(), QgsGeometry.fromWkt(wanted["at"]))
    for name, value in wanted["values"].items():
        layer.changeAttributeValue(feature.id(), layer.fields().indexFromName(name), value)
        if wanted.get("touch"):
            touched = by_title(wanted["touch"]).id()
            layer.changeAttributeValue(touched, layer.fields().indexFromName(name), value)
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


def qgis_edits_wfs(url: str, wanted: Mapping[str, Any], *, home: Path) -> dict[str, Any]:
    """Edit a layer once: ``wanted`` is as for ``qgis_edits``, with the words of the source of the layer.

    ``touch`` is one more feature to take the values, and no place.
    """
    found: dict[str, Any] = QGIS.told(_QGIS, [url, json.dumps(wanted)], profile(home))[0]
    return found


# A session of GDAL for each version: features added one by one and together, then one changed and one deleted.
_GDAL = """
import json, sys
from osgeo import gdal, ogr
gdal.UseExceptions()
wanted = json.loads(sys.argv[2])
gdal.SetConfigOption("GDAL_HTTP_USERPWD", wanted["login"])
def opened(version):
    source = gdal.OpenEx(f"WFS:{sys.argv[1]}?VERSION={version}", gdal.OF_VECTOR | gdal.OF_UPDATE)
    return source, source.GetLayerByName(wanted["typename"])
def named(layer, name):
    return next(feature for feature in layer if feature[wanted["title"]] == name)
told = {}
for version in wanted["versions"]:
    source, layer = opened(version)
    def add(name):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wanted["at"]))
        feature[wanted["title"]] = name
        layer.CreateFeature(feature)
        return feature["gml_id"] if feature.IsFieldSet("gml_id") else ""
    told[version] = add(f"seul {version}")
    layer.StartTransaction()
    for name in ("gardé", "effacé"):
        add(f"{name} {version}")
    layer.CommitTransaction()
    source, layer = opened(version)
    feature = named(layer, f"gardé {version}")
    for name, value in wanted["values"].items():
        feature[name] = value
    layer.SetFeature(feature)
    source, layer = opened(version)
    layer.DeleteFeature(named(layer, f"effacé {version}").GetFID())
print(json.dumps([told]))
"""


def gdal_edits_wfs(url: str, wanted: Mapping[str, Any]) -> dict[str, str]:
    """Edit a layer in each version; return the identifier that GDAL was given of the feature it added alone."""
    found: dict[str, str] = QGIS.told(_GDAL, [url, json.dumps(wanted)], {})[0]
    return found
