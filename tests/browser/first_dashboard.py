"""Makes the dashboard of ``docs/first-dashboard.md`` as its reader would, counts the clicks and takes its pictures.

``python -m tests.browser.first_dashboard http://127.0.0.1:8000 .data/demo-accounts.json`` on a portal that holds the
demonstration; a dashboard of that name is deleted first. Pictures go to ``docs/screenshots``.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.screenshots import FOLDER, lighten

MAKER, READER, STRANGER = "agent-mobilites", "agent-voirie", "agent-dechets"
TITLE, NAME, LAYER, READERS = (
    "Aménagements cyclables",
    "amenagements-cyclables",
    "Aménagements cyclables",
    "Voirie",
)
PAGE = f"/tableaux-de-bord/{NAME}/"


class Hand:
    """Who makes the dashboard: every click and every typed text counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        self.typed = 0
        self.began = time.monotonic()

    def click(self, place: Locator) -> None:
        """Click where the reader would: on what is seen, even on the preview of a panel, which is inert."""
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box is not None, place
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.clicks += 1
        self.page.wait_for_load_state("networkidle")

    def choose(self, place: Locator, label: str) -> None:
        """Open a list and choose in it: two clicks."""
        place.select_option(label=label)
        self.clicks += 2
        self.page.wait_for_load_state("networkidle")

    def type(self, place: Locator, text: str) -> None:
        """Click in a field and type over what it holds."""
        self.click(place)
        place.fill(text)
        self.typed += 1

    def picture(self, name: str) -> None:
        """Save what the screen shows."""
        file = FOLDER / f"first-dashboard-{name}.png"
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=file)
        lighten(file)

    def says(self, step: str) -> None:
        """Tell what the step cost so far."""
        print(f"{step}: {self.clicks} clicks, {self.typed} texts, {time.monotonic() - self.began:.0f} s")


def signed_in(browser: Browser, site: str, username: str, password: str) -> Page:
    """Return a page of an account."""
    context = browser.new_context(
        base_url=site, viewport={"width": 1280, "height": 860}, reduced_motion="reduce", locale="fr-FR"
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto("/compte/connexion/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("form.stack button.primary")
    page.wait_for_load_state("networkidle")
    return page


def forget(page: Page) -> None:
    """Delete the dashboard of a former run."""
    if page.goto(f"{PAGE}supprimer/").status == 200:  # type: ignore[union-attr]  # a page of ours answers
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state("networkidle")


def draft(hand: Hand) -> None:
    """From the list to the first draft."""
    page = hand.page
    page.goto("/tableaux-de-bord/", wait_until="networkidle")
    hand.click(page.get_by_role("link", name="Nouveau tableau de bord"))
    hand.type(page.locator("[name=title]"), TITLE)
    hand.choose(page.get_by_label("Couche", exact=True), LAYER)
    hand.click(page.get_by_role("button", name="Voir les modèles"))
    page.get_by_text("L’essentiel d’une couche").wait_for()
    hand.picture("new")
    hand.click(page.get_by_role("button", name="Créer le brouillon"))
    page.locator("#panneau-moyenne-titre").wait_for()
    hand.says("draft")


def change(hand: Hand) -> None:
    """Another measure for one figure, one panel more, a summary."""
    page = hand.page
    hand.picture("draft")
    hand.click(page.locator("#panneau-moyenne-titre"))
    hand.choose(page.locator("[data-path='measure.0'], [data-change='measure.0']"), "Longueur totale")
    hand.type(page.locator("[data-path='title']"), "Longueur du réseau")
    page.keyboard.press("Tab")
    page.wait_for_load_state("networkidle")
    page.get_by_text("51 300").wait_for()
    hand.picture("settings")
    hand.click(page.locator("h3", has_text="habitants"))  # the next comes after it
    hand.click(page.get_by_role("button", name="Aménagements cyclables par année"))
    page.locator(".builder-side .proposals").wait_for()
    page.get_by_text("gardé à").wait_for()
    hand.picture("added")
    hand.says("changes")


def publish(hand: Hand) -> None:
    """Say who will read it, and publish."""
    page = hand.page
    hand.click(page.get_by_role("link", name="Qui le verra").first)
    hand.click(page.get_by_label("Des groupes, ou des personnes"))
    hand.click(page.get_by_label(re.compile(rf"^{READERS} ")))
    hand.picture("readers")
    hand.click(page.get_by_role("button", name="Enregistrer et aller publier"))
    page.get_by_role("heading", name="Ce que publier changera").wait_for()
    hand.picture("publish")
    hand.click(page.get_by_role("main").get_by_role("button", name="Publier"))
    page.wait_for_url(f"**{PAGE}")
    hand.says("published")


def main(site: str, accounts: str) -> None:
    """Make it, then look at it as one who may read it and one who may not."""
    passwords = {line["username"]: line["password"] for line in json.loads(Path(accounts).read_text())}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = signed_in(browser, site, MAKER, passwords[MAKER])
        forget(page)
        hand = Hand(page)
        draft(hand)
        change(hand)
        publish(hand)
        reader = Hand(signed_in(browser, site, READER, passwords[READER]))
        reader.page.goto(PAGE, wait_until="networkidle")
        reader.picture("read")
        stranger = signed_in(browser, site, STRANGER, passwords[STRANGER])
        answer = stranger.goto(PAGE)
        print(f"{STRANGER}: {answer.status if answer else None}")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
