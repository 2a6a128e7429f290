"""Who may edit a part in QGIS gets the pencil, and who is refused reads why: where QGIS shows what services say."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from pytest_django.live_server_helper import LiveServer

from heritage.models import RemarkableTree
from tests.conformance.clients import why_no_qgis
from tests.conformance.refused_editing import qgis_refused
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import PASSWORD
from tests.world import TREES, World
from tests.writes import TOWN_EDITOR, give_editing_rights

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
ACTIONS: dict[str, dict[str, Any]] = {
    "add": {"feature": "Cedre-Meudon", "at": "POINT ({} {})".format(*MIDDLES[BOULOGNE])},
    "change": {"feature": "Platane-Boulogne", "field": "genre", "value": "Acer"},
    "delete": {"feature": "Platane-Boulogne"},
}
REASONS = {
    "add": "sort de ce que vous pouvez ajouter",
    "change": "sort de ce que vous pouvez modifier",
    "delete": "ne permettent pas de supprimer cet objet",
}


def by_wfs(version: str) -> dict[str, Any]:
    uri = {"typename": f"portail:{TREES}", "version": version, "srsname": "EPSG:4326"}
    return {"provider": "WFS", "path": "/wfs", "uri": uri, "user": TOWN_EDITOR.name, "password": PASSWORD}


def by_api(**headers: str) -> dict[str, Any]:
    pair = base64.b64encode(f"{TOWN_EDITOR.name}:{PASSWORD}".encode()).decode()
    return {
        "provider": "OAPIF",
        "path": "/api/",
        "uri": {"typename": TREES},
        "headers": {"Authorization": f"Basic {pair}", **headers},
    }


def test_a_refusal_is_read_in_qgis(
    live_server: LiveServer, world: World, tmp_path: Path, subtests: Any
) -> None:
    give_editing_rights()
    TOWN_EDITOR.account()
    sources = {f"WFS {version}": by_wfs(version) for version in ("2.0.0", "1.1.0", "1.0.0")}
    sources["API"] = by_api(**{"If-Match": "*"})
    questions = {
        (name, action): source | {"action": action, "title": "nom_vernaculaire"} | more
        for name, source in sources.items()
        for action, more in ACTIONS.items()
    }
    questions["API without If-Match", "change"] = by_api() | {
        "action": "change", "title": "nom_vernaculaire", **ACTIONS["change"], "feature": "Cedre-Meudon",
    }  # fmt: skip
    answers = dict(
        zip(questions, qgis_refused(live_server.url, list(questions.values()), home=tmp_path), strict=True)
    )
    assert {name: answer["done"] for name, answer in answers.items()} == dict.fromkeys(questions, False)
    # Of a change by the API QGIS's message bar says the number of the feature alone, and its journal why.
    where = {
        (name, action): "journal" if name.startswith("API") and action == "change" else "bar"
        for name, action in questions
    }
    for name, place in where.items():
        with subtests.test(" ".join(name)):
            reason = "If-Match" if name[0] == "API without If-Match" else REASONS[name[1]]
            assert reason in answers[name][place], answers[name]


def test_the_pencil_is_that_of_the_person(
    live_server: LiveServer, world: World, tmp_path: Path, subtests: Any
) -> None:
    """The first tree that TOWN_EDITOR lists is not theirs to change."""
    give_editing_rights()
    TOWN_EDITOR.account()
    first = world.trees["Cedre-Meudon"]
    first.geom = world.trees["Platane-Boulogne"].geom
    first.save()
    tree = RemarkableTree.objects.create(nom_vernaculaire="À Meudon", geom=Point(MIDDLES[MEUDON], srid=4326))
    for name, source in {"API": by_api(**{"If-Match": "*"}), "WFS": by_wfs("2.0.0")}.items():
        (home := tmp_path / name).mkdir()
        change = {"action": "change", "title": "nom_vernaculaire", "feature": "À Meudon", "field": "genre"}
        (answer,) = qgis_refused(live_server.url, [source | change | {"value": f"Acer {name}"}], home=home)
        tree.refresh_from_db()
        with subtests.test(name):
            assert (answer["adds"], answer["changes"], answer["deletes"]) == (True, True, True)
            assert (answer["done"], tree.genre) == (True, f"Acer {name}"), answer
