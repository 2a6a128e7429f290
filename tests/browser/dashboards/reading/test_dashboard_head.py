"""The first figure of a dashboard stands at the top of the screen: title, filters and actions are two lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings
from playwright.sync_api import Page, expect

from layers.models import Commune
from tests import dashboards
from tests.browser.tour import Tour, excess_width
from tests.browser.visit import Visit, resize
from tests.examples import spread
from tests.people import ADMINISTRATOR
from tests.waiting import settled

LIMITS = {1440: 260, 375: 300}
NUMBER = ".panel-value strong, .outline-words"
FIRST_NUMBER = f"() => Math.round(document.querySelector('{NUMBER}').getBoundingClientRect().top + scrollY)"
_FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "dashboards").glob("*.yaml"))
_EVERY = [yaml.safe_load(path.read_text("utf-8")) for path in _FILES]
# The first section of an extract is one of another dashboard.
DOCUMENTS = [document for document in _EVERY if "panels" in document["sections"][0]]
PRODUCER = "Direction de l’information géographique"


def figure(name: str, layer: str = "arbres-remarquables") -> dict[str, Any]:
    return {
        "id": name,
        "kind": "figure",
        "title": "Arbres",
        "width": 3,
        "height": 2,
        "question": {"layer": layer, "measures": ["count"]},
    }


@pytest.fixture
def heads(site: str) -> list[str]:
    """The dashboards of the demonstration as far as their heads go: their first panel is a figure of trees, as wide."""
    return [_head(document) for document in DOCUMENTS]


def _head(document: dict[str, Any]) -> str:
    """Write a dashboard with a draft, an author who sees less than they wrote, and the head of a document."""
    section = document["sections"][0]
    first = {name: text for name, text in section.items() if name in {"id", "title", "text"}}
    words = {
        name: text
        for name, text in section["panels"][0].items()
        if name in {"title", "subtitle", "width", "height"}
    }
    hidden = figure("cache", layer="couche-inconnue")
    # Its neighbour is as high as a figure ever is: the first one stands at the top of its card all the same.
    high = {**figure("voisin"), "height": 4}
    content = {name: document[name] for name in ("title", "summary", "filters") if name in document}
    made = dashboards.dashboard(
        document["slug"],
        sections=[{**first, "panels": [figure("nombre") | words, high, hidden]}],
        producer=PRODUCER,
        is_public=True,
        refresh=3600,
        **content,
    )
    made.draft = made.versions.create(number=2, document=made.published.document)
    made.save()
    return made.slug


def tops(page: Page, addresses: Sequence[str]) -> dict[str, int]:
    """Return the pages whose first number is too low, and how low."""
    low = {}
    for address in addresses:
        page.goto(address)
        expect(page.locator("#barre[data-counted]")).to_be_attached()
        expect(page.locator(NUMBER).first).to_be_visible()
        for width, most in LIMITS.items():
            resize(page, width)
            # On a busy machine the layout of the width before may stand for longer than two frames.
            if not settled(
                lambda most=most: page.evaluate(FIRST_NUMBER) <= most and not excess_width(page), True
            ):
                low[f"{address} ({width} px)"] = page.evaluate(FIRST_NUMBER)
    return low


def test_the_first_figure_of_each_dashboard_of_the_demonstration_is_at_the_top(
    visit: Visit, heads: list[str]
) -> None:
    assert len(heads) == 20
    addresses = [f"/tableaux-de-bord/{slug}/" for slug in heads]
    drafts = [f"/tableaux-de-bord/{slug}/?version=2" for slug in heads[:2]]
    reader, author = visit.page(), visit.page()
    visit.sign_in(author, ADMINISTRATOR)
    assert tops(reader, addresses) == {}
    assert tops(author, [*spread(addresses, one_in=5), *drafts]) == {}  # with the menu of who changes it


def test_the_first_figure_is_at_the_top_on_the_portal_of_a_town_and_under_filters(
    visit: Visit, heads: list[str]
) -> None:
    town = f"http://meudon.localhost:{urlsplit(visit.site).port}"
    assert Commune.objects.filter(nom="Meudon").exists()
    page = visit.page()
    visit.watch.origin = urlsplit(town).netloc
    longest = max(DOCUMENTS, key=lambda document: len(document["title"]))["slug"]
    addresses = [f"{town}/tableaux-de-bord/{slug}/" for slug in (longest, "mobilites-ouvertes")]
    addresses += [f"{address}?commune=92048" for address in addresses]
    addresses.append(f"{town}/tableaux-de-bord/securite-routiere/?commune=92048&genre=Acer")
    assert tops(page, addresses) == {}


MENU = """(menu) => {
  const { top, bottom, left, right } = menu.getBoundingClientRect();
  const inside = [...menu.querySelectorAll("a, input, button")].map((each) => each.getBoundingClientRect());
  return {
    inSight: top >= 0 && bottom <= innerHeight && left >= 0 && right <= innerWidth,
    whole: inside.every((each) => each.bottom <= bottom && each.right <= right),
    scrolls: menu.scrollHeight > menu.clientHeight + 1,
  };
}"""


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (375, 812)])
def test_all_of_the_menu_of_periods_is_in_sight(
    visit: Visit, heads: list[str], width: int, height: int
) -> None:
    page = visit.page(width=width, height=height)
    page.goto("/tableaux-de-bord/stationnement-ouvert/")
    page.locator(".filter-choices summary").filter(has_text="Période").click()
    menu = page.locator(".period-menu")
    expect(menu.get_by_role("button", name="Appliquer")).to_be_in_viewport(ratio=1)
    assert menu.evaluate(MENU) == {"inSight": True, "whole": True, "scrolls": False}
    wide = menu.locator("input").evaluate_all(
        "(all) => all.map((each) => each.clientWidth - each.scrollWidth)"
    )
    assert wide == [0, 0]


def test_what_is_not_read_is_one_menu_by_keyboard_and_on_a_phone(
    visit: Visit, heads: list[str], axe: str
) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto("/tableaux-de-bord/aires-de-jeux/")
    page.locator(".dashboard-menu > summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Imprimer")).to_be_visible()
    links = page.locator(".dashboard-menu").get_by_role("link")
    buttons = page.locator(".dashboard-menu").get_by_role("button")
    expect(links.or_(buttons)).to_have_text(
        [
            "Modifier",
            "Publier",
            "Lire le brouillon",
            "Partager",
            "Imprimer",
            "Écran de hall",
            "Suspendre l’actualisation",
            "Garder en favori",
            "Dupliquer",
            "Qui le verra",
            "Versions",
            "Texte (YAML)",
            "Ce que vous ne voyez pas ici",
            "Retirer de la publication",
            "Supprimer",
        ]
    )
    tour = Tour(page, axe)
    tour.see("the menu of a dashboard")
    page.get_by_role("link", name="Partager", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Partager")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".dashboard-menu > summary")).to_be_focused()
    expect(page.get_by_role("link", name="Imprimer")).to_be_hidden()
    resize(page, 375, 800)
    assert page.locator(".dashboard-menu > summary").evaluate("(each) => each.offsetWidth") >= 44
    page.locator(".filter-choices summary").first.click()
    expect(page.get_by_role("button", name="Appliquer")).to_be_in_viewport()
    tour.see("a filter of a dashboard")
    assert tour.faults == {}
