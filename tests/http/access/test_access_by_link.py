"""What the holder of a link reads: its dashboard and layers, with the rows of its author, and what is public."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from gisportal.accounts.links.services import create_link, link_target
from interface.sharing import shared_address
from tests import dashboards
from tests.factories import MEUDON, MIDDLES
from tests.people import TOWN_AGENT
from tests.protocols import (
    AGGREGATE,
    AGGREGATE_PAGE,
    COUNT,
    FILTER,
    ITEM,
    ITEM_PAGE,
    ITEMS,
    ITEMS_PAGE,
    OF_A_LAYER,
    OF_THE_CATALOGUE,
    SORT,
    TILE,
    TILEJSON,
    read,
    tile_of,
)
from tests.world import ALL_PLAYGROUNDS, IN_MEUDON, PLAYGROUNDS, World

OPENED = {
    ITEMS, ITEMS_PAGE, ITEM, ITEM_PAGE, FILTER, SORT, COUNT, AGGREGATE, AGGREGATE_PAGE, TILE, TILEJSON,
}  # fmt: skip
OF_ROWS = {ITEMS, ITEMS_PAGE, FILTER, SORT, TILE}


@pytest.fixture
def holder(world: World) -> Client:
    """The browser of who holds a link of a town's agent to a dashboard over an internal layer."""
    table = {"id": "liste", "kind": "table", "question": {"layer": PLAYGROUNDS, "fields": ["nom"]}}
    section = {"id": "s", "title": "s", "panels": [table]}
    dashboards.dashboard("aires", sections=[section], groups=TOWN_AGENT.groups)
    visitor = TOWN_AGENT.visitor()
    target = link_target(visitor, shared_address("/tableaux-de-bord/aires/"))
    author, last_day = TOWN_AGENT.account().pk, timezone.localdate(visitor.instant)
    _link, token = create_link(author_id=author, target=target, title="AMO", last_day=last_day)
    browser = Client(headers={"host": "localhost"})
    browser.get(f"/compte/lien/{token}/")
    return browser


def test_a_link_opens_the_data_of_its_layers_and_no_other_way(world: World, holder: Client) -> None:
    zoom, column, row = tile_of(*MIDDLES[MEUDON]).split("/")
    place = {"tile": f"{zoom}/{column}/{row}", "row_tile": f"{zoom}/{row}/{column}"} | world.address(
        PLAYGROUNDS
    )
    paths = {protocol: protocol.address.format(**place) for protocol in OF_A_LAYER}
    answers = {protocol: read(holder.get(path)) for protocol, path in paths.items()}
    public = {
        protocol: Client(headers={"host": "localhost"}).get(path).status_code
        for protocol, path in paths.items()
    }
    expected = {str(protocol): 200 if protocol in OPENED else public[protocol] for protocol in OF_A_LAYER}
    rows = {str(protocol): answers[protocol].shows(ALL_PLAYGROUNDS) for protocol in OF_ROWS}
    assert {str(protocol): answer.status for protocol, answer in answers.items()} == expected
    assert rows == {str(protocol): IN_MEUDON for protocol in OF_ROWS}


def test_no_list_names_the_layers_of_a_link(holder: Client) -> None:
    answers = {
        str(protocol): read(holder.get(protocol.address)).shows([PLAYGROUNDS])
        for protocol in OF_THE_CATALOGUE
    }
    assert answers == {str(protocol): frozenset() for protocol in OF_THE_CATALOGUE}
