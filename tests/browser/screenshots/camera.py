"""Opens pages of a portal as its accounts do, and saves what the screen shows.

A picture is saved when two in a row are the same, so that nothing moves in it: animations are off, the clock of the
browser stands still, and a request to any other site is an error.
"""

from __future__ import annotations

import io
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageChops, ImageSequence
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "screenshots"
HEIGHTS = {375: 812, 1200: 800, 1280: 860, 1440: 900}
# The form of signing in is shown once an account; waits end when they are true.
LONGEST_WAIT_MS = 60_000
PHONE_WIDTH = 375
MOST_SHOTS = 60
EDGE_LEVELS = 64
# What is below the screen is loaded when it is reached: only what is in view counts.
AT_REST = """() => {
  const isInView = (one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.top < innerHeight && box.bottom > 0;
  };
  const busy = "[aria-busy=true], .htmx-request, .spinner";
  const maps = "[data-explorer]:not([data-state=ready]), [data-dataset-map]:not([data-state=ready])";
  return document.fonts.status === "loaded"
    && !document.querySelector(maps)
    && ![...document.querySelectorAll(busy)].some(isInView)
    && [...document.images].every((one) => one.complete || !isInView(one));
}"""
# The server says at which minute a draft was stored.
SAME_HOUR = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    text.data = text.data.replace(/(gardé à )\\d\\d(\\D{1,3})\\d\\d/, "$110$200");
  }
}"""


class MovingPage(Exception):
    """The page never shows the same twice."""


class Camera:
    """One browser on one portal."""

    def __init__(self, browser: Browser, site: str, passwords: dict[str, str], folder: Path = FOLDER) -> None:
        self.browser = browser
        self.site = site.rstrip("/")
        self.passwords = passwords
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.elsewhere: set[str] = set()
        self._sessions: dict[str, str] = {}
        # Ten in the morning, so that « enregistré à … » is the same whenever the pictures are taken.
        self._clock = datetime.now().astimezone().replace(hour=10, minute=0, second=0, microsecond=0)

    def page(
        self,
        account: str = "",
        *,
        width: int = 1440,
        height: int | None = None,
        scheme: str = "light",
        commune: str = "",
    ) -> Page:
        """Return a page of a new profile, signed in as an account, on the portal of the territory or of a commune."""
        context = self._context(
            ViewportSize(width=width, height=height or HEIGHTS[width]),
            scheme=scheme,
            touch=width == PHONE_WIDTH,
            site=self._site_of(commune),
        )
        if account:
            context.add_cookies([self._session(account)])  # type: ignore[list-item]  # a typed dictionary of Playwright
        return context.new_page()

    def save(self, page: Page, name: str, *, element: Locator | None = None) -> None:
        """Save what the screen shows, or one element of it, once it is at rest."""
        self.store(f"{name}.png", light(still(page, element)))

    def store(self, name: str, picture: bytes) -> None:
        """Write a file, unless the stored one looks the same."""
        file = self.folder / name
        is_same = looks_the_same(file, picture)
        if not is_same:
            file.write_bytes(picture)
        print(f"{name}: {'as before' if is_same else 'new'}", flush=True)

    def first_id(self, layer: str, **query: str) -> int:
        """Return the id of the first feature of a layer, as the public."""
        context = self.browser.new_context(base_url=self.site)
        answer = context.request.get(f"/api/collections/{layer}/items", params={**query, "limit": 1})
        rows = answer.json()["features"]
        context.close()
        return int(rows[0]["id"])

    def _site_of(self, commune: str) -> str:
        scheme, _, _, *_ = urlsplit(self.site)
        return f"{scheme}://{commune}.localhost:{urlsplit(self.site).port}" if commune else self.site

    def _context(self, viewport: ViewportSize, *, scheme: str, touch: bool, site: str) -> BrowserContext:
        context = self.browser.new_context(
            base_url=site,
            viewport=viewport,
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal type that Playwright does not export
            reduced_motion="reduce",
            has_touch=touch,
            is_mobile=touch,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            service_workers="block",
        )
        context.set_default_timeout(LONGEST_WAIT_MS)
        context.clock.set_fixed_time(self._clock)
        context.route("**/*", self._stay_here)
        return context

    def _stay_here(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"http", "https"} and address.port != urlsplit(self.site).port:
            self.elsewhere.add(route.request.url)
            route.abort()
        else:
            route.continue_()

    def _session(self, account: str) -> dict[str, str]:
        if account not in self._sessions:
            page = self.page()
            page.goto("/compte/connexion/")
            page.fill("#id_username", account)
            page.fill("#id_password", self.passwords[account])
            page.click("form.stack button.primary")
            page.wait_for_url(f"{self.site}/")
            cookies = {one["name"]: one["value"] for one in page.context.cookies()}
            self._sessions[account] = next(value for name, value in cookies.items() if "sessionid" in name)
            self._cookie = next(name for name in cookies if "sessionid" in name)
            page.context.close()
        return {"name": self._cookie, "value": self._sessions[account], "url": self.site}


def still(page: Page, element: Locator | None = None) -> Image.Image:
    """Return what the screen shows, the first time that two pictures in a row are the same."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(AT_REST)
    page.evaluate(SAME_HOUR)
    shoot = element.screenshot if element else page.screenshot
    former = b""
    for _shot in range(MOST_SHOTS):
        shot = shoot(animations="disabled", caret="hide")
        if shot == former:
            return Image.open(io.BytesIO(shot)).convert("RGB")
        former = shot
    raise MovingPage(page.url)


def looks_the_same(file: Path, picture: bytes) -> bool:
    """Say whether a stored picture or film differs by no more than edges of letters and lines do from run to run."""
    if not file.exists():
        return False
    with Image.open(file) as stored, Image.open(io.BytesIO(picture)) as taken:
        if stored.size != taken.size:
            return False
        frames = zip_longest(ImageSequence.all_frames(stored), ImageSequence.all_frames(taken))
        return all(
            former and latter and highest_difference(former, latter) <= EDGE_LEVELS
            for former, latter in frames
        )


def highest_difference(former: Image.Image, latter: Image.Image) -> int:
    """Return by how many levels two pictures of one size differ at most."""
    difference = ImageChops.difference(former.convert("RGB"), latter.convert("RGB")).tobytes()
    return max(difference)


def light(picture: Image.Image) -> bytes:
    """Return a PNG of 256 colours, which the flat colours of a page do not miss: it weighs a third."""
    file = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
