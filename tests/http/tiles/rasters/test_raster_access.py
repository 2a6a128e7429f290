"""Who sees a raster: the rights of layers, asked of every address; hidden is absent."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from layers import access
from layers.models import Raster
from tests.factories import BOULOGNE, MEUDON
from tests.people import (
    ADMINISTRATOR,
    GARDENER,
    NEWCOMER,
    OUTSIDER,
    PARTNER,
    PLANNER,
    PUBLIC,
    TOWN_AGENT,
    Person,
)
from tests.protocols import get
from tests.rasters import empty_raster, online, slope, tile_over
from tests.world import grant

pytestmark = pytest.mark.django_db

X, Y, ZOOM = tile_over(15)
ADDRESSES = {
    "tile": f"/tiles/raster/{{}}/{ZOOM}/{X}/{Y}.png",
    "tilejson": "/tiles/raster/{}.json",
    "legend": "/tiles/raster/{}/legend",
    "value": "/tiles/raster/{}/value?lon=2.22&lat=48.81",
    "statistics": "/tiles/raster/{}/statistics?commune=92048",
    "collection": "/api/collections/{}",
    "tilesets": "/api/collections/{}/map/tiles",
    "tileset": "/api/collections/{}/map/tiles/WebMercatorQuad",
    "map tile": f"/api/collections/{{}}/map/tiles/WebMercatorQuad/{ZOOM}/{Y}/{X}",
    "coverage": "/api/collections/{}/coverage?commune=92048",
}
# What each person gets of the internal raster.
STATUSES: dict[Person, int] = {
    PUBLIC: 401,
    OUTSIDER: 404,
    PARTNER: 404,  # their grant ended
    NEWCOMER: 404,  # theirs has not begun
    TOWN_AGENT: 404,  # theirs is of some rows, and a raster has none
    PLANNER: 200,
    GARDENER: 200,
    ADMINISTRATOR: 200,
}


@pytest.fixture
def internal(communes: Any, media: Path) -> Raster:
    raster = online("interne", slope(), is_open=False)
    day = dt.timedelta(days=1)
    grant(PLANNER, "interne")
    grant(GARDENER, "interne", can_download=False)
    grant(TOWN_AGENT, "interne", rows=f"commune = '{MEUDON}'")
    grant(PARTNER, "interne", valid_until=timezone.now() - day)
    grant(NEWCOMER, "interne", valid_from=timezone.now() + day)
    return raster


@pytest.mark.parametrize("person", STATUSES, ids=str)
def test_internal_raster_is_absent_for_who_has_no_grant(person: Person, internal: Raster) -> None:
    found = {name: get(address.format("interne"), person).status for name, address in ADDRESSES.items()}
    expected = dict.fromkeys(ADDRESSES, STATUSES[person])
    if person is GARDENER:
        expected["coverage"] = 403
    assert found == expected


@pytest.mark.parametrize("person", STATUSES, ids=str)
def test_lists_hold_what_the_visitor_sees(person: Person, internal: Raster) -> None:
    listed = [scope.slug for scope in access.visible_rasters(person.visitor())]
    assert listed == (["interne"] if STATUSES[person] == 200 else [])


def test_collections_of_features_hold_no_raster(internal: Raster) -> None:
    listed = get("/api/collections", ADMINISTRATOR).document["collections"]
    assert "interne" not in {collection["id"] for collection in listed}


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_raster_out_of_publication_is_absent_even_for_who_would_ask_credentials(
    state: str, internal: Raster
) -> None:
    internal.layer.state = state
    internal.layer.save()
    assert get("/tiles/raster/interne.json").status == 404


def test_raster_without_a_version_is_absent_for_everybody(communes: Any, media: Path) -> None:
    empty_raster("vide", visibility="open")
    assert get("/tiles/raster/vide.json", ADMINISTRATOR).status == 404


def test_open_raster_may_be_kept_by_anybody_and_an_internal_one_not(internal: Raster) -> None:
    online("ouvert", slope())
    kept = {
        slug: get(ADDRESSES["tile"].format(slug), PLANNER).headers["Cache-Control"].split(",")[0]
        for slug in ("ouvert", "interne")
    }
    assert kept == {"ouvert": "public", "interne": "private"}


def test_statistics_of_a_hidden_feature_are_those_of_no_feature(internal: Raster, world: Any) -> None:
    online("ouvert", slope())
    answer = get("/tiles/raster/ouvert/statistics?feature=plui-prescriptions-surf:1", OUTSIDER)
    assert answer.status == 404


def test_portal_of_a_commune_shows_what_is_within(communes: Any, media: Path) -> None:
    online("ouvert", slope())
    west, east = "lon=2.2195&lat=48.8115", "lon=2.2215&lat=48.8115"
    values = {
        (host, place): get(f"/tiles/raster/ouvert/value?{place}", host=f"{host}.localhost").document[
            "values"
        ][0]["value"]
        for host in ("meudon", "boulogne-billancourt")
        for place in (west, east)
    }
    assert {key for key, value in values.items() if value is not None} == {
        ("meudon", west),
        ("boulogne-billancourt", east),
    }


def test_portal_of_a_commune_measures_nothing_of_another(communes: Any, media: Path) -> None:
    online("ouvert", slope())
    answer = get(f"/tiles/raster/ouvert/statistics?commune={BOULOGNE}", host="meudon.localhost").document
    assert answer["cells"] == pytest.approx(0, abs=1e-6)


def test_portals_share_no_answer(communes: Any, media: Path) -> None:
    online("ouvert", slope())
    tags = {
        host: get(ADDRESSES["tile"].format("ouvert"), host=host).headers["ETag"]
        for host in ("localhost", "meudon.localhost", "boulogne-billancourt.localhost")
    }
    assert len(set(tags.values())) == 3
