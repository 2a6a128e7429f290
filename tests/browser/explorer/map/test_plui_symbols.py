"""The PLUi on the map: the fill of a zone, its code in ink, the hatches of a reserved site, as the CNIG says."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests import factories
from tests.browser.chromium import READY
from tests.browser.visit import Visit, on_screen

SITE = (2.2290, 48.8040, 2.2310, 48.8050)
MAP = "couches=plui-prescriptions-surf&couches=plui-zones&fond=aucun#16.00/48.80450/2.229004"
# A part of the map that holds the middle of the zone, where its code is, without a button or the legend over it.
PART = {"x": 700, "y": 190, "width": 600, "height": 520}
MAGENTA, GREEN = (230, 0, 169), (86, 170, 2)
INK = 80  # letters of eleven pixels are thinner than a pixel: none is as dark as the ink itself


def pixels(page: Page) -> np.ndarray:
    """Return what is drawn in the part: rows, columns, red, green and blue."""
    shot = page.screenshot(clip=PART)  # type: ignore[arg-type]  # a typed dict that Playwright does not export
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).astype(int)


def near(drawn: np.ndarray, colour: tuple[float, ...]) -> int:
    """Count the pixels within 12 of a colour on each channel."""
    return int((abs(drawn - np.array(colour)).max(axis=2) <= 12).sum())


def dark(drawn: np.ndarray) -> int:
    """Count the pixels of letters."""
    return int((drawn.max(axis=2) < INK).sum())


def test_zones_codes_and_hatches_are_drawn_as_the_cnig_says(visit: Visit, subtests: pytest.Subtests) -> None:
    factories.prescription_surf("Square à créer", factories.box(*SITE), typepsc="05", stypepsc="04")
    page = visit.page(fine=True)
    visit.map(page, f"/carte/?{MAP}")
    with_zones = pixels(page)
    page.get_by_role("switch", name="PLUi : zones").set_checked(False, force=True)
    page.wait_for_url(lambda url: "plui-zones" not in url)
    page.wait_for_selector(READY)
    without = pixels(page)
    ground = without[-1, -1]
    mixed = tuple(0.36 * own + 0.64 * below for own, below in zip(GREEN, ground, strict=True))
    with subtests.test("a zone N is green at 36 %"):
        assert near(with_zones, mixed) > 100_000
        assert near(without, mixed) == 0
    with subtests.test("its code is written in ink"):
        assert dark(with_zones) > 20
        assert dark(without) == 0
    with subtests.test("a reserved site is hatched in magenta, and is seen through"):
        x, y = on_screen(page, 2.2300, 48.8045)
        inside = without[int(y) - PART["y"] - 25 :, int(x) - PART["x"] - 25 :][:50, :50]
        assert 200 < near(inside, MAGENTA) < 1500
