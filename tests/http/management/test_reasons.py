"""The page of reasons: in one click from each list, for managers within what they know, and for oneself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from gisportal.accounts.models import GroupManager
from gisportal.journal.models import JournalEntry
from layers.models import Grant
from tests.dashboards import dashboard
from tests.factories import BOULOGNE
from tests.people import ADMINISTRATOR, OUTSIDER, PARTNER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

PAGE = "/gestion/pourquoi/"


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def address(person: Person, subject: str, **more: object) -> str:
    parameters = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{PAGE}?personne={person.account().pk}&sur={subject}{parameters}"


def test_the_way_unfolds_to_rows_fields_and_one_row(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    answer = client.get(address(TOWN_AGENT, f"couche:{PLAYGROUNDS}", ligne=world.playgrounds["Jeux-Pont"].pk))
    text = " ".join(answer.content.decode().split())
    assert "agent-meudon lit 2 des 3 lignes" in text
    assert "membre de Ville de Meudon" in text
    assert "n’est pas lue" in text
    assert "Espaces verts" in text  # who reads the inspections


def test_why_a_row_is_not_changed_unfolds_access_by_access(world: World) -> None:
    grant(TOWN_AGENT, TREES, can_add=True)
    grant(TOWN_AGENT, TREES, can_change_own=True)
    grant(TOWN_AGENT, TREES, can_change=True, rows=f"commune = '{BOULOGNE}'")
    grant(TOWN_AGENT, TREES, can_change=True, valid_until=timezone.now() - dt.timedelta(days=1))
    pk = world.trees["Cedre-Meudon"].pk
    page = text_of(client_of(ADMINISTRATOR).get(address(TOWN_AGENT, f"couche:{TREES}", ligne=pk)))
    causes = (
        "cet accès ajoute des lignes, et n’en modifie aucune",
        "quelqu’un d’autre a écrit cette ligne",
        "cette ligne n’est pas des siennes",
        "cet accès n’est pas en cours",
    )
    details = page.partition('<details class="obstacles">')[2].partition("</details>")[0]
    assert [cause for cause in causes if cause not in details] == []
    assert details.count("<li>") == len(causes)


def test_lists_lead_to_it_in_one_click(world: World) -> None:
    client, link = (
        client_of(ADMINISTRATOR),
        address(TOWN_AGENT, f"couche:{PLAYGROUNDS}").replace("&", "&amp;"),
    )
    assert link in client.get(f"/gestion/acces/sur/{PLAYGROUNDS}/lecteurs/").content.decode()
    assert link in client.get(f"/gestion/personnes/{TOWN_AGENT.account().pk}/acces/").content.decode()
    own = client_of(TOWN_AGENT).get("/compte/acces/").content.decode()
    assert f"/gestion/pourquoi/moi/?sur=couche:{PLAYGROUNDS}" in own


def test_what_is_wrong_or_hidden_is_named_alike(world: World) -> None:
    client = client_of(ADMINISTRATOR)
    for question in ("personne=0&sur=couche:x", f"personne={TOWN_AGENT.account().pk}&sur=couche:absente"):
        answer = client.get(f"{PAGE}?{question}")
        assert answer.status_code == 422
        assert "n’existe pas" in answer.content.decode()
    assert client.get(address(TOWN_AGENT, f"couche:{PLAYGROUNDS}", ligne="x")).status_code == 422


def test_a_manager_knows_of_members_who_hold_no_more_than_they_do(world: World) -> None:
    GroupManager.objects.create(user=TOWN_AGENT.account(), group=Group.objects.get(name=PARTNER.groups[0]))
    manager = client_of(TOWN_AGENT)
    assert manager.get(address(PLANNER, f"couche:{PLAYGROUNDS}")).status_code == 422
    page = manager.get(address(PARTNER, f"couche:{PLAYGROUNDS}"))
    assert "lit 0 des 2 lignes" in " ".join(page.content.decode().split())
    assert "Espaces verts" not in page.content.decode()


def test_ones_own_page_names_nothing_that_is_hidden(world: World) -> None:
    client = client_of(OUTSIDER)
    hidden = [client.get(f"{PAGE}moi/?sur=couche:{slug}").status_code for slug in (PLAYGROUNDS, "absente")]
    assert hidden == [404, 404]
    page = client.get(f"{PAGE}moi/?sur=couche:{TREES}").content.decode()
    assert "matricule" not in page.lower()
    assert "Espaces verts" not in page


def test_a_missing_panel_is_explained_in_two_actions(world: World) -> None:
    question = {"layer": PLAYGROUNDS, "relation": "inspections"}
    panels = [
        {"id": "aires", "kind": "figure", "title": "Nos aires", "question": {"layer": PLAYGROUNDS}},
        {"id": "controles", "kind": "figure", "title": "Nos contrôles", "question": question},
    ]
    dashboard("internes", is_public=True, sections=[{"id": "s", "title": "s", "panels": panels}])
    page = client_of(ADMINISTRATOR).get(address(TOWN_AGENT, "tableau:internes"))
    assert [panel.title for panel in page.context["board"].missing] == ["Nos contrôles"]
    assert f"sur=couche:{PLAYGROUNDS}#champ-inspections" in page.content.decode()


def test_the_answer_of_a_past_date_is_that_of_its_rights(world: World) -> None:
    client, question = client_of(ADMINISTRATOR), address(TOWN_AGENT, f"couche:{PLAYGROUNDS}")
    day = (timezone.localtime() + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert client.get(f"{question}&date={day}").status_code == 422
    assert client.get(f"{question}&date=hier").status_code == 422
    instant = timezone.localtime(JournalEntry.objects.latest("at").at).strftime("%Y-%m-%dT%H:%M:%S.%f")
    Grant.objects.get(group__name=TOWN_AGENT.groups[0]).delete()
    assert "lit 0 des 3 lignes" in text_of(client.get(question))
    past = text_of(client.get(f"{question}&date={instant}"))
    assert "lit 2 des 3 lignes" in past
    assert "Les lignes, les panneaux et les noms sont ceux d’aujourd’hui" in past
