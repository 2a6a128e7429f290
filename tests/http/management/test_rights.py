"""The pages of access: grants are given by menus, within what their giver holds, and hidden layers stay hidden."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from dashboards.models import DashboardGrant
from gisportal.accounts.models import GroupManager
from gisportal.journal.models import JournalEntry
from layers.errors import Forbidden
from layers.models import Grant, Layer, Theme
from management.rights.services import check_sensitive
from tests.dashboards import dashboard
from tests.factories import BOULOGNE, MEUDON
from tests.people import ADMINISTRATOR, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

NEW = f"/gestion/acces/donner/?sur=couche:{PLAYGROUNDS}"
PAGE = f"/gestion/acces/sur/{PLAYGROUNDS}/"


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def group_of(person: Person) -> Group:
    person.account()
    return Group.objects.get(name=person.groups[0])


def sent(person: Person, **values: Any) -> dict[str, Any]:
    return {"recipient": f"g{group_of(person).pk}", **values}


@pytest.fixture
def manager(world: World) -> Client:
    """A member of the town who manages the group of a service, and reads the rows of the town."""
    GroupManager.objects.create(user=TOWN_AGENT.account(), group=group_of(OUTSIDER))
    return client_of(TOWN_AGENT)


def test_a_town_gets_the_rows_of_its_commune_until_a_day(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    answer = client.post(
        NEW,
        sent(
            OUTSIDER, communes=[MEUDON, BOULOGNE], can=["can_download"], last_day="2027-06-30", reason="Été"
        ),
    )
    assert answer.headers["Location"] == PAGE
    one = Grant.objects.get(group=group_of(OUTSIDER))
    assert set(one.rows.removeprefix("commune IN (").removesuffix(")").split(", ")) == {
        f"'{MEUDON}'",
        f"'{BOULOGNE}'",
    }
    assert timezone.localtime(one.valid_until).isoformat() == "2027-07-01T00:00:00+02:00"
    assert (one.can_download, one.can_change, one.reason) == (True, False, "Été")
    assert one.author == ADMINISTRATOR.account()
    entry = JournalEntry.objects.filter(event="grant").latest("pk")
    assert entry.detail["after"]["reason"] == "Été"


def test_a_town_writes_some_fields_of_its_rows_with_a_margin(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    values = {"communes": [MEUDON], "margin_m": "50", "can": ["can_change_own", "can_delete"]}
    answer = client.post(NEW, sent(OUTSIDER, **values, written_fields=["geometry", "etat"]))
    one = Grant.objects.get(group=group_of(OUTSIDER))
    assert (one.margin_m, one.written_fields) == (50, ["geometry", "etat"])
    assert (one.can_change_own, one.can_change, one.can_delete) == (True, False, True)
    page = client.get(answer.headers["Location"]).content.decode()
    for words in ("jusqu’à 50 m autour", "supprime ses propres lignes", "n’écrit que"):
        assert words in page, words
    form = client.get(f"/gestion/acces/couche/{one.pk}/").context["form"]
    assert (form.initial["margin_m"], form.initial["written_fields"]) == (50, ["geometry", "etat"])


def test_the_effect_is_counted_and_nothing_is_written(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    grants, entries = Grant.objects.count(), JournalEntry.objects.count()
    page = client.post(NEW, sent(OUTSIDER, communes=[MEUDON]), headers={"HX-Request": "true"})
    assert "De 0 à 2 lignes, sur 3." in page.content.decode()
    without_script = client.post(NEW, sent(OUTSIDER, communes=[MEUDON], preview="1"))
    assert "De 0 à 2 lignes, sur 3." in without_script.content.decode()
    assert (Grant.objects.count(), JournalEntry.objects.count()) == (grants, entries)


def test_a_changed_grant_comes_back_as_menus_and_the_rest_as_cql2(world: World) -> None:
    text = f"commune = '{MEUDON}' AND etat IN ('ouvert', 'ferme') AND CASEI(nom) = CASEI('x')"
    one = grant(OUTSIDER, PLAYGROUNDS, rows=text)
    form = client_of(ADMINISTRATOR).get(f"/gestion/acces/couche/{one.pk}/").context["form"]
    assert form.initial["communes"] == [MEUDON]
    assert form.initial["values"] == ["etat=ouvert", "etat=ferme"]
    assert form.initial["filter"] == "CASEI(nom) = CASEI('x')"


@pytest.mark.parametrize(
    ("values", "culprit"),
    [
        ({"filter": "champ_absent = 1"}, "champ_absent"),
        ({"filter": "nom ="}, "filtre"),
        ({"communes": ["99999"]}, "99999"),
        ({"last_day": "2027-02-30"}, "Dernier jour"),
        ({"recipient": "g0"}, "g0"),
        ({"can": ["can_delete"]}, "Supprimer s’ajoute"),
        ({"margin_m": "50"}, "Une marge élargit"),
        ({"communes": [MEUDON], "margin_m": "9000"}, "5000"),
        ({"written_fields": ["etat"]}, "cochez aussi"),
    ],
)
def test_what_is_wrong_is_named(world: World, values: dict[str, Any], culprit: str) -> None:
    answer = client_of(ADMINISTRATOR).post(NEW, {**sent(OUTSIDER), **values})
    assert answer.status_code == 422
    assert culprit in answer.content.decode()


def test_a_removed_grant_comes_back(world: World) -> None:
    one, client = grant(OUTSIDER, PLAYGROUNDS, rows=f"commune = '{MEUDON}'"), client_of(ADMINISTRATOR)
    client.post(f"/gestion/acces/couche/{one.pk}/retirer/")
    assert not Grant.objects.filter(group=one.group_id).exists()
    client.post("/gestion/acces/retablir/")
    assert Grant.objects.get(group=one.group_id).rows == one.rows


def test_a_grant_ends_now_and_is_prolonged(world: World) -> None:
    one, client = grant(OUTSIDER, PLAYGROUNDS), client_of(ADMINISTRATOR)
    client.post(f"/gestion/acces/couche/{one.pk}/terminer/")
    one.refresh_from_db()
    assert one.valid_until is not None
    assert one.valid_until <= timezone.now()
    client.post(f"/gestion/acces/couche/{one.pk}/prolonger/", {"months": "3"})
    one.refresh_from_db()
    assert one.valid_until > timezone.now() + dt.timedelta(days=85)


def test_a_manager_gives_what_they_hold(manager: Client) -> None:
    manager.post(NEW, sent(OUTSIDER, communes=[MEUDON], can=["can_download"]))
    assert Grant.objects.filter(group=group_of(OUTSIDER), rows=f"commune = '{MEUDON}'").exists()


@pytest.mark.parametrize(
    "values",
    [{}, {"communes": [BOULOGNE]}, {"communes": [MEUDON], "can": ["can_change"]}],
    ids=["every row", "another commune", "editing"],
)
def test_a_manager_gives_no_more_than_they_hold(manager: Client, values: dict[str, Any]) -> None:
    answer = manager.post(NEW, sent(OUTSIDER, **values))
    assert answer.status_code == 422
    assert not Grant.objects.filter(group=group_of(OUTSIDER)).exists()


def test_a_manager_sees_the_grants_of_their_groups_alone(manager: Client) -> None:
    other = Grant.objects.get(group__name=PLANNER.groups[0])
    assert manager.get(f"/gestion/acces/couche/{other.pk}/").status_code == 404
    assert "Urbanisme" not in manager.get(PAGE).content.decode()
    assert "Urbanisme" not in manager.get("/gestion/acces/?format=csv").content.decode()


def test_a_layer_hidden_from_a_manager_is_absent(manager: Client) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).delete()
    absent = [f"/gestion/acces/sur/{name}/" for name in (PLAYGROUNDS, "aucune")]
    answers = [manager.get(address) for address in [*absent, NEW]]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert PLAYGROUNDS not in manager.get("/gestion/acces/").content.decode()


def test_who_manages_nothing_has_no_page(world: World) -> None:
    assert client_of(PLANNER).get("/gestion/acces/").status_code == 404


def test_the_list_is_filtered_and_leaves_as_a_file(world: World) -> None:
    grant(PLANNER, TREES, valid_until=timezone.now() + dt.timedelta(days=5), reason="=SUM(1)")
    board = dashboard("internes")
    DashboardGrant.objects.create(dashboard=board, person=OUTSIDER.account())
    text = client_of(ADMINISTRATOR).get("/gestion/acces/?etat=bientot&format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["Urbanisme"]
    assert rows[1][-1] == "'=SUM(1)"
    everything = client_of(ADMINISTRATOR).get("/gestion/acces/?personne=passant").content.decode()
    assert "Tableau de bord « internes »" in everything


def test_themes_and_dashboards_are_given_too(world: World) -> None:
    client, theme = client_of(ADMINISTRATOR), Theme.objects.get(layers__slug=TREES)
    board = dashboard("internes")
    client.post(f"/gestion/acces/donner/?sur=theme:{theme.slug}", sent(OUTSIDER, communes=[MEUDON]))
    client.post("/gestion/acces/donner/?sur=tableau:internes", sent(OUTSIDER, last_day="2099-01-01"))
    assert Grant.objects.get(group=group_of(OUTSIDER)).theme == theme
    assert DashboardGrant.objects.get(dashboard=board).group == group_of(OUTSIDER)


def test_a_reserved_field_is_opened_by_its_box(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    client.post(f"/gestion/acces/donner/?sur=couche:{TREES}", sent(OUTSIDER, fields_opened=["matricule"]))
    assert Grant.objects.get(group=group_of(OUTSIDER)).fields == ["matricule"]
    assert Layer.objects.get(slug=TREES).grants.count() == 1


def test_what_is_sensitive_is_given_without_end_alone(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    Layer.objects.filter(slug=PLAYGROUNDS).update(is_sensitive=True)
    panel = {"id": "p", "kind": "figure", "question": {"layer": PLAYGROUNDS}}
    dashboard("aires", sections=[{"id": "s", "title": "s", "panels": [panel]}])
    addresses = [f"/gestion/acces/donner/?sur={each}" for each in (f"couche:{PLAYGROUNDS}", "tableau:aires")]
    refusals = [client.post(each, sent(OUTSIDER, last_day="2099-01-01")) for each in addresses]
    assert [answer.status_code for answer in refusals] == [422, 422]
    assert ["Ce qui est sensible" in answer.content.decode() for answer in refusals] == [True, True]
    assert {client.post(each, sent(OUTSIDER)).status_code for each in addresses} == {302}


def test_a_dashboard_that_reads_a_sensitive_field_is_given_without_end_alone(world: World) -> None:
    client, layers = client_of(ADMINISTRATOR), Layer.objects.filter(slug=PLAYGROUNDS)
    panel = {"id": "p", "kind": "figure", "question": {"layer": PLAYGROUNDS, "filter": "nom <> 'x'"}}
    dashboard("aires", sections=[{"id": "s", "title": "s", "panels": [panel]}])
    address, dated = "/gestion/acces/donner/?sur=tableau:aires", sent(OUTSIDER, last_day="2099-01-01")
    layers.update(sensitive_fields=["nom"])
    assert f"{layers.get().title} / nom" in client.post(address, dated).content.decode()
    layers.update(sensitive_fields=["etat"])
    assert client.post(address, dated).status_code == 302


def test_a_sensitive_layer_that_a_manager_does_not_read_is_refused_without_its_name(world: World) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(is_sensitive=True, visibility="internal")
    panel = {"id": "p", "kind": "figure", "question": {"layer": PLAYGROUNDS}}
    board = dashboard("aires", sections=[{"id": "s", "title": "s", "panels": [panel]}], is_public=True)
    grant = DashboardGrant(
        dashboard=board, person=OUTSIDER.account(), valid_until=timezone.now() + dt.timedelta(days=9)
    )
    with pytest.raises(Forbidden) as refusal:
        check_sensitive(Person("cheffe").visitor(), grant)
    assert "ce que vous ne lisez pas" in refusal.value.detail
    assert "jeux" not in refusal.value.detail


def test_a_form_sent_after_its_group_is_lost_says_so_and_loses_nothing(manager: Client) -> None:
    GroupManager.objects.create(user=TOWN_AGENT.account(), group=group_of(PLANNER))
    form = sent(OUTSIDER, communes=[MEUDON], reason="Convention de mars")
    GroupManager.objects.filter(group=group_of(OUTSIDER)).delete()
    answer = manager.post(NEW, form)
    assert answer.status_code == 422
    assert answer.context["faults"][0].target == "id_recipient"
    assert "Convention de mars" in answer.content.decode()
    assert not Grant.objects.filter(group=group_of(OUTSIDER)).exists()
