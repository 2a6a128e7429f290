"""How each layer is drawn has an address of its own: the page is light, and a browser reads a drawing once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from layers.models import Grant, Layer
from tests.http.explorer.test_map_state import config
from tests.people import GARDENER, OUTSIDER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import Answer, get
from tests.world import ARCHIVED, DRAFT, PLAYGROUNDS, TREES, ZONES, World

LIGHTEST = 150_000
"""Bytes of the page of the map at most."""
MOST_OF_A_ROW = 1_300
MOST_OF_A_LAYER = 12_000
"""Bytes of the row of a layer that is off."""


def addresses(person: Person = PUBLIC, query: str = "") -> dict[str, str]:
    """Return the address of each layer's drawing in the page of the map."""
    page = config(get(f"/carte/{query}", person, by_basic=False).body)
    return {layer["slug"]: layer["drawingAddress"] for layer in page["layers"]}  # type: ignore[attr-defined]


def drawing(address: str, person: Person = PUBLIC, **headers: str) -> Answer:
    return get(address, person, by_basic=False, **headers)


def style(slug: str, **document: object) -> None:
    Layer.objects.filter(slug=slug).update(style=document)


def test_the_page_holds_the_address_of_a_drawing_and_no_drawing(world: World) -> None:
    page = get("/carte/", PUBLIC).body
    assert '"drawing":' not in page
    document = drawing(addresses()[ZONES]).document
    assert set(document) == {"drawing", "images"}
    assert document["drawing"]


def test_points_have_the_picture_that_stands_for_them_from_afar(world: World) -> None:
    assert f"face {TREES}" in drawing(addresses()[TREES]).document["images"]
    assert f"face {ZONES}" not in drawing(addresses()[ZONES]).document["images"]


def test_an_open_drawing_is_read_once_by_a_browser_and_stored_by_nothing_else(world: World) -> None:
    control = drawing(addresses()[TREES]).headers["Cache-Control"]
    assert "immutable" in control
    assert "private" in control


def test_another_style_has_another_address_and_the_former_one_is_not_stored(world: World) -> None:
    before = addresses()[TREES]
    style(TREES, token="c-wine")
    after = addresses()[TREES]
    assert after != before
    former = drawing(before)
    assert "no-cache" in former.headers["Cache-Control"]
    assert former.body == drawing(after).body


