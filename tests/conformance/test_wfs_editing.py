"""QGIS and GDAL edit by WFS as an agent does: what they write lands in PostGIS, whole, with its history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from pytest_django.live_server_helper import LiveServer

from amenities.models import Playground
from datasets.definitions import DatasetSchema, GeometryRecipe
from datasets.vocabulary import GeometryKind
from gisportal.accounts.services import create_token
from gisportal.accounts.vocabulary import TokenScope
from heritage.models import RemarkableTree
from layers import access
from layers.models import events_of
from layers.visitor import system_visitor
from tests.conformance.clients import why_no_qgis
from tests.conformance.wfs_editing import gdal_edits_wfs, qgis_edits_wfs
from tests.deliveries import bench, dataset, field, published
from tests.factories import BOULOGNE, MEUDON, MIDDLES
from tests.wfs_writing import by_id, send_transaction, transaction, update
from tests.world import PLAYGROUNDS, TREES, World, grant
from tests.writes import EDITOR, TOWN_EDITOR, give_editing_rights

pytestmark = pytest.mark.skipif(bool(why_no_qgis()), reason=why_no_qgis() or "QGIS is there")
VERSIONS = ("2.0.0", "1.1.0", "1.0.0")


@pytest.fixture
def editable(live_server: LiveServer, world: World) -> World:
    """The small world on a running server, with people who edit."""
    give_editing_rights()
    return world


def wanted(layer: str, version: str, scope: TokenScope = TokenScope.EDIT) -> dict[str, Any]:
    """Return what QGIS is to do with an account and its token, in degrees so that every decimal can be told."""
    return {
        "typename": f"portail:{layer}",
        "version": version,
        "srsname": "EPSG:4326",
        "username": EDITOR.name,
        "password": create_token(user=EDITOR.account(), name="QGIS", scope=scope, days=30)[1],
        "title": "nom_vernaculaire",
        "change": "Cedre-Meudon",
        "at": "POINT (2.20512345 48.80523456)",
        "values": {"genre": "Cèdre d’ailleurs & « autres »", "circonference": 3.123456789},
        "add": "Ajouté par QGIS",
        "paste": "Collé par QGIS",
        "paste_at": "POINT ({} {})".format(*MIDDLES[BOULOGNE]),
        "delete": "Platane-Boulogne",
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_a_layer_is_edited_in_qgis_by_wfs(
    live_server: LiveServer, editable: World, tmp_path: Path, version: str
) -> None:
    # A colleague has just changed the same feature, which the answer tells.
    where = by_id(editable.trees["Cedre-Meudon"].pk)
    assert send_transaction(transaction(update(where, "Cedrus")), TOWN_EDITOR).status == 200
    done = qgis_edits_wfs(f"{live_server.url}/wfs", wanted(TREES, version), home=tmp_path)
    assert done.get("done"), done
    cedar = RemarkableTree.objects.get(nom_vernaculaire="Cedre-Meudon")
    names: set[Any] = set(RemarkableTree.objects.values_list("nom_vernaculaire", "commune"))
    rows: Any = getattr(events_of(RemarkableTree), "objects", None)
    kept = {
        (event.pgh_label, event.pgh_context.metadata["username"], event.pgh_context.metadata["credential"])
        for event in rows.exclude(pgh_context=None).select_related("pgh_context")
    }
    assert cedar.geom.coords == pytest.approx((2.20512345, 48.80523456), abs=1e-8, rel=0)
    assert (cedar.genre, cedar.circonference) == ("Cèdre d’ailleurs & « autres »", 3.123456789)
    assert names == {("Cedre-Meudon", MEUDON), ("Ajouté par QGIS", MEUDON), ("Collé par QGIS", BOULOGNE)}
    assert kept == {(label, EDITOR.name, "token") for label in ("insert", "update", "delete")} | {
        ("update", TOWN_EDITOR.name, "basic")
    }


def test_an_agent_edits_a_playground_in_qgis(
    live_server: LiveServer, editable: World, tmp_path: Path
) -> None:
    where = (2.123456789012, 48.812345678901)
    Playground.objects.filter(nom="Jeux-Bruyeres").update(geom=Point(where, srid=4326))
    asked = wanted(PLAYGROUNDS, "2.0.0") | {
        "title": "nom",
        "srsname": "EPSG:2154",
        "change": "Jeux-Val",
        "touch": "Jeux-Bruyeres",
        "at": "POINT (641800.123 6857000.456)",
        "paste_at": "POINT (641810.5 6857010.5)",
        "values": {"surface_m2": 345.678},
        "delete": "",
    }
    done = qgis_edits_wfs(f"{live_server.url}/wfs", asked, home=tmp_path)
    assert done.get("done"), done
    changed, touched = (Playground.objects.get(nom=nom) for nom in ("Jeux-Val", "Jeux-Bruyeres"))
    assert changed.geom.transform(2154, clone=True).coords == pytest.approx(
        (641_800.123, 6_857_000.456), abs=1e-5
    )
    assert (changed.surface_m2, touched.surface_m2) == (345.678, 345.678)
    assert touched.geom.coords == where
    assert Playground.objects.filter(nom__in=["Ajouté par QGIS", "Collé par QGIS"]).count() == 2


def test_gdal_edits_in_every_version(live_server: LiveServer, editable: World) -> None:
    asked = wanted(TREES, "")
    login = f"{EDITOR.name}:{asked['password']}"
    at = MIDDLES[MEUDON]
    place: Any = Point(at, srid=4326).transform(2154, clone=True)
    x, y = place.coords
    done = gdal_edits_wfs(
        f"{live_server.url}/wfs",
        asked | {"login": login, "versions": VERSIONS, "at": f"POINT ({x} {y})"},
    )
    rows = RemarkableTree.objects.exclude(pk__in=[tree.pk for tree in editable.trees.values()])
    found = {row.nom_vernaculaire: row for row in rows}
    alone = {version: found[f"seul {version}"] for version in VERSIONS}
    changed = [found[f"gardé {version}"] for version in VERSIONS]
    assert set(found) == {f"{name} {version}" for name in ("seul", "gardé") for version in VERSIONS}
    assert done == {version: f"{TREES}.{tree.pk}" for version, tree in alone.items()}
    assert {(tree.genre, tree.circonference) for tree in changed} == {tuple(asked["values"].values())}
    assert all(tree.geom.coords == pytest.approx(at, abs=1e-7, rel=0) for tree in changed)


def test_gdal_edits_a_dataset(live_server: LiveServer, editable: World) -> None:
    schema = DatasetSchema(
        fields=(field("nom"), field("places", "int")), geometry=GeometryKind.POINT, key=("nom",)
    )
    row = ["Banc", "3", *map(str, MIDDLES[MEUDON])]
    titles, recipe = ("nom", "places", "lon", "lat"), GeometryRecipe("lonlat", (2, 3))
    published(dataset("bancs", schema), row, schema=schema, titles=titles, recipe=recipe)
    grant(EDITOR, "bancs", can_add=True, can_change=True, can_delete=True)
    asked = wanted("bancs", "")
    place: Any = Point(MIDDLES[MEUDON], srid=4326).transform(2154, clone=True)

    gdal_edits_wfs(
        f"{live_server.url}/wfs",
        asked
        | {
            "title": "nom",
            "values": {"places": 7},
            "login": f"{EDITOR.name}:{asked['password']}",
            "versions": VERSIONS[:1],
            "at": f"POINT ({place.x} {place.y})",
        },
    )

    rows = access.scope(system_visitor(), "bancs").queryset
    assert set(rows.values_list("f0", "f1")) == {("Banc", 3), ("seul 2.0.0", None), ("gardé 2.0.0", 7)}


def test_qgis_edits_a_dataset(live_server: LiveServer, editable: World, tmp_path: Path) -> None:
    published(dataset(), bench("B1", "Premier"), bench("B2", "Second"))
    grant(EDITOR, "bancs", can_add=True, can_change=True, can_delete=True)
    edit = wanted("bancs", "2.0.0") | {
        "title": "nom",
        "change": "Premier",
        "values": {"places": 7},
        "codes": {"add": "B3", "paste": "B4"},
        "delete": "Second",
    }
    done = qgis_edits_wfs(f"{live_server.url}/wfs", edit, home=tmp_path)
    assert done.get("done"), done
    rows = access.scope(system_visitor(), "bancs").queryset
    assert set(rows.values_list("f0", "f2")) == {("B1", 7), ("B3", None), ("B4", 7)}


def test_qgis_edits_nothing_with_a_token_for_reading(
    live_server: LiveServer, editable: World, tmp_path: Path
) -> None:
    asked = wanted(TREES, "2.0.0", TokenScope.READ)
    done = qgis_edits_wfs(f"{live_server.url}/wfs", asked, home=tmp_path)
    assert (done["valid"], done["editable"]) == (True, False)
