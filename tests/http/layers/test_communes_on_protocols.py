"""Every way in shows the same features of a commune, asked by ``commune=`` or on its portal (ADR 0056)."""

from __future__ import annotations

import pytest

from tests import factories
from tests.factories import MEUDON, box
from tests.protocols import get, tile_of
from tests.world import ZONES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("zones")]
# Beyond the zoom at which tiles carry what people point at.
TILE = tile_of(2.2001, 48.81, 14)
PAGES = {
    "items": f"/api/collections/{ZONES}/items?limit=100",
    "aggregate": f"/api/collections/{ZONES}/aggregate?group_by=libelle",
    "export": f"/export/{ZONES}.csv?crs=EPSG:4326",
    "tile": f"/tiles/{ZONES}/{TILE}.mvt?properties=libelle",
    "table": f"/carte/tableau/{ZONES}/?tri=id",
}
PORTAL_ALONE = {
    "wfs": f"/wfs?service=WFS&version=2.0.0&request=GetFeature&typeNames={ZONES}",
    "catalogue": f"/api/collections/{ZONES}/items?f=html",
}


@pytest.fixture
def zones(catalogue: object) -> None:
    """Zones inside Meudon, across its west border, along it from outside, and half a metre beyond it."""
    with factories.in_bulk():
        factories.zone("UInside", geom=box(2.201, 48.809, 2.203, 48.811))
        factories.zone("UAcross", geom=box(2.199, 48.811, 2.201, 48.812))
        factories.zone("UAlong", geom=box(2.198, 48.809, 2.20, 48.811))
        factories.zone("USliver", geom=box(2.198, 48.807, 2.20 + 0.5 / 73_250, 48.809))


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_commune_has_what_goes_into_it(path: str) -> None:
    names = ("UInside", "UAcross", "UAlong", "USliver")
    assert get(path).shows(names) == set(names)
    assert get(f"{path}&commune={MEUDON}").shows(names) == {"UInside", "UAcross"}


@pytest.mark.parametrize("path", (PAGES | PORTAL_ALONE).values(), ids=PAGES | PORTAL_ALONE)
def test_the_portal_of_a_commune_has_what_goes_into_it(path: str) -> None:
    names = ("UInside", "UAcross", "UAlong", "USliver")
    assert get(path, host="meudon.localhost").shows(names) == {"UInside", "UAcross"}
