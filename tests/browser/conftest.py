"""A real browser on a real server: the system's Chromium, a small town, and every fault of a page made a failure."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser import town
from tests.browser.chromium import ARGUMENTS, CHROMIUM, READY
from tests.people import PASSWORD, Person

# Playwright's synchronous interface runs a loop in this thread, where Django would refuse to read the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

TILE_PX = 512


@dataclass
class Watch:
    """What went wrong while a page was open. ``expected`` holds the statuses a test asks for on purpose."""

    origin: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Note console errors, uncaught exceptions, failed, refused and external requests."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, said: ConsoleMessage) -> None:
        is_expected = any(f"status of {status}" in said.text for status in self.expected)
        if said.type == "error" and not is_expected:
            self.faults.append(f"console: {said.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws"} and parts.netloc != self.origin:
            self.faults.append(f"external request: {request.url}")

    def _failed(self, request: Request) -> None:
        # A tile that left the view, or a list asked again, is aborted by the page itself.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status}: {response.url}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, drawing WebGL in software."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(transactional_db: None, live_server: LiveServer, media: Path) -> str:
    """The address of a server that publishes the small town."""
    town.build()
    return live_server.url.replace("localhost", "127.0.0.1")


@dataclass
class Visit:
    """Opens pages on the site with one kind of browser."""

    chromium: Browser
    site: str
    watch: Watch

    def page(
        self, *, width: int = 1440, scheme: str = "light", script: bool = True, touch: bool = False
    ) -> Page:
        """Return a page of a new browser profile that reduces motion, so that the map jumps."""
        context = self.chromium.new_context(
            base_url=self.site,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal type that Playwright does not export
            reduced_motion="reduce",
            java_script_enabled=script,
            has_touch=touch,
            is_mobile=touch,
            locale="fr-FR",
        )
        page = context.new_page()
        self.watch.listen(page)
        return page

    def map(self, page: Page, address: str = "/carte/") -> None:
        """Open the map and wait until it is drawn."""
        page.goto(address)
        page.wait_for_selector(READY)

    def sign_in(self, page: Page, person: Person) -> None:
        """Sign in through the form."""
        person.account()
        page.goto("/compte/connexion/")
        page.get_by_label("Nom d’utilisateur").fill(person.name)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{self.site}/")


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """A way to open pages; at the end every fault seen fails the test."""
    watch = Watch(urlsplit(site).netloc)
    yield Visit(chromium, site, watch)
    for context in chromium.contexts:
        context.close()
    assert watch.faults == []


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return (Path(django_settings.NODE_MODULES) / "axe-core" / "axe.min.js").read_text("utf-8")


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
