"""Who leads one axis enters its measures on a phone, by keyboard and by file, and sees those of no other axis."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from layers.models import Layer
from plans.models import Axis, Indicator, Measure
from tests.browser.site.test_keyboard import tab_to
from tests.browser.tour import DARK_PHONE, LIGHT_PHONE, Tour
from tests.browser.visit import Visit
from tests.people import Person
from tests.plans import INDICATORS, indicator_of, plan_of
from tests.world import grant

NOW = timezone.localdate().year
LEAD = Person("pilote-axe-1", groups=("Pilotes de l’axe 1",))


def lead_of_an_axis(visit: Visit) -> tuple[Page, list[Indicator]]:
    """Return a phone signed in as who leads axis 1 of two, and the two indicators of that axis."""
    Layer.objects.filter(slug=INDICATORS).update(visibility="open")
    Axis.objects.create(plan=plan_of(), code="2", titre="Adapter", rang=20)
    found = [
        indicator_of({NOW - 6: 100.0, NOW + 4: 50.0}, {NOW - 3: 82.5, NOW - 2: 81.0}, code=code, axis=axis)
        for code, axis in (("bois", "1.1"), ("gaz", "1.1"), ("haies", "2"))
    ]
    grant(LEAD, INDICATORS, can_add=True, can_change=True, can_delete=True, rows="axe = '1. Réduire'")
    page = visit.page(width=375, scheme="dark", touch=True)
    visit.sign_in(page, LEAD)
    return page, found[:2]


def test_a_measure_is_two_presses_from_the_home_page_and_what_is_typed_is_never_lost(
    visit: Visit, axe: str
) -> None:
    page, (first, second) = lead_of_an_axis(visit)
    visit.watch.expected.add(422)
    tour = Tour(page, axe, (DARK_PHONE, LIGHT_PHONE))
    tour.go("/")
    waiting = page.get_by_role("region", name="À saisir")
    assert waiting.locator("li strong").all_inner_texts() == ["Bois", "Gaz"]
    tab_to(page, f"main a[href$='/{first.pk}/saisie/mesures/ajouter/']")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Année")).to_have_value(str(NOW - 1))
    tour.see("form")
    tab_to(page, "#saisie_valeur")
    page.keyboard.type("quatre-vingts")
    page.keyboard.press("Enter")
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.locator("#saisie_valeur")).to_have_value("quatre-vingts")
    tour.see("letters for a number")
    tab_to(page, "#saisie_valeur")
    page.keyboard.press("Control+A")
    page.keyboard.type("8 100")
    page.keyboard.press("Enter")
    expect(page.locator("#confirmer")).to_be_focused()
    expect(page.locator("#confirmer")).to_contain_text(f"alors que la valeur de {NOW - 2} est 81")
    tour.see("a hundred times the last value")
    tab_to(page, "[name=is-confirmed]")
    page.keyboard.press("Space")
    tab_to(page, "[name=then-next]")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Bois\u00a0: ligne ajoutée")
    expect(page.locator("main .lede")).to_have_text("Gaz")
    assert f"/{second.pk}/saisie/" in page.url
    assert Measure.objects.filter(indicator=first, annee=NOW - 1, valeur=8_100).exists()
    assert tour.faults == {}


def test_a_file_is_compared_saved_undone_and_told_in_the_history(
    visit: Visit, axe: str, tmp_path: Path
) -> None:
    page, (first, _second) = lead_of_an_axis(visit)
    tour = Tour(page, axe, (DARK_PHONE,))
    tour.go("/")
    page.get_by_role("link", name="Par un fichier").tap()
    expect(page.get_by_role("heading", name="Importer une saisie")).to_be_visible()
    tour.see("import")

    def compare(*rows: str) -> None:
        file = tmp_path / "mesures.csv"
        file.write_text("\n".join(["code;annee;valeur", *rows]), "utf-8")
        page.get_by_label("Fichier CSV, XLSX ou ODS").set_input_files(file)
        page.get_by_role("button", name="Comparer").tap()
        expect(page.get_by_role("heading", name="mesures.csv")).to_be_visible()

    compare(f"bois;{NOW - 1};sept", f"haies;{NOW - 1};7", f"gaz;{NOW - 1};80", f"gaz;{NOW - 1};80")
    refused = page.get_by_role("region", name="Refusées").locator("li p").all_inner_texts()
    assert ["sept" in refused[0], "haies" in refused[1], "ligne 4" in refused[2]] == [True] * 3
    tour.see("refused lines")
    page.get_by_role("link", name="Envoyer un autre fichier").tap()
    compare(f"bois;{NOW - 1};80", f"bois;{NOW - 2};80,5")
    expect(page.get_by_role("region", name="Modifiées")).to_contain_text("81 → 80,5")
    tour.see("comparison")
    page.get_by_role("button", name="Enregistrer").tap()
    page.get_by_role("link", name="mesures.csv").tap()
    expect(page.get_by_role("heading", name="mesures.csv")).to_be_visible()
    tour.see("saved import")
    page.get_by_role("button", name="Annuler cet import").tap()
    expect(page.locator(".messages")).to_contain_text("L’import est annulé")
    assert not Measure.objects.filter(annee=NOW - 1).exists()
    page.goto(f"/catalogue/{INDICATORS}/{first.pk}/saisie/historique/")
    expect(page.locator(".entry-history > li").first).to_contain_text(f"par {LEAD.name}")
    tour.see("history")
    assert tour.faults == {}
