"""A question that starts where the person is, typed on the home page, in the header, on a phone and in the panel."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import town
from tests.browser.visit import Visit

LON, LAT = town.GARDEN_PLACE
ASKED = "aires de jeux à moins de 900 m de chez moi"
REFUSE = "navigator.geolocation.getCurrentPosition = (_found, failed) => failed({ code: 1 })"
AROUND = re.compile(rf"sujet=aires-de-jeux.*near={LON:.5f},{LAT:.5f}.*radius=900|near=.*radius=900.*sujet=")


def standing(visit: Visit, width: int) -> Page:
    page = visit.page(width=width)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": LON, "latitude": LAT, "accuracy": 12})
    return page


def answered(page: Page) -> None:
    page.wait_for_url(AROUND)
    expect(page.get_by_role("heading", name="La plus proche")).to_be_visible()


def test_the_position_is_asked_then_the_answer_shows_wherever_the_question_is_typed(
    visit: Visit, subtests: pytest.Subtests
) -> None:
    page = standing(visit, 1440)
    with subtests.test("on the home page"):
        page.goto("/")
        page.locator("#home-q").fill(ASKED)
        page.locator("#home-q").press("Enter")
        answered(page)
    with subtests.test("in the header of the map"):
        visit.map(page, "/carte/")
        page.locator("#bar-q").fill(ASKED)
        page.locator("#bar-q").press("Enter")
        answered(page)
    with subtests.test("in the panel of the map"):
        visit.map(page, "/carte/?onglet=filtres")
        page.locator("#ask-text").fill(ASKED)
        page.locator("#ask-text").press("Enter")
        answered(page)


def test_on_a_phone_a_refused_position_says_what_to_do(visit: Visit, subtests: pytest.Subtests) -> None:
    page = standing(visit, 375)
    with subtests.test("a position given"):
        visit.map(page, "/carte/")
        page.locator("#place-q").fill(ASKED)
        page.locator("#place-q").press("Enter")
        answered(page)
    with subtests.test("a position refused"):
        page.add_init_script(REFUSE)
        visit.map(page, "/carte/?couches=aires-de-jeux&sujet=aires-de-jeux&near=moi&radius=900&onglet=autour")
        expect(page.get_by_role("heading", name="Position refusée")).to_be_focused()
        expect(page.get_by_role("link", name="Chercher une adresse ou une commune")).to_be_visible()
