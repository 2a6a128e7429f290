"""The stand-alone map opens from a disk, without any network: it draws, tells its facts, and asks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.maps.standalone.document import standalone_map
from dashboards.panels.kinds import PanelRequest
from heritage.models import RemarkableTree
from layers import access
from layers.parsing import FeatureQuery
from layers.visitor import Visitor
from tests.browser import town
from tests.browser.visit import Visit

TREES = "arbres-remarquables"
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"


def saved(folder: Path, layer: str, options: dict[str, object]) -> str:
    """Write the map of a layer as anybody gets it; return its address on the disk."""
    visitor = Visitor(instant=timezone.now())
    question = PanelQuestion(layer)
    panel = Panel("carte", "map", title="Arbres de la ville", question=question, options=options)
    request = PanelRequest(panel, question, visitor, access.scope(visitor, layer), FeatureQuery())
    file = folder / "carte.html"
    file.write_bytes(standalone_map(request).content)
    return file.as_uri()


def test_a_map_opens_from_a_disk(visit: Visit, tmp_path: Path, subtests: pytest.Subtests) -> None:
    RemarkableTree.objects.filter(nom_vernaculaire=town.CEDAR).update(adresse=HOSTILE)
    address = saved(tmp_path, TREES, {"mode": "categories"})
    page = visit.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.context.set_offline(True)
    page.goto(address)
    with subtests.test("the communes and the trees are drawn"):
        expect(page.locator(".folium-map path.leaflet-interactive").first).to_be_attached()
    with subtests.test("the keyboard opens the facts of a tree"):
        page.get_by_role("button", name=town.CEDAR).press("Enter")
        expect(page.locator(".leaflet-popup .popup-title")).to_have_text(town.CEDAR)
    with subtests.test("a value of the data is text"):
        expect(page.locator(".leaflet-popup dl")).to_be_visible()
        assert page.title() == "Arbres de la ville"
    with subtests.test("the file asks for nothing but itself"):
        assert asked == [address]