def test_an_internal_drawing_is_asked_for_again_and_its_reader_has_it(world: World) -> None:
    first = drawing(addresses(PLANNER)[PLAYGROUNDS], PLANNER)
    assert "no-cache" in first.headers["Cache-Control"]
    again = drawing(addresses(PLANNER)[PLAYGROUNDS], PLANNER, **{"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


def test_a_right_that_ends_ends_the_drawing_that_a_browser_has(world: World) -> None:
    address = addresses(PLANNER)[PLAYGROUNDS]
    tag = drawing(address, PLANNER).headers["ETag"]
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    assert drawing(address, PLANNER, **{"If-None-Match": tag}).status == 404


@pytest.mark.parametrize("slug", [PLAYGROUNDS, DRAFT, ARCHIVED, "rien-du-tout"])
def test_a_hidden_drawing_reads_like_one_that_does_not_exist(world: World, slug: str) -> None:
    assert drawing(f"/carte/dessins/{slug}/0123456789abcdef.json", OUTSIDER).status == 404
    assert slug not in addresses(OUTSIDER)


def test_nobody_reads_the_drawing_of_another_by_its_address(world: World) -> None:
    """The field of labels is protected: its name is in the drawing of who reads it alone."""
    style(TREES, labels={"field": "matricule"})
    address = addresses(GARDENER)[TREES]
    assert "matricule" in drawing(address, GARDENER).body
    assert "matricule" not in drawing(address, PUBLIC).body
    assert "no-cache" in drawing(address, PUBLIC).headers["Cache-Control"]


def test_a_layer_that_the_map_does_not_draw_has_no_drawing(world: World) -> None:
    assert drawing("/carte/dessins/communes/0123456789abcdef.json").status == 404


def test_a_parameter_is_refused_by_its_name(world: World) -> None:
    answer = drawing(f"{addresses()[TREES]}?couleur=bleu")
    assert answer.status == 400
    assert "couleur" in answer.body


def test_pages_that_switch_no_layer_hold_their_drawings(world: World, client: Client) -> None:
    for page in ("/carte/integree/", "/carte/imprimer/"):
        layers = config(client.get(f"{page}?couches={ZONES}").content.decode())["layers"]
        assert [(layer["slug"], bool(layer["drawing"])) for layer in layers] == [(ZONES, True)]  # type: ignore[attr-defined]


def test_the_first_layers_are_asked_for_before_the_scripts(world: World, client: Client) -> None:
    page = client.get(f"/carte/?couches={TREES}").content.decode()
    preloaded = re.findall(r'<link rel="preload" as="fetch" crossorigin href="([^"]+)">', page)
    assert preloaded == [addresses(query=f"?couches={TREES}")[TREES]]


def test_each_reference_of_the_page_and_of_its_list_has_its_symbol(world: World, client: Client) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(f"/carte/?couches={TREES}&couches={ZONES}", headers=headers).content.decode()
        symbols = set(re.findall(r'<(?:symbol|g) id="([^"]+)"', page))
        references = set(re.findall(r'<use href="#([^"]+)"', page))
        steps = {
            step.split()[1]
            for steps in re.findall(r'data-steps="([^"]+)"', page)
            for step in steps.split(",")
        }
        assert references
        assert (references | steps) - symbols == set()


def test_the_legend_of_a_layer_that_is_off_is_not_in_the_page(world: World, client: Client) -> None:
    page = client.get(f"/carte/?couches={TREES}").content.decode()
    assert f'id="legend-{ZONES}"' in page
    assert f'id="legend-{ZONES}-1"' not in page
    assert f'id="legend-{ZONES}-1"' in client.get(f"/carte/?couches={ZONES}").content.decode()


def test_a_layer_that_is_off_adds_little_to_the_page(world: World, client: Client) -> None:
    whole = client.get(f"/carte/?couches={TREES}").content
    rows = [row.partition("</fieldset>")[0] for row in whole.decode().split('<div class="layer ')[1:]]
    off = [len(row.encode()) for row in rows if "checked" not in row]
    assert len(off) > 5
    assert max(off) < MOST_OF_A_ROW


def test_the_page_of_the_map_is_light(world: World, client: Client) -> None:
    assert len(client.get("/carte/").content) < LIGHTEST


def test_the_page_holds_once_what_other_applications_add_to_the_settings_of_layers(world: World) -> None:
    page = get("/carte/", PUBLIC).body
    assert page.count("/urbanisme/superposition/?couche=") == 1
    numbers = dict(re.findall(r'data-layer="([\w-]+)".*?data-settings="([^"]*)"', page, re.DOTALL))
    assert numbers[TREES] != ""
    assert numbers[ZONES] == ""  # the zones are what others are laid over


def test_the_row_of_a_layer_leads_to_its_page_without_script(world: World) -> None:
    row = get("/carte/", PUBLIC).body.split(f'data-layer="{ZONES}"')[1].split("</details>")[0]
    assert f'href="/catalogue/{ZONES}/"' in row


def test_each_layer_that_is_on_adds_little_to_the_page(world: World, client: Client) -> None:
    slugs = [f"couches={slug}" for slug in addresses()]
    assert len(client.get(f"/carte/?{'&'.join(slugs)}").content) < MOST_OF_A_LAYER * len(slugs)


def test_lines_of_legends_do_not_repeat_many_layers(world: World, client: Client) -> None:
    slugs = "&".join(f"couches={slug}" for slug in addresses())
    line = re.compile(rf'id="legend-{ZONES}-1"\s+href="([^"]+)"')
    many, few = (client.get(f"/carte/?{query}").content.decode() for query in (slugs, f"couches={ZONES}"))
    assert [line.findall(page)[0].count("couches=") for page in (many, few)] == [0, 1]


def test_the_page_of_the_map_and_a_drawing_cost_a_known_number_of_queries(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = addresses()[TREES]
    for path in ("/carte/", address):
        client.get(path)
    with django_assert_max_num_queries(8):
        client.get("/carte/")
    with django_assert_max_num_queries(5):
        client.get(address)


def gathered(person: Person = PUBLIC, query: str = "") -> str:
    """Return the address of the drawings that the page of the map gathers."""
    return str(config(get(f"/carte/{query}", person, by_basic=False).body)["drawings"])


BOTH = f"?couches={TREES}&couches={ZONES}"


def test_the_drawings_of_the_first_layers_are_read_by_one_request(world: World, client: Client) -> None:
    page = client.get(f"/carte/{BOTH}").content.decode()
    preloaded = re.findall(r'<link rel="preload" as="fetch" crossorigin href="([^"]+)">', page)
    assert preloaded == [gathered(query=BOTH)]
    layers = drawing(preloaded[0]).document["layers"]
    assert layers == {slug: drawing(addresses()[slug]).document for slug in (TREES, ZONES)}


def test_gathered_drawings_of_open_layers_are_stored_and_others_asked_for_again(world: World) -> None:
    internal = f"{BOTH}&couches={PLAYGROUNDS}"
    assert "immutable" in drawing(gathered(query=BOTH)).headers["Cache-Control"]
    assert "no-cache" in drawing(gathered(PLANNER, internal), PLANNER).headers["Cache-Control"]


def test_gathered_drawings_with_a_hidden_layer_are_absent(world: World) -> None:
    address = gathered(PLANNER, f"{BOTH}&couches={PLAYGROUNDS}")
    assert drawing(address, OUTSIDER).status == 404
    Grant.objects.filter(layer__slug=PLAYGROUNDS).delete()
    assert drawing(address, PLANNER).status == 404


@pytest.mark.parametrize("names", [f"{TREES},", f"{TREES},{TREES}", ",".join(f"x{n}" for n in range(41))])
@pytest.mark.parametrize("address", ["/carte/dessins/{}/0123456789abcdef.json", "/carte/effectifs/{}.json"])
def test_a_list_of_layers_that_cannot_be_read_is_refused(world: World, address: str, names: str) -> None:
    assert drawing(address.format(names)).status == 400


def test_counts_by_commune_are_those_of_each_reader(world: World) -> None:
    counts = {
        str(who): drawing(f"/carte/effectifs/{PLAYGROUNDS},{TREES}.json", who).document["layers"]
        for who in (PLANNER, TOWN_AGENT)
    }
    assert counts == {
        str(PLANNER): {PLAYGROUNDS: {"92048": 2, "92012": 1}, TREES: {"92048": 1, "92012": 1}},
        str(TOWN_AGENT): {PLAYGROUNDS: {"92048": 2}, TREES: {"92048": 1, "92012": 1}},
    }


@pytest.mark.parametrize("slug", [PLAYGROUNDS, DRAFT, ZONES, "rien-du-tout"])
def test_counts_of_what_is_hidden_or_has_no_points_are_absent(world: World, slug: str) -> None:
    assert drawing(f"/carte/effectifs/{TREES},{slug}.json", OUTSIDER).status == 404


def test_counts_are_read_again_after_a_write_and_not_before(world: World) -> None:
    address = f"/carte/effectifs/{TREES}.json"
    tag = drawing(address).headers["ETag"]
    assert drawing(address, **{"If-None-Match": tag}).status == 304
    world.trees["Cedre-Meudon"].delete()
    again = drawing(address, **{"If-None-Match": tag})
    assert (again.status, again.document) == (200, {"layers": {TREES: {"92012": 1}}})
