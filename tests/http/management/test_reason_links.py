"""A refusal leads to one's own access where it may be explained, and says nothing more of what is hidden."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group

from layers.models import Grant, Layer
from tests.people import OUTSIDER, PARTNER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import read
from tests.view_as import browser, comparable, view_as
from tests.world import PLAYGROUNDS, World

OWN = "/compte/acces/"
ANCHOR = f'href="{OWN}#couche-{PLAYGROUNDS}"'
NOTHING = "q=zzzz"
EXPLAINED = {
    "rights on a layer": f"/catalogue/{PLAYGROUNDS}/",
    "empty list": f"/catalogue/{PLAYGROUNDS}/?{NOTHING}",
    "empty map": f"/carte/?couches={PLAYGROUNDS}&{NOTHING}",
    "empty statistics": f"/carte/statistiques/{PLAYGROUNDS}/?{NOTHING}",
    "no download": f"/carte/telecharger/?couches={PLAYGROUNDS}",
    "empty download": f"/carte/telecharger/?couches={PLAYGROUNDS}&{NOTHING}",
}
# Addresses, and the words of the link: the menu of the account leads there from every page.
UNNAMED = {
    f"/recherche/?{NOTHING}": "voir vos accès",
    "/tableaux-de-bord/": "Ce que vos droits ouvrent, et pourquoi",
    "/carte/?couches=couche-inventee": "Voir ce que vos droits ouvrent",
}
ENDED = "pris fin le"


def body(person: Person, path: str) -> str:
    return read(browser(person).get(path)).body


def test_what_may_be_explained_leads_to_the_layer_in_ones_own_access(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(can_download=False)
    missing = [name for name, path in EXPLAINED.items() if ANCHOR not in body(TOWN_AGENT, path)]
    missing += [path for path, words in UNNAMED.items() if words not in body(TOWN_AGENT, path)]
    assert missing == []
    assert f'id="couche-{PLAYGROUNDS}"' in body(TOWN_AGENT, OWN)


def test_who_reads_and_downloads_every_row_is_not_sent_there(world: World) -> None:
    paths = {name: path for name, path in EXPLAINED.items() if name != "rights on a layer"}
    marked = [name for name, path in paths.items() if "partial-rows" in body(PLANNER, path)]
    assert marked == []


def test_the_public_has_no_access_to_read_about(world: World) -> None:
    assert [path for path in UNNAMED if OWN in body(PUBLIC, path)] == []


def test_a_refused_page_leads_to_ones_own_access(world: World) -> None:
    answer = view_as(TOWN_AGENT).get("/compte/")
    assert answer.status_code == 403
    assert f'href="{OWN}">' in answer.content.decode().partition("<main")[2]


def test_an_object_that_is_not_ones_to_enter_says_where_to_read_why(world: World) -> None:
    Grant.objects.filter(group__name=TOWN_AGENT.groups[0]).update(
        can_add=True, can_change=True, can_delete=True
    )
    own, other = (
        f"/catalogue/{PLAYGROUNDS}/{world.playgrounds[name].pk}/" for name in ("Jeux-Bruyeres", "Jeux-Val")
    )
    pages = [body(TOWN_AGENT, own)]
    with patch("layers.access.editable", lambda scope: scope.queryset.none()):
        pages.append(body(TOWN_AGENT, other))
    assert ["mais pas cet objet" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    "path", [f"/catalogue/{PLAYGROUNDS}/", "/carte/?couches={}", f"/catalogue/{PLAYGROUNDS}/1/"]
)
def test_a_person_reads_the_same_of_a_hidden_layer_and_of_an_absent_one(world: World, path: str) -> None:
    hidden, absent = path.format(PLAYGROUNDS), path.format(PLAYGROUNDS).replace(PLAYGROUNDS, "aires-de-rien")
    bodies = [body(OUTSIDER, hidden).replace(PLAYGROUNDS, "aires-de-rien"), body(OUTSIDER, absent)]
    assert comparable(bodies[0]) == comparable(bodies[1])


def test_an_access_that_ended_is_named_where_its_layer_still_exists(world: World) -> None:
    before = body(PARTNER, OWN)
    Grant.objects.filter(group__name=PARTNER.groups[0]).delete()
    without = body(PARTNER, OWN)
    assert ENDED not in before
    assert comparable(before) == comparable(without)


def test_an_access_to_an_announced_layer_that_ended_leads_to_its_request(world: World) -> None:
    Layer.objects.filter(slug=PLAYGROUNDS).update(is_requestable=True)
    address = f"/gestion/demandes/sur/{PLAYGROUNDS}/"
    pages = [body(person, OWN) for person in (PARTNER, OUTSIDER)]
    requests = [body(person, address) for person in (PARTNER, OUTSIDER)]
    assert [ENDED in page and address in page for page in pages] == [True, False]
    assert [ENDED in page for page in requests] == [True, False]


def test_rows_that_are_left_after_an_end_are_said(world: World) -> None:
    group = Group.objects.get(name=PARTNER.groups[0])
    layer = Layer.objects.get(slug=PLAYGROUNDS)
    Grant.objects.create(layer=layer, group=group, rows="commune = '92048'")
    assert "une partie des lignes reste lue" in body(PARTNER, OWN)
