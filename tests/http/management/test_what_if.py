"""The pages of what if: a manager tries what they manage, and no page that anybody opens afterwards knows of it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from gisportal.journal.models import JournalEntry
from layers.models import Grant
from tests.factories import MEUDON
from tests.people import ADMINISTRATOR, MANAGER, OUTSIDER, PLANNER, TOWN_AGENT, Person
from tests.world import PLAYGROUNDS, TREES, World, grant

PAGE = "/gestion/et-si/"


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def joining(person: Person, group: Person) -> str:
    group.account()
    return f"{PAGE}?si=entrer:{person.account().pk}:{Group.objects.get(name=group.groups[0]).pk}"


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_pages_of_a_person_never_show_what_was_tried(world: World) -> None:
    client = client_of(OUTSIDER)
    before, entries = client.get("/catalogue/").content.decode(), JournalEntry.objects.count()
    tried = client_of(ADMINISTRATOR).get(joining(OUTSIDER, PLANNER))
    assert "de 0 à 3" in text_of(tried)
    assert JournalEntry.objects.filter(event__in=("grant", "membership")).count() <= entries
    grant(PLANNER, TREES)  # the counters of the catalogue are those of the trial
    assert "Aires de jeux" not in before
    assert "Aires de jeux" not in client.get("/catalogue/").content.decode()
    assert "Aires de jeux" in client_of(PLANNER).get("/catalogue/").content.decode()


def test_a_change_is_added_by_the_form_and_taken_off_by_its_link(world: World) -> None:
    client, address = client_of(ADMINISTRATOR), joining(OUTSIDER, PLANNER)
    _deed, person, group = address.partition("=")[2].split(":")
    answer = client.get(f"{PAGE}?geste=entrer&personne={person}&groupe={group}")
    assert answer.headers["Location"] == address
    assert f'href="{PAGE}"' in client.get(address).content.decode()


def test_the_form_of_a_grant_says_who_gains(world: World) -> None:
    OUTSIDER.account()
    group, count = Group.objects.get(name=OUTSIDER.groups[0]), Grant.objects.count()
    address = f"/gestion/acces/donner/et-si/?sur=couche:{PLAYGROUNDS}"
    answer = client_of(ADMINISTRATOR).post(address, {"recipient": f"g{group.pk}", "communes": [MEUDON]})
    assert "2 lignes de plus" in text_of(answer)
    assert "passant" in text_of(answer)
    assert f"{PLAYGROUNDS}.filter=" in answer.content.decode()
    assert Grant.objects.count() == count
    town = Grant.objects.get(group__name=TOWN_AGENT.groups[0])
    answer = client_of(ADMINISTRATOR).get(f"{PAGE}?si=retirer:couche:{town.pk}")
    assert "2 lignes de moins" in text_of(answer)


def test_the_form_of_a_reserved_field_says_who_gains(world: World) -> None:
    address = f"/gestion/acces/sur/{TREES}/champs/et-si/"
    answer = client_of(ADMINISTRATOR).post(address, {"name": "matricule", "open": "1"})
    assert "gagne : matricule" in text_of(answer).replace("\u00a0", " ")


def test_what_is_wrong_or_not_theirs_is_refused_alike(world: World) -> None:
    manager, other = client_of(MANAGER), Grant.objects.get(group__name=TOWN_AGENT.groups[0])
    for change in (f"retirer:couche:{other.pk}", "retirer:couche:0", "entrer:1", "x", f"entrer:{'9' * 30}:1"):
        answer = manager.get(f"{PAGE}?si={change}")
        assert answer.status_code == 422
        assert change[:60] in answer.content.decode()
    assert client_of(OUTSIDER).get(PAGE).status_code == 404
