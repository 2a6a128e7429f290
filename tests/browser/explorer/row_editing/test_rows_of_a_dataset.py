"""Lines of a dataset on the page of its rows: the first row of an empty table, several at once, a line split, undo."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.contrib.gis.geos import LineString
from playwright.sync_api import Page, expect

from datasets.definitions import GeometryRecipe
from datasets.vocabulary import GeometryKind
from layers import access
from layers.services.bulk import delete_features
from layers.visitor import system_visitor
from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.deliveries import BENCHES, bench, dataset, published
from tests.people import ADMINISTRATOR

PAGE = "/catalogue/pistes/modifier/"
LINE = LineString((2.20, 48.81), (2.21, 48.811), (2.22, 48.81), srid=4326)


def _rows() -> dict[str, tuple[str, int]]:
    """Return the name and the number of vertices of each row by its code."""
    rows = access.scope(system_visitor(), "pistes").queryset
    return {row.f0: (row.f1, row.geom.num_coords) for row in rows}


def _empty_layer() -> None:
    schema = replace(BENCHES, geometry=GeometryKind.LINE)
    recipe = GeometryRecipe("wkb")
    published(dataset("pistes", schema), bench(), schema=schema, recipe=recipe, shapes=[bytes(LINE.wkb)])
    scope = access.scope(system_visitor(), "pistes")
    delete_features(scope=scope, pks=list(scope.queryset.values_list("pk", flat=True)))


def _add(page: Page, code: str) -> None:
    page.get_by_role("link", name="Ajouter une ligne").click()
    form = page.locator("[data-row-form]:not([data-pk])")
    form.locator("[name=code]").fill(code)
    form.locator("[name=nom]").fill("Piste")
    form.locator("textarea[name=row-geometry]").fill(json.dumps(json.loads(LINE.geojson)))
    form.get_by_role("button", name="Ajouter").click()


def _undo(page: Page) -> None:
    page.locator("[data-part=undo] button").click()
    expect(page.locator(".rows-status")).to_contain_text("Annulé")


def test_lines_are_added_changed_together_split_undone_and_restored(
    visit: Visit, axe: str, subtests: pytest.Subtests
) -> None:
    _empty_layer()
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    page.goto(PAGE)
    expect(page.locator("[data-rows]")).to_have_attribute("data-state", "ready")
    count, rows = page.locator("[data-part=count]").first, page.locator("[data-body] tr")

    with subtests.test("the first row of an empty table shows, and is counted"):
        expect(page.get_by_text("Ajoutez la première.")).to_be_visible()
        for number, code in enumerate(("P1", "P2"), 1):
            _add(page, code)
            expect(rows).to_have_count(number)
            expect(count).to_contain_text(str(number))
        expect(page.get_by_text("Ajoutez la première.")).to_be_hidden()

    with subtests.test("several rows are ticked by keyboard, counted and written together"):
        page.locator("[data-select-page]").focus()
        page.keyboard.press("Space")
        page.locator("[data-several]").click()
        panel = page.locator(".rows-panel")
        panel.get_by_label("Champ à changer").select_option("nom")
        panel.locator("[data-several-input=nom] [name=nom]").fill("Voie verte")
        panel.get_by_role("button", name="Compter les lignes").click()
        expect(panel).to_contain_text("2 lignes changent")
        panel.get_by_role("button", name="Enregistrer tout").click()
        expect(rows.nth(0).locator("[data-name=nom]")).to_have_text("Voie verte")
        assert {name for name, _vertices in _rows().values()} == {"Voie verte"}
        _undo(page)
        assert {name for name, _vertices in _rows().values()} == {"Piste"}

    with subtests.test("a line is split at a vertex, counted, and joined again by undoing"):
        page.locator("[data-body] tr", has_text="P1").locator("[data-open]").click()
        page.locator("[data-shape=split]").click()
        page.locator("[data-place='vertex:0:1']").press("Enter")
        split = page.locator("[data-split-form]")
        split.locator("[name=code]").fill("P3")
        split.get_by_role("button", name="Couper ici").click()
        expect(count).to_contain_text("3")
        assert {code: vertices for code, (_name, vertices) in _rows().items()} == {"P1": 2, "P2": 3, "P3": 2}
        _undo(page)
        expect(rows).to_have_count(2)
        expect(count).to_contain_text("2")
        assert _rows()["P1"][1] == 3

    with subtests.test("the layer goes back to the moment before a change, by four clicks and a reason"):
        tour = Tour(page, axe, EACH_SCREEN)
        page.get_by_role("link", name="Rétablir un moment").click()
        tour.see("the moments")
        page.get_by_role("link", name="Juste avant").first.click()
        tour.see("the preview")
        page.get_by_label("Pourquoi").fill("Coupe annulée trop vite")
        page.get_by_role("button", name="Rétablir ces lignes").click()
        expect(rows).to_have_count(3)
        assert not tour.faults
