"""axe-core finds nothing on any page, in light and in dark, wide and narrow; no page overflows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import town
from tests.browser.conftest import Visit
from tests.people import PLANNER

ADDRESSES = [
    "/",
    "/catalogue/",
    "/catalogue/?q=rien+du+tout",
    "/catalogue/arbres-remarquables/",
    "/carte/",
    "/compte/connexion/",
    "/accessibilite/",
    "/api/?f=html",
    "/api/collections?f=html",
    "/api/collections/aires-de-jeux?f=html",
    "/api/collections/aires-de-jeux/items?f=html",
    "/api/conformance?f=html",
]
SCHEMES = ["light", "dark"]
WIDTHS = [375, 768, 1440]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page, axe: str) -> list[str]:
    """Run axe and return each fault with the elements at fault."""
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run({ runOnly: rules, preload: false })", RULES)["violations"]
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes'][:4]]}" for fault in found]


def go(visit: Visit, page: Page, address: str) -> None:
    """Open an address, waiting for the map when it is the map."""
    if address.startswith("/carte/"):
        visit.map(page, address)
    else:
        page.goto(address)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_page_is_clean(visit: Visit, axe: str, address: str, scheme: str) -> None:
    page = visit.page(scheme=scheme)
    go(visit, page, address)
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_sheets_are_clean(visit: Visit, axe: str, scheme: str) -> None:
    page = visit.page(scheme=scheme)
    page.goto(f"/catalogue/aires-de-jeux/{town.garden().pk}/")
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_map_with_a_sheet_on_a_phone_is_clean(visit: Visit, axe: str, scheme: str) -> None:
    page = visit.page(width=375, scheme=scheme)
    visit.map(page, f"/carte/?objet=aires-de-jeux/{town.garden().pk}")
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("address", "status"),
    [("/nulle-part/", 404), ("/catalogue/?couleur=bleu", 400), ("/catalogue/secret/", 404)],
)
def test_error_pages_are_clean(visit: Visit, axe: str, address: str, status: int, scheme: str) -> None:
    visit.watch.expected.add(status)
    page = visit.page(scheme=scheme)
    page.goto(address)
    assert violations(page, axe) == []


def test_the_account_page_is_clean(visit: Visit, axe: str) -> None:
    page = visit.page()
    visit.sign_in(page, PLANNER)
    page.goto("/compte/")
    assert violations(page, axe) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(visit: Visit, width: int) -> None:
    page = visit.page(width=width)
    widths = {}
    for address in ADDRESSES:
        go(visit, page, address)
        widths[address] = page.evaluate("document.documentElement.scrollWidth")
    assert {address: wide for address, wide in widths.items() if wide > width} == {}
