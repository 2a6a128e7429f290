"""Makes the dashboard of ``docs/first-dashboard.md`` as its reader would, and counts the clicks.

A dashboard of that name is deleted before and after.
"""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, Page

from tests.browser.screenshots.camera import Camera

MAKER, READER, STRANGER = "agent-mobilites", "agent-voirie", "agent-dechets"
TITLE, NAME, LAYER, READERS = (
    "Aménagements cyclables",
    "amenagements-cyclables",
    "Aménagements cyclables",
    "Voirie",
)
PAGE = f"/tableaux-de-bord/{NAME}/"
FIGURE = "Réseau pour 1 000 habitants"
STEPS = ("new", "draft", "settings", "added", "readers", "publish", "read")
NAMES = tuple(f"first-dashboard-{step}" for step in STEPS)


class Hand:
    """Who makes the dashboard: every click and every typed text counts."""

    def __init__(self, page: Page, camera: Camera) -> None:
        self.page = page
        self.camera = camera
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
        self.camera.save(self.page, f"first-dashboard-{name}")

    def says(self, step: str) -> None:
        """Tell what the step cost so far."""
        print(f"{step}: {self.clicks} clicks, {self.typed} texts, {time.monotonic() - self.began:.0f} s")


def delete(page: Page) -> None:
    """Delete the dashboard, also that of a former run."""
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
    page.locator("#panneau-densite-titre").wait_for()
    hand.says("draft")


def change(hand: Hand) -> None:
    """Another measure for one figure, one panel more, a summary."""
    page = hand.page
    hand.picture("draft")
    hand.click(page.locator("#panneau-densite-titre"))
    hand.choose(page.locator("[data-path='measure.0'], [data-change='measure.0']"), "Longueur totale")
    hand.type(page.locator("[data-path='title']"), FIGURE)
    page.keyboard.press("Tab")
    page.locator("#panneau-densite-titre", has_text=FIGURE).wait_for()
    page.get_by_text("gardé à").wait_for()
    hand.picture("settings")
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
    page.get_by_label("Quelle décision").fill("Quels aménagements cyclables engager")
    page.get_by_label("Qui prend").fill("Direction de la voirie")
    hand.picture("publish")
    hand.click(page.get_by_role("main").get_by_role("button", name="Publier"))
    page.wait_for_url(f"**{PAGE}")
    hand.says("published")


def take(camera: Camera, wanted: set[str]) -> None:
    """Make it, then look at it as one who may read it and one who may not."""
    if wanted.isdisjoint(NAMES):
        return
    page = camera.page(MAKER, width=1280)
    delete(page)
    hand = Hand(page, camera)
    draft(hand)
    change(hand)
    publish(hand)
    reader = Hand(camera.page(READER, width=1280), camera)
    reader.page.goto(PAGE, wait_until="networkidle")
    reader.picture("read")
    answer = camera.page(STRANGER, width=1280).goto(PAGE)
    assert answer is not None
    assert answer.status == 404, answer.status
    delete(page)
