"""Which layers are on where the address of the map names none."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from pytest_django import Settings

from dashboards.maps.miniatures import sample_points
from explorer.map_state.queries import default_layers
from explorer.sketch.queries import is_pictured
from layers import access
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.visitor import system_visitor
from reference_data.models import Address
from tests.factories import MEUDON
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(world: World) -> Address:
    created: Address = Address.objects.create(
        id_ban="92048_x_00001",
        numero=1,
        nom_voie="Rue des Lilas",
        code_insee=MEUDON,
        nom_commune="Meudon",
        geom=Point(2.21, 48.81, srid=4326),
    )
    return created


def test_a_layer_that_is_drawn_among_houses_alone_waits_until_somebody_puts_it_on(
    address: Address, client: Client
) -> None:
    visible = access.visible(system_visitor())
    assert "adresses" in {scope.slug for scope in visible}
    on = default_layers(visible)
    assert "arbres-remarquables" in on
    assert "adresses" not in on
    pictured = {scope.slug for scope in visible if is_pictured(scope)}
    assert "arbres-remarquables" in pictured
    assert "adresses" not in pictured
    assert client.get("/").status_code == 200


def test_the_map_opens_with_the_layers_that_the_portal_puts_first(world: World, settings: Settings) -> None:
    visible = access.visible(system_visitor())
    settings.PORTAL_FIRST_LAYERS = ["bornes-de-recharge", "arbres-remarquables", "unknown"]
    assert default_layers(visible) == ("arbres-remarquables",), "charging stations have no feature here"


def test_without_such_a_layer_one_of_each_theme_is_on(world: World, settings: Settings) -> None:
    settings.PORTAL_FIRST_LAYERS = []
    visible = access.visible(system_visitor())
    every = default_layers(visible, lambda scope: True)
    themes = [scope.layer.theme.slug for scope in visible if scope.slug in every]
    assert len(every) == 4
    assert len(set(themes)) == 4


def test_a_layer_with_fields_x_and_y_has_a_miniature(address: Address) -> None:
    scope = next(scope for scope in access.visible(system_visitor()) if scope.slug == "adresses")
    assert sample_points(select(scope, FeatureQuery())) == ((2.21, 48.81),)
