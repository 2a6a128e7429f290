"""The queue of moderation by keyboard: rows, decisions, reasons, undo; axe finds nothing on a desk or a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from moderation.services import perform
from tests.browser.tour import EVERYWHERE, Tour
from tests.browser.visit import Visit
from tests.moderated_dataset import (
    BENCHES,
    added_bench,
    benches_scope,
    moderated_benches,
    state_of_bench,
)
from tests.people import ADMINISTRATOR, PLANNER, TOWN_AGENT

QUEUE = f"/moderation/{BENCHES}/"
MAP_READY = "[data-moderation-map][data-state=ready]"
FOCUSED = "document.activeElement.id"


def submitted(code: str) -> int:
    """Add a bench and submit it."""
    pk = added_bench(TOWN_AGENT, code, nom=f"Banc {code}")
    perform(scope=benches_scope(TOWN_AGENT), pk=pk, name="submit")
    return pk


@pytest.fixture
def rows() -> list[int]:
    """Three benches that wait."""
    for person in (TOWN_AGENT, PLANNER):
        person.account()
    moderated_benches()
    return [submitted(f"B{number}") for number in (3, 4, 5)]


def link(page: Page, title: str) -> Any:
    """Return the link of a row of the queue."""
    return page.locator(".moderation-title", has_text=re.compile(f"^{title}$"))


def test_queue_is_decided_by_keyboard(
    visit: Visit, axe: str, subtests: pytest.Subtests, rows: list[int]
) -> None:
    page = visit.page()
    visit.sign_in(page, PLANNER)
    tour = Tour(page, axe, EVERYWHERE)
    page.goto(QUEUE)
    page.wait_for_selector(MAP_READY)
    tour.see("the queue")
    with subtests.test("a question mark lists the keys, and Escape gives the focus back"):
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Raccourcis du clavier")).to_be_visible()
        tour.see("the keys")
        page.keyboard.press("Escape")
    with subtests.test("j and k go from row to row"):
        page.keyboard.press("j")
        expect(link(page, "Banc B3")).to_be_focused()
        page.keyboard.press("j")
        expect(link(page, "Banc B4")).to_be_focused()
        page.keyboard.press("k")
        expect(link(page, "Banc B3")).to_be_focused()
    with subtests.test("letters are typed in a field"):
        page.locator("#reason").focus()
        page.keyboard.type("jaxu")
        expect(page.locator("#reason")).to_have_value("jaxu")
        page.locator("#reason").fill("")
        page.keyboard.press("Escape")
    with subtests.test("a decision is shown before it is taken, and has the focus"):
        link(page, "Banc B3").focus()
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.keyboard.press("a")
        expect(page.get_by_role("heading", name="Publier : 2 objets")).to_be_focused()
        tour.see("the preview")
        page.keyboard.press("a")
        expect(page.get_by_role("heading", name="bancs").or_(page.locator("#file"))).to_be_focused()
        assert [state_of_bench(pk) for pk in rows] == ["published", "published", "submitted"]
    with subtests.test("u undoes it"):
        page.keyboard.press("u")
        expect(page.locator("#file")).to_contain_text("3")
        assert {state_of_bench(pk) for pk in rows} == {"submitted"}
    with subtests.test("one row is accepted by a, and the next one has the focus"):
        link(page, "Banc B3").press("Enter")
        expect(page.get_by_role("heading", name="Banc B3")).to_be_visible()
        page.wait_for_selector(MAP_READY)
        tour.see("a row")
        page.keyboard.press("a")
        expect(page.get_by_role("heading", name="Banc B4")).to_be_focused()
        assert state_of_bench(rows[0]) == "published"
    with subtests.test("r asks for the reason first, and Ctrl Enter sends it"):
        page.keyboard.press("r")
        expect(page.locator("#reason")).to_be_focused()
        page.keyboard.type("Doublon")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Banc B5")).to_be_focused()
        assert state_of_bench(rows[1]) == "refused"
    with subtests.test("c writes a message"):
        page.keyboard.press("c")
        expect(page.locator("#message-text")).to_be_focused()
        page.keyboard.type("Quelle rue ?")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".moderation-message")).to_contain_text("Quelle rue")
    with subtests.test("axe finds nothing"):
        assert tour.faults == {}


def test_author_follows_and_edits_rows_and_the_administrator_declares_the_rules(
    visit: Visit, axe: str, subtests: pytest.Subtests, rows: list[int]
) -> None:
    perform(scope=benches_scope(PLANNER), pk=rows[0], name="send-back", reason="Trop vague")
    page = visit.page()
    visit.sign_in(page, TOWN_AGENT)
    tour = Tour(page, axe, EVERYWHERE)
    page.goto("/contributions/")
    expect(page.get_by_text("Trop vague")).to_be_visible()
    tour.see("contributions")
    with subtests.test("a step is taken from the panel of the row, which stays open"):
        page.goto(f"/catalogue/{BENCHES}/modifier/")
        page.wait_for_selector("[data-rows][data-state=ready]")
        page.get_by_role("link", name="Ouvrir Banc B3").click()
        panel = page.locator(".rows-panel")
        panel.get_by_role("button", name="Soumettre").click()
        expect(panel.locator(".badge").first).to_have_text("Soumis")
        assert state_of_bench(rows[0]) == "submitted"
    tour.see("the table of rows")
    with subtests.test("the rules of a dataset are declared in few actions"):
        visit.sign_in(page, ADMINISTRATOR)
        page.goto(f"/jeux/{BENCHES}/moderation/")
        tour.see("the rules")
        page.get_by_label("Suspendu", exact=True).check()
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_label("Suspendu", exact=True)).to_be_checked()
    with subtests.test("axe finds nothing"):
        assert tour.faults == {}
