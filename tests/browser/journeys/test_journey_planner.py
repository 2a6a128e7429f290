"""A planner asks which trees of Meudon’s N zones stand within 300 m of a heritage building, and takes them away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.chromium import READY
from tests.browser.visit import Visit
from tests.export_files import read_back
from tests.people import PLANNER

TREES, ZONES, BUILDINGS = "arbres-remarquables", "plui-zones", town.INTERNAL
BY_HAND = """
SELECT tree.id FROM heritage_remarkabletree AS tree
WHERE tree.commune_id = '92048'
  AND EXISTS (SELECT FROM heritage_heritagebuilding AS building
              WHERE ST_DWithin(building.geom::geography, tree.geom::geography, 300))
  AND EXISTS (SELECT FROM plui_zoneurba AS zone
              WHERE zone.typezone = 'N' AND zone.commune_id = '92048' AND ST_Intersects(zone.geom, tree.geom))
ORDER BY tree.id
"""


def by_hand() -> list[int]:
    """Return what the question answers, asked of the database by hand."""
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND)
        return [pk for (pk,) in cursor.fetchall()]


def combine(page: Page, layer: str, *, metres: int = 0, only_asked: bool = False) -> None:
    """Combine the layer whose filters are open with another one."""
    page.get_by_label("Près de, ou dans").select_option(layer)
    page.get_by_label("Distance, en mètres").fill(str(metres))
    page.get_by_label("En tenant compte des critères de cette autre couche").set_checked(only_asked)
    page.get_by_role("button", name="Croiser", exact=True).click()
    page.wait_for_url(re.compile(rf"touching={layer}"))
    expect(page.locator("#map-chips")).to_contain_text("m d’un" if metres else "dans une")


def ask(visit: Visit) -> Page:
    """Ask the whole question on the screen: the commune, the kind of zone, and both combinations."""
    page = visit.page()
    visit.sign_in_by_form(page, PLANNER)
    visit.map(page, f"/carte/?couches={TREES}&couches={ZONES}&couches={BUILDINGS}")
    page.get_by_text("Toutes les communes").click()
    page.get_by_label("Meudon", exact=True).check()
    page.locator(f"#legend-{ZONES}").get_by_role("link", name=re.compile("^Zone naturelle")).click()
    page.wait_for_url(re.compile(r"commune=92048.*plui-zones\.typezone=N"))
    page.get_by_role("tab", name=re.compile("^Question")).click()
    page.get_by_text("Tous les critères, couche par couche").click()
    page.locator(f"#filters-of-{TREES}").click()
    combine(page, BUILDINGS, metres=300)
    combine(page, ZONES, only_asked=True)
    return page


def offer(page: Page) -> None:
    """Open the page that offers every layer of the map as files."""
    page.get_by_role("link", name="Télécharger les 2 arbres").click()
    page.wait_for_url(re.compile("/carte/telecharger/"))


def take(page: Page, kind: str) -> bytes:
    """Take the trees of the selection away as a file, from the page that offers it."""
    named = re.compile(rf"^{re.escape(kind)}\s*, couche")
    with page.expect_download() as found:
        page.locator(f"section[aria-labelledby=take-{TREES}]").get_by_role("link", name=named).click()
    return found.value.path().read_bytes()


@pytest.fixture
def trees(site: str) -> list[int]:
    """The trees that answer, in a town that has some which do not for each reason."""
    return town.heritage_trees()


def test_the_screen_and_the_files_say_what_sql_says(
    trees: list[int], visit: Visit, subtests: pytest.Subtests, tmp_path: Path
) -> None:
    page = ask(visit)
    assert by_hand() == trees
    with subtests.test("the question is read in words above the map"):
        for part in ("à Meudon", "dans une zone N", "à moins de 300\u00a0m d’un bâtiment patrimonial"):
            expect(page.locator("#map-chips")).to_contain_text(part)
    with subtests.test("the count of the layer"):
        expect(page.locator(f"#count-{TREES}")).to_have_text("2 sur 34")
    with subtests.test("the list"):
        page.get_by_role("tab", name="Question").click()
        expect(page.locator(f"#pane-list a[data-feature^='{TREES}/']")).to_have_count(2)
    offer(page)
    with subtests.test("every layer of the answer may be taken from one page"):
        titles, counts = page.locator("main section h2"), page.locator("main section strong")
        expect(titles).to_have_text(["Arbres remarquables", "PLUi : zones", "Bâtiments patrimoniaux"])
        expect(counts).to_have_text(["2 lignes", "1 ligne", "1 ligne"])
    with subtests.test("the GeoJSON"):
        found = json.loads(take(page, "GeoJSON"))
        assert sorted(feature["id"] for feature in found["features"]) == trees
    with subtests.test("the workbook"):
        (tmp_path / "arbres.xlsx").write_bytes(take(page, "Excel (XLSX)"))
        rows = read_back(tmp_path / "arbres.xlsx", "xlsx")
        assert sorted(int(row["Id"]) for row in rows) == trees
    page.go_back()
    page.wait_for_selector(READY)
    with subtests.test("the table"):
        page.get_by_role("button", name="Tableau").click()
        page.get_by_label("Couche du tableau").select_option(TREES)
        expect(page.locator("[data-drawer-message]")).to_contain_text("2")
        expect(page.get_by_role("grid").get_by_role("row", name="Séquoia du Hangar")).to_be_visible()
