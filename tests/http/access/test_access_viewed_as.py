"""What a manager reads who views the portal as a person: what the person reads, through every way in."""

from __future__ import annotations

import pytest

from tests import dashboards
from tests.factories import MEUDON, MIDDLES
from tests.people import TOWN_AGENT
from tests.protocols import HOME, OF_A_LAYER, OF_THE_CATALOGUE, PHOTO, Protocol, read, tile_of
from tests.view_as import browser, comparable, view_as
from tests.world import PLAYGROUNDS, TREES, World

PANELS = tuple(
    Protocol(f"dashboard:{path}", f"/tableaux-de-bord/aires/{path}", is_machine=False)
    for path in ("?tableaux=1", "liste/", "liste.csv", "valeurs/nom/", "ecran/?tableaux=1")
)
# The six ways that are named to who decides whether it works.
NAMED = {
    "page": "/catalogue/{slug}/",
    "Features": "/api/collections/{slug}/items",
    "WFS": "/wfs/{slug}?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES={slug}",
    "tile": "/tiles/{slug}/{tile}.mvt",
    "export": "/export/{slug}.csv",
    "dashboard": "/tableaux-de-bord/aires/?tableaux=1",
}
ALL = (HOME, PHOTO, *OF_A_LAYER, *OF_THE_CATALOGUE, *PANELS)


@pytest.fixture
def aires(world: World) -> World:
    """A dashboard of the town's agents over an internal layer."""
    table = {"id": "liste", "kind": "table", "question": {"layer": PLAYGROUNDS, "fields": ["nom"]}}
    dashboards.dashboard(
        "aires",
        sections=[{"id": "s", "title": "s", "panels": [table]}],
        filters=[{"field": "nom", "kind": "values", "title": "Nom"}],
        groups=TOWN_AGENT.groups,
    )
    return world


def address(world: World, protocol: Protocol, slug: str) -> str:
    """Return the path of a way in, for a layer."""
    zoom, column, row = tile_of(*MIDDLES[MEUDON]).split("/")
    tiles = {"tile": f"{zoom}/{column}/{row}", "row_tile": f"{zoom}/{row}/{column}"}
    return protocol.address.format(**tiles | world.address(slug))


def test_a_manager_reads_what_the_person_reads(aires: World) -> None:
    own, manager = browser(TOWN_AGENT), view_as(TOWN_AGENT)
    addresses = {address(aires, protocol, slug) for protocol in ALL for slug in (PLAYGROUNDS, TREES)}
    answers = {path: [read(client.get(path)) for client in (own, manager)] for path in sorted(addresses)}
    said = {path: [(each.status, comparable(each.body)) for each in pair] for path, pair in answers.items()}
    assert [path for path, (expected, answer) in said.items() if answer != expected] == []
    assert len(said) > 60


def test_each_of_the_six_named_ways_gives_the_bytes_of_the_person(aires: World) -> None:
    own, manager = browser(TOWN_AGENT), view_as(TOWN_AGENT)
    place = {"slug": PLAYGROUNDS, "tile": tile_of(*MIDDLES[MEUDON])}
    answers = {
        name: [client.get(address.format(**place)) for client in (own, manager)]
        for name, address in NAMED.items()
    }
    bodies = {
        name: [comparable(answer.getvalue().decode("latin-1")) for answer in pair]
        for name, pair in answers.items()
    }
    assert {name: pair[0].status_code for name, pair in answers.items()} == dict.fromkeys(NAMED, 200)
    assert [name for name, (expected, body) in bodies.items() if body != expected or not body] == []
