"""A view leaves the portal: by the dialog of sharing, as a picture, and as a frame inside a page of another site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect
from pytest_django import Settings

from tests.browser import town
from tests.browser.clipboard import clipboard_text
from tests.browser.tour import DESK, PHONE, Tour
from tests.browser.visit import Visit, resize
from tests.people import PLANNER

TREES, ZONES = "arbres-remarquables", "plui-zones"
VIEW = f"/carte/?couches=arbres-remarquables&couches={town.INTERNAL}#13.00/48.80500/2.23100"
AROUND = """<!doctype html><html lang="fr"><title>La ville</title><p><a id="before" href="#">avant</a></p>
{code}<p><a id="after" href="#">après</a></p><p style="height: 200vh">suite</p></html>"""
FOCUS = "document.activeElement.id"
MAX_STOPS = 15


@pytest.fixture
def another_site() -> Iterator[dict[str, str]]:
    """A site at another port: the page that it serves is under ``page``, its address under ``address``."""
    held: dict[str, str] = {"page": ""}

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(held["page"].encode())

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        held["address"] = f"http://127.0.0.1:{server.server_port}/"
        yield held
        server.shutdown()


def open_dialog(page: Page) -> None:
    """Open the ways to share the view with the keyboard."""
    page.get_by_role("button", name="Partager", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Partager")).to_be_visible()


def test_a_view_is_shared_by_the_dialog(
    visit: Visit, axe: str, subtests: pytest.Subtests, tmp_path: Path
) -> None:
    page = visit.page(drawn=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.sign_in(page, PLANNER)
    tour = Tour(page, axe, (*DESK, *PHONE))
    visit.map(page, VIEW)
    shared = page.url
    open_dialog(page)
    with subtests.test("who shares is told what others will not see"):
        expect(page.get_by_role("dialog")).to_contain_text("interne")
    with subtests.test("the picture is that of the screen, with its legend under it"):
        with page.expect_download() as taken:
            page.get_by_role("button", name="Image de la carte (PNG)").click()
        taken.value.save_as(tmp_path / "map.png")
        picture = Image.open(BytesIO((tmp_path / "map.png").read_bytes()))
        assert (picture.format, picture.height > 900) == ("PNG", True)
    with subtests.test("the dialog is clean on a desk and on a phone"):
        tour.see("dialog")
        assert tour.faults == {}
    with subtests.test("the link is copied, and Escape gives the focus back"):
        resize(page, 1440)  # on a phone the tools are folded again
        page.get_by_role("button", name="Copier le lien").click()
        expect(page.get_by_role("button", name="Lien copié")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Partager", exact=True)).to_be_focused()
        assert clipboard_text(page) == shared


def framed(visit: Visit) -> str:
    """Return the code of a frame that somebody of the planners copies."""
    page = visit.page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.sign_in(page, PLANNER)
    visit.map(page, VIEW)
    open_dialog(page)
    page.get_by_role("button", name="Copier le code").click()
    expect(page.get_by_role("button", name="Code copié")).to_be_visible()
    page.keyboard.press("Escape")
    return clipboard_text(page)


def test_a_frame_in_another_site_shows_open_layers_without_a_session(
    visit: Visit, settings: Settings, another_site: dict[str, str], subtests: pytest.Subtests
) -> None:
    settings.PORTAL_EMBED_SITES = [another_site["address"].rstrip("/")]
    another_site["page"] = AROUND.format(code=framed(visit))
    page = visit.page()
    visit.sign_in(page, PLANNER)  # the same host: its cookies go with what the frame itself asks
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(another_site["address"])
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-embed][data-state=ready]")).to_be_attached()
    visit.watch.faults.clear()  # the other site is, for the watch, an external request
    data = [request for request in asked if urlsplit(request.url).path.startswith(("/tiles/", "/api/"))]
    with subtests.test("it asks tiles"):
        assert [request for request in data if "/tiles/arbres-remarquables/" in request.url]
    with subtests.test("no internal layer is named"):
        assert [request.url for request in asked if town.INTERNAL in request.url] == []
    with subtests.test("no session goes with what is drawn"):
        assert [request.url for request in data if "cookie" in request.all_headers()] == []
    with subtests.test("the wheel belongs to the page around"):
        before = frame.locator("[data-full]").get_attribute("href")
        page.locator("iframe").hover()
        page.mouse.wheel(0, 400)
        page.wait_for_function("scrollY > 0")
        assert frame.locator("[data-full]").get_attribute("href") == before
    with subtests.test("the keyboard goes in and comes out"):
        page.locator("#before").focus()
        stops = 0
        while page.evaluate(FOCUS) != "after" and stops < MAX_STOPS:
            page.keyboard.press("Tab")
            stops += 1
        assert 2 < stops < MAX_STOPS
    visit.watch.faults.clear()


def test_a_frame_is_clean_and_draws_its_question(visit: Visit, axe: str, subtests: pytest.Subtests) -> None:
    page = visit.page()
    tour = Tour(page, axe, (*DESK, *PHONE))
    asked = f"{TREES}.touching={ZONES}@300*&rideau={ZONES}:50"
    page.goto(f"/carte/integree/?couches={TREES}&couches={ZONES}&{asked}#13.00/48.80500/2.23100")
    expect(page.locator("[data-embed][data-state=ready]")).to_be_attached()
    with subtests.test("what is asked of another layer is drawn as the public sees it"):
        expect(page.locator("[data-map][data-surroundings]")).not_to_have_attribute("data-surroundings", "0")
    with subtests.test("the divider is moved by keys, and Tab leaves it"):
        handle = page.get_by_role("slider")
        handle.focus()
        page.keyboard.press("ArrowRight")
        expect(handle).to_have_attribute("aria-valuenow", "52")
        page.keyboard.press("Tab")
        expect(handle).not_to_be_focused()
    tour.see("frame")
    assert tour.faults == {}
