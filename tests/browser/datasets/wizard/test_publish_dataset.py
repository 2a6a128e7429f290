"""A producer publishes a dataset in a real browser: by keyboard, on a phone, without script, and axe finds nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.approvals import let_producers_publish
from tests.browser.tour import DESK, Tour
from tests.browser.visit import Visit
from tests.people import ADMINISTRATOR
from tests.uploads import work

ROWS = "code;nom;places;lon;lat\nB01;Banc du pont;3;2.2310;48.8050\nB02;Banc du parc;4;2.2365;48.8125\n"
MAP_READY = "[data-dataset-map][data-state=ready]"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A small file of benches."""
    found = tmp_path / "bancs.csv"
    found.write_text(ROWS, "utf-8")
    return found


def columns(page: Page, file: Path, address: str = "/jeux/nouveau/", *, script: bool = True) -> None:
    """Give the file and wait for its columns."""
    page.goto(address)
    page.get_by_label("Fichier", exact=True).set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    worked(page, script=script)
    page.wait_for_url("**/jeux/import/*/")


def worked(page: Page, *, script: bool = True) -> None:
    """Do what the worker would of the file on the page; without script, a link reads the page again."""
    page.wait_for_url("**/etat/")
    work()
    if not script:
        page.get_by_role("link", name="Actualiser").click()


def load(page: Page, file: Path, *, script: bool = True) -> None:
    """Say what the dataset is and load it."""
    columns(page, file, script=script)
    page.get_by_label("Titre", exact=True).fill("Bancs")
    page.get_by_label("Thème").select_option(label="Mobilité")
    page.get_by_role("button", name="Charger et contrôler").click()
    worked(page, script=script)
    page.wait_for_url("**/versions/1/")


def publish(page: Page) -> None:
    """Put the version online, open to all, as one of its producers, who may."""
    let_producers_publish()
    page.reload()
    page.get_by_label("Ouverte", exact=True).check()
    page.get_by_role("button", name="Mettre en ligne").click()
    page.wait_for_url("**/catalogue/bancs/")


def drop(page: Page, content: str) -> None:
    """Let a file fall anywhere on the page."""
    dropped = page.evaluate_handle(
        "(text) => { const dropped = new DataTransfer(); "
        "dropped.items.add(new File([text], 'bancs.csv')); return dropped; }",
        content,
    )
    for event in ("dragenter", "drop"):
        page.dispatch_event("h1", event, {"dataTransfer": dropped})


def test_a_dropped_file_is_read_corrected_compared_and_published(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto("/jeux/")
    drop(page, f"Relevé des bancs;;;;\n\n{ROWS}Total;;7;;\n")
    worked(page)
    page.wait_for_url("**/jeux/import/*/")
    with subtests.test("what stands around the table is named"):
        expect(page.get_by_role("group", name="Le fichier tel qu’il est")).to_contain_text(
            "au-dessus du tableau"
        )
    page.get_by_label("Titre", exact=True).fill("Bancs")
    totals = page.get_by_label("Lignes de total à la fin")
    with page.expect_response("**/lecture/"):
        totals.select_option("no")
    work()
    with subtests.test("a choice reads the file again in place"):
        expect(page.get_by_role("status").filter(has_text="Le fichier a été relu.")).to_be_attached()
        expect(page.get_by_label("Titre", exact=True)).to_have_value("Bancs")
    with page.expect_response("**/lecture/"):
        totals.select_option("yes")
    work()
    expect(page.get_by_text("Ligne de total laissée de côté")).to_be_visible()
    # Nothing is left to fill in, and what goes on is in view without going down the page.
    expect(page.get_by_role("button", name="Charger et contrôler")).to_be_in_viewport()
    page.get_by_role("button", name="Charger et contrôler").click()
    worked(page)
    page.wait_for_url("**/versions/1/")
    publish(page)
    page.goto("/jeux/bancs/import/")
    moved = ROWS.replace("48.8050", "48.8060").replace("Banc du parc", "Banc neuf")
    drop(page, f"{moved}B03;Banc;2;2.2330;48.8060\n")
    tour = Tour(page, axe, DESK)
    worked(page)
    page.wait_for_url("**/jeux/import/*/")
    page.get_by_role("button", name="Charger et contrôler").click()
    worked(page)
    page.wait_for_selector(MAP_READY)
    changes = page.get_by_role("table").first
    with subtests.test("a row says how far it moves"):
        expect(changes.get_by_role("row", name="Banc du pont")).to_contain_text("déplacement de 111 m")
    with subtests.test("a value is told before and after"):
        expect(changes.get_by_role("row", name="Banc neuf")).to_contain_text("Banc du parc → Banc neuf")
    with subtests.test("axe finds nothing on the way"):
        tour.see("the comparison")
        assert tour.faults == {}
    page.get_by_role("button", name="Mettre en ligne").click()
    page.wait_for_url("**/catalogue/bancs/")


def test_file_becomes_a_layer_without_script(visit: Visit, file: Path) -> None:
    page = visit.page(script=False)
    visit.sign_in(page, ADMINISTRATOR)
    load(page, file, script=False)
    publish(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Bancs")


def test_columns_show_their_positions_and_lead_to_their_faults(
    visit: Visit, file: Path, subtests: pytest.Subtests
) -> None:
    visit.watch.expected = {400}
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    columns(page, file)
    with subtests.test("first positions are drawn"):
        expect(page.locator(MAP_READY)).to_be_visible()
    page.get_by_label("Titre", exact=True).fill("")
    page.get_by_label("Nom (nom)").fill("1 nom")
    page.get_by_role("button", name="Charger et contrôler").click()
    with subtests.test("focus goes to the list of faults"):
        expect(page.locator("#erreurs")).to_be_focused()
    with subtests.test("a fault of the list leads to its input"):
        page.locator("#erreurs").get_by_role("link", name="nom · Nom").click()
        expect(page.get_by_label("Nom (nom)")).to_be_focused()
