"""Reporting a problem: what is kept, what is refused, who reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from explorer.models import FeatureReport
from explorer.reports.presenters import follow_up_address
from explorer.reports.services import MAX_ANONYMOUS, follow_report
from explorer.vocabulary import ReportState
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, World, grant

MESSAGE = "Le banc est cassé,\r\nprès de l’entrée."
GOOD = {"category": "danger", "message": MESSAGE, "email": "voisine@example.org"}
HTMX = {"HX-Request": "true"}


def address_of(world: World) -> str:
    return f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/signaler/"


def send(world: World, client: Client | None = None, **values: Any) -> Any:
    headers = values.pop("headers", {})
    return (client or Client()).post(address_of(world), GOOD | values, headers=headers)


def body(response: HttpResponse) -> str:
    return response.content.decode()


def report_on(layer: str, pk: int, **values: Any) -> FeatureReport:
    return FeatureReport.objects.create(layer=layer, feature=pk, category="danger", message="Banc", **values)


def test_a_report_is_kept_with_its_feature(world: World) -> None:
    send(world)
    kept = FeatureReport.objects.get()
    assert kept.layer == TREES
    assert kept.feature == world.trees["Cedre-Meudon"].pk
    assert kept.category == "danger"
    assert kept.message == MESSAGE.replace("\r\n", "\n")
    assert kept.email == "voisine@example.org"
    assert kept.state == "new"


def test_a_report_is_confirmed_on_the_page_that_follows_it(world: World) -> None:
    response = Client().post(address_of(world), GOOD, follow=True)
    number = FeatureReport.objects.get().pk
    assert "Signalement transmis" in body(response)
    assert f"<h1>Signalement n°\u00a0{number}</h1>" in body(response)
    assert response.redirect_chain[0][0].startswith(f"/signalements/suivi/{number}:")


def test_a_report_is_confirmed_in_the_panel(world: World) -> None:
    response = send(world, headers=HTMX)
    report = FeatureReport.objects.get()
    assert f"Signalement n°\u00a0{report.pk} transmis" in body(response)
    assert f'href="{follow_up_address(report)}"' in body(response)
    assert "<html" not in body(response)


def test_an_account_is_joined_to_the_report(world: World) -> None:
    client = Client()
    client.force_login(PLANNER.account(), backend="django.contrib.auth.backends.ModelBackend")
    send(world, client)
    assert FeatureReport.objects.get().author == PLANNER.account()


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"category": ""}, "Choisissez la nature du problème."),
        ({"category": "couleur"}, "Choisissez une des natures proposées."),
        ({"message": "   "}, "Décrivez le problème en quelques mots."),
        ({"message": "a" * 2_001}, "2000"),
        ({"email": "voisine"}, "Écrivez une adresse comme prenom.nom@exemple.fr"),
        ({"message": "a\x00"}, "caractère"),
    ],
)
def test_a_fault_is_told_and_nothing_is_kept(world: World, fault: dict[str, str], said: str) -> None:
    response = send(world, **fault)
    text = body(response).replace("\u202f", "").replace("\u00a0", "")
    assert response.status_code == 422
    assert said in text
    assert FeatureReport.objects.count() == 0


def test_nothing_typed_is_lost_with_a_fault(world: World) -> None:
    text = body(send(world, email="voisine"))
    assert "Le banc est cassé" in text
    assert 'value="voisine"' in text
    assert '<option value="danger" selected' in text


def test_two_thousand_characters_with_line_breaks_are_not_too_many(world: World) -> None:
    send(world, message="a" * 1_000 + "\r\n" * 10 + "b" * 990)
    assert FeatureReport.objects.count() == 1


def test_a_robot_is_thanked_and_nothing_is_kept(world: World) -> None:
    response = send(world, website="http://example.org")
    assert (response.status_code, FeatureReport.objects.count()) == (302, 0)


def test_too_many_reports_from_one_address_are_refused_with_what_was_typed(world: World) -> None:
    for _time in range(MAX_ANONYMOUS):
        send(world)
    response = send(world)
    assert response.status_code == 429
    assert "Le banc est cassé" in body(response)
    assert FeatureReport.objects.count() == MAX_ANONYMOUS


def test_somebody_signed_in_may_report_more(world: World) -> None:
    client = Client()
    client.force_login(GARDENER.account(), backend="django.contrib.auth.backends.ModelBackend")
    statuses = {send(world, client).status_code for _time in range(MAX_ANONYMOUS + 1)}
    assert statuses == {302}


def test_a_form_from_elsewhere_is_refused(world: World) -> None:
    assert send(world, Client(enforce_csrf_checks=True)).status_code == 403


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER, TOWN_AGENT], ids=str)
def test_a_hidden_feature_takes_no_report(world: World, person: Person) -> None:
    client = Client()
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    pk = world.playgrounds["Jeux-Pont"].pk
    response = client.post(f"/catalogue/{PLAYGROUNDS}/{pk}/signaler/", GOOD)
    assert (response.status_code, FeatureReport.objects.count()) == (404, 0)


def test_closing_a_report_forgets_the_address(world: World) -> None:
    report = report_on(TREES, 1, email="voisine@example.org")
    follow_report(report, state=ReportState.CLOSED)
    report.refresh_from_db()
    assert (report.state, report.email) == ("closed", "")


def test_the_database_keeps_no_address_of_a_closed_report(world: World) -> None:
    with pytest.raises(IntegrityError, match="report_closed_forgets_email"):
        report_on(TREES, 1, email="voisine@example.org", state="closed")


LIST = "/administration/explorer/featurereport/"


def reader(person: Person) -> Person:
    """Let a person read and follow reports in the administration."""
    account = person.account()
    if not account.is_superuser:
        account.is_staff = True
        account.save()
        account.user_permissions.set(Permission.objects.filter(codename__endswith="_featurereport"))
    return person


def test_staff_read_the_reports_on_features_they_edit_and_no_address(world: World) -> None:
    grant(
        TOWN_AGENT, PLAYGROUNDS, rows=f"commune = '{MEUDON}'", can_add=True, can_change=True, can_delete=True
    )
    grant(PLANNER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    pks = {name: playground.pk for name, playground in world.playgrounds.items()}
    for name, pk in pks.items():
        report_on(PLAYGROUNDS, pk, email=f"{name.lower()}@example.org")
    report_on(TREES, world.trees["Cedre-Meudon"].pk)
    pages = {
        str(who): get(LIST, reader(who), by_basic=False).body
        for who in (OUTSIDER, TOWN_AGENT, PLANNER, ADMINISTRATOR)
    }
    seen = {who: body.count('class="field-subject"') for who, body in pages.items()}
    assert seen == {str(OUTSIDER): 0, str(TOWN_AGENT): 2, str(PLANNER): 3, str(ADMINISTRATOR): 4}
    opened = FeatureReport.objects.get(layer=PLAYGROUNDS, feature=pks["Jeux-Val"])
    page = get(f"{LIST}{opened.pk}/change/", ADMINISTRATOR, by_basic=False)
    assert (page.status, "@example.org" in page.body) == (200, False)


def test_staff_do_not_open_the_report_on_a_feature_they_do_not_edit(world: World) -> None:
    grant(
        TOWN_AGENT, PLAYGROUNDS, rows=f"commune = '{MEUDON}'", can_add=True, can_change=True, can_delete=True
    )
    report = report_on(PLAYGROUNDS, world.playgrounds["Jeux-Pont"].pk)
    answer = get(f"{LIST}{report.pk}/change/", reader(TOWN_AGENT), by_basic=False)
    assert (answer.status, "Banc" in answer.body) == (302, False)


def test_closing_in_the_administration_forgets_the_address(world: World) -> None:
    report = report_on(TREES, world.trees["Cedre-Meudon"].pk, email="voisine@example.org")
    client = Client()
    client.force_login(ADMINISTRATOR.account(), backend="django.contrib.auth.backends.ModelBackend")
    client.post(f"{LIST}{report.pk}/change/", {"state": "closed"})
    report.refresh_from_db()
    assert report.state == "closed"
    assert report.email == ""
    assert report.message == "Banc"


def test_an_administrator_reads_reports_on_what_is_gone(world: World) -> None:
    report_on("couche-partie", 1)
    assert "couche-partie" in get(LIST, ADMINISTRATOR, by_basic=False).body
