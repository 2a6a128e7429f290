"""``/partager/``: what there is to take of a page, and who will see it; nothing of what the reader does not have."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from interface.qr_codes import MAX_BYTES, qr_svg
from layers.models import Layer
from layers.vocabulary import Visibility
from tests import dashboards
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import Answer, get
from tests.world import PLAYGROUNDS, TREES, ZONES, World

INTERNAL = "La couche « Aires de jeux » est interne"
RESERVED = "porte sur un champ réservé"
BOTH = f"/carte/?couches={PLAYGROUNDS}&couches={TREES}#13/48.81/2.23"


def shared(page: str, person: Person = PUBLIC, way: str = "") -> Answer:
    """Return the ways to share a page."""
    return get(f"/partager/{way}?page={quote(page, safe='')}", person, by_basic=False)


def framed(answer: Answer) -> str:
    """Return the address that the code of the frame shows, empty without a frame."""
    found = re.search(r'<iframe src="([^"]+)"', unescape(answer.body))
    return unescape(found[1]) if found else ""


def test_the_link_of_a_map_is_the_whole_view(world: World) -> None:
    assert f"http://localhost{BOTH}" in unescape(shared(BOTH, PLANNER).body)


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        (f"couches={TREES}&onglet=vues&sujet={TREES}", f"couches={TREES}&sujet={TREES}&onglet=filtres"),
        (
            f"onglet=vues&couches={TREES}&{TREES}.genre=Cedrus",
            f"couches={TREES}&{TREES}.genre=Cedrus&onglet=filtres",
        ),
        (f"couches={TREES}&onglet=vues", f"couches={TREES}"),
        (
            f"couches={TREES}&sujet={TREES}&retrait={PLAYGROUNDS}",
            f"couches={TREES}&sujet={TREES}&onglet=filtres",
        ),
        (f"couches={TREES}&onglet=couches&sujet={TREES}", f"couches={TREES}&onglet=couches&sujet={TREES}"),
    ],
)
def test_a_map_that_is_shared_opens_its_answers_and_nothing_of_who_shares_it(
    world: World, asked: str, sent: str
) -> None:
    body = unescape(shared(f"/carte/?{asked}#13/48.81/2.23").body)
    assert f'data-copy="http://localhost/carte/?{sent}#13/48.81/2.23"' in body
    assert quote(f"/carte/?{sent}#13/48.81/2.23", safe="") in body


def test_who_shares_a_map_is_told_which_layers_its_reader_will_not_see(world: World) -> None:
    assert INTERNAL in shared(BOTH, PLANNER).body.replace("\u00a0", " ")
    assert INTERNAL not in shared(f"/carte/?couches={TREES}", PLANNER).body.replace("\u00a0", " ")


def test_a_filter_of_a_reserved_field_is_told(world: World) -> None:
    page = f"/carte/?couches={TREES}&{TREES}.etat_sanitaire=dangereux"
    answer = shared(page, GARDENER)
    assert RESERVED in answer.body
    assert framed(answer) == ""


@pytest.mark.parametrize(
    "condition",
    [
        f"{TREES}.premiers=-etat_sanitaire:3",
        TREES + ".filter=" + quote("etat_sanitaire = 'dangereux'"),
        f"{PLAYGROUNDS}.fiches=inspections",
    ],
)
def test_every_condition_on_what_is_reserved_is_told(world: World, condition: str) -> None:
    Layer.objects.update(visibility=Visibility.OPEN)
    answer = shared(f"/carte/?couches={TREES}&couches={PLAYGROUNDS}&{condition}", GARDENER)
    assert answer.status == 200
    assert RESERVED in answer.body
    assert framed(answer) == ""


def test_the_nearest_of_another_layer_may_be_shared(world: World) -> None:
    page = f"/carte/?couches={TREES}&sujet={TREES}&{TREES}.touching={ZONES}@300*&{TREES}.premiers=_distance:1"
    assert shared(page, GARDENER).status == 200


def test_the_code_of_a_frame_names_open_layers_alone(world: World) -> None:
    page = f"{BOTH.partition('#')[0]}&{PLAYGROUNDS}.etat=ouvert&{ZONES}.touching={PLAYGROUNDS}@300*#13/48.81/2.23"
    address = framed(shared(page, PLANNER))
    assert PLAYGROUNDS not in address
    assert address == f"http://localhost/carte/integree/?couches={TREES}#13/48.81/2.23"


def test_the_title_of_a_frame_names_open_layers_alone(world: World) -> None:
    code = unescape(unescape(shared(BOTH, PLANNER).body))
    assert "Aires de jeux" not in code.partition("<iframe ")[2].partition(">")[0]


def test_a_map_that_is_asked_is_called_by_its_question(world: World) -> None:
    page = f"/carte/?couches={TREES}&{TREES}.genre=Cedrus&sujet={TREES}"
    assert "Arbres remarquables, dont genre" in shared(page).body.replace("\u00a0", " ")


def test_a_map_of_nothing_open_has_no_frame(world: World) -> None:
    assert framed(shared(f"/carte/?couches={PLAYGROUNDS}", PLANNER)) == ""


def test_a_hidden_layer_is_not_named_to_who_does_not_have_it(world: World) -> None:
    answer = shared(BOTH, PUBLIC)
    assert "Aires de jeux" not in answer.body
    assert "interne=1" not in answer.body


def test_internal_data_leave_in_a_file_only_when_they_are_asked_for(world: World) -> None:
    assert 'name="interne"' in shared(BOTH, PLANNER).body
    assert 'name="interne"' not in shared(f"/carte/?couches={TREES}", PLANNER).body


@pytest.mark.parametrize("page", ["/catalogue/{slug}/", "/catalogue/{slug}/{pk}/"])
def test_a_page_of_a_layer_is_shared_by_who_sees_it(world: World, page: str) -> None:
    opened = shared(page.format(slug=TREES, pk=world.trees["Cedre-Meudon"].pk))
    internal = page.format(slug=PLAYGROUNDS, pk=world.playgrounds["Jeux-Val"].pk)
    assert "couches=arbres-remarquables" in framed(opened)
    assert "Couche interne" in shared(internal, TOWN_AGENT).body
    assert framed(shared(internal, TOWN_AGENT)) == ""
    assert shared(internal).status == 404


def test_a_dashboard_is_framed_when_it_is_public(world: World) -> None:
    dashboards.dashboard("ouvert", is_public=True, producer="Espaces verts")
    dashboards.dashboard("ferme", groups=["Espaces verts"])
    assert framed(shared("/tableaux-de-bord/ouvert/")).endswith("/tableaux-de-bord/ouvert/integrer/")
    assert framed(shared("/tableaux-de-bord/ferme/", GARDENER)) == ""
    assert shared("/tableaux-de-bord/ferme/").status == 404


def test_sites_that_may_show_the_frame_are_told(world: World, settings: Settings) -> None:
    settings.PORTAL_EMBED_SITES = []
    assert "aucun autre site" in shared(f"/carte/?couches={TREES}").body
    settings.PORTAL_EMBED_SITES = ["https://ville.example"]
    assert "Sites autorisés" in shared(f"/carte/?couches={TREES}").body


@pytest.mark.parametrize(
    "page",
    [
        "",
        "https://ailleurs.example/",
        "//ailleurs.example/carte/",
        "/\\ailleurs.example/",
        "/compte/",
        "/rien/",
    ],
)
def test_an_address_that_is_not_shared_is_refused_by_name(world: World, page: str) -> None:
    answer = shared(page)
    assert answer.status == 400
    assert "page" in answer.body


def test_the_code_of_a_link_is_an_svg(world: World) -> None:
    answer = Client().get("/partager/code.svg", {"page": BOTH})
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content == qr_svg(f"http://testserver{BOTH}").encode()


def test_a_link_too_long_for_a_code_is_said_so(world: World) -> None:
    page = f"/carte/?q={'a' * 190}&couches={TREES}" + "".join(f"&opacite={TREES}:{n}" for n in range(90))
    assert len(page) > MAX_BYTES
    assert "trop long pour un code QR" in shared(page).body
    assert shared(page, way="code.svg").status == 400
