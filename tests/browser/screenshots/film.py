"""The film of the planner's question, as an animated WebP that a page of documents shows as a picture.

Each frame is a state of the page at rest and has its own time, so that the film is the same on a slow machine. A ring
shows where the next click falls.
"""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page

from tests.browser.screenshots.camera import Camera, still

NAMES = ("question-film",)
TYPED = "arbres remarquables à moins de 300 m d’un bâtiment, zone N, Meudon"
WINDOW, SIZE = (1440, 900), (1200, 750)
LETTERS_A_FRAME = 4
KEY_MS, CLICK_MS, LOOK_MS, LONG_LOOK_MS = 130, 700, 1600, 2600
RING = 22
QUALITY = 70


class Film:
    """Frames of one page with their durations."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.durations: list[int] = []

    def show(self, milliseconds: int) -> None:
        """Add what the screen shows."""
        self.frames.append(still(self.page))
        self.durations.append(milliseconds)

    def click(self, place: Locator) -> None:
        """Show where the click falls, and click."""
        box = place.bounding_box()
        assert box is not None, place
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        frame = still(self.page)
        drawing = ImageDraw.Draw(frame)
        drawing.ellipse((x - RING, y - RING, x + RING, y + RING), outline=(192, 86, 33), width=5)
        self.frames.append(frame)
        self.durations.append(CLICK_MS)
        place.click()

    def type(self, place: Locator, text: str) -> None:
        """Type a text, some letters a frame."""
        for end in range(LETTERS_A_FRAME, len(text) + LETTERS_A_FRAME, LETTERS_A_FRAME):
            with self.page.expect_response("**/recherche/suggestions/**"):
                place.fill(text[:end])
            self.show(KEY_MS)

    def webp(self) -> bytes:
        """Return the film as an animated WebP that begins again."""
        file = io.BytesIO()
        first, *rest = (frame.resize(SIZE, Image.Resampling.LANCZOS) for frame in self.frames)
        first.save(
            file,
            "WEBP",
            save_all=True,
            append_images=rest,
            duration=self.durations,
            loop=0,
            quality=QUALITY,
            method=4,
        )
        return file.getvalue()


def play(film: Film) -> None:
    """Ask the question in words, read the sentence, open the table, take the link."""
    page = film.page
    page.goto("/")
    film.show(LOOK_MS)
    box = page.get_by_role("main").get_by_role("combobox").or_(page.locator("main input[type=search]")).first
    film.click(box)
    film.type(box, TYPED)
    page.get_by_role("option", name="5 arbres").wait_for()
    film.show(LONG_LOOK_MS)
    box.press("Enter")
    page.wait_for_url("**/carte/?*")
    film.show(LONG_LOOK_MS)
    film.click(page.get_by_role("button", name="Tableau").first)
    film.show(LONG_LOOK_MS)
    film.click(page.get_by_role("button", name="Partager").first)
    page.get_by_role("dialog").wait_for()
    film.show(LONG_LOOK_MS)


def take(camera: Camera, wanted: set[str]) -> None:
    """Record the film."""
    if wanted.isdisjoint(NAMES):
        return
    page = camera.page(width=WINDOW[0], height=WINDOW[1])
    film = Film(page)
    play(film)
    camera.store(f"{NAMES[0]}.webp", film.webp())
    print(f"{len(film.frames)} frames, {sum(film.durations) / 1000:.1f} s", flush=True)
    page.context.close()
