"""Names of the map on a phone: none under a button, a chip or a panel, none cut by an edge of the screen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from heritage.models import HeritageBuilding
from tests.browser import town
from tests.browser.map_marks import HOLD_MAP
from tests.browser.visit import Visit
from tests.people import PLANNER

PAN_AND_READ = """async ([longitude, latitude, x, y]) => {
  const map = window.heldMap;
  const place = map.project([longitude, latitude]);
  map.panBy([place.x - x, place.y - y], { animate: false });
  do await map.once("idle"); while (!map.loaded()); // what covers the map is drawn after the rest
  const stage = map.getContainer().getBoundingClientRect();
  const names = map.getStyle().layers
    .filter(({ type, layout }) => type === "symbol" && layout?.["text-field"]).map(({ id }) => id);
  const within = (box) => map.queryRenderedFeatures(box, { layers: names }).map(({ layer, properties }) =>
    `${layer.id} ${Object.values(properties).join(" ")}`);
  const under = {};
  const covers = ".map-search, .chip:not(.loading-chip), .tools button, .map-legend, .map-foot, .panel, .bottom-bar";
  for (const cover of document.querySelectorAll(covers)) {
    if (!cover.checkVisibility({ visibilityProperty: true })) continue;
    const { left, top, right, bottom } = cover.getBoundingClientRect();
    const box = [[left - stage.left + 1, top - stage.top + 1], [right - stage.left - 1, bottom - stage.top - 1]];
    const names = within(box);
    if (names.length) under[cover.className || cover.ariaLabel || cover.localName] = names;
  }
  const { width, height } = stage;
  const cut = [...within([[width - 1, 0], [width, height]]), ...within([[0, 0], [1, height]])];
  return { under, cut, names: within([[0, 0], [width, height]]) };
}"""
QUESTION = (
    "/carte/?couches=arbres-remarquables&couches=batiments-patrimoniaux&sujet=arbres-remarquables"
    "&arbres-remarquables.touching=batiments-patrimoniaux@300*#14.50/48.79900/2.23400"
)
# Pixels of a map of 375: beside the buttons, at both edges, under the chips, and in the middle, where a name has room.
PLACES = {
    "beside a button": (300, -70),
    "at the right edge": (350, 300),
    "at the left edge": (20, 300),
    "in the middle": (190, 300),
}


def names_over(page: Page, place: tuple[float, float], pixel: tuple[float, float]) -> Any:
    """Bring a place under a pixel, counted from the foot where it is negative; return the names that are in the way."""
    height = page.evaluate("() => window.heldMap.getContainer().clientHeight")
    x, y = pixel
    return page.evaluate(PAN_AND_READ, [*place, x, y if y >= 0 else height + y])


def test_no_name_is_under_a_control_or_cut_on_a_phone(visit: Visit, subtests: pytest.Subtests) -> None:
    town.heritage_trees()
    building = HeritageBuilding.objects.exclude(denomination="Manufacture").get()
    page = visit.page(width=375, height=812, touch=True, drawn=True)
    page.add_init_script(HOLD_MAP)
    visit.sign_in(page, PLANNER)
    visit.map(page, QUESTION)
    for name, pixel in PLACES.items():
        over = names_over(page, (building.geom.x, building.geom.y), pixel)
        with subtests.test("no name is under what stands over the map", place=name):
            assert over["under"] == {}
        with subtests.test("no name is cut by an edge", place=name):
            assert over["cut"] == []
    with subtests.test("the name is there where it has room"):
        assert building.denomination in " ".join(over["names"])
