"""Mon accès, and what a person reads for who manages them: the same figures as the access layer gives."""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO

from django.urls import reverse
from django.utils import timezone

from gisportal.accounts.access_summary.presenters import access_summary
from layers.models import Grant
from tests import dashboards
from tests.factories import BOULOGNE, MEUDON
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.protocols import read
from tests.view_as import browser, view_as
from tests.world import IN_MEUDON, PLAYGROUNDS, TREES, World, grant

OWN = "/compte/acces/"


def page_of(person: Person, manager: Person = ADMINISTRATOR) -> str:
    """Return the page of a manager about a person."""
    return read(browser(manager).get(f"/gestion/personnes/{person.account().pk}/acces/")).body


def test_rows_are_counted_where_they_are_only_some(world: World) -> None:
    layers = {layer.slug: layer.row_count for layer in access_summary(TOWN_AGENT.visitor()).layers}
    assert (layers[PLAYGROUNDS], layers[TREES]) == (len(IN_MEUDON), None)


def test_rows_are_in_words_with_their_group(world: World) -> None:
    page = read(browser(TOWN_AGENT).get(OWN)).body
    assert "groupe Ville de Meudon" in page
    assert MEUDON not in page.partition(f'id="couche-{PLAYGROUNDS}"')[2].partition("</tr>")[0]


def test_rows_that_are_written_are_in_words_with_their_margin(world: World) -> None:
    grant(OUTSIDER, TREES, rows=f"commune = '{MEUDON}'", margin_m=50, can_add=True, can_change_own=True)
    layer = next(each for each in access_summary(OUTSIDER.visitor()).layers if each.slug == TREES)
    (words,) = layer.writing
    assert words.startswith("ses propres lignes, ")
    assert words.endswith("Meudon, et jusqu’à 50 m autour")
    assert words in page_of(OUTSIDER)


def test_two_groups_are_two_origins(world: World) -> None:
    """A person of two groups with different rows reads both."""
    both = Person("de-deux-communes", groups=("Ville de Meudon", "Ville de Boulogne"))
    both.account()
    Grant.objects.create(
        group=both.account().groups.get(name="Ville de Boulogne"),
        layer=Grant.objects.get(group__name="Ville de Meudon").layer,
        rows=f"commune = '{BOULOGNE}'",
    )
    layer = next(each for each in access_summary(both.visitor()).layers if each.slug == PLAYGROUNDS)
    assert [origin.source for origin in layer.origins] == [
        "groupe Ville de Meudon",
        "groupe Ville de Boulogne",
    ]
    items = browser(both).get(f"/api/collections/{PLAYGROUNDS}/items?limit=1").json()
    assert layer.row_count == items["numberMatched"]


def test_what_ends_soon_says_what_vanishes(world: World) -> None:
    soon = timezone.now() + dt.timedelta(days=5)
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(valid_until=soon)
    (end,) = access_summary(TOWN_AGENT.visitor()).ends
    assert (end.slug, end.countdown) == (PLAYGROUNDS, "dans 5 jours")
    assert "disparaît" in end.loss


def test_a_right_that_another_covers_takes_nothing_away(world: World) -> None:
    grant(TOWN_AGENT, PLAYGROUNDS, valid_until=timezone.now() + dt.timedelta(days=5))
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0], valid_until=None).update(rows="")
    (end,) = access_summary(TOWN_AGENT.visitor()).ends
    assert end.loss == "les lignes restent lues par un autre droit"


def test_nothing_hidden_is_named(world: World) -> None:
    dashboards.dashboard("reserve", groups=GARDENER.groups)
    page = read(browser(OUTSIDER).get(OWN)).body
    assert [word for word in (PLAYGROUNDS, "Aires de jeux", "reserve", "matricule") if word in page] == []


def test_a_manager_reads_the_same_of_the_person(world: World) -> None:
    own_address = f"{reverse('management:own-reasons')}?"
    address = f"{reverse('management:reasons')}?personne={TOWN_AGENT.account().pk}&amp;"
    person = read(browser(TOWN_AGENT).get(OWN)).body.partition('id="theme-1"')[2].partition("</main>")[0]
    assert person.strip().replace(own_address, address) in page_of(TOWN_AGENT)


def test_the_file_has_a_row_for_each_origin(world: World) -> None:
    address = f"/gestion/personnes/{TOWN_AGENT.account().pk}/acces.csv"
    text = browser(ADMINISTRATOR).get(address).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert [row["Par"] for row in rows if row["Identifiant"] == PLAYGROUNDS] == ["groupe Ville de Meudon"]


def test_a_person_whom_a_visitor_does_not_manage_does_not_exist(world: World) -> None:
    address = f"/gestion/personnes/{TOWN_AGENT.account().pk}/acces"
    statuses = [browser(PLANNER).get(f"{address}{end}").status_code for end in ("/", ".csv")]
    assert statuses == [404, 404]


def test_own_access_stays_open_to_who_views_as_the_person(world: World) -> None:
    assert "groupe Ville de Meudon" in read(view_as(TOWN_AGENT).get(OWN)).body


def test_an_empty_panel_of_some_rows_leads_to_the_reason(world: World) -> None:
    question = {"layer": PLAYGROUNDS, "fields": ["nom"], "filter": "nom = 'rien-de-tel'"}
    table = {"id": "liste", "kind": "table", "question": question}
    dashboards.dashboard("aires", sections=[{"id": "s", "title": "s", "panels": [table]}], is_public=True)
    address = "/tableaux-de-bord/aires/liste/"
    pages = {str(person): read(browser(person).get(address)).body for person in (TOWN_AGENT, PLANNER)}
    assert {name: f"{OWN}#couche-{PLAYGROUNDS}" in page for name, page in pages.items()} == {
        TOWN_AGENT.name: True,
        PLANNER.name: False,
    }
