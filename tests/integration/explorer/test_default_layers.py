"""Which layers are on where the address of the map names none."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import Point

from explorer.map_state.queries import default_layers
from layers import access
from layers.visitor import system_visitor
from reference_data.models import Address
from tests.factories import MEUDON
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_layer_that_is_drawn_among_houses_alone_waits_until_somebody_puts_it_on(world: World) -> None:
    Address.objects.create(
        id_ban="92048_x_00001",
        numero=1,
        nom_voie="Rue des Lilas",
        code_insee=MEUDON,
        nom_commune="Meudon",
        geom=Point(2.21, 48.81, srid=4326),
    )
    visible = access.visible(system_visitor())
    assert "adresses" in {scope.slug for scope in visible}
    on = default_layers(visible)
    assert "arbres-remarquables" in on
    assert "adresses" not in on
