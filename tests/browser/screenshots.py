"""Takes the pictures of the README from a running portal: ``python -m tests.browser.screenshots http://127.0.0.1:8000``.

The portal should hold the demonstration. Pictures go to ``docs/screenshots`` as ``<name>-<width>.png``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import ARGUMENTS, CHROMIUM, READY

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
# Remarkable trees within 300 m of a heritage building, in the zones N of Meudon.
QUESTION = (
    "couches=arbres-remarquables&couches=batiments-patrimoniaux&couches=plui-zones&commune=92048"
    "&plui-zones.typezone=N&arbres-remarquables.touching=batiments-patrimoniaux@300"
    "&arbres-remarquables.touching=plui-zones@0*&filtres=arbres-remarquables&onglet=filtres"
)
POINTS = "couches=batiments-patrimoniaux&couches=arbres-remarquables&couches=aires-de-jeux&couches=bornes-de-recharge"
HEIGHTS = {375: 812, 1440: 900}
PICTURES = [
    ("accueil", "/", 1440, "light"),
    ("carte", f"/carte/?{POINTS}&commune=92048&objet=aires-de-jeux/{{meudon}}", 1440, "light"),
    ("carte-sombre", "/carte/?couches=plui-zones&couches=batiments-patrimoniaux", 1440, "dark"),
    ("carte", f"/carte/?{POINTS}", 375, "light"),
    (
        "tableau",
        "/carte/?couches=arbres-remarquables&commune=92048&tableau=arbres-remarquables",
        1440,
        "light",
    ),
    ("question", f"/carte/?{QUESTION}", 1440, "light"),
    ("recherche", "/recherche/?q=meudon", 1440, "light"),
    ("catalogue", "/catalogue/", 1440, "light"),
    ("couche", "/catalogue/arbres-remarquables/", 1440, "light"),
    ("fiche", "/catalogue/aires-de-jeux/{garden}/", 1440, "light"),
]


def take(browser: Browser, site: str, name: str, address: str, width: int, scheme: str) -> Path:
    """Open an address and save what the screen shows, once the map is drawn."""
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": HEIGHTS[width]},
        color_scheme=scheme,  # type: ignore[arg-type]  # a literal type that Playwright does not export
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    if address.startswith("/carte/"):
        page.wait_for_selector(READY)
    file = FOLDER / f"{name}-{width}.png"
    page.screenshot(path=file)
    context.close()
    lighten(file)
    return file


def lighten(file: Path) -> None:
    """Keep 256 colours, which the flat colours of a page do not miss: a picture weighs a third."""
    with Image.open(file) as picture:
        light = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    light.save(file, optimize=True)


def first(browser: Browser, site: str, layer: str, commune: str) -> int:
    """Return the id of the first feature of a layer in a commune."""
    context = browser.new_context(base_url=site)
    asked: dict[str, str | float | bool] = {"commune": commune, "limit": 1}
    found = context.request.get(f"/api/collections/{layer}/items", params=asked).json()
    context.close()
    return int(found["features"][0]["id"])


def main(site: str) -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        ids = {
            "garden": first(browser, site, "aires-de-jeux", "92012"),
            "meudon": first(browser, site, "aires-de-jeux", "92048"),
        }
        for name, address, width, scheme in PICTURES:
            print(take(browser, site, name, address.format(**ids), width, scheme))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
