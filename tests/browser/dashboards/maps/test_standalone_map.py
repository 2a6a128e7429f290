"""The stand-alone map opens from a disk, without any network: it draws, tells its facts, and asks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.maps.kind import MAP
from dashboards.panels.kinds import PanelRequest
from heritage.models import RemarkableTree
from layers import access
from layers.parsing import FeatureQuery
from layers.visitor import Visitor
from tests.browser import town
from tests.browser.visit import Visit
from tests.waiting import settled

TREES = "arbres-remarquables"
TREES_ALONE = ".leaflet-overlay-pane path[role=button]"
DENSITY = """() => {
  const canvas = document.querySelector(".leaflet-heatmap-layer");
  return canvas?.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte);
}"""
HOSTILE = "<img src=x onerror=\"document.title='broken'\">"


def saved(folder: Path, layer: str, options: dict[str, object]) -> str:
    """Write the map of a layer as anybody gets it; return its address on the disk."""
    visitor = Visitor(instant=timezone.now())
    question = PanelQuestion(layer)
    panel = Panel("carte", "map", title="Arbres de la ville", question=question, options=options)
    request = PanelRequest(panel, question, visitor, access.scope(visitor, layer), FeatureQuery())
    file = folder / f"{options['mode']}.html"
    file.write_bytes(MAP.map_file(request).content)
    return file.as_uri()


def number_of_trees(page: Page) -> int:
    """Count the trees of a map, alone and gathered."""
    gathered = [int(text) for text in page.locator(".gathered").all_inner_texts()]
    return sum(gathered) + page.locator(TREES_ALONE).count()


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
    gathered = saved(tmp_path, TREES, {"mode": "clusters"})
    page.goto(gathered)
    number = page.get_by_role("button", name="objets")
    with subtests.test("points on each other are gathered under their number"):
        trees = RemarkableTree.objects.count()
        assert settled(lambda: number_of_trees(page), trees) == trees
    with subtests.test("the keyboard opens a gathering: its trees come apart"):
        number.first.press("Enter")
        expect(page.locator(TREES_ALONE)).not_to_have_count(1)
    with subtests.test("the focus stays on the map when the number goes"):
        expect(page.locator(".folium-map")).to_be_focused()
    density = saved(tmp_path, TREES, {"mode": "heat"})
    page.goto(density)
    with subtests.test("density is drawn"):
        page.wait_for_function(DENSITY)
    with subtests.test("a tree under the density tells its facts"):
        page.get_by_role("button", name=town.CEDAR).press("Enter")
        expect(page.locator(".leaflet-popup .popup-title")).to_have_text(town.CEDAR)
    with subtests.test("the files ask for nothing but themselves"):
        assert asked == [address, gathered, density]
