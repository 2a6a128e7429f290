"""The map on paper: drawn at its scale, in light colours, on the paper asked; a list where there is no script."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.browser import town
from tests.browser.visit import Visit

LON, LAT = town.CEDAR_PLACE
SHEET = f"/carte/imprimer/?couches=arbres-remarquables&vue=14.00/{LAT}/{LON}"
DRAWN = "[data-desk][data-state=ready]"
POINTS_AN_MM = 72 / 25.4


def lay(page: Page, address: str) -> None:
    """Open the print page and wait until the map is drawn."""
    page.goto(address)
    page.wait_for_selector(DRAWN)


def test_the_map_leads_to_its_sheet_with_the_same_question(visit: Visit) -> None:
    page = visit.page()
    visit.map(page, f"/carte/?couches=arbres-remarquables&commune={town.MEUDON}")
    page.get_by_role("button", name="Autres outils").click()
    page.get_by_role("link", name="Imprimer la carte").click()
    page.wait_for_selector(DRAWN)
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["commune"] == [town.MEUDON]
    assert asked["vue"][0].split("/")[1].startswith("48.8")


def test_the_sheet_carries_a_sharp_picture_of_the_map(visit: Visit) -> None:
    page = visit.page(fine=True)
    lay(page, SHEET)
    picture = page.locator("[data-picture]")
    sharpness = picture.evaluate("image => image.naturalWidth / image.offsetWidth")
    assert sharpness > 2


def test_the_sheet_has_the_scale_and_the_title_asked(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page()
    lay(page, SHEET + "&echelle=5000")
    with subtests.test("the scale is the one asked"):
        expect(page.locator("[data-scale-number]")).to_have_text("1\u00a0:\u00a05\u202f000")
    with subtests.test("the scale bar is true on paper"):
        pixels = page.locator("[data-scale]").evaluate("bar => bar.offsetWidth")
        metres = float(re.sub(r"\D", "", page.locator("[data-scale-text]").inner_text()))
        assert pixels * 0.0254 / 96 * 5_000 == pytest.approx(metres, rel=0.01)
    with subtests.test("the title is written as it is typed"):
        page.get_by_label("Titre").fill("Arbres de Meudon")
        expect(page.get_by_role("heading", level=1)).to_have_text("Arbres de Meudon")
    with subtests.test("one page of A4 comes out"):
        assert papers(page) == [(210, 297)]


def papers(page: Page) -> list[tuple[int, ...]]:
    """Return the size of each page that the printer would be sent, in millimetres."""
    document = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", document)
    return [tuple(round(float(side) / POINTS_AN_MM) for side in box) for box in boxes]


def test_the_paper_asked_comes_out_light_of_a_dark_screen(visit: Visit, subtests: pytest.Subtests) -> None:
    page = visit.page(scheme="dark")
    lay(page, SHEET + "&papier=a3&sens=paysage")
    with subtests.test("paper is light on a dark screen"):
        expect(page.locator("[data-paper]")).to_have_css("background-color", "rgb(255, 255, 255)")
    with subtests.test("one page of A3 comes out"):
        assert papers(page) == [(420, 297)]


def test_without_webgl_the_list_takes_the_place_of_the_map(visit: Visit) -> None:
    page = visit.page()
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(SHEET + f"&commune={town.MEUDON}")
    expect(page.get_by_role("link", name=town.CEDAR)).to_be_visible()


QUESTION = (
    "/carte/imprimer/?couches=arbres-remarquables&couches=aires-de-jeux&sujet=arbres-remarquables"
    "&arbres-remarquables.touching=aires-de-jeux@20000*&liste=1&vue=18.00/48.70000/2.00000"
)


def texts(page: Page) -> list[str]:
    """Return the words of each page that the printer would be sent."""
    pdf = page.pdf(prefer_css_page_size=True)
    return [sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.parametrize("sense", ["portrait", "paysage"])
def test_a_question_is_printed_whole(visit: Visit, subtests: pytest.Subtests, sense: str) -> None:
    page = visit.page()
    lay(page, f"{QUESTION}&sens={sense}")
    with subtests.test("the scale is that of what answers, not of the view"):
        scale = int(re.sub(r"\D", "", page.locator("[data-scale-number]").inner_text().partition(":")[2]))
        assert scale > 5_000
    with subtests.test("the sheet and its list are two pages, sources with the map"):
        sheets = texts(page)
        assert len(sheets) == 2
        assert "Sources" in sheets[0]


def test_a_legend_too_long_for_the_sheet_is_printed_with_the_sources(visit: Visit) -> None:
    page = visit.page()

    def lengthen(route: Route) -> None:
        answer = route.fetch()
        lines = "".join(f"<li>Une ligne de légende {n}</li>" for n in range(90))
        body = answer.text().replace(
            '<section class="paper-sources">', f"<ul>{lines}</ul><section class='paper-sources'>"
        )
        route.fulfill(response=answer, body=body)

    page.route("**/carte/imprimer/**", lengthen)
    lay(page, SHEET + "&sens=paysage")
    sheets = texts(page)
    assert len(sheets) > 1
    assert [text for text in sheets if "Sources" in text and "Une ligne de légende" not in text] == []


def test_no_notice_is_printed(visit: Visit) -> None:
    page = visit.page()
    lay(page, SHEET)
    page.evaluate(
        """() => document.querySelector("main").insertAdjacentHTML("beforebegin",
            '<div class="wrap messages site-notice"><p class="notice warn">Un avis</p></div>')"""
    )
    page.emulate_media(media="print")
    expect(page.get_by_text("Un avis")).to_be_hidden()
