"""QGIS as an editor who is refused: what it says of it, in its message bar and in its journal of messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.conformance.clients import QGIS, profile

# One session a question: what the layer offers, then one action and what is said of its commit.
# QGIS learns identifiers while it reads features, in a thread: all are read before any is edited,
# else a Transaction of a busy machine has an empty filter.
_SCRIPT = """
import json, sys
from qgis.core import (QgsApplication, QgsAuthMethodConfig, QgsDataSourceUri, QgsFeature, QgsGeometry,
    QgsVectorDataProvider, QgsVectorLayer)
application = QgsApplication([], False)
application.initQgis()
journal = []
log = QgsApplication.messageLog()
manager = QgsApplication.authManager()
manager.setMasterPassword("essai", True)
def received(message, tag, level):
    journal.append(message)
log.messageReceived.connect(received)
told = []
for question in json.loads(sys.argv[2]):
    uri = QgsDataSourceUri()
    uri.setParam("url", sys.argv[1] + question["path"])
    for name, value in question["uri"].items():
        uri.setParam(name, value)
    if "headers" in question:
        headers = QgsAuthMethodConfig("APIHeader")
        headers.setName("portail")
        for name, value in question["headers"].items():
            headers.setConfig(name, value)
        manager.storeAuthenticationConfig(headers)
        uri.setAuthConfigId(headers.id())
    else:
        uri.setUsername(question["user"])
        uri.setPassword(question["password"])
    layer = QgsVectorLayer(uri.uri(False), "essai", question["provider"])
    abilities = layer.dataProvider().capabilities() if layer.isValid() else 0
    answer = {"adds": bool(abilities & QgsVectorDataProvider.AddFeatures),
              "changes": bool(abilities & QgsVectorDataProvider.ChangeAttributeValues),
              "deletes": bool(abilities & QgsVectorDataProvider.DeleteFeatures)}
    if question.get("action") and layer.startEditing():
        del journal[:]
        feature = next(f for f in list(layer.getFeatures()) if f[question["title"]] == question["feature"])
        if question["action"] == "change":
            index = layer.fields().indexFromName(question["field"])
            layer.changeAttributeValue(feature.id(), index, question["value"])
        elif question["action"] == "delete":
            layer.deleteFeature(feature.id())
        else:
            added = QgsFeature(layer.fields())
            added.setGeometry(QgsGeometry.fromWkt(question["at"]))
            added[question["title"]] = "Ajouté"
            layer.addFeature(added)
        answer["done"] = layer.commitChanges()
        application.processEvents()
        answer["bar"] = " ".join(layer.commitErrors())
        answer["journal"] = " ".join(journal)
        layer.rollBack()
    told.append(answer)
print(json.dumps(told))
"""


def qgis_refused(url: str, questions: Sequence[Mapping[str, Any]], *, home: Path) -> list[dict[str, Any]]:
    """Open a layer for each question and do its ``action`` (add, change, delete).

    ``bar`` of an answer is what the message bar says, ``journal`` the journal; ``adds``, ``changes``, ``deletes`` are
    what the pencil offers.
    """
    return QGIS.told(_SCRIPT, [url, json.dumps(list(questions))], profile(home))
