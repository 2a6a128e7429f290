"""A real browser on a real server: the system's Chromium, a small town, and every fault of a page made a failure."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from tests.browser.chromium import ARGUMENTS, CHROMIUM, READY
from tests.browser.kept_town import KeptTown
from tests.browser.server import Server, collect, pooled, serving
from tests.browser.watch import Watch
from tests.people import PASSWORD, Person

# Playwright's synchronous interface runs a loop in this thread, where Django would refuse to read the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

TILE_PX = 512


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, drawing WebGL in software."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as they are published, but for their names."""
    folder = tmp_path_factory.mktemp("joined")
    collect(folder)
    return folder


@pytest.fixture(scope="package")
def kept_town(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KeptTown]:
    """The small town, which leaves the database with the tests of this folder."""
    kept = KeptTown(tmp_path_factory.mktemp("town") / "photos")
    with pooled():
        yield kept
        with django_db_blocker.unblock():
            kept.raze()


@pytest.fixture(scope="package")
def server(kept_town: KeptTown, joined: Path) -> Iterator[Server]:
    """The server, which answers while a test has the database."""
    with serving(joined) as server:
        yield server


@pytest.fixture
def transactional_db(
    kept_town: KeptTown, server: Server, media: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The database with the small town, put back instead of emptied as Django's own fixture of this name does."""
    with django_db_blocker.unblock():
        kept_town.stand(media)
        yield
        server.wait_for_calm()


@pytest.fixture
def site(transactional_db: None, server: Server) -> str:
    """The address of a server that publishes the small town."""
    return server.address


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
