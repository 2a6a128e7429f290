"""A resident fills a public form on a phone: faults, map, conditions, repeated part, photo, and what was received."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from layers import access
from layers.visitor import system_visitor
from tests.browser import town
from tests.browser.tour import DARK_PHONE, LIGHT_PHONE, Tour
from tests.browser.visit import Visit
from tests.factories import picture
from webforms.building.services import create_form, publish_form
from webforms.documents import read_document
from webforms.filling import tokens
from webforms.models import Answer, Form

SECTIONS: list[dict[str, Any]] = [
    {
        "title": "Où est-ce",
        "items": [
            {"name": "position", "kind": "position", "label": "L’endroit", "required": True},
            {"name": "commune", "kind": "text", "label": "La commune", "place": "commune"},
            {"name": "arbre", "kind": "feature", "label": "L’arbre le plus proche", "layer": "arbres-remarquables"},
        ],
    },
    {
        "title": "Que voyez-vous",
        "items": [
            {"name": "nom", "kind": "text", "label": "Le nom de l’aire", "field": "nom", "required": True},
            {"name": "danger", "kind": "boolean", "label": "Est-ce dangereux", "required": True},
            {
                "name": "pourquoi", "kind": "long_text", "label": "Pourquoi", "required": True,
                "condition": {"field": "danger", "op": "=", "value": True},
            },
            {"name": "vue", "kind": "photo", "label": "Une photo"},
        ],
    },
    {
        "title": "Équipement",
        "relation": "equipements",
        "condition": {"field": "danger", "op": "=", "value": True},
        "items": [{"name": "marque", "kind": "text", "label": "Fabricant", "field": "fabricant"}],
    },
]  # fmt: skip


def playground_form() -> Form:
    """Return a public form of playgrounds, online."""
    visitor = system_visitor()
    form = create_form(
        scope=access.scope(visitor, "aires-de-jeux"),
        title="Signaler une aire de jeux",
        audience="public",
        document=read_document({"sections": SECTIONS}),
    )
    publish_form(form=form, visitor=visitor)
    return form


def choose_with_the_keyboard(page: Page, group: str, presses: int) -> None:
    """Choose an answer of a group of radio buttons by the arrows: the first one takes none."""
    page.get_by_role("group", name=group).get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _press in range(presses):
        page.keyboard.press("ArrowDown")


def test_a_resident_fills_a_form_on_a_phone(
    visit: Visit, axe: str, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "LEAST_S", 0)
    form = playground_form()
    visit.watch.expected.add(422)
    page = visit.page(width=375, height=667)
    tour = Tour(page, axe, (LIGHT_PHONE, DARK_PHONE))
    page.goto(f"/formulaires/{form.slug}/")
    why, records = page.get_by_label("Pourquoi"), page.get_by_label("Fabricant")
    with subtests.test("what a condition hides appears by the keyboard, and goes"):
        expect(why).to_be_hidden()
        expect(records).to_be_hidden()
        choose_with_the_keyboard(page, "Est-ce dangereux", 0)
        expect(why).to_be_visible()
        expect(records).to_be_visible()
        page.keyboard.press("ArrowDown")
        expect(why).to_be_hidden()
        page.keyboard.press("ArrowUp")
    tour.see("the form")
    page.get_by_role("button", name="Envoyer").click()
    with subtests.test("the summary of faults has the focus and leads to each question"):
        summary = page.get_by_role("alert")
        expect(summary).to_be_focused()
        summary.get_by_role("link", name="Le nom de l’aire").click()
        expect(page.get_by_label("Le nom de l’aire")).to_be_focused()
        expect(page.get_by_label("Le nom de l’aire")).to_have_attribute("aria-invalid", "true")
    tour.see("its faults")
    page.get_by_label("Le nom de l’aire").fill("Jardin neuf")
    why.fill("Une vis dépasse")
    with subtests.test("the map gives the position by the keyboard, and the position gives the commune"):
        page.get_by_label("L’endroit").fill(f"{town.CEDAR_PLACE[1]}, {town.CEDAR_PLACE[0]}")
        page.get_by_role("button", name="Placer sur la carte").click()
        expect(page.locator(".webform-map")).to_have_attribute("data-state", "ready")
        page.locator(".webform-map canvas").press("Enter")
        written = "{1:.6f}, {0:.6f}".format(*town.CEDAR_PLACE)
        expect(page.get_by_label("L’endroit")).to_have_value(written)
        expect(page.get_by_label("La commune")).to_have_value("Meudon")
    with subtests.test("the nearest features are offered in a list"):
        nearest = page.get_by_role("combobox", name="L’arbre le plus proche")
        nearest.select_option(index=1)
        expect(page.locator("#q-arbre")).not_to_have_value("")
    tour.see("its map")
    with subtests.test("another record is added without losing the first"):
        records.fill("Atelier du jeu")
        page.get_by_role("button", name="Ajouter : Équipement").click()
        expect(page.get_by_label("Fabricant")).to_have_count(2)
        expect(page.get_by_label("Fabricant").first).to_have_value("Atelier du jeu")
        page.get_by_label("Fabricant").last.fill("Autre atelier")
    page.get_by_label("Une photo").set_input_files(
        {"name": "vue.png", "mimeType": "image/png", "buffer": picture().read()}
    )
    page.get_by_role("button", name="Envoyer").click()
    with subtests.test("all of it is received"):
        expect(page.get_by_role("heading", name="Merci")).to_be_visible()
        answer = Answer.objects.get()
        assert answer.values["equipements"] == [{"marque": "Atelier du jeu"}, {"marque": "Autre atelier"}]
        assert answer.values["commune"] == "Meudon"
        assert answer.values["arbre"] == town.cedar().pk
        assert answer.photos.count() == 1
    tour.see("the thanks")
    assert tour.faults == {}
