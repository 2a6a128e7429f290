"""An administrator styles a new dataset, in few actions and by keyboard; the public sees it, and axe finds nothing."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from layers.models import Layer
from tests import deliveries
from tests.browser.tour import EVERYWHERE, Tour
from tests.browser.visit import Visit
from tests.deliveries import bench
from tests.map_config import whole_config
from tests.people import ADMINISTRATOR

STUDIO = "/catalogue/bancs/style/"
KINDS = ("Banc", "Fauteuil", "Assis-debout")


@pytest.fixture
def benches(site: str) -> None:
    """A new dataset, online and drawn as nobody chose."""
    import_module("mapclassify")  # the first graduated style waits for it, half a minute on a busy machine
    lines = [
        bench(f"B{n}", KINDS[n % 3], at=(2.2310 + n / 900, 48.8050), places=str(1 + n * n)) for n in range(12)
    ]
    deliveries.published(deliveries.dataset(), *lines)


class Hand:
    """Who styles: each click counts, a choice in a list counts two."""

    def __init__(self, page: Page) -> None:
        self.page, self.actions, self.changes = page, 0, 0

    def click(self, place: Locator) -> None:
        place.click()
        self.actions += 1

    def choose(self, place: Locator, label: str) -> None:
        place.select_option(label=label)
        self.actions += 2

    def kept(self) -> None:
        """Wait until the change is in the draft."""
        self.changes += 1
        self.page.wait_for_selector(f'[data-studio][data-changes="{self.changes}"]')


def drawing(page: Page) -> list[dict[str, Any]]:
    """Return how the page of the map draws the benches, read at the address that the page names."""
    config = whole_config(json.loads(page.locator("#map-config").text_content() or "{}"))
    address = next(layer["drawingAddress"] for layer in config["layers"] if layer["slug"] == "bancs")
    answer = page.request.get(address)
    assert answer.ok, address
    body: dict[str, list[dict[str, Any]]] = answer.json()
    return body["drawing"]


def test_a_new_dataset_is_styled_in_categories_with_labels_in_ten_actions_and_seen_by_the_public(
    visit: Visit, benches: None
) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto("/catalogue/bancs/")
    hand = Hand(page)
    hand.click(page.get_by_role("link", name="Atelier de style"))
    hand.click(page.get_by_role("radio", name="Catégories", exact=True))
    hand.kept()
    hand.choose(page.get_by_label("Champ", exact=True).first, "Nom")
    hand.kept()
    hand.click(page.get_by_role("tab", name="Étiquettes"))
    hand.click(page.get_by_label("Écrire un champ sur la carte"))
    hand.kept()
    expect(page.get_by_role("tab", name="Étiquettes")).to_have_attribute("aria-selected", "true")
    assert "field" not in Layer.objects.get(slug="bancs").style
    hand.click(page.get_by_role("link", name="Publier le style"))
    hand.click(page.get_by_role("button", name="Publier", exact=True))
    expect(page.get_by_text("La version 2 du style est publiée")).to_be_visible()
    assert hand.actions <= 10
    public = visit.page()
    visit.map(public, "/carte/?couches=bancs")
    layers = json.dumps(drawing(public))
    assert '["match", ["to-string", ["get", "nom"]]' in layers
    assert '"role": "label"' in layers


def reach(page: Page, place: Locator, key: str) -> None:
    """Press Tab, or Shift and Tab, until a place has the focus, as who has no mouse."""
    for _press in range(200):
        page.keyboard.press(key)
        if place.evaluate("(found) => found === document.activeElement"):
            return
    raise AssertionError(f"{key} does not reach {place}")


def test_a_style_is_changed_undone_and_published_by_keyboard_alone(visit: Visit, benches: None) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto(STUDIO)
    hand = Hand(page)
    page.locator("#kind-single").focus()
    page.keyboard.press("ArrowRight")
    hand.kept()
    expect(page.locator("#kind-categories")).to_be_focused()
    page.keyboard.press("Control+z")
    hand.kept()
    expect(page.locator("#kind-single")).to_be_checked()
    page.keyboard.press("Control+y")
    hand.kept()
    expect(page.locator("#kind-categories")).to_be_checked()
    reach(page, page.get_by_role("link", name="Publier le style"), "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{STUDIO}publier/")
    reach(page, page.get_by_label("Note de version"), "Tab")
    page.keyboard.type("Par nature de banc")
    reach(page, page.get_by_role("button", name="Publier", exact=True), "Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("La version 2 du style est publiée")).to_be_visible()


def test_a_fault_is_told_beside_its_input_and_leaves_the_draft_as_it_was(visit: Visit, benches: None) -> None:
    visit.watch.expected = {422}
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto(STUDIO)
    hand = Hand(page)
    page.get_by_role("radio", name="Gradué", exact=True).click()
    hand.kept()
    page.get_by_label("Limite haute").first.fill("beaucoup")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("« beaucoup » n’est pas un nombre.")
    expect(page.get_by_label("Limite haute").first).to_have_attribute("aria-invalid", "true")


def test_every_state_of_the_studio_is_accessible_on_a_desk_and_a_phone(
    visit: Visit, benches: None, axe: str
) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EVERYWHERE)
    page.goto(STUDIO)
    hand = Hand(page)
    page.get_by_role("radio", name="Gradué", exact=True).click()
    hand.kept()
    page.locator(".studio-warnings > summary").click()
    tour.see("graduated")
    page.get_by_role("radio", name="Catégories", exact=True).click()
    hand.kept()
    page.locator(".studio-more > summary").first.click()
    tour.see("categories")
    page.get_by_role("tab", name="Étiquettes").click()
    page.get_by_label("Écrire un champ sur la carte").check()
    hand.kept()
    tour.see("labels")
    page.locator("#button-label_colour").click()
    tour.see("colours")
    page.keyboard.press("Escape")
    for address in ("publier/", "versions/", "versions/?de=1&a=2"):
        tour.go(STUDIO + address)
    assert tour.faults == {}, json.dumps(tour.faults, indent=1)
