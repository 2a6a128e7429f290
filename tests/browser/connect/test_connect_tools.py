"""Somebody makes a token, copies it, uses it, revokes it, and copies how to connect a tool."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.clipboard import clipboard_text
from tests.browser.visit import Visit
from tests.people import PLANNER

# A browser that may add credentials of its own would open its dialog at the 401.
STATUS = """token => fetch("/api/collections", {
  credentials: "omit", headers: {Authorization: `Bearer ${token}`}
}).then(answer => answer.status)"""
PAGE = "/connecter/arbres-remarquables/"


def account(visit: Visit) -> Page:
    """Sign in and open the account page."""
    page = visit.page()
    visit.sign_in(page, PLANNER)
    page.goto("/compte/")
    return page


def create(page: Page) -> str:
    """Make a token and return what is shown."""
    page.get_by_label("Nom", exact=True).fill("QGIS du bureau")
    page.get_by_role("button", name="Créer le jeton").click()
    return page.locator("[data-token]").inner_text()


def test_a_token_is_made_copied_used_and_revoked(visit: Visit) -> None:
    visit.watch.expected.add(401)
    page = account(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    create(page)
    page.get_by_role("button", name="Copier").click()
    page.get_by_role("button", name="Copié").wait_for()
    page.get_by_label("Nom", exact=True).focus()
    page.keyboard.press("Control+V")
    copied = page.get_by_label("Nom", exact=True).input_value()
    before = page.evaluate(STATUS, copied)
    page.get_by_role("link", name="Révoquer QGIS du bureau").click()
    page.get_by_role("button", name="Révoquer").click()
    page.get_by_text("est révoqué").wait_for()
    assert before == 200, "a new token is refused"
    assert page.evaluate(STATUS, copied) == 401, "a token revoked is still taken"


def test_a_command_is_copied_with_its_lines(visit: Visit) -> None:
    page = visit.page()
    page.goto(PAGE)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#python").get_by_role("button", name="Copier").click()
    page.locator("#python").get_by_role("button", name="Copié").wait_for()
    assert "geopandas\n\nlayer =" in clipboard_text(page)
