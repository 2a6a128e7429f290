"""No page of the portal names an internal layer to who may not see it, wherever its words could stand.

What a page asks for afterwards is read by a browser: see ``tests/browser/journeys/test_journey_public.py``.
"""

from __future__ import annotations

import re

import pytest

from tests.people import OUTSIDER, PLANNER, PUBLIC, Person
from tests.protocols import get
from tests.world import PLAYGROUNDS, TREES, ZONES, World

ABSENT = "couche-inventee"
OPEN = f"couches={TREES}&couches={ZONES}"
SECRETS = [PLAYGROUNDS, "Aires de jeux", "Jeux-Val", "Jeux-Pont"]
PAGES = [
    "/",
    "/catalogue/",
    f"/catalogue/{TREES}/",
    f"/catalogue/{TREES}/reutilisations/",
    f"/catalogue/{TREES}/reutilisations/nouvelle/",
    f"/explore/dataset/{TREES}/",
    "/connecter/",
    "/accessibilite/",
    "/api/collections?f=html",
    f"/carte/?{OPEN}",
    f"/carte/?{OPEN}&tableau={TREES}",
    f"/carte/telecharger/?{OPEN}",
    f"/carte/imprimer/?{OPEN}&liste=1",
    f"/carte/filtres/{TREES}/?{OPEN}&valeurs=genre&debut=jeux",
    f"/carte/statistiques/{TREES}/?{OPEN}",
    f"/carte/question/sujet/?{OPEN}&sujet={TREES}",
    f"/carte/question/reponse/{TREES}/1/?{OPEN}&near=2.21,48.81&radius=9000",
    f"/carte/comparer/?{OPEN}",
    "/recherche/?q=aire",
    "/catalogue/?q=aire&visibilite=internal",
]
ABOUT_A_LAYER = [
    "/catalogue/{}/",
    "/catalogue/{}/reutilisations/",
    "/catalogue/{}/reutilisations/nouvelle/",
    "/catalogue/{}/usages/",
    "/catalogue/{}/metadonnees/",
    "/catalogue/{}/pieces/1/notice.pdf",
    "/explore/dataset/{}/",
    "/api/collections/catalogue/items/{}",
    "/carte/filtres/{}/",
    "/carte/tableau/{}/",
    "/carte/statistiques/{}/",
    "/connecter/{}/",
]
# Pages that send the public to the page of signing in, whatever the layer.
OF_PRODUCERS = ["/publication/couches/{}/", "/jeux/{}/versions/"]
# What is drawn anew for each answer: the token of forms and the name of the request.
_RANDOM = re.compile(r'(value|content|nonce)="[\w-]{16,}"|[0-9a-f]{32}|[0-9a-f-]{36}')


@pytest.mark.parametrize("person", [PUBLIC, OUTSIDER], ids=str)
@pytest.mark.parametrize("address", PAGES)
def test_no_page_names_it(world: World, address: str, person: Person) -> None:
    answer = get(address, person, by_basic=False)
    assert answer.status == 200
    assert answer.shows(SECRETS) == frozenset()


def test_the_account_of_who_has_no_right_names_it_nowhere(world: World) -> None:
    assert get("/compte/", OUTSIDER, by_basic=False).shows(SECRETS) == frozenset()


@pytest.mark.parametrize(
    ("path", "person"),
    [*((path, PUBLIC) for path in ABOUT_A_LAYER), *((path, OUTSIDER) for path in OF_PRODUCERS)],
    ids=str,
)
def test_an_address_of_it_is_that_of_a_layer_that_does_not_exist(
    world: World, path: str, person: Person
) -> None:
    hidden, absent = (get(path.format(slug), person, by_basic=False) for slug in (PLAYGROUNDS, ABSENT))
    assert (hidden.status, absent.status) == (404, 404)
    assert nameless(hidden.body.replace(PLAYGROUNDS, ABSENT)) == nameless(absent.body)


def test_a_hidden_layer_that_an_address_sets_aside_is_one_that_does_not_exist(world: World) -> None:
    """A question that somebody else asked names the layers which it set aside."""
    hidden, absent = (
        get(f"/carte/?{OPEN}&sujet={TREES}&retrait={ZONES},{slug}", by_basic=False).body
        for slug in (PLAYGROUNDS, ABSENT)
    )
    assert nameless(hidden.replace(PLAYGROUNDS, ABSENT)) == nameless(absent)


def test_an_answer_of_it_is_that_of_a_layer_that_does_not_exist(world: World) -> None:
    question = f"?{OPEN}&near=2.21,48.81&radius=9000"
    hidden, absent = (
        get(f"/carte/question/reponse/{slug}/1/{question}", by_basic=False) for slug in (PLAYGROUNDS, ABSENT)
    )
    assert (hidden.status, absent.status) == (404, 404)
    assert nameless(hidden.body.replace(PLAYGROUNDS, ABSENT)) == nameless(absent.body)


@pytest.mark.parametrize("path", ["", "signaler/", "voisinage/"])
def test_a_sheet_of_it_is_that_of_nothing(world: World, path: str) -> None:
    hidden, nothing = world.playgrounds["Jeux-Val"].pk, 999_999
    answers = [get(f"/catalogue/{PLAYGROUNDS}/{pk}/{path}", by_basic=False) for pk in (hidden, nothing)]
    # Each answer without its own address, and only there: the digits of an id may stand in a token.
    told = [
        nameless(answer.body).replace(f"/{pk}/", "/…/")
        for answer, pk in zip(answers, (hidden, nothing), strict=True)
    ]
    assert [answer.status for answer in answers] == [404, 404]
    assert told[0] == told[1]


def test_the_map_marks_it_as_internal_to_who_sees_it(world: World) -> None:
    page = get("/carte/", PLANNER, by_basic=False).body
    row = page.partition(f'data-layer="{PLAYGROUNDS}"')[2].partition("data-layer=")[0]
    assert "Interne" in row


def nameless(text: str) -> str:
    """Leave out what is drawn anew for each answer."""
    return _RANDOM.sub("", text)
