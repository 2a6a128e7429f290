"""The sheet of a feature, for every kind of person: what is on it, what is around it, who may change it."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from amenities.models import Inspection
from heritage.models import HeritageBuilding
from layers.models import Grant, Layer
from reference_data.models import Address
from tests import factories
from tests.factories import MEUDON, MIDDLES
from tests.people import (
    ADMINISTRATOR,
    GARDENER,
    OUTSIDER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
    of_each_right,
)
from tests.protocols import Answer, get
from tests.world import DRAFT, PLAYGROUNDS, TREES, ZONES, World, grant

HTMX = {"HX-Request": "true"}
SEES_PLAYGROUNDS = {PLANNER, TOWN_AGENT, GARDENER, ADMINISTRATOR}


def tree_page(world: World, person: Person = PUBLIC, *, tail: str = "", **headers: str) -> Answer:
    address = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/{tail}"
    return get(address, person, by_basic=False, **headers)


@pytest.fixture
def beside(world: World) -> World:
    """The world, with a playground of each side of the border of Meudon beside a tree of Meudon."""
    longitude, latitude = MIDDLES[MEUDON]
    factories.playground("Jeux-Pres", at=(longitude + 0.001, latitude))
    return world


@pytest.mark.parametrize("person", of_each_right(), ids=str)
@pytest.mark.parametrize(("tail", "headers"), [("", {}), ("voisinage/", HTMX)], ids=["page", "panel"])
def test_the_neighbourhood_names_only_layers_the_person_sees(
    beside: World, person: Person, tail: str, headers: dict[str, str]
) -> None:
    body = tree_page(beside, person, tail=tail, **headers).body
    assert ("Jeux-Pres" in body, PLAYGROUNDS in body) == (person in SEES_PLAYGROUNDS,) * 2


@pytest.mark.parametrize("layer", [DRAFT, "plui-prescriptions-pct"])
def test_what_is_not_published_is_not_around(world: World, layer: str) -> None:
    assert layer not in tree_page(world).body


def test_the_zone_around_a_tree_is_a_link_that_opens_its_sheet(world: World) -> None:
    zone = world.zones["UMeudon"].pk
    assert f'<a href="/catalogue/{ZONES}/{zone}/" data-feature="{ZONES}/{zone}">' in tree_page(world).body


def test_a_protected_title_is_not_told_by_the_neighbours(beside: World) -> None:
    from_outside = tree_page(beside, PLANNER).body
    assert "Annuel principal" not in from_outside


def test_the_portal_of_a_commune_shows_no_neighbour_of_another(world: World) -> None:
    east = factories.tree("Cedre-Est", at=(2.2199, 48.81)).pk
    factories.tree("Orme-Ouest-Boulogne", at=(2.2205, 48.81))
    shown = {
        host: "Orme-Ouest-Boulogne" in get(f"/catalogue/{TREES}/{east}/", host=host).body
        for host in ("localhost", "meudon.localhost")
    }
    assert shown == {"localhost": True, "meudon.localhost": False}


def test_without_htmx_the_neighbourhood_is_on_the_page(world: World) -> None:
    answer = tree_page(world, tail="voisinage/")
    assert (answer.status, answer.headers["Location"][-11:]) == (302, "/#voisinage")


@pytest.mark.parametrize("tail", ["", "voisinage/", "signaler/"])
def test_an_unknown_parameter_is_a_400(world: World, tail: str) -> None:
    assert tree_page(world, tail=f"{tail}?couleur=bleu").status == 400


@pytest.mark.parametrize("tail", ["", "voisinage/", "signaler/"])
def test_a_hidden_feature_has_no_page(world: World, tail: str) -> None:
    pk = world.playgrounds["Jeux-Pont"].pk
    seen = {
        str(who): get(f"/catalogue/{PLAYGROUNDS}/{pk}/{tail}", who, by_basic=False, **HTMX).status
        for who in (PUBLIC, OUTSIDER, TOWN_AGENT, PLANNER)
    }
    assert seen == {str(PUBLIC): 404, str(OUTSIDER): 404, str(TOWN_AGENT): 404, str(PLANNER): 200}


def test_a_late_inspection_is_told_to_its_readers_alone(world: World) -> None:
    playground = world.playgrounds["Jeux-Val"]
    today = timezone.localdate()
    Inspection.objects.create(
        playground=playground,
        type="annuel",
        resultat="conforme",
        date=today,
        prochaine_echeance=today + dt.timedelta(days=5),
    )
    address = f"/catalogue/{PLAYGROUNDS}/{playground.pk}/"
    seen = {str(who): "Bientôt due" in get(address, who, by_basic=False).body for who in (GARDENER, PLANNER)}
    assert seen == {str(GARDENER): True, str(PLANNER): False}


def test_the_precision_of_a_position_is_a_badge(world: World, client: Client) -> None:
    building = HeritageBuilding.objects.create(
        denomination="Hangar", precision_position=250, geom=factories.point(*MIDDLES[MEUDON])
    )
    page = client.get(f"/catalogue/batiments-patrimoniaux/{building.pk}/").content.decode()
    assert "Position à ± 250 m" in page


def test_positions_are_copied_in_three_notations(world: World) -> None:
    body = tree_page(world).body
    copied = ('data-copy="48.81000, 2.21000"', 'data-copy="48°48&#x27;36.00&quot;N 2°12&#x27;36.00&quot;E"')
    assert ([text in body for text in copied], "Lambert-93" in body) == ([True, True], True)


def test_a_page_names_its_own_address(world: World) -> None:
    pk = world.trees["Cedre-Meudon"].pk
    assert f'<link rel="canonical" href="http://localhost/catalogue/{TREES}/{pk}/">' in tree_page(world).body


def test_a_page_leads_to_the_next_feature(world: World) -> None:
    assert (
        f'rel="next" href="/catalogue/{TREES}/{world.trees["Platane-Boulogne"].pk}/"' in tree_page(world).body
    )


def test_photos_are_plain_links_without_script(world: World) -> None:
    playground, photo = world.playgrounds["Jeux-Val"].pk, world.photos["Jeux-Val"].pk
    body = get(f"/catalogue/{PLAYGROUNDS}/{playground}/", PLANNER, by_basic=False).body
    assert f'href="/photos/{PLAYGROUNDS}/{playground}/photos/{photo}/full.jpg"' in body


def test_who_may_not_download_is_offered_no_geojson(world: World) -> None:
    Grant.objects.filter(layer__slug=PLAYGROUNDS, group__name=PLANNER.groups[0]).update(can_download=False)
    address = f"/catalogue/{PLAYGROUNDS}/{world.playgrounds['Jeux-Val'].pk}/"
    seen = {str(who): "f=geojson" in get(address, who, by_basic=False).body for who in (PLANNER, GARDENER)}
    assert seen == {str(PLANNER): False, str(GARDENER): True}


def staff(person: Person, *permissions: str) -> None:
    """Let a person into the administration, with these permissions."""
    account = person.account()
    account.is_staff = True
    account.save()
    account.user_permissions.set(Permission.objects.filter(codename__in=permissions))


def offers_change(world: World, person: Person) -> bool:
    pk = world.playgrounds["Jeux-Val"].pk
    body = get(f"/catalogue/{PLAYGROUNDS}/{pk}/", person, by_basic=False).body
    return f"/administration/amenities/playground/{pk}/change/" in body


def test_the_administrator_may_change_a_feature(world: World) -> None:
    assert offers_change(world, ADMINISTRATOR)


def test_a_right_on_the_layer_is_not_enough_to_change_a_feature(world: World) -> None:
    grant(PLANNER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    assert not offers_change(world, PLANNER)


def test_a_permission_of_the_administration_is_not_enough_to_change_a_feature(world: World) -> None:
    staff(PLANNER, "change_playground")
    assert not offers_change(world, PLANNER)


def test_both_rights_together_change_a_feature(world: World) -> None:
    grant(PLANNER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    staff(PLANNER, "change_playground")
    assert offers_change(world, PLANNER)


@pytest.fixture
def lilas(world: World) -> str:
    """The path of the sheet of an address in a zone of Meudon."""
    longitude, latitude = MIDDLES[MEUDON]
    address = Address.objects.create(
        id_ban="92048_0001_00002",
        numero=2,
        nom_voie="Boulevard des Lilas",
        code_insee=MEUDON,
        nom_commune="Meudon",
        geom=factories.point(longitude, latitude),
    )
    return f"/catalogue/adresses/{address.pk}/"


def text_of(body: str) -> str:
    return " ".join(html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", body, flags=re.DOTALL)).split())


def test_the_sheet_of_an_address_begins_with_what_applies_there(world: World, lilas: str) -> None:
    text = text_of(get(lilas, PUBLIC, by_basic=False).body)
    first, zone = text.index("Ce qui s’applique ici"), text.index("UMeudon Zone du PLUi")
    assert (
        first
        < zone
        < text.index("Meudon Commune")
        < text.index("Ici, aucun habillage, aucune information")
        < text.index("Identifiant BAN")
    )
    assert text.count("Ce qui s’applique ici") == 1


def test_the_panel_of_an_address_opens_on_what_applies_there(world: World, lilas: str) -> None:
    panel = get(lilas, PUBLIC, by_basic=False, **HTMX).body
    assert re.findall(r'id="(tab-\w+)"[^>]*aria-selected="true"', panel) == ["tab-around"]
    around = text_of(get(f"{lilas}voisinage/", PUBLIC, by_basic=False, **HTMX).body)
    assert around.startswith("Ce qui s’applique ici")
    assert "Ici, aucun habillage, aucune information, aucun générateur, aucune servitude." in around


def test_the_sheet_of_another_feature_begins_with_its_own_facts(world: World) -> None:
    assert "s’applique" not in tree_page(world).body
    panel = tree_page(world, **HTMX).body
    assert re.findall(r'id="(tab-\w+)"[^>]*aria-selected="true"', panel) == ["tab-sheet"]


def test_a_layer_that_is_hidden_is_not_said_to_be_absent(world: World, lilas: str) -> None:
    Layer.objects.filter(slug="servitudes").update(visibility="internal")
    assert "servitude" not in text_of(get(lilas, PUBLIC, by_basic=False).body)


def test_the_sheet_of_an_address_costs_no_more_statements_than_another(world: World, lilas: str) -> None:
    assert statements(lilas, PUBLIC, {}) <= MOST_STATEMENTS


def statements(address: str, person: Person, headers: dict[str, str]) -> int:
    """Return how many statements an address costs somebody who is there already."""
    client = Client(headers={"host": "localhost"} | headers)
    if not person.is_anonymous:
        client.force_login(person.account(), backend="django.contrib.auth.backends.ModelBackend")
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


MOST_STATEMENTS = 15


@pytest.mark.parametrize("person", of_each_right(), ids=str)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "panel"])
def test_a_sheet_costs_fifteen_statements_at_most(
    world: World, person: Person, headers: dict[str, str]
) -> None:
    counts = {
        layer: statements(f"/catalogue/{layer}/{pk}/", person, headers)
        for layer, pk in ((TREES, world.trees["Cedre-Meudon"].pk), (ZONES, world.zones["UMeudon"].pk))
    }
    assert {name: count for name, count in counts.items() if count > MOST_STATEMENTS} == {}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "panel"])
def test_the_sheet_of_a_feature_with_four_relations_costs_its_editor_no_more(
    world: World, headers: dict[str, str]
) -> None:
    grant(PLANNER, PLAYGROUNDS, can_add=True, can_change=True, can_delete=True)
    staff(PLANNER, "change_playground")
    pk = factories.playground("Square").pk
    assert statements(f"/catalogue/{PLAYGROUNDS}/{pk}/", PLANNER, headers) <= MOST_STATEMENTS


def test_what_is_around_costs_a_known_number_of_statements(world: World) -> None:
    address = f"/catalogue/{TREES}/{world.trees['Cedre-Meudon'].pk}/voisinage/"
    assert statements(address, PUBLIC, HTMX) <= 5
