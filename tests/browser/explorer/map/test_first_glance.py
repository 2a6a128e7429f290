"""The map as it opens: counts by commune instead of hundreds of points, names beside them, points one click away."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from django.contrib.gis.geos import Point
from playwright.sync_api import Page, expect

from heritage.models import HeritageBuilding, RemarkableTree
from layers.models import Commune, Layer
from layers.vocabulary import Visibility
from tests import factories
from tests.browser import town
from tests.browser.chromium import READY
from tests.browser.map_marks import HOLD_MAP, Marks, marks_of
from tests.browser.visit import Visit

# At each change of the legend: the parts that are not those of the zoom of the map, or a count that is empty.
WATCH_LEGEND = """() => {
  const legend = document.querySelector("[data-legend]");
  window.wrongParts = [];
  new MutationObserver(() => {
    const zoom = window.heldMap.getZoom();
    const parts = [...legend.querySelectorAll("[data-zooms]")].filter(({ hidden, dataset }) => {
      const [low, high] = dataset.zooms.split(" ").map(Number);
      return hidden === (low <= zoom && zoom < high);
    });
    const note = legend.querySelector("[data-outside]");
    const isBlank = note.hidden || !note.querySelector("[data-outside-count]").textContent;
    window.wrongParts.push(...parts.map(({ outerHTML }) => outerHTML), ...(isBlank ? ["[data-outside]"] : []));
  }).observe(legend, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
TREES = 400
TERRITORY = "/carte/#11.00/48.82200/2.22500"
NUMBER = re.compile(r"^\d+$")
COUNTED = "[data-map][data-overview]:not([data-overview='0'])"


@pytest.fixture
def trees(visit: Visit) -> int:
    """Plant trees in every commune, close to one another, and one outside of them all; return how many there are."""
    spread = random.Random(92)
    middles = [commune.geom.point_on_surface for commune in Commune.objects.order_by("code")]
    places = [
        Point(middle.x + spread.gauss(0, 0.004), middle.y + spread.gauss(0, 0.003), srid=4326)
        for middle in middles
        for _ in range(TREES // len(middles))
    ]
    outside = Point(2.30, 48.78, srid=4326)
    for place in (*places, outside):
        RemarkableTree.objects.create(nom_vernaculaire="Platane", geom=place)
    return RemarkableTree.objects.count()


def opened(visit: Visit, address: str, width: int = 1440) -> Page:
    """Open a map whose marks can be counted."""
    page = visit.page(width=width)
    page.add_init_script(HOLD_MAP)
    visit.map(page, address)
    return page


def counts(marks: Marks) -> Iterator[int]:
    """Yield the counts of the communes: totals, or those of the only layer where its faces fit."""
    kinds = {"overview:total", "overview:faces"}
    yield from (int(mark.text) for mark in marks.marks if mark.kind in kinds)


def test_the_territory_is_calm_and_its_counts_add_up(
    trees: int, visit: Visit, subtests: pytest.Subtests
) -> None:
    page = opened(visit, TERRITORY)
    page.wait_for_selector(COUNTED)
    far = marks_of(page)
    with subtests.test("few marks, apart"):
        assert 0 < len(far.marks) <= 150
        assert far.overlaps == 0
    with subtests.test("every commune is named, beside its marks"):
        assert far.named == 0
        assert len(far.names) == Commune.objects.count()
    with subtests.test("the legend says how many are outside the communes, and counts add up"):
        outside = page.locator("[data-legend] [data-outside-count]")
        expect(outside).to_have_text(NUMBER)
        on_map = sum(counts(far)) + int(outside.inner_text())
        expect(page.locator("#map-summary b")).to_have_text(re.compile(rf"^{on_map}\b"))
    with subtests.test("one legend, of what is drawn: no class of the points that are counted"):
        legend = page.locator("[data-legend]")
        expect(legend.get_by_text("Arbres remarquables")).to_be_visible()
        expect(page.locator(".layer-legend li:visible, .map-legend-layer li:visible")).to_have_count(0)
    with subtests.test("what else there is stands beside the map"):
        expect(page.get_by_role("switch", name="PLUi : zones")).to_be_visible()
    with subtests.test("a click on a count comes nearer, where each point is"):
        page.evaluate("() => window.heldMap.jumpTo({ center: [2.235, 48.805], zoom: 12.3 })")
        page.wait_for_function("() => window.heldMap.loaded()")
        near = marks_of(page)
        face = next(mark for mark in near.marks if mark.kind == "overview:faces")
        assert near.overlaps == 0
        assert near.named == 0
        box = page.locator("[data-map]").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + face.box[0] + 6, box["y"] + (face.box[1] + face.box[3]) / 2)
        page.wait_for_function("() => window.heldMap.getZoom() >= 12.5")
        page.wait_for_function("() => window.heldMap.loaded()")
        kinds = {mark.kind for mark in marks_of(page).marks}
        assert not any(kind.startswith("overview") for kind in kinds)
        assert any(kind.startswith("arbres-remarquables:") for kind in kinds)


def test_a_list_that_is_drawn_again_never_blanks_the_legend(trees: int, visit: Visit) -> None:
    page = opened(visit, "/carte/?couches=arbres-remarquables#11.00/48.82200/2.22500")
    page.wait_for_selector(COUNTED)
    expect(page.locator("[data-legend] [data-outside-count]")).to_have_text(NUMBER)
    expect(page.locator("[data-list]")).to_have_attribute("aria-busy", "false")
    page.evaluate(WATCH_LEGEND)
    with page.expect_response(lambda response: "bbox=" in response.url):
        page.evaluate("() => window.heldMap.jumpTo({ center: [2.24, 48.83] })")
    expect(page.locator("[data-list]")).to_have_attribute("aria-busy", "false")
    assert page.evaluate("() => window.wrongParts") == []


def test_a_phone_has_few_marks_a_folded_legend_and_the_rest_in_one_gesture(
    trees: int, visit: Visit, subtests: pytest.Subtests
) -> None:
    page = opened(visit, "/carte/", width=375)
    page.wait_for_selector(COUNTED)
    far = marks_of(page)
    with subtests.test("few marks, apart, beside names"):
        assert 0 < len(far.marks) <= 150
        assert far.overlaps == 0
        assert far.named == 0
    with subtests.test("the legend is folded"):
        expect(page.locator("[data-legend]")).not_to_have_attribute("open", "")
    with subtests.test("one gesture shows the other layers"):
        page.get_by_role("button", name="Couches", exact=True).click()
        expect(page.locator("[data-layer='plui-zones']")).to_be_visible()


@pytest.fixture
def four_layers(visit: Visit) -> None:
    """What the portal shows first in every commune: a building, a tree, a station and a playground."""
    Layer.objects.filter(slug=town.INTERNAL).update(visibility=Visibility.OPEN)
    for commune in Commune.objects.order_by("code"):
        place = commune.geom.point_on_surface
        HeritageBuilding.objects.create(denomination="Mairie", geom=place)
        factories.tree("Platane", at=place.coords)
        factories.station("Place", at=place.coords)
        factories.playground("Square", at=place.coords)


@pytest.mark.parametrize("width", [375, 768, 1440])
def test_the_counts_of_a_commune_stand_inside_it_under_its_name(
    four_layers: None, visit: Visit, width: int, subtests: pytest.Subtests
) -> None:
    page = opened(visit, "/carte/", width=width)
    page.wait_for_selector(COUNTED)
    drawn = marks_of(page)
    limits = {commune.nom: commune.geom for commune in Commune.objects.all()}
    with subtests.test("no count stands on a border, or in a neighbour"):
        strays = [
            mark.commune
            for mark in drawn.marks
            if not limits[mark.commune].contains(Point(*mark.place, srid=4326))
        ]
        assert strays == []
    with subtests.test("every name is there"):
        assert sorted(drawn.names) == sorted(limits)
    with subtests.test("every name stands above the counts of its commune"):
        tops = {mark.commune: mark for mark in sorted(drawn.marks, key=lambda mark: -mark.box[1])}
        assert {name: mark.above for name, mark in tops.items()} == {name: (name,) for name in tops}


def test_a_frame_counts_the_territory_by_commune_too(
    trees: int, visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    page.add_init_script(HOLD_MAP)
    page.goto("/carte/integree/?couches=arbres-remarquables#11.00/48.82200/2.22500")
    page.wait_for_selector("[data-embed][data-state=ready]")
    far = marks_of(page)
    with subtests.test("a count for each commune, apart"):
        assert {mark.kind for mark in far.marks} == {"overview:faces"}
        assert len(far.marks) == Commune.objects.count()
        assert far.overlaps == 0
    with subtests.test("the legend says what is counted, and what is outside"):
        legend = page.locator("[data-legend]")
        expect(legend.get_by_text("Nombre d’objets par commune")).to_be_visible()
        outside = legend.locator("[data-outside-count]")
        expect(outside).to_have_text(NUMBER)
        assert sum(counts(far)) + int(outside.inner_text()) == trees


def test_paper_counts_the_territory_by_commune_too(
    trees: int, visit: Visit, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    sheet = "/carte/imprimer/?couches=arbres-remarquables&vue={}/48.82200/2.22500"
    legend = page.locator(".paper-legend")
    with subtests.test("counts by commune, which the legend names with what is outside"):
        page.goto(sheet.format("11.00"))
        page.wait_for_selector("[data-desk][data-state=ready]")
        marks = int(page.locator("[data-live]").get_attribute("data-overview") or 0)
        assert marks >= Commune.objects.count()
        expect(legend.get_by_text("Nombre d’objets par commune")).to_be_visible()
        expect(legend.locator("[data-outside-count]")).to_have_text(NUMBER)
    with subtests.test("near, each point and its own legend"):
        page.goto(sheet.format("13.00"))
        page.wait_for_selector("[data-desk][data-state=ready]")
        expect(legend.get_by_text("Nombre d’objets par commune")).to_be_hidden()


def test_a_question_has_its_answers_one_by_one(trees: int, visit: Visit) -> None:
    page = opened(
        visit, f"/carte/?commune=92048&couches=arbres-remarquables{TERRITORY.removeprefix('/carte/')}"
    )
    page.wait_for_selector(READY)
    marks = marks_of(page)
    assert not any(mark.kind.startswith("overview") for mark in marks.marks)
    assert any(mark.kind.startswith("arbres-remarquables") for mark in marks.marks)


def test_a_class_is_a_dot_or_a_pictogram_at_a_zoom_never_both(trees: int, visit: Visit) -> None:
    page = opened(visit, "/carte/?couches=arbres-remarquables#14.00/48.80500/2.23500")
    seen = page.evaluate(
        """() => {
          const of = (kind) => new Set(window.heldMap.queryRenderedFeatures({
            layers: window.heldMap.getStyle().layers.map(({ id }) => id).filter((id) => id.includes(kind)),
          }).map(({ id }) => id));
          const [dots, icons] = [of("arbres-remarquables:point"), of("arbres-remarquables:icon")];
          return { dots: dots.size, alone: [...dots].filter((id) => !icons.has(id)).length };
        }"""
    )
    assert seen["dots"] > 20
    assert seen["alone"] == 0
