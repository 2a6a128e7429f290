"""QGIS opens the project and the layer files of the portal, offscreen: every layer, grouped, drawn as on the map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.conformance.clients import QGIS, profile, why_no_qgis
from tests.conformance.subjects import TREES, Subject
from tests.protocols import get

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
_OPEN = """
import json, sys
from qgis.core import QgsApplication, QgsLayerDefinition, QgsProject
application = QgsApplication([], False)
application.initQgis()
told = []
for path in json.loads(sys.argv[1]):
    project = QgsProject.instance()
    project.clear()
    root = project.layerTreeRoot()
    done = project.read(path) if path.endswith(".qgs") else QgsLayerDefinition.loadLayerDefinition(path, project, root)
    told.append({"crs": project.crs().authid(), "groups": [group.name() for group in root.findGroups()],
                 "layers": {layer.name(): {"valid": layer.isValid(), "crs": layer.crs().authid(),
                                           "provider": layer.providerType(),
                                           "count": len(list(layer.getFeatures())) if layer.isValid() else -1,
                                           "drawn": layer.renderer().type() if layer.renderer() else ""}
                            for layer in project.mapLayers().values()}})
print(json.dumps(told))
"""
_opened: dict[str, Any] = {}


@pytest.fixture
def opened(live_server: LiveServer, subjects: None, tmp_path: Path) -> dict[str, Any]:
    """What QGIS says of each file, started once."""
    if not _opened:
        host = live_server.url.removeprefix("http://")
        files = {
            "project": "portail.qgs",
            "project of the API": "portail.qgs?source=api",
            "layer": f"{TREES.slug}.qlr",
        }
        paths = {}
        for name, file in files.items():
            paths[name] = tmp_path / f"{len(paths)}.{file.partition('?')[0].rpartition('.')[2]}"
            paths[name].write_text(get(f"/connecter/{file}", host=host).body)
        asked = json.dumps([str(path) for path in paths.values()])
        found = QGIS.told(_OPEN, [asked], profile(tmp_path))
        _opened.update(zip(paths, found, strict=True))
    return _opened


@pytest.mark.parametrize(("name", "provider"), [("project", "WFS"), ("project of the API", "OAPIF")])
def test_qgis_opens_every_layer_of_the_project(opened: dict[str, Any], name: str, provider: str) -> None:
    layers = opened[name]["layers"]
    assert {title for title, layer in layers.items() if not layer["valid"]} == set()
    assert {layer["provider"] for layer in layers.values()} == {provider}


def test_layers_are_in_groups_by_theme(opened: dict[str, Any]) -> None:
    assert "Nature" in " ".join(opened["project"]["groups"])


def test_the_project_and_its_layers_are_in_lambert_93(opened: dict[str, Any]) -> None:
    systems = {layer["crs"] for layer in opened["project"]["layers"].values()} - {""}
    assert (opened["project"]["crs"], systems) == ("EPSG:2154", {"EPSG:2154"})


@pytest.mark.parametrize("name", ["project", "project of the API", "layer"])
def test_features_are_all_there(opened: dict[str, Any], name: str) -> None:
    subject: Subject = TREES
    counts = {layer["count"] for title, layer in opened[name]["layers"].items() if "Arbres" in title}
    assert counts == {len(subject.ids())}


def test_a_layer_with_categories_is_drawn_by_them(opened: dict[str, Any]) -> None:
    drawn = {layer["drawn"] for layer in opened["project"]["layers"].values()}
    assert "categorizedSymbol" in drawn
