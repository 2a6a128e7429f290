"""Lists of parcels on every screen: the empty form, lines with faults, a file that cannot be read; axe on each."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.tour import ANY_WIDTH, Tour
from tests.browser.visit import Visit
from tests.factories import box
from tests.parcels import parcel

PAGE = "/urbanisme/ici/liste/"
IDU, ABSENT = "92048000AB0123", "92048000AB0999"


def block() -> None:
    """Draw two parcels side by side."""
    parcel(IDU, shape=box(2.2305, 48.8045, 2.2315, 48.8055))
    parcel("92048000AB0124", shape=box(2.2315, 48.8045, 2.2325, 48.8055))


def test_the_list_is_clean_on_every_screen(visit: Visit, axe: str) -> None:
    block()
    page = visit.page()
    visit.watch.expected |= {400}
    tour = Tour(page, axe, ANY_WIDTH)
    for address in (PAGE, f"{PAGE}?section=AB", f"{PAGE}?filter=inconnu"):
        tour.go(address)
    assert tour.faults == {}


def test_a_line_without_parcel_has_its_number_and_near_parcels(visit: Visit) -> None:
    block()
    page = visit.page(script=False)
    page.goto(PAGE)
    page.locator("textarea[name=lieux]").fill(f"{IDU}\n{ABSENT}")
    page.locator("form:has(textarea[name=lieux]) button[type=submit]").first.click()
    expect(page.get_by_text("Cette parcelle n’est pas dans le portail.")).to_be_visible()
    expect(page.get_by_text(ABSENT).last).to_be_visible()


def test_a_file_of_ten_thousand_lines_is_refused_in_words(visit: Visit) -> None:
    block()
    page = visit.page(script=False)
    visit.watch.expected |= {400}
    page.goto(PAGE)
    lines = "parcelle\n" + f"{IDU}\n" * 10_000
    page.locator("input[type=file]").set_input_files(
        {"name": "liste.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    )
    page.locator("form:has(input[type=file]) button[type=submit]").first.click()
    expect(page.get_by_text("Le fichier dépasse 2000 lignes")).to_be_visible()
