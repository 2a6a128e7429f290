"""Views that people keep: their own, checked before they are kept, and showing to others only what is theirs to see."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from explorer.models import SavedView
from tests.people import GARDENER, OUTSIDER, PLANNER, Person
from tests.world import PLAYGROUNDS, TREES, World

VIEWS = "/carte/vues/"
ADDRESS = f"couches={TREES}&commune=92048#14.00/48.81250/2.23650"


def signed_in(client: Client, person: Person = PLANNER) -> Client:
    """Sign somebody in."""
    client.force_login(person.account())
    return client


def kept(person: Person = PLANNER, title: str = "Arbres de Meudon", address: str = ADDRESS) -> SavedView:
    """Return a view that somebody keeps."""
    return SavedView.objects.create(owner=person.account(), title=title, address=address)


def test_a_view_is_kept_with_its_camera(world: World, client: Client) -> None:
    signed_in(client).post(VIEWS, {"title": "Arbres de Meudon", "address": ADDRESS})
    assert SavedView.objects.get().address == ADDRESS


def test_the_pane_of_views_is_rendered_again_after_a_save_and_a_refusal(world: World, client: Client) -> None:
    posted = signed_in(client)
    saved = posted.post(VIEWS, {"title": "x", "address": ADDRESS}, headers={"HX-Request": "true"})
    refused = posted.post(VIEWS, {"title": "", "address": ADDRESS}, headers={"HX-Request": "true"})
    assert (saved.status_code, refused.status_code) == (200, 422)
    assert all('data-share="here"' in answer.content.decode() for answer in (saved, refused))


def test_a_view_is_offered_on_the_map(world: World, client: Client) -> None:
    kept()
    html = signed_in(client).get("/carte/").content.decode()
    assert f"/carte/?couches={TREES}&amp;commune=92048#14.00" in html


def test_a_view_that_asks_opens_its_answers(world: World, client: Client) -> None:
    kept(address=f"couches={TREES}&{TREES}.genre=Cedrus#14.00/48.81250/2.23650")
    html = signed_in(client).get("/carte/").content.decode()
    address = f"/carte/?couches={TREES}&amp;{TREES}.genre=Cedrus&amp;onglet=filtres#14.00/48.81250/2.23650"
    assert html.count(address) == 2  # to open, and to copy


def test_without_an_account_the_views_offer_to_share_the_question(client: Client, world: World) -> None:
    html = client.get(f"/carte/?couches={TREES}&sujet={TREES}&onglet=vues").content.decode()
    pane = html.partition('id="saved-views"')[2].partition('role="tabpanel"')[0]
    assert 'data-share="here"' in pane


def test_nobody_keeps_a_view_without_signing_in(world: World, client: Client) -> None:
    response = client.post(VIEWS, {"title": "x", "address": ADDRESS})
    assert response.status_code == 302
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("address", ["couleur=bleu", "near=ici", "opacite=a:1000", f"q={'x' * 300}"])
def test_an_address_that_the_map_cannot_open_is_refused(world: World, client: Client, address: str) -> None:
    response = signed_in(client).post(VIEWS, {"title": "Vue", "address": address})
    assert response.status_code == 422
    assert not SavedView.objects.exists()


def test_an_address_too_long_is_refused(world: World, client: Client) -> None:
    address = "&".join(f"{TREES}.nom_vernaculaire={'x' * 900}{number}" for number in range(30))
    assert signed_in(client).post(VIEWS, {"title": "Vue", "address": address}).status_code == 422


def test_a_view_without_a_name_is_refused(world: World, client: Client) -> None:
    response = signed_in(client).post(VIEWS, {"title": " ", "address": ADDRESS})
    assert "Donnez un nom à la vue." in response.content.decode()


def test_the_same_name_replaces_the_view(world: World, client: Client) -> None:
    kept(address="couches=plui-zones")
    signed_in(client).post(VIEWS, {"title": "Arbres de Meudon", "address": ADDRESS})
    assert [view.address for view in SavedView.objects.all()] == [ADDRESS]


def test_a_view_gets_another_name(world: World, client: Client) -> None:
    view = kept()
    signed_in(client).post(f"{VIEWS}{view.pk}/", {"title": "Cèdres"})
    view.refresh_from_db()
    assert view.title == "Cèdres"


def test_two_views_do_not_share_a_name(world: World, client: Client) -> None:
    view, other = kept(), kept(title="Cèdres")
    response = signed_in(client).post(f"{VIEWS}{view.pk}/", {"title": other.title})
    assert response.status_code == 422


def test_a_view_is_deleted(world: World, client: Client) -> None:
    view = kept()
    signed_in(client).post(f"{VIEWS}{view.pk}/supprimer/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("action", ["", "supprimer/"])
def test_the_view_of_somebody_else_does_not_exist(world: World, client: Client, action: str) -> None:
    view = kept(GARDENER)
    response = signed_in(client).post(f"{VIEWS}{view.pk}/{action}", {"title": "Pris"})
    assert response.status_code == 404
    assert SavedView.objects.get().title == view.title


def test_the_list_shows_nothing_of_others(world: World, client: Client) -> None:
    kept(GARDENER, title="Jardins secrets")
    assert "Jardins secrets" not in signed_in(client).get(VIEWS).content.decode()


def test_a_view_with_a_hidden_layer_opens_without_it(world: World, client: Client) -> None:
    address = kept(address=f"couches={PLAYGROUNDS}&couches={TREES}").address
    html = signed_in(client, OUTSIDER).get(f"/carte/?{address}").content.decode()
    assert f'data-layer="{PLAYGROUNDS}"' not in html
    assert re.search(rf"ne vous est pas ouverte\u00a0:\s+<code>{PLAYGROUNDS}</code>", html)


def test_the_form_is_protected_against_forgery(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert signed_in(client).post(VIEWS, {"title": "Vue", "address": ADDRESS}).status_code == 403
