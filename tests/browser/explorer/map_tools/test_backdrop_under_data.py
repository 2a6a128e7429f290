"""The portal's own backdrop on the map: in the colours of the scheme, under data, and absent where it is not wanted."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.visit import Visit, on_screen

WATER = (2.2752, 48.8466)  # the Seine in Paris, beside its name
WOOD = (2.2150, 48.8000)  # the forest of Meudon


def colour(page: Page, place: tuple[float, float]) -> str:
    """Return what is seen at a longitude and a latitude, as ``#rrggbb``."""
    page.wait_for_selector("[data-backdrop=drawn]")
    x, y = on_screen(page, *place)
    shot = page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    red, green, blue = Image.open(io.BytesIO(shot)).convert("RGB").getpixel((0, 0))  # type: ignore[misc]  # one pixel
    return f"#{red:02x}{green:02x}{blue:02x}"


def token(page: Page, name: str) -> str:
    return str(
        page.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name)", name)
    )


def address(place: tuple[float, float], query: str) -> str:
    return f"/carte/?{query}#16.00/{place[1]:.5f}/{place[0]:.5f}"


def test_the_backdrop_is_drawn_under_data_in_the_colours_of_the_scheme(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    light, dark = visit.page(drawn=True), visit.page(drawn=True, scheme="dark")
    with subtests.test("water is water in the light"):
        visit.map(light, address(WATER, "couches="))
        assert colour(light, WATER) == token(light, "--backdrop-water")
    with subtests.test("no backdrop leaves bare paper"):
        visit.map(light, address(WATER, "couches=&fond=aucun"))
        assert colour(light, WATER) == token(light, "--paper-3")
    with subtests.test("woods are woods in the dark"):
        visit.map(dark, address(WOOD, "couches="))
        assert colour(dark, WOOD) == token(dark, "--backdrop-wood")
    with subtests.test("data are over them"):
        visit.map(dark, address(WOOD, "couches=plui-zones"))
        assert colour(dark, WOOD) != token(dark, "--backdrop-wood")
