"""Edits that the portal does not take wait, with a reason in words: nothing typed is lost, and a button sends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from heritage.models import RemarkableTree
from tests.browser.explorer.row_editing.test_rows import PAGE, SAVED, cell, open_page, type_in
from tests.browser.visit import Visit
from tests.people import Person
from tests.world import TREES, grant

EDITOR = Person("elagueuse", groups=("Élagage",))
ROW_FORMS = "**/modifier/*/"


def _resend(page: Page) -> None:
    page.get_by_role("button", name="Envoyer de nouveau").click()
    expect(page.locator("[data-unsent]")).to_be_hidden()
    expect(page.locator(".rows-status")).to_contain_text(SAVED)


def _failing(status: int) -> Callable[[Route], None]:
    """Return what answers writes as a portal that fails does, or a network that is away where ``status`` is 0."""

    def answer(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
        elif status:
            route.fulfill(status=status, body="")
        else:
            route.abort("aborted")

    return answer


def test_edits_wait_while_the_portal_does_not_answer(visit: Visit, subtests: pytest.Subtests) -> None:
    grant(EDITOR, TREES, can_add=True, can_change=True)
    visit.watch.expected |= {401, 403, 503}
    tree, other = RemarkableTree.objects.order_by("pk")[:2]
    page = open_page(visit, EDITOR)
    notice, target = page.locator("[data-unsent-words]"), cell(page, tree, "adresse")

    for status, words in {0: "attendent le réseau", 503: "erreur 503"}.items():
        with subtests.test("it is said, and sent by the button", status=status):
            page.route(ROW_FORMS, _failing(status))
            type_in(page, target, f"rue {status}")
            expect(notice).to_contain_text(words)
            expect(target).to_have_text(f"rue {status}")
            page.unroute(ROW_FORMS)
            _resend(page)
            assert RemarkableTree.objects.get(pk=tree.pk).adresse == f"rue {status}"

    with subtests.test("a form keeps what was typed, and Escape gives a cell up"):
        page.route(ROW_FORMS, _failing(0))
        type_in(page, target, "abandonnée")
        expect(notice).to_contain_text("1")
        page.locator(f"#row-{other.pk} [data-open]").click()
        page.locator(".rows-panel [name=adresse]").fill("du formulaire")
        page.locator(".rows-panel").get_by_role("button", name="Enregistrer").click()
        expect(notice).to_contain_text("2")
        target.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(target).to_have_text("rue 503")
        page.unroute(ROW_FORMS)
        _resend(page)
        addresses = RemarkableTree.objects.in_bulk([tree.pk, other.pk])
        assert addresses[tree.pk].adresse == "rue 503"
        assert addresses[other.pk].adresse == "du formulaire"

    with subtests.test("a session that ended: signing in again in another tab is enough"):
        page.context.clear_cookies()
        type_in(page, target, "reconnectée")
        expect(notice).to_contain_text("Votre session a pris fin")
        visit.sign_in(page, EDITOR)
        tab = page.context.new_page()
        tab.goto(PAGE)
        tab.close()
        _resend(page)
        assert RemarkableTree.objects.get(pk=tree.pk).adresse == "reconnectée"
