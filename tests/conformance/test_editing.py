"""Other people's programs as editors: QGIS and OWSLib change features, which land in PostGIS with their history."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from owslib.ogcapi.features import Features  # type: ignore[import-untyped]  # OWSLib has no types
from owslib.util import Authentication  # type: ignore[import-untyped]  # OWSLib has no types
from pytest_django.live_server_helper import LiveServer

from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from heritage.models import RemarkableTree
from layers import access
from layers.models import events_of
from layers.visitor import system_visitor
from tests.conformance.clients import why_no_qgis
from tests.conformance.editing import qgis_edits
from tests.deliveries import bench, dataset, published
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.people import PASSWORD
from tests.protocols import get
from tests.world import TREES, World, grant
from tests.writes import EDITOR, PATCH, give_editing_rights, items, send, tree

NEEDS_QGIS = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")


@pytest.fixture
def editable(live_server: LiveServer, world: World) -> World:
    """The small world on a running server, with people who edit."""
    give_editing_rights()
    return world


def token(scope: TokenScope) -> str:
    """Return the text of a token of EDITOR."""
    return create_token(user=EDITOR.account(), name="QGIS", scope=scope, days=30)[1]


def wanted(scope: TokenScope) -> dict[str, Any]:
    """Return what QGIS is to do, with Basic (account and token) and ``If-Match: *``."""
    pair = base64.b64encode(f"{EDITOR.name}:{token(scope)}".encode()).decode()
    return {
        "headers": {"Authorization": f"Basic {pair}", "If-Match": "*"},
        "layer": TREES,
        "title": "nom_vernaculaire",
        "change": "Cedre-Meudon",
        "at": "POINT (2.2051 48.8052)",
        # No tree has a circumference: QGIS takes the field for a text.
        "values": {"genre": "Cèdre d’ailleurs", "circonference": "3.5"},
        "add": "Ajouté par QGIS",
        "paste": "Collé par QGIS",
        "paste_at": "POINT ({} {})".format(*MIDDLES[BOULOGNE]),
        "delete": "Platane-Boulogne",
    }


@NEEDS_QGIS
def test_what_qgis_edits_lands_in_postgis_with_its_history(
    live_server: LiveServer, editable: World, tmp_path: Path
) -> None:
    done = qgis_edits(f"{live_server.url}/api/", wanted(TokenScope.EDIT), home=tmp_path)
    cedar = RemarkableTree.objects.get(nom_vernaculaire="Cedre-Meudon")
    names = set(RemarkableTree.objects.values_list("nom_vernaculaire", "commune"))
    events = events_of(RemarkableTree)
    assert events is not None
    kept = {
        (event.pgh_label, event.pgh_context.metadata["username"], event.pgh_context.metadata["credential"])
        for event in events.objects.exclude(pgh_context=None).select_related("pgh_context")
    }
    assert done["done"] is True
    assert cedar.geom.coords == (2.2051, 48.8052)
    assert cedar.genre == "Cèdre d’ailleurs"
    assert cedar.circonference == 3.5
    assert cedar.matricule[:9] == "MATRICULE"
    assert names == {("Cedre-Meudon", MEUDON), ("Ajouté par QGIS", MEUDON), ("Collé par QGIS", BOULOGNE)}
    assert kept == {(label, EDITOR.name, "token") for label in ("insert", "update", "delete")}


@NEEDS_QGIS
def test_qgis_adds_changes_and_deletes_rows_of_a_dataset_each_in_the_history(
    live_server: LiveServer, editable: World, tmp_path: Path
) -> None:
    published(dataset(), bench("B1", "Premier"), bench("B2", "Second"))
    grant(EDITOR, "bancs", can_add=True, can_change=True, can_delete=True)
    edit = wanted(TokenScope.EDIT) | {
        "layer": "bancs",
        "title": "nom",
        "change": "Premier",
        "values": {"places": 7},
        "add": "Ajouté",
        "codes": {"add": "B3", "paste": "B4"},
        "paste": "Collé",
        "delete": "Second",
    }
    rows = access.scope(system_visitor(), "bancs").queryset
    done = qgis_edits(f"{live_server.url}/api/", edit, home=tmp_path)
    assert done.get("done"), done
    assert set(rows.values_list("f0", "f1", "f2")) == {
        ("B1", "Premier", 7),
        ("B3", "Ajouté", None),
        ("B4", "Collé", 7),
    }
    events: Any = events_of(rows.model)
    labels = set(events._default_manager.values_list("pgh_label", flat=True))
    assert labels == {"insert", "update", "delete"}


@NEEDS_QGIS
def test_qgis_edits_nothing_with_a_token_for_reading(
    live_server: LiveServer, editable: World, tmp_path: Path
) -> None:
    done = qgis_edits(f"{live_server.url}/api/", wanted(TokenScope.READ), home=tmp_path)
    assert done["editable"] is False


def test_owslib_creates_updates_and_deletes(live_server: LiveServer, editable: World) -> None:
    EDITOR.account()
    client = Features(f"{live_server.url}/api/", auth=Authentication(username=EDITOR.name, password=PASSWORD))
    client.headers = {**client.headers, "If-Match": "*"}
    client.collection_item_create(TREES, tree({"genre": "Tilia"}))
    made = RemarkableTree.objects.get(genre="Tilia")
    client.collection_item_update(TREES, str(made.pk), json.dumps(tree({"genre": "Acer"})))
    made.refresh_from_db()
    client.collection_item_delete(TREES, str(made.pk))
    assert (made.genre, RemarkableTree.objects.filter(pk=made.pk).exists()) == ("Acer", False)


def test_owslib_edits_a_dataset_and_is_refused_from_an_old_version(
    live_server: LiveServer, editable: World
) -> None:
    published(dataset(), bench("B1", "Premier"))
    grant(EDITOR, "bancs", can_add=True, can_change=True, can_delete=True)
    EDITOR.account()
    client = Features(f"{live_server.url}/api/", auth=Authentication(username=EDITOR.name, password=PASSWORD))
    place = {"type": "Point", "coordinates": list(MIDDLES[MEUDON])}

    def row(name: str) -> dict[str, Any]:
        return {"type": "Feature", "geometry": place, "properties": {"code": "B2", "nom": name, "places": 7}}

    rows = access.scope(system_visitor(), "bancs").queryset
    client.collection_item_create("bancs", row("Second"))
    made = rows.get(f0="B2")
    old = get(items("bancs", made.pk), EDITOR).headers["ETag"]
    client.headers = {**client.headers, "If-Match": old}
    client.collection_item_update("bancs", str(made.pk), json.dumps(row("Autre")))
    with pytest.raises(RuntimeError, match="a changé"):
        client.collection_item_update("bancs", str(made.pk), json.dumps(row("Encore")))
    assert rows.get(pk=made.pk).f1 == "Autre"
    client.headers = {**client.headers, "If-Match": get(items("bancs", made.pk), EDITOR).headers["ETag"]}
    client.collection_item_delete("bancs", str(made.pk))
    assert set(rows.values_list("f0", flat=True)) == {"B1"}


def test_of_two_changes_from_one_version_one_is_refused(editable: World) -> None:
    path = items(TREES, editable.trees["Cedre-Meudon"].pk)
    tag = get(path, EDITOR).headers["ETag"]
    start, answers = Barrier(2), []

    def change(genre: str) -> None:
        try:
            start.wait(timeout=30)
            body = {"properties": {"genre": genre}}
            answers.append(send("PATCH", path, EDITOR, body, form=PATCH, if_match=tag).status)
        finally:
            connection.close()

    threads = [Thread(target=change, args=(genre,)) for genre in ("Cedrus", "Abies")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 412]
