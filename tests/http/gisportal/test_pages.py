"""Pages for people: what each one says, to whom, and at what cost."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from interface.text import fold
from layers.models import Grant
from tests.people import GARDENER, PLANNER, PUBLIC, TOWN_AGENT, Person
from tests.protocols import get
from tests.world import MATRICULE, OBSERVATION, PLAYGROUNDS, TREES, ZONES, World

PAGES = [
    "/",
    "/catalogue/",
    f"/catalogue/{TREES}/",
    "/carte/",
    "/accessibilite/",
    "/compte/connexion/",
    "/recherche/",
]


@pytest.mark.parametrize("address", PAGES)
def test_a_page_answers(world: World, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_in_french(world: World, client: Client, address: str) -> None:
    assert '<html lang="fr">' in client.get(address).content.decode()


@pytest.mark.parametrize("address", [*PAGES, "/nulle-part/"])
def test_a_page_allows_nothing_inline(world: World, client: Client, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", [*PAGES, "/recherche/?q=arbre", "/style/"])
def test_the_headings_of_a_page_are_one_outline(world: World, client: Client, address: str) -> None:
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", client.get(address).content.decode())]
    assert levels.count(1) == 1
    assert [step for step in pairwise(levels) if step[1] > step[0] + 1] == []


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_no_other_site_in_what_it_loads(world: World, client: Client, address: str) -> None:
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', client.get(address).content.decode())
    assert [one for one in loaded if not one.startswith("/")] == []


def test_the_catalogue_finds_words_without_accents(world: World, client: Client) -> None:
    page = client.get("/catalogue/", {"q": "ARBRES remarquàbles"}).content.decode()
    assert "1 couche sur" in page


def test_the_catalogue_keeps_only_the_theme_asked(world: World, client: Client) -> None:
    page = client.get("/catalogue/", {"theme": "mobilite"}).content.decode()
    assert f"/catalogue/{TREES}/" not in page


@pytest.mark.parametrize(
    ("query", "is_kept"),
    [
        ("geometrie=points", True),
        ("geometrie=surfaces", False),
        ("licence=etalab-2.0", True),
        ("licence=ODbL-1.0", False),
        ("producteur=Personne", False),
    ],
)
def test_the_catalogue_keeps_only_what_has_the_value_asked(
    world: World, client: Client, query: str, is_kept: bool
) -> None:
    page = client.get(f"/catalogue/?{query}").content.decode()
    assert (f'href="/catalogue/{TREES}/"' in page) == is_kept


@pytest.mark.parametrize("name", ["visibilite", "geometrie", "licence", "tri"])
def test_a_value_that_no_list_has_is_a_400_that_names_it(world: World, client: Client, name: str) -> None:
    answer = client.get("/catalogue/", {name: "licorne"})
    assert (answer.status_code, name in answer.content.decode()) == (400, True)


def test_a_facet_tells_how_many_layers_each_value_leaves(world: World, client: Client) -> None:
    page = client.get("/catalogue/", {"q": "arbres remarquables"}).content.decode()
    assert "Points (1)" in page
    assert "Surfaces (0)" in page


def test_facets_count_nothing_that_is_hidden(world: World) -> None:
    seen = {
        str(who): "equipements" in get("/catalogue/", who, by_basic=False).body for who in (PUBLIC, PLANNER)
    }
    assert seen == {str(PUBLIC): False, str(PLANNER): True}


def test_the_visibility_is_offered_to_who_sees_both(world: World) -> None:
    seen = {
        str(who): 'name="visibilite"' in get("/catalogue/", who, by_basic=False).body
        for who in (PUBLIC, PLANNER)
    }
    assert seen == {str(PUBLIC): False, str(PLANNER): True}


def test_the_catalogue_is_sorted_by_title(world: World, client: Client) -> None:
    page = client.get("/catalogue/", {"tri": "titre"}).content.decode()
    titles = re.findall(r'<h3><a href="/catalogue/[^"]+">([^<]+)</a>', page)
    assert len(titles) > 2
    assert titles == sorted(titles, key=fold)


def test_one_filter_is_taken_away_and_the_others_stay(world: World, client: Client) -> None:
    page = client.get("/catalogue/?q=arbres&theme=nature&geometrie=points").content.decode()
    assert 'href="/catalogue/?q=arbres&amp;geometrie=points"' in page


@pytest.mark.parametrize("slug", [TREES, ZONES])
def test_a_layer_shows_where_its_features_are(world: World, client: Client, slug: str) -> None:
    page = client.get(f"/catalogue/{slug}/").content.decode()
    assert 'class="preview' in page
    assert "Tous les objets" in page


def test_the_picture_of_a_layer_holds_no_feature_of_others(world: World) -> None:
    pages = {
        str(who): get(f"/catalogue/{PLAYGROUNDS}/", who, by_basic=False).body for who in (PLANNER, TOWN_AGENT)
    }
    drawn = {who: re.findall(r'<path d="(M[^"]*h0)"', page)[-1].count("h0") for who, page in pages.items()}
    assert drawn[str(PLANNER)] == drawn[str(TOWN_AGENT)] + 1


def test_a_layer_offers_its_files(world: World, client: Client) -> None:
    page = client.get(f"/catalogue/{TREES}/").content.decode()
    offered = re.findall(rf'href="(/export/{TREES}\.[a-z.]+)"', page)
    assert {"csv", "geojson", "gpkg"} <= {address.partition(".")[2] for address in offered}


def test_who_may_not_download_is_offered_no_file(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS).update(can_download=False)
    page = get(f"/catalogue/{PLAYGROUNDS}/", PLANNER, by_basic=False).body
    assert "/export/" not in page
    assert "sans pouvoir la télécharger" in page


def test_the_statement_says_the_state_of_conformity(world: World, client: Client) -> None:
    page = client.get("/accessibilite/").content.decode()
    assert "non conforme" in page
    assert "Défenseur des droits" in page


def test_the_statement_says_whom_to_write_to(world: World, client: Client, settings: Settings) -> None:
    settings.PORTAL_CONTACT = "accessibilite@example.org"
    assert "mailto:accessibilite@example.org" in client.get("/accessibilite/").content.decode()


def test_an_unknown_field_of_a_form_is_a_400_that_names_it(world: World, client: Client) -> None:
    answer = client.get("/catalogue/", {"couleur": "bleu"})
    assert (answer.status_code, "couleur" in answer.content.decode()) == (400, True)


def test_a_commune_that_does_not_exist_is_a_400(world: World, client: Client) -> None:
    assert client.get(f"/catalogue/{TREES}/", {"commune": "99999"}).status_code == 400


def test_the_table_of_a_layer_filters_by_commune(world: World, client: Client) -> None:
    page = client.get(f"/catalogue/{TREES}/", {"commune": "92048"}).content.decode()
    assert "Cedre-Meudon" in page
    assert "Platane-Boulogne" not in page


def test_the_sheet_shows_the_name_of_the_commune(world: World, client: Client) -> None:
    page = client.get(f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/").content.decode()
    assert "Meudon" in page


def test_the_sheet_gives_both_coordinate_systems(world: World, client: Client) -> None:
    page = client.get(f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/").content.decode()
    assert "WGS 84" in page
    assert "Lambert-93" in page


def test_htmx_gets_the_sheet_without_the_page(world: World) -> None:
    address = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/"
    body = get(address, PUBLIC, by_basic=False, **{"HX-Request": "true"}).body
    assert "Cedre-Meudon" in body
    assert "<html" not in body


def test_a_sheet_and_its_fragment_are_told_apart_by_caches(world: World, client: Client) -> None:
    answer = client.get(f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/")
    assert "HX-Request" in answer.headers["Vary"]


def test_a_protected_field_is_on_the_sheet_of_its_readers_alone(world: World) -> None:
    address = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/"
    seen = {
        str(who): MATRICULE in get(address, who, by_basic=False).body for who in (PUBLIC, PLANNER, GARDENER)
    }
    assert seen == {str(PUBLIC): False, str(PLANNER): False, str(GARDENER): True}


def test_a_protected_relation_is_on_the_sheet_of_its_readers_alone(world: World) -> None:
    address = f"/catalogue/{PLAYGROUNDS}/{world.playgrounds['Jeux-Val'].pk}/"
    seen = {str(who): OBSERVATION in get(address, who, by_basic=False).body for who in (PLANNER, GARDENER)}
    assert seen == {str(PLANNER): False, str(GARDENER): True}


def test_the_dictionary_of_fields_hides_protected_ones(world: World, client: Client) -> None:
    assert "matricule" not in client.get(f"/catalogue/{TREES}/").content.decode()


def test_sorting_on_a_protected_field_reads_like_an_unknown_one(world: World, client: Client) -> None:
    hidden, unknown = (
        client.get(f"/catalogue/{TREES}/", {"sortby": name}).status_code for name in ("matricule", "couleur")
    )
    assert (hidden, unknown) == (400, 400)


def test_the_map_hands_no_internal_layer_to_the_public(world: World, client: Client) -> None:
    assert PLAYGROUNDS not in client.get("/carte/").content.decode()


def test_the_map_lists_what_its_address_asks(world: World, client: Client) -> None:
    page = client.get("/carte/", {"couches": TREES, "commune": "92048"}).content.decode()
    assert "Cedre-Meudon" in page
    assert "Platane-Boulogne" not in page


def test_a_photo_of_unknown_size_is_absent(world: World) -> None:
    place = f"/photos/{PLAYGROUNDS}/{world.playgrounds['Jeux-Val'].pk}/photos/{world.photos['Jeux-Val'].pk}"
    assert get(f"{place}/huge.jpg", PLANNER, by_basic=False).status == 404


def test_a_photo_of_an_internal_layer_stays_out_of_shared_caches(world: World) -> None:
    place = f"/photos/{PLAYGROUNDS}/{world.playgrounds['Jeux-Val'].pk}/photos/{world.photos['Jeux-Val'].pk}"
    assert "private" in get(f"{place}/full.jpg", PLANNER, by_basic=False).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("address", "most"),
    # One more than the page reads: the numbers that it is then cached under, once after each write.
    [("/", 14), ("/catalogue/", 12), (f"/catalogue/{TREES}/", 20), ("/recherche/?q=cedre", 32)],
)
def test_a_page_costs_a_known_number_of_queries(
    world: World,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    address: str,
    most: int,
) -> None:
    # What the key of a cached page depends on is read once after each write.
    client.get("/catalogue/absente/")
    with django_assert_max_num_queries(most):
        client.get(address)


def test_a_search_reads_the_words_of_the_layers_once(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/recherche/?q=cedre")
    with django_assert_max_num_queries(13):
        client.get("/recherche/?q=cedre")


def test_the_portal_of_a_commune_counts_its_own_people(world: World) -> None:
    page = get("/", host="meudon.localhost").body
    assert "communes, autant de portails" not in page


def test_the_portal_of_a_commune_offers_no_other_commune(world: World) -> None:
    assert "Boulogne-Billancourt</option>" not in get("/carte/", host="meudon.localhost").body


def test_the_portal_of_a_commune_lights_it(world: World) -> None:
    assert '"lit":"92048"' in get("/carte/", host="meudon.localhost").body


@pytest.mark.parametrize("person", [PUBLIC, PLANNER], ids=["public", "planner"])
def test_the_picture_of_the_home_page_names_the_open_layers_that_it_draws(
    world: World, person: Person
) -> None:
    legend = get("/", person, by_basic=False).body.split("Couches de l’image")[1].split("</ul>")[0]
    assert re.findall(r"/carte/\?couches=([\w-]+)", legend) == [TREES]


def test_the_map_of_a_sheet_alone_has_its_layer_on(world: World, client: Client) -> None:
    zone = world.zones["UMeudon"].pk
    on = {
        asked: f'value="{ZONES}" checked'
        in re.sub(r"\s+", " ", client.get(f"/carte/?{asked}").content.decode())
        for asked in (f"objet={ZONES}/{zone}", f"couches={TREES}&objet={ZONES}/{zone}", "")
    }
    assert list(on.values()) == [True, False, False]
