"""axe-core finds nothing on any page of management, and the keyboard alone gives an access and changes accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dashboards.models import Dashboard
from gisportal.accounts.models import AccountBatch, ShareLink
from gisportal.accounts.scim.tokens import create_directory_token
from gisportal.accounts.vocabulary import BatchKind
from layers.models import Grant, Layer
from management.models import AccessRequest
from management.urls import urlpatterns
from planning.models import ApplicableRule, ConsultedService, ReservedPlot, ToolLayer
from reuses.models import Reuse
from tests.browser import town
from tests.browser.journeys.test_journey_keyboard import FOCUS_IS_SEEN
from tests.browser.site.test_keyboard import tab_to
from tests.browser.tour import EACH_SCREEN, Tour
from tests.browser.visit import Visit
from tests.dashboards import dashboard
from tests.factories import IDURBA
from tests.people import ADMINISTRATOR, OUTSIDER, PARTNER, PLANNER

READ = "arbres-remarquables"
# What answers a form or is a file: no page of its own.
NOT_PAGES = {
    "assign",
    "grant-action",
    "groups-file",
    "renew-account",
    "grant-outcome",
    "new-grant-outcome",
    "people-action",
    "people-file",
    "person-access-file",
    "personal-data",
    "protection-outcome",
    "restore-grant",
    "revoke-link",
}

# What everybody has of their own: looked at as somebody who may request what they do not read.
OWN_PAGES = ("own-requests", "new-request", "new-dashboard-request", "own-reasons")


def addresses() -> dict[str, str]:
    """Fill the pages of management, and return an address of each by the name of its route."""
    person, now = OUTSIDER.account(), timezone.now()
    group = Group.objects.get(name=PLANNER.groups[0])
    layer = Layer.objects.get(slug=town.INTERNAL)
    Layer.objects.filter(pk=layer.pk).update(is_requestable=True)
    grant = Grant.objects.create(
        layer=layer, person=PARTNER.account(), valid_until=now + dt.timedelta(days=12)
    )
    request = AccessRequest.objects.create(
        person=person, layer=layer, reason="étude", valid_until=now + dt.timedelta(days=40)
    )
    batch = AccountBatch.objects.create(actor=ADMINISTRATOR.account(), kind=BatchKind.DISABLE)
    ShareLink.objects.create(
        author=ADMINISTRATOR.account(),
        title="Étude",
        address="/carte/",
        expires_at=now + dt.timedelta(days=7),
    )
    board = dashboard("mobilite-interne", producer=PLANNER.groups[0])
    Dashboard.objects.filter(pk=board.pk).update(is_requestable=True)
    token, _text = create_directory_token(
        name="Annuaire", groups=[group], is_trial=True, last_day=now.date() + dt.timedelta(days=30)
    )
    reuse = Reuse.objects.create(
        title="Promenade",
        address="https://promenade.example.org/",
        description="Une carte.",
        organisation="Parc",
    )
    reuse.layers.set([layer])
    on_layer, on_person = {"slug": layer.slug}, {"pk": person.pk}
    arguments: dict[str, dict[str, Any]] = {
        "grant": {"kind": "couche", "pk": grant.pk},
        "layer-rights": on_layer,
        "layer-communes": on_layer,
        "layer-readers": on_layer,
        "new-dashboard-request": {"slug": board.slug},
        "directory": {"pk": token.pk},
        "protected-fields": on_layer,
        "new-request": on_layer,
        "request": {"pk": request.pk},
        "reuse": {"pk": reuse.pk},
        "group": {"pk": group.pk},
        "sheet-rule": {"pk": ApplicableRule.objects.earliest("pk").pk},
        "tool-layer": {"pk": ToolLayer.objects.earliest("pk").pk},
        "consulted-service": {"pk": ConsultedService.objects.earliest("pk").pk},
        "reserved-plot": {"pk": ReservedPlot.objects.create(idurba=IDURBA, number="12").pk},
        "people-batch": {"pk": batch.pk},
        **dict.fromkeys(("person", "person-access", "view-as", "departure", "erasure"), on_person),
    }
    about = f"?personne={person.pk}&sur=couche:{layer.slug}"
    queries = {
        "new-grant": f"?sur=couche:{layer.slug}",
        "hand-over": f"?de={PARTNER.account().pk}",
        "what-if": f"?personne={person.pk}&geste=entrer&groupe={group.pk}",
        "reasons": about,
        "own-reasons": f"?sur=couche:{READ}",
    }
    names = [str(route.name) for route in urlpatterns]
    return {
        name: reverse(f"management:{name}", kwargs=arguments.get(name)) + queries.get(name, "")
        for name in names
        if name not in NOT_PAGES
    }


def test_the_pages_of_management_are_clean(visit: Visit, axe: str) -> None:
    page, pages = visit.page(), addresses()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    for name, address in pages.items():
        if name not in OWN_PAGES:
            tour.go(address)
    page.goto(pages["layers"])
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Retirer…").press("Enter")
    expect(page.get_by_role("heading", name="Retirer une couche")).to_be_visible()
    tour.see("layers before they are withdrawn")
    visit.sign_in(page, OUTSIDER)
    for name in OWN_PAGES:
        tour.go(pages[name])
    assert tour.faults == {}


def test_a_refused_form_has_the_focus_on_what_to_correct(visit: Visit, axe: str) -> None:
    visit.watch.expected.add(422)
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    tour = Tour(page, axe, EACH_SCREEN)
    buttons = {
        f"/gestion/acces/donner/?sur=couche:{town.INTERNAL}": "Enregistrer",
        "/gestion/personnes/inviter/": "Inviter",
        "/gestion/personnes/import/": "Voir ce qui changerait",
    }
    for address, name in buttons.items():
        page.goto(address)
        page.get_by_role("main").get_by_role("button", name=name, exact=True).press("Enter")
        expect(page.locator("#erreurs")).to_be_focused()
        tour.see(f"{address}, refused")
    assert tour.faults == {}


def choose(page: Page, name: str, label: str) -> None:
    """Choose in a menu that the keyboard reaches."""
    tab_to(page, f"select[name={name}]")
    page.locator(f"select[name={name}]").select_option(label=label)


def test_the_keyboard_gives_an_access(visit: Visit) -> None:
    page = visit.page()
    visit.sign_in(page, ADMINISTRATOR)
    OUTSIDER.account()
    page.goto("/gestion/acces/")
    choose(page, "sur", "Bâtiments patrimoniaux")
    tab_to(page, "button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Donner un accès : Bâtiments patrimoniaux")).to_be_visible()
    choose(page, "recipient", OUTSIDER.groups[0])
    tab_to(page, f"input[name=communes][value='{town.MEUDON}']")
    assert page.evaluate(FOCUS_IS_SEEN)
    page.keyboard.press("Space")
    expect(page.locator("#effet")).to_contain_text(OUTSIDER.groups[0])
    tab_to(page, "button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Qui voit cette couche, et pourquoi ?")).to_be_visible()
    tab_to(page, ".grant-actions > summary")
    page.keyboard.press("Enter")
    expect(page.locator(".grant-actions[open]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".grant-actions[open]")).to_have_count(0)
    expect(page.locator(".grant-actions > summary").first).to_be_focused()


def test_the_keyboard_adds_accounts_to_a_group(visit: Visit) -> None:
    page, (group,) = visit.page(), PLANNER.groups
    visit.sign_in(page, ADMINISTRATOR)
    OUTSIDER.account()
    page.goto("/gestion/personnes/?q=passant")
    tab_to(page, "input[name=accounts]")
    assert page.evaluate(FOCUS_IS_SEEN)
    page.keyboard.press("Space")
    choose(page, "action", "Ajout à un groupe")
    choose(page, "group", group)
    tab_to(page, "button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=f"Ajout à un groupe : {group}")).to_be_visible()
    tab_to(page, "button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Annuler")).to_be_visible()
