"""A passkey of the device: made on its page, then signs in without a password, then ends a sign-in by password.

The device is Chromium's virtual authenticator. A passkey is for a name, never for an IP address: these pages are at
``localhost``.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.people import PASSWORD, PLANNER

HOME = "/compte/double-authentification/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def add_device(page: Page) -> None:
    """Give the browser of a page a device that keeps passkeys and recognises its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def give_password(page: Page, site: str) -> None:
    """Send the sign-in form."""
    page.goto(f"{site}/compte/connexion/")
    page.get_by_label("Identifiant ou courriel").fill(PLANNER.name)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()


def sign_out(page: Page) -> None:
    """Leave by the menu of the account."""
    page.locator("summary").filter(has_text=PLANNER.name).click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()


def test_a_passkey_signs_in_by_itself_and_ends_a_sign_in_by_password(visit: Visit, axe: str) -> None:
    PLANNER.account()
    page = visit.page()
    site = f"http://localhost:{urlsplit(visit.site).port}"
    visit.watch.origin = urlsplit(site).netloc
    add_device(page)
    give_password(page, site)
    page.wait_for_url(f"{site}/")
    tour = Tour(page, axe, EACH_SCREEN)
    tour.go(f"{site}{HOME}application/")
    page.goto(f"{site}{HOME}cles/ajout/")
    tour.see("a passkey to add")
    page.get_by_label("Nom").fill("Ordinateur du bureau")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("heading", name="Vos codes, à garder en lieu sûr")).to_be_visible()
    tour.see("recovery codes")
    page.get_by_role("link", name="Je les ai gardés, continuer").click()
    expect(page.get_by_role("rowheader", name="Ordinateur du bureau")).to_be_visible()
    tour.see("the factors of an account")
    sign_out(page)
    page.goto(f"{site}/compte/connexion/")
    page.get_by_role("button", name="Employer une clé d’accès").click()
    page.wait_for_url(f"{site}/")
    sign_out(page)
    give_password(page, site)
    expect(page.get_by_role("heading", name="Second facteur")).to_be_visible()
    tour.see("the second step of a sign-in")
    page.get_by_role("button", name="Employer ma clé d’accès").click()
    page.wait_for_url(f"{site}/")
    assert tour.faults == {}
