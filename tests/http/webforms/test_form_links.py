"""The ways between a layer and its forms: for who fills them, for who makes them, and none for others."""

from __future__ import annotations

import pytest
from django.test import Client

from layers.models import Layer
from tests.forms_of_layers import tree_form
from tests.people import GARDENER, OUTSIDER, Person
from tests.staff import signed_in
from tests.world import TREES, World, grant

PAGE = f"/catalogue/{TREES}/"
NEW, ALL = f"/formulaires/nouveau/?couche={TREES}", f"/formulaires/?couche={TREES}"


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_page_of_a_layer_links_to_the_form_that_everybody_fills(world: World) -> None:
    client = Client()
    assert "/formulaires/un-arbre/" not in text(client, PAGE)
    form = tree_form()
    page = text(client, PAGE)
    assert f'href="/formulaires/{form.slug}/"' in page
    assert NEW not in page
    assert ALL not in page


@pytest.mark.parametrize(("person", "is_linked"), [(GARDENER, True), (OUTSIDER, False)])
def test_a_form_for_accounts_is_linked_for_who_may_add(world: World, person: Person, is_linked: bool) -> None:
    grant(GARDENER, TREES, can_add=True)
    tree_form(audience="accounts")
    page = text(signed_in(person), PAGE)
    assert ('href="/formulaires/un-arbre/"' in page) is is_linked
    assert (ALL in page) is is_linked


def test_who_makes_forms_finds_where_from_the_layer(world: World) -> None:
    grant(GARDENER, TREES, can_add=True)
    client = signed_in(GARDENER)
    assert NEW in text(client, PAGE)
    form = tree_form()
    listed = text(client, ALL)
    assert f"/formulaires/{form.slug}/modifier/" in listed
    assert NEW in listed


def test_a_form_names_its_layer_to_who_sees_it_alone(world: World) -> None:
    form = tree_form()
    title = Layer.objects.get(slug=TREES).title
    assert f'<a href="{PAGE}">{title}</a>' in text(Client(), f"/formulaires/{form.slug}/")
    Layer.objects.filter(slug=TREES).update(visibility="internal")
    for address in (f"/formulaires/{form.slug}/", "/formulaires/"):
        assert PAGE not in text(Client(), address)
        assert title not in text(Client(), address)
    assert Client().get(ALL).status_code == 404
