"""What a test does with the browser: open pages in new profiles, as somebody, and find places on a map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.browser.chromium import BLANK_MAPS, COARSE_MAPS, LONGEST_WAIT_MS, PATIENT, READY, THROTTLE
from tests.browser.watch import Watch
from tests.people import PASSWORD, Person

TILE_PX = 512
# A page has its new width before its media queries follow, which they do with the event: it is measured after that.
FOLLOW = """() => {
  window.hasFollowed = false;
  addEventListener("resize", () =>
    requestAnimationFrame(() => requestAnimationFrame(() => { window.hasFollowed = true; })), { once: true });
}"""


@dataclass
class Visit:
    """Opens pages on the site with one kind of browser."""

    chromium: Browser
    site: str
    watch: Watch
    has_backdrop: bool = False

    def page(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        script: bool = True,
        touch: bool = False,
        drawn: bool = False,
        fine: bool = False,
        worker: bool = False,
    ) -> Page:
        """Return a page of a new browser profile that reduces motion, so that the map jumps.

        Maps paint nothing but where they are asked ``drawn``, coarsely, or ``fine``; the service worker of the site
        runs where ``worker`` is asked.
        """
        self.has_backdrop |= drawn or fine
        context = self.chromium.new_context(
            base_url=self.site,
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal type that Playwright does not export
            reduced_motion="reduce",
            java_script_enabled=script,
            has_touch=touch,
            is_mobile=touch,
            locale="fr-FR",
            service_workers="allow" if worker else "block",
        )
        context.set_default_timeout(LONGEST_WAIT_MS)
        context.add_init_script(PATIENT)
        if not fine:
            context.add_init_script(COARSE_MAPS)
        if not (drawn or fine):
            context.add_init_script(BLANK_MAPS)
        page = context.new_page()
        if THROTTLE > 1:
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        self.watch.listen(page)
        return page

    def map(self, page: Page, address: str = "/carte/") -> None:
        """Open the map and wait until it is drawn; the backdrop, a third of its cost, comes where maps paint."""
        if not self.has_backdrop:
            settings.PORTAL_BACKDROP = ""
        page.goto(address)
        page.wait_for_selector(READY)

    def sign_in(self, page: Page, person: Person) -> None:
        """Give the profile of a page the session of somebody, without the form."""
        client = Client()
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.site}])

    def sign_in_by_form(self, page: Page, person: Person) -> None:
        """Sign in as people do."""
        person.account()
        page.goto("/compte/connexion/")
        page.get_by_label("Identifiant ou courriel").fill(person.name)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
        page.wait_for_url(f"{self.site}/")


def resize(page: Page, width: int, height: int = 900) -> None:
    """Give an open page another size, and wait until its layout has followed."""
    if page.viewport_size == {"width": width, "height": height}:
        return
    page.evaluate(FOLLOW)
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("() => window.hasFollowed")


def on_screen(page: Page, longitude: float, latitude: float) -> tuple[float, float]:
    """Return where a place is drawn, from the camera that the address holds (#zoom/latitude/longitude)."""
    zoom, lat, lon = (float(part) for part in urlsplit(page.url).fragment.split("/"))
    box = page.locator("[data-map]").bounding_box()
    assert box is not None
    world = TILE_PX * 2**zoom

    def mercator(x: float, y: float) -> tuple[float, float]:
        return (x + 180) / 360 * world, (1 - math.asinh(math.tan(math.radians(y))) / math.pi) / 2 * world

    (x, y), (middle_x, middle_y) = mercator(longitude, latitude), mercator(lon, lat)
    return box["x"] + box["width"] / 2 + x - middle_x, box["y"] + box["height"] / 2 + y - middle_y
